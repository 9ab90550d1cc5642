"""What the log says of a token that was refused: which check, by how much, and nothing of it."""

import time

import jwt
import pytest

from conteur.adapters.author_tokens import AuthorTokens
from conteur.adapters.firebase_tokens import FirebaseTokens
from conteur.adapters.token_findings import claims_in, failed_check, seconds_since_expiry
from conteur.domain.secret import Secret
from conteur.errors import TokenExpiredError, TokenInvalidError
from tests.adapters.author_tokens import AUDIENCE, ISSUER, KEY, OTHER_KEY, keys, token
from tests.issuer import PROJECT, Issuer

NOW = int(time.time())
HOUR = 3600


class Keys:
    def __init__(self, text: str) -> None:
        self._secret = Secret(text, "1")

    def get(self, timeout: float) -> Secret:
        assert timeout
        return self._secret

    def refresh_after_refusal(self, refused: Secret, timeout: float) -> None:
        assert refused is self._secret
        assert timeout


def of_firebase(issuer: Issuer, text: str) -> TokenInvalidError:
    tokens = FirebaseTokens(PROJECT, certs_url=issuer.certs_url, jwks_url=issuer.jwks_url)
    with pytest.raises(TokenInvalidError) as raised:
        tokens.identify(text)
    return raised.value


def of_author(text: str, secret: str = KEY) -> dict[str, object]:
    authors = AuthorTokens(
        lambda: pytest.fail("no token of Firebase's"), Keys(secret), ISSUER, AUDIENCE
    )
    with pytest.raises((TokenInvalidError, TokenExpiredError)) as raised:
        authors.identify(text)
    assert not [part for part in text.split(".") if part[2:] and part in str(raised.value.traits)]
    return {**raised.value.traits}


@pytest.mark.parametrize(
    ("claims", "check"),
    [
        ({"aud": "another-project"}, "audience"),
        ({"iss": "https://example.com"}, "issuer"),
        ({"sub": ""}, "subject"),
        ({"sub": "a/b"}, "subject"),
        ({"iat": NOW + HOUR, "exp": NOW + 2 * HOUR}, "time"),
    ],
)
def test_claims_of_firebases_token(issuer: Issuer, claims: dict[str, object], check: str) -> None:
    """A token whose claims are wrong is told by the first claim that is."""
    assert of_firebase(issuer, issuer.id_token("alice", **claims)).traits == {"check": check}


def test_forged_token(issuer: Issuer) -> None:
    """A token of somebody else's key is told by its key's id, or its signature."""
    forged = issuer.id_token().rpartition(".")[0] + "." + "A" * 342
    assert of_firebase(issuer, forged).traits == {"check": "signature"}
    assert of_firebase(issuer, Issuer().id_token()).traits["check"] in ("kid", "signature")


def test_unsigned_token(issuer: Issuer) -> None:
    """A token of an emulator's is told by its algorithm."""
    text = jwt.encode({"sub": "alice"}, "", algorithm="none")
    assert of_firebase(issuer, text).traits == {"check": "algorithm"}


@pytest.mark.parametrize("text", ["x", "a.b.c", "..", "e30.e30", "e30.W10.x", "é.é.é"])
def test_no_token(issuer: Issuer, text: str) -> None:
    """What is no token at all is told by its format."""
    assert of_firebase(issuer, text).traits == {"check": "format"}


def test_expired_token(issuer: Issuer) -> None:
    """A token past its time is told with the seconds since then."""
    tokens = FirebaseTokens(PROJECT, certs_url=issuer.certs_url, jwks_url=issuer.jwks_url)
    with pytest.raises(TokenExpiredError) as raised:
        tokens.identify(issuer.id_token(exp=NOW - HOUR))
    assert raised.value.traits["check"] == "expired"
    assert int(raised.value.traits["expired_seconds"]) >= HOUR


@pytest.mark.parametrize(
    ("text", "check"),
    [
        (token(iss="somebody"), "issuer"),
        (token(aud="another"), "audience"),
        (token(exp=None), "claims"),
        (token(nbf=NOW + HOUR), "time"),
        (token(exp=NOW + 100 * HOUR), "time"),
        (token(sub="a/b"), "subject"),
        (token(OTHER_KEY), "signature"),
        ("x" * 9000, "length"),
        ("a.b.c", "format"),
    ],
)
def test_an_authors_token(text: str, check: str) -> None:
    """A token of ours that is refused is told by the check that failed."""
    assert of_author(text) == {"check": check}


def test_an_unknown_key() -> None:
    """A token that names a key which there is not any more is told by that."""
    assert of_author(token(KEY, {"kid": "old"}), keys(new=OTHER_KEY)) == {"check": "kid"}


def test_an_authors_expired_token() -> None:
    """One past its time is told with the seconds since then."""
    traits = of_author(token(iat=NOW - 3 * HOUR, exp=NOW - 2 * HOUR))
    assert traits["check"] == "expired"
    assert int(str(traits["expired_seconds"])) >= 2 * HOUR


def test_seconds_since_expiry() -> None:
    """The seconds are those of the claim, within reason, and unknown where it has none."""
    assert seconds_since_expiry({"exp": 90}, 100.0) == 10
    assert seconds_since_expiry({"exp": "soon"}, 100.0) is None
    assert seconds_since_expiry({"exp": -1e300}, 100.0) == 315_360_000
    assert seconds_since_expiry(None, 100.0) is None


def test_an_unknown_certificate(issuer: Issuer) -> None:
    """The library's words for a key that Google has not tell the key's id apart."""
    problem = "Certificate for key id abc not found."
    assert failed_check(issuer.id_token(), PROJECT, problem) == "kid"
    assert claims_in("a.!.c") is None
