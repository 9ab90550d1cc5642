"""Who is calling, by the headers."""

import pytest

from conteur.entrypoints.authentication import HeaderAuthenticator
from conteur.entrypoints.callable import Caller
from conteur.errors import AppCheckError, NoTokenError, TokenExpiredError, TokenInvalidError
from tests.fakes import FakeTokens

GOOD = {"Authorization": "Bearer good"}
BAD = {"Authorization": "Bearer forged"}
WITH_APP = {"X-Firebase-AppCheck": "app-1"}


class RecordingTokens(FakeTokens):
    """Remembers which App Check tokens were looked at, and so perhaps used up."""

    def __init__(self) -> None:
        self.attested: list[str] = []

    def attest(self, app_check_token: str) -> str:
        self.attested.append(app_check_token)
        return super().attest(app_check_token)


def _authenticator(*, enforce_app_check: bool = False) -> HeaderAuthenticator:
    return HeaderAuthenticator(FakeTokens, enforce_app_check=enforce_app_check)


def test_caller() -> None:
    """A good token's holder is the caller."""
    assert _authenticator().authenticate(GOOD) == Caller("alice", "password")


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Basic x"}, {"Authorization": "Bearer "}]
)
def test_no_token(headers: dict[str, str]) -> None:
    """A call without a bearer token is told so, and nothing is loaded to check one."""

    def not_needed() -> FakeTokens:
        raise AssertionError

    with pytest.raises(NoTokenError):
        HeaderAuthenticator(not_needed, enforce_app_check=True).authenticate(headers)


def test_expired_token() -> None:
    """An expired token is told apart from an invalid one."""
    with pytest.raises(TokenExpiredError):
        _authenticator().authenticate({"Authorization": "Bearer expired"})
    with pytest.raises(TokenInvalidError):
        _authenticator().authenticate({"Authorization": "Bearer forged"})


def test_app_check_enforced() -> None:
    """Where App Check is enforced, a call says which app it comes from."""
    caller = _authenticator(enforce_app_check=True).authenticate({**GOOD, **WITH_APP})
    assert caller.app_id == "app-1"


def test_app_check_missing() -> None:
    """Where App Check is enforced, a call without its token is refused, and nothing checked."""

    def not_needed() -> FakeTokens:
        raise AssertionError

    with pytest.raises(AppCheckError):
        HeaderAuthenticator(not_needed, enforce_app_check=True).authenticate(GOOD)


def test_a_bad_id_token_uses_no_app_check_token_up() -> None:
    """The ID token is checked first: who may not call at all leaves the other one as it is."""
    tokens = RecordingTokens()
    authenticator = HeaderAuthenticator(lambda: tokens, enforce_app_check=True)
    with pytest.raises(TokenInvalidError):
        authenticator.authenticate({**BAD, **WITH_APP})
    assert tokens.attested == []
    authenticator.authenticate({**GOOD, **WITH_APP})
    assert tokens.attested == ["app-1"]


def test_app_check_off() -> None:
    """Where App Check is off, its token is not looked at."""
    headers = {**GOOD, "X-Firebase-AppCheck": "anything"}
    assert _authenticator().authenticate(headers).app_id is None
