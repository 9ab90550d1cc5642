"""App Check tokens that are good for one call."""

import pytest

from conteur.adapters.app_check_consumer import AppCheckConsumer
from conteur.adapters.firebase_tokens import FirebaseTokens
from conteur.errors import AppCheckError, AppCheckReplayedError, AuthUnavailableError
from tests.adapters.scripted_server import Reply, ScriptedServer, answer, hang_up
from tests.issuer import PROJECT, Issuer

TOKEN = "a.b.c"  # noqa: S105 - a made-up one


@pytest.fixture
def consumer(server: ScriptedServer) -> AppCheckConsumer:
    return AppCheckConsumer(PROJECT, server.url.removesuffix("/v1"))


def _answer(status: int, body: object) -> Reply:
    """Answer, and have the client close its connection, which it would keep for the next token."""
    return answer(status, body, "Connection: close\r\n")


def _consuming(issuer: Issuer) -> FirebaseTokens:
    consumer = AppCheckConsumer(PROJECT, issuer.app_check_url)
    return FirebaseTokens(
        PROJECT, certs_url=issuer.certs_url, jwks_url=issuer.jwks_url, consumer=consumer
    )


def test_a_token_is_good_for_one_call(issuer: Issuer) -> None:
    """The first call with a token names its app; the second is refused, by any instance."""
    token = issuer.app_check_token()
    assert _consuming(issuer).attest(token) == "1:123:web:abc"
    with pytest.raises(AppCheckReplayedError):
        _consuming(issuer).attest(token)


def test_each_call_has_its_token(issuer: Issuer) -> None:
    """An app that gets a token for each call may call as often as it likes."""
    tokens = _consuming(issuer)
    for number in range(3):
        assert tokens.attest(issuer.app_check_token(jti=str(number))) == "1:123:web:abc"


def test_a_bad_token_is_not_used_up(issuer: Issuer) -> None:
    """A token that is not valid is refused before anybody is asked."""
    token = issuer.app_check_token(exp=1)
    with pytest.raises(AppCheckError):
        _consuming(issuer).attest(token)
    assert token not in issuer.used


def test_what_is_asked(server: ScriptedServer, consumer: AppCheckConsumer) -> None:
    """The token goes to the project's own method, in the body, and nobody's credentials with it."""
    server.will(_answer(200, {}))
    consumer.consume(TOKEN)
    (request,) = server.received
    assert request.path == f"/v1beta/projects/{PROJECT}:verifyAppCheckToken"
    assert (request.body, "authorization" in request.headers) == ({"app_check_token": TOKEN}, False)


@pytest.mark.parametrize(
    ("status", "event"),
    [
        *((400, "failed"), (403, "failed"), (404, "failed")),
        *((429, "unavailable"), (500, "unavailable"), (503, "unavailable")),
    ],
)
def test_nobody_can_tell(
    server: ScriptedServer,
    consumer: AppCheckConsumer,
    status: int,
    event: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where Firebase does not say whether a token was used, nobody gets in, and it says why."""
    server.will(_answer(status, {"error": {"message": f"no: {TOKEN}"}}))
    with pytest.raises(AuthUnavailableError):
        consumer.consume(TOKEN)
    assert f"app_check.{event}" in capsys.readouterr().out


def test_a_lost_answer_is_not_asked_for_again(
    server: ScriptedServer, consumer: AppCheckConsumer
) -> None:
    """A repeated request would find the token used by the first: the app comes with a new one."""
    server.will(hang_up, _answer(200, {"alreadyConsumed": True}))
    with pytest.raises(AuthUnavailableError):
        consumer.consume(TOKEN)
    assert len(server.received) == 1


@pytest.mark.parametrize("page", [b"<h1>Hello</h1>", b'{"half', b"[]"])
def test_another_page(server: ScriptedServer, consumer: AppCheckConsumer, page: bytes) -> None:
    """An answer that cannot be read lets nobody in."""
    server.will(_answer(200, page))
    with pytest.raises(AuthUnavailableError):
        consumer.consume(TOKEN)


def test_out_of_reach() -> None:
    """Without Firebase's server nobody gets in."""
    with pytest.raises(AuthUnavailableError):
        AppCheckConsumer(PROJECT, "http://127.0.0.1:9").consume(TOKEN)


def test_no_credentials(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a service account nobody gets in, and the log says what to look at."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere.json")
    with pytest.raises(AuthUnavailableError):
        AppCheckConsumer(PROJECT).consume(TOKEN)
    assert "app_check.failed" in capsys.readouterr().out
