"""The keys of authors' tokens, out of the text of a secret."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.store.jwt_keys import JwtKeys, check_jwt_secret

OLD = "o" * 32
NEW = "n" * 32


def test_a_plain_text_is_one_key() -> None:
    """A secret that is no JSON is the key of every token, whatever `kid` it names."""
    keys = JwtKeys.parse(OLD)
    assert keys.signing == (None, OLD)
    assert keys.candidates(None) == keys.candidates("any") == (OLD,)


def test_the_first_of_several_signs() -> None:
    """Of several keys the first one signs, and all are still good for checking."""
    keys = JwtKeys.parse(json.dumps({"new": NEW, "old": OLD}))
    assert keys.signing == ("new", NEW)
    assert keys.candidates("old") == (OLD,)


def test_a_token_without_a_kid_may_be_of_any_key() -> None:
    """Tokens that were signed before the keys had ids are checked with each."""
    assert JwtKeys.parse(json.dumps({"new": NEW, "old": OLD})).candidates(None) == (NEW, OLD)


@pytest.mark.parametrize("kid", ["other", "", "NEW"])
def test_a_kid_that_is_not_there_has_no_key(kid: str) -> None:
    """An id that no key has leads to no key, the empty one too."""
    assert JwtKeys.parse(json.dumps({"new": NEW})).candidates(kid) == ()


@pytest.mark.parametrize("secret", [OLD, "é" * 16, "words with spaces, thirty-two of 'em"])
def test_a_good_secret(secret: str) -> None:
    """A text of 32 bytes or more is a key."""
    assert check_jwt_secret(secret) == []


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("", "it has no key"),
        ("{}", "it has no key"),
        ("s" * 31, "its key has fewer than 32 bytes"),
        ("{" + "s" * 40, "is no JSON object"),
        ('{"a": ' + "[" * 100_000, "is no JSON object"),
        (json.dumps({"a": "s" * 31}), "its key 1 has fewer than 32 bytes"),
        (json.dumps({"": NEW}), "the id of its key 1 is not"),
        (json.dumps({"a b": NEW}), "the id of its key 1 is not"),
        (json.dumps({"a": {"key": NEW}}), "its key 1 is no printable text"),
        (json.dumps({"a": "\ud800" * 40}), "its key 1 is no printable text"),
        (f"{NEW}\n", "its key is no printable text"),
        (f'{{"a": "{NEW}", "a": "{OLD}"}}', "two of its keys have the same id"),
        (json.dumps({"a": "-----BEGIN PUBLIC KEY----- MFkwEwYHKo"}), "half of a key pair"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDk=", "half of a key pair"),
    ],
)
def test_what_is_wrong_with_a_secret(secret: str, problem: str) -> None:
    """Each fault is named, and the key is not."""
    (told,) = check_jwt_secret(secret)
    assert problem in told
    assert NEW not in told
    with pytest.raises(ValueError, match="key"):
        JwtKeys.parse(secret)


def test_all_faults_are_named() -> None:
    """A secret with several faults is mended at once."""
    assert len(check_jwt_secret(json.dumps({"a": "short", "b": 7, "": NEW}))) == 3


def test_no_key_is_shown() -> None:
    """The keys hide themselves in whatever prints them."""
    assert OLD not in repr(JwtKeys.parse(OLD))


@given(st.text())
def test_any_text_is_judged(secret: str) -> None:
    """Whatever the text, it is a secret with keys of 32 bytes or has a problem that is named."""
    if not check_jwt_secret(secret):
        keys = JwtKeys.parse(secret)
        assert all(len(key.encode()) >= 32 for key in keys.candidates(None))
