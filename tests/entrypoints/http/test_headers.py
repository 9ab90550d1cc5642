"""What a request's headers say, and what an answer's say."""

import uuid

import pytest

from conteur.domain.store.rate_limit import Allowance, RateRule
from conteur.entrypoints.http.headers import (
    bearer_token,
    correlation_of,
    idempotency_key,
    if_match,
    rate_limit,
)
from conteur.errors import InvalidFieldError, NoTokenError, TokenInvalidError

ID = "0b9cf1c2-7f0e-4c9b-9a55-5d3f8f1f2a10"


@pytest.mark.parametrize("sent", [ID, ID.upper()])
def test_correlation(sent: str) -> None:
    """The caller's UUID is taken, in lower case."""
    assert str(correlation_of({"X-Correlation-Id": sent})) == ID


@pytest.mark.parametrize(
    "sent", ["", "x", ID.replace("-", ""), f"{{{ID}}}", f"{ID}\n", f"{ID}, {ID}"]
)
def test_no_correlation(sent: str) -> None:
    """What is no UUID of 36 characters is ignored, and a new one made."""
    made = correlation_of({"X-Correlation-Id": sent})
    assert made != uuid.UUID(ID)
    assert made.version == 4


@pytest.mark.parametrize("sent", ["Bearer a.b-c_~+/=", "bearer a.b-c_~+/=", "BEARER   a.b-c_~+/="])
def test_token(sent: str) -> None:
    """The scheme has no case, and the token is what follows."""
    assert bearer_token({"Authorization": sent}) == "a.b-c_~+/="


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Basic YTpi", "a.b.c", "Bearera"])
def test_no_token(sent: str) -> None:
    """Without the scheme, or without anything behind it, there is no token."""
    with pytest.raises(NoTokenError):
        bearer_token({"Authorization": sent})


@pytest.mark.parametrize("sent", ["Bearer a b", "Bearer a,Bearer b", "Bearer é", "Bearer a\0"])
def test_malformed_token(sent: str) -> None:
    """What no token can be is refused without a look at any key."""
    with pytest.raises(TokenInvalidError):
        bearer_token({"Authorization": sent})


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("a", "a"),
        ('"a"', "a"),
        ('"', '"'),
        ("k" * 255, "k" * 255),
        ('"' + "k" * 255 + '"', "k" * 255),
    ],
)
def test_idempotency_key(sent: str, key: str) -> None:
    """A key has 1 to 255 visible ASCII characters, in quotes or not."""
    assert idempotency_key({"Idempotency-Key": sent}) == key


def test_no_idempotency_key() -> None:
    """Without the header there is no key."""
    assert idempotency_key({}) is None


@pytest.mark.parametrize("sent", ["", '""', "a b", "k" * 256, "é", "a\0", "a\tb"])
def test_bad_idempotency_key(sent: str) -> None:
    """Another key is refused by the header's name, and not shown."""
    with pytest.raises(InvalidFieldError) as refused:
        idempotency_key({"Idempotency-Key": sent})
    assert refused.value.facts == {"field": "Idempotency-Key"}


@pytest.mark.parametrize(
    ("sent", "tags"),
    [
        ("*", {"*"}),
        (' "3" ', {'"3"'}),
        ('"3", "4","5"', {'"3"', '"4"', '"5"'}),
        ('W/"3"', {'W/"3"'}),
        ('"a,b"', {'"a,b"'}),
        ('""', {'""'}),
    ],
)
def test_if_match(sent: str, tags: set[str]) -> None:
    """If-Match names any, or some entity tags; a weak one stays one, and so matches no store."""
    assert if_match({"If-Match": sent}) == frozenset(tags)


def test_no_if_match() -> None:
    """Without the header any version will do."""
    assert if_match({}) is None


@pytest.mark.parametrize(
    "sent", ["", " ", "3", '"3', '"3" "4"', 'w/"3"', ",", '*, "3"', '"a b"', '"1",' * 21]
)
def test_bad_if_match(sent: str) -> None:
    """What is no list of at most twenty entity tags is refused."""
    with pytest.raises(InvalidFieldError):
        if_match({"If-Match": sent})


def test_rate_limit() -> None:
    """The headers say the rule, what is left of it, and until when."""
    assert rate_limit(Allowance(RateRule(120), 121, 42)) == {
        "RateLimit-Policy": '"default";q=120;w=60',
        "RateLimit": '"default";r=0;t=42',
    }
