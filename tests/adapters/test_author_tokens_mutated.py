"""Changed tokens never become somebody else's."""

from hypothesis import given
from hypothesis import strategies as st

from conteur.adapters.author_tokens import AuthorTokens
from conteur.adapters.kept_secret import KeptSecret, SecretSource
from conteur.domain.store.author import Subject, SubjectKind
from conteur.errors import TokenExpiredError, TokenInvalidError
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.ports import Tokens
from tests.adapters.author_tokens import AUDIENCE, ISSUER, KEY, OTHER_KEY, signed, token
from tests.adapters.fake_secrets import FakeSecrets
from tests.fakes import FakeClock

AUTHOR = Subject(SubjectKind.AUTHOR, "author-1")
GOOD = token()
ALPHABET = st.characters(codec="utf-8") | st.sampled_from(GOOD)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def no_firebase() -> Tokens:
    raise TokenInvalidError("not Firebase's")


TOKENS = AuthorTokens(
    no_firebase,
    KeptSecret(SecretSource(FakeSecrets([KEY]), "JWT_SECRET", "latest"), FakeClock(), Aggregate()),
    ISSUER,
    AUDIENCE,
)


def identified(text: str) -> Subject | None:
    try:
        return TOKENS.identify(text)
    except (TokenExpiredError, TokenInvalidError):
        return None


@given(st.data(), st.integers(1, 4))
def test_a_changed_token(data: st.DataObject, changes: int) -> None:
    """However a token is changed, it is its author's or nobody's."""
    text = GOOD
    for _ in range(changes):
        place = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(place, min(len(text), place + 3)))
        text = text[:place] + data.draw(st.text(ALPHABET, max_size=3)) + text[end:]
    assert identified(text) in {AUTHOR, None}


@given(st.permutations(GOOD.split(".") + token(OTHER_KEY, sub="author-2").split(".")))
def test_tokens_that_are_mixed(parts: list[str]) -> None:
    """Parts of two tokens, one of them forged, make none of the forger's."""
    assert identified(".".join(parts[:3])) in {AUTHOR, None}


@given(
    st.sampled_from(["sub", "exp", "iat", "nbf", "iss", "aud", "jti"]),
    JSON,
    st.sampled_from(["kid", "alg", "typ", "crit", "b64", "cty"]),
    JSON,
)
def test_a_signed_token_of_strange_parts(
    claim: str, value: object, header: str, says: object
) -> None:
    """Whatever a token of ours holds, it names its subject or is invalid."""
    subject = identified(token(KEY, {header: says}, **{claim: value}))
    assert subject is None or subject.id == (value if claim == "sub" else "author-1")


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_signed_bytes(header: bytes, payload: bytes) -> None:
    """Bytes that happen to be signed are no token."""
    assert identified(signed(header, payload)) is None
