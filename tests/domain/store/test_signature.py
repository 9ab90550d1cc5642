"""A provider's call is taken only with the secret's signature of its body, and in time."""

import pytest

from conteur.domain.store.signature import parse_signature, sign
from conteur.errors import SignatureInvalidError

KEY = b"a secret of thirty-two bytes, ok"
BODY = b'{"eventId": "1"}'
AT = 1_767_225_600
GOOD = sign(BODY, KEY, AT)
OTHER = "0" * 64


def test_a_known_signature() -> None:
    """A signature is HMAC-SHA256 over the time, a full stop and the body (openssl agrees)."""
    # printf '1767225600.{"eventId": "1"}' | openssl dgst -sha256 -hmac "$KEY"
    assert GOOD == "cbd26d13a52356fdee1470cc52855255a4fb114ccd54fb50fc700231f55505c5"


@pytest.mark.parametrize("now", [AT, AT + 300, AT - 300, AT + 0.5])
def test_a_good_call(now: float) -> None:
    """A call counts five minutes either way of when it was signed."""
    parse_signature(f"t={AT},v1={GOOD}").check(BODY, KEY, now)


@pytest.mark.parametrize("now", [AT + 300 + 0.1, AT - 300 - 0.1])
def test_a_call_out_of_time(now: float) -> None:
    """A call that was signed longer ago than that, or later, is refused."""
    with pytest.raises(SignatureInvalidError):
        parse_signature(f"t={AT},v1={GOOD}").check(BODY, KEY, now)


@pytest.mark.parametrize(
    ("body", "key", "at"), [(BODY + b" ", KEY, AT), (BODY, KEY + b"!", AT), (BODY, KEY, AT + 1)]
)
def test_another_call(body: bytes, key: bytes, at: int) -> None:
    """A signature of another body, by another secret, or of another time is refused."""
    with pytest.raises(SignatureInvalidError):
        parse_signature(f"t={at},v1={GOOD}").check(body, key, AT)


def test_while_a_secret_is_replaced() -> None:
    """One good signature among several is enough."""
    parse_signature(f"t={AT}, v1={OTHER}, v1={GOOD}").check(BODY, KEY, AT)


def test_other_schemes() -> None:
    """What a later scheme adds is passed over, and is no signature."""
    parse_signature(f"t={AT},v1={GOOD},v2=abc,note").check(BODY, KEY, AT)
    with pytest.raises(SignatureInvalidError):
        parse_signature(f"t={AT},v0={GOOD}")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=" + GOOD,
        f"v1={GOOD}",
        f"t={AT}",
        f"t={AT},t={AT},v1={GOOD}",
        f"t=-{AT},v1={GOOD}",
        f"t=٣,v1={GOOD}",
        f"t={AT}.5,v1={GOOD}",
        f"t={'9' * 13},v1={GOOD}",
        f"t={AT},v1={GOOD.upper()}",
        f"t={AT},v1={GOOD[:-1]}é",
        f"t={AT}," + "v1=x," * 1000 + f"v1={GOOD}",
    ],
)
def test_a_malformed_header(header: str) -> None:
    """A header without one time and one signature is refused, whatever is in it."""
    with pytest.raises(SignatureInvalidError):
        parse_signature(header)
