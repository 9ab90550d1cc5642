"""Tokens, really signed and really refused."""

import time

import jwt
import pytest

from conteur.adapters.firebase_tokens import FirebaseTokens
from conteur.domain.identity import Identity
from conteur.errors import (
    AppCheckError,
    AuthUnavailableError,
    TokenExpiredError,
    TokenInvalidError,
)
from tests.adapters.scripted_server import ScriptedServer, answer
from tests.issuer import PROJECT, Issuer

NOWHERE = "http://127.0.0.1:9/keys"


def _tokens(issuer: Issuer) -> FirebaseTokens:
    return FirebaseTokens(PROJECT, certs_url=issuer.certs_url, jwks_url=issuer.jwks_url)


def test_good_token(issuer: Issuer) -> None:
    """A valid ID token says who signed in, and how."""
    token = issuer.id_token("bob", auth_time=1_700_000_000)
    assert _tokens(issuer).identify(token) == Identity("bob", "password", 1_700_000_000)


def test_session_without_a_beginning(issuer: Issuer) -> None:
    """Where a token does not say when its session began, it began with the token at the latest."""
    issued = int(time.time()) - 60
    token = issuer.id_token("bob", auth_time=None, iat=issued)
    assert _tokens(issuer).identify(token).signed_in == issued


def test_expired_token(issuer: Issuer) -> None:
    """A token past its time is told apart from an invalid one."""
    with pytest.raises(TokenExpiredError):
        _tokens(issuer).identify(issuer.id_token(exp=int(time.time()) - 60))


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another-project"}, {"iss": "https://example.com"}, {"sub": ""}],
)
def test_wrong_claims(issuer: Issuer, claims: dict[str, object]) -> None:
    """A token of another project, of another issuer, or of nobody is invalid."""
    with pytest.raises(TokenInvalidError):
        _tokens(issuer).identify(issuer.id_token("alice", **claims))


@pytest.mark.parametrize("uid", ["a/b", "/", ".", "..", "____", "__a\nb__"])
def test_user_who_cannot_have_documents(issuer: Issuer, uid: str) -> None:
    """A token of a user whose id Firestore refuses as a document's is invalid."""
    with pytest.raises(TokenInvalidError):
        _tokens(issuer).identify(issuer.id_token(uid))


@pytest.mark.parametrize("uid", ["...", "a.b", "__a", "a__", "é"])
def test_user_with_an_unusual_id(issuer: Issuer, uid: str) -> None:
    """A token of a user whose id Firestore takes is valid, however unusual the id."""
    assert _tokens(issuer).identify(issuer.id_token(uid)).uid == uid


def test_built_again(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that failed half-way does not stand in the way of the next one."""
    with monkeypatch.context() as environment:
        environment.setenv("FIREBASE_AUTH_EMULATOR_HOST", "http://not-a-host")
        with pytest.raises(ValueError, match="FIREBASE_AUTH_EMULATOR_HOST"):
            _tokens(issuer)
    assert _tokens(issuer).identify(issuer.id_token("bob")).uid == "bob"


def test_forged_token(issuer: Issuer) -> None:
    """A token that somebody else signed is invalid."""
    with pytest.raises(TokenInvalidError):
        _tokens(issuer).identify(Issuer().id_token())


def test_unsigned_token(issuer: Issuer) -> None:
    """A token without a signature is invalid."""
    unsigned = jwt.encode({"sub": "alice", "aud": PROJECT}, "", "none")
    with pytest.raises(TokenInvalidError):
        _tokens(issuer).identify(unsigned)


@pytest.mark.parametrize("text", ["x", "a.b.c", "é", "."])
def test_garbage(issuer: Issuer, text: str) -> None:
    """What is no token at all is an invalid one."""
    with pytest.raises(TokenInvalidError):
        _tokens(issuer).identify(text)


def test_keys_out_of_reach(issuer: Issuer) -> None:
    """Without Google's public keys nobody is called invalid: the caller is asked to come back."""
    tokens = FirebaseTokens(PROJECT, certs_url=NOWHERE, jwks_url=NOWHERE)
    with pytest.raises(AuthUnavailableError):
        tokens.identify(issuer.id_token())
    with pytest.raises(AuthUnavailableError):
        tokens.attest(issuer.app_check_token())


@pytest.mark.parametrize("page", [b"<h1>Hello</h1>", b'{"half', b"\xff\xfe", b'{"keys": []}'])
def test_keys_that_cannot_be_read(issuer: Issuer, server: ScriptedServer, page: bytes) -> None:
    """Another page in the keys' place, or half of them, is no fault of the token's."""
    tokens = FirebaseTokens(PROJECT, certs_url=server.url, jwks_url=server.url)
    server.will(answer(200, page), answer(200, page))
    with pytest.raises(AuthUnavailableError):
        tokens.attest(issuer.app_check_token())
    if b"keys" not in page:  # a set of no keys is the other endpoint's way to have none
        with pytest.raises(AuthUnavailableError):
            tokens.identify(issuer.id_token())


def test_app_check(issuer: Issuer) -> None:
    """A valid App Check token names its app."""
    assert _tokens(issuer).attest(issuer.app_check_token()) == "1:123:web:abc"


@pytest.mark.parametrize("claims", [{"exp": 1}, {"aud": ["projects/other"]}, {"iss": "x"}])
def test_bad_app_check(issuer: Issuer, claims: dict[str, object]) -> None:
    """An App Check token that is expired, or another project's, is refused."""
    with pytest.raises(AppCheckError):
        _tokens(issuer).attest(issuer.app_check_token(**claims))


def test_forged_app_check(issuer: Issuer) -> None:
    """An App Check token that somebody else signed is refused."""
    with pytest.raises(AppCheckError):
        _tokens(issuer).attest(Issuer().app_check_token())
