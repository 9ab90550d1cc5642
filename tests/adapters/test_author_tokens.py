"""Bearer tokens of authors, really signed and really refused."""

import json
import time
from collections.abc import Callable

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from conteur.adapters.author_tokens import MOST_CHARACTERS, AuthorTokens
from conteur.adapters.firebase_tokens import FirebaseTokens
from conteur.adapters.kept_secret import AGAIN_SECONDS, KeptSecret, SecretSource
from conteur.domain.secret import Secret
from conteur.domain.store.author import Subject, SubjectKind
from conteur.errors import (
    AuthUnavailableError,
    DeadlineError,
    Phase,
    SecretUnavailableError,
    TokenExpiredError,
    TokenInvalidError,
)
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.ports import Tokens
from tests.adapters.author_tokens import (
    AUDIENCE,
    HOUR,
    ISSUER,
    KEY,
    OTHER_KEY,
    claims,
    keys,
    signed,
    token,
)
from tests.adapters.fake_secrets import FakeSecrets
from tests.fakes import FakeClock
from tests.issuer import PROJECT, Issuer

NOW = int(time.time())
AUTHOR = Subject(SubjectKind.AUTHOR, "author-1")


def no_firebase() -> Tokens:
    raise AssertionError("only a token of Firebase's is worth loading its library")


@pytest.fixture
def secrets() -> FakeSecrets:
    return FakeSecrets([KEY])


@pytest.fixture
def tokens(secrets: FakeSecrets, clock: FakeClock) -> AuthorTokens:
    return built(secrets, clock)


def built(
    secrets: FakeSecrets, clock: FakeClock, firebase: Callable[[], Tokens] = no_firebase
) -> AuthorTokens:
    secret = KeptSecret(SecretSource(secrets, "JWT_SECRET", "latest"), clock, Aggregate())
    return AuthorTokens(firebase, secret, ISSUER, AUDIENCE)


def refused(tokens: AuthorTokens, text: str) -> None:
    with pytest.raises(TokenInvalidError) as caught:
        tokens.identify(text)
    assert text not in str(caught.value) or not text


def test_a_good_token_says_who(tokens: AuthorTokens) -> None:
    """A token that is signed with our key names its author."""
    assert tokens.identify(token()) == AUTHOR


def test_a_token_that_pyjwt_has_made(tokens: AuthorTokens) -> None:
    """What an ordinary library signs is accepted."""
    assert tokens.identify(jwt.encode(claims(), KEY, "HS256")) == AUTHOR


def test_an_expired_token(tokens: AuthorTokens) -> None:
    """A token past its time is told apart from an invalid one."""
    with pytest.raises(TokenExpiredError):
        tokens.identify(token(iat=NOW - HOUR, exp=NOW - 120))


def test_a_forged_token_is_not_called_expired(tokens: AuthorTokens) -> None:
    """What nobody has signed is invalid, whatever its times."""
    refused(tokens, token(OTHER_KEY, iat=NOW - HOUR, exp=NOW - 120))


def test_clocks_may_differ(tokens: AuthorTokens) -> None:
    """A token that has just expired, or comes from a clock just ahead, is still good."""
    assert tokens.identify(token(exp=int(time.time()) - 10)) == AUTHOR
    assert tokens.identify(token(iat=int(time.time()) + 20)) == AUTHOR


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another"},
        {"iss": [ISSUER]},
        {"aud": "another"},
        {"aud": []},
        {"iat": NOW + 10 * HOUR, "exp": NOW + 11 * HOUR},
        {"nbf": NOW + HOUR},
        {"exp": NOW + 25 * HOUR},
        {"iat": NOW - 25 * HOUR},
        {"iat": str(NOW), "exp": str(NOW + HOUR)},
        {"iat": True},
        {"exp": "soon"},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"iat": float("nan")},
        {"exp": {}},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a b"},
        {"sub": "a/b"},
        {"sub": "a\n"},
        {"sub": "é"},
        {"sub": "a" * 129},
    ],
    ids=str,
)
def test_wrong_claims(tokens: AuthorTokens, changes: dict[str, object]) -> None:
    """A token for others, of others, of another time, too long or for nobody is invalid."""
    refused(tokens, token(**changes))


@pytest.mark.parametrize("name", ["exp", "iat", "sub", "iss", "aud"])
def test_missing_claims(tokens: AuthorTokens, name: str) -> None:
    """None of the claims may be left out."""
    refused(tokens, token(**{name: None}))


@pytest.mark.parametrize("text", ["HS384", "HS512", "none", "None", "RS256", "hs256", "", 7, None])
def test_another_algorithm(tokens: AuthorTokens, text: object) -> None:
    """A token that names any algorithm but HS256 is invalid, be it signed with our key."""
    refused(tokens, token(KEY, {"alg": text}))


def test_a_stronger_algorithm(secrets: FakeSecrets, clock: FakeClock) -> None:
    """Our key signs with one algorithm only, be another one as good."""
    secrets.values = [2 * KEY]
    refused(built(secrets, clock), jwt.encode(claims(), 2 * KEY, "HS512"))


def test_an_unsigned_token(tokens: AuthorTokens) -> None:
    """A token without a signature is invalid."""
    refused(tokens, jwt.encode(claims(), "", "none"))
    refused(tokens, token().rpartition(".")[0] + ".")


def test_a_public_key_is_no_secret(clock: FakeClock) -> None:
    """A public key in the secret's place signs nothing: others may know it."""
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = pair.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    tokens = built(FakeSecrets([pem.decode()]), clock)
    with pytest.raises(SecretUnavailableError):
        tokens.identify(token(pem.decode()))


def test_a_key_pair_of_others(tokens: AuthorTokens) -> None:
    """A token signed with a key pair, as others have them, is invalid."""
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    refused(tokens, jwt.encode(claims(), pair, "RS256"))


@pytest.mark.parametrize(
    "headers",
    [
        {"jku": "http://127.0.0.1:9/keys", "kid": "a"},
        {"x5u": "http://127.0.0.1:9/certs"},
        {"jwk": {"kty": "oct", "k": "YW5vdGhlcg"}},
    ],
    ids=str,
)
def test_a_token_does_not_bring_its_key(tokens: AuthorTokens, headers: dict[str, object]) -> None:
    """Where a token says its key is does not matter: only our own keys are asked."""
    refused(tokens, token(OTHER_KEY, headers))
    assert tokens.identify(token(KEY, headers)) == AUTHOR


@pytest.mark.parametrize("crit", [["exp"], ["b64"], [], "exp", [7]], ids=str)
def test_what_a_token_calls_critical(tokens: AuthorTokens, crit: object) -> None:
    """A token that wants something understood that nobody here does is invalid."""
    refused(tokens, token(KEY, {"crit": crit, "b64": False}))


def test_a_huge_token_is_not_read(tokens: AuthorTokens, secrets: FakeSecrets) -> None:
    """A token of more than 8 kB is refused before anything is done with it."""
    refused(tokens, token(pad="x" * MOST_CHARACTERS))
    assert secrets.reads == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "é.é.é",
        "\ud800",
        "a" * MOST_CHARACTERS,
        "." * MOST_CHARACTERS,
        f"{token()}.{token()}",
        token() + "\n",
        f" {token()}",
        f"{token()},{token()}",
        signed(b"[]", b"{}"),
        signed(b'{"alg": "HS256"}', b"[]"),
        signed(b'{"alg": "HS256"}', b"[" * 4000),
        signed(b"{" * 4000, b"{}"),
        signed(b'{"alg": "HS256"}', b'{"iss": "conteur", "exp": ' + b"1" * 5000 + b"}"),
        signed(b'{"alg": "HS256"}', b"\xff\xfe"),
        signed(b'{"alg": "HS256"}', b""),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_garbage(tokens: AuthorTokens, text: str) -> None:
    """What is no token at all is an invalid one."""
    with pytest.raises(TokenInvalidError):
        tokens.identify(text)


def test_keys_are_told_apart_by_their_ids(secrets: FakeSecrets, clock: FakeClock) -> None:
    """With several keys a token is checked with the one that it names."""
    secrets.values = [keys(new=OTHER_KEY, old=KEY)]
    tokens = built(secrets, clock)
    assert tokens.identify(token(KEY, {"kid": "old"})) == AUTHOR
    assert tokens.identify(token(OTHER_KEY, {"kid": "new"})) == AUTHOR
    refused(tokens, token(OTHER_KEY, {"kid": "old"}))


def test_a_token_of_the_time_before_ids(secrets: FakeSecrets, clock: FakeClock) -> None:
    """A token without a `kid` is checked with each key."""
    secrets.values = [keys(new=OTHER_KEY, old=KEY)]
    tokens = built(secrets, clock)
    assert tokens.identify(token(KEY)) == tokens.identify(token(OTHER_KEY)) == AUTHOR
    refused(tokens, token("a-third-key-of-the-tests-with-enough-bytes"))


@pytest.mark.parametrize("kid", ["", "other", "a" * 5000, 7, ["a"], "../a"])
def test_an_unknown_kid(secrets: FakeSecrets, clock: FakeClock, kid: object) -> None:
    """A token that names none of the keys is invalid, be it signed with one of them."""
    secrets.values = [keys(a=KEY)]
    refused(built(secrets, clock), token(KEY, {"kid": kid}))


@pytest.mark.parametrize("headers", [{}, {"kid": "new"}], ids=str)
def test_a_key_that_was_added_just_now(
    tokens: AuthorTokens, secrets: FakeSecrets, clock: FakeClock, headers: dict[str, object]
) -> None:
    """A token that no known key fits has the secret read again, and is accepted."""
    assert tokens.identify(token()) == AUTHOR
    secrets.values.append(keys(new=OTHER_KEY, old=KEY))
    clock.advance(AGAIN_SECONDS)
    assert tokens.identify(token(OTHER_KEY, headers)) == AUTHOR


def test_bad_tokens_do_not_hammer_the_secret(
    tokens: AuthorTokens, secrets: FakeSecrets, clock: FakeClock
) -> None:
    """However many forged tokens come, the secret is read once in half a minute."""
    clock.advance(AGAIN_SECONDS)
    for _ in range(20):
        refused(tokens, token(OTHER_KEY))
    assert len(secrets.reads) == 1
    clock.advance(AGAIN_SECONDS)
    for _ in range(20):
        refused(tokens, token(OTHER_KEY))
    assert len(secrets.reads) == 2


def test_a_removed_key_is_good_no_more(
    tokens: AuthorTokens, secrets: FakeSecrets, clock: FakeClock
) -> None:
    """Once the secret was read again, tokens of a key that is gone are invalid."""
    assert tokens.identify(token()) == AUTHOR
    secrets.values.append(keys(new=OTHER_KEY))
    clock.advance(AGAIN_SECONDS)
    assert tokens.identify(token(OTHER_KEY)) == AUTHOR
    refused(tokens, token())


def test_no_keys(tokens: AuthorTokens, secrets: FakeSecrets) -> None:
    """Where the secret cannot be read nobody is called invalid."""
    secrets.error = SecretUnavailableError("down")
    with pytest.raises(SecretUnavailableError, match="down"):
        tokens.identify(token())


class LateKeys:
    """A secret that does not come in time."""

    def get(self, timeout: float) -> Secret:
        raise DeadlineError(f"not within {timeout} s", Phase.SECRET)

    def refresh_after_refusal(self, _refused: Secret, _timeout: float) -> Secret | None:
        return None


def test_late_keys() -> None:
    """Where the secret does not come in time nobody is called invalid either."""
    with pytest.raises(SecretUnavailableError, match="not within 3"):
        AuthorTokens(no_firebase, LateKeys(), ISSUER, AUDIENCE).identify(token())


@pytest.mark.parametrize("secret", ["short", '{"a": "short"}', "{}", "{"])
def test_an_unusable_secret(clock: FakeClock, secret: str) -> None:
    """A secret that is too short to be safe checks nothing."""
    with pytest.raises(SecretUnavailableError) as caught:
        built(FakeSecrets([secret]), clock).identify(token("short"))
    assert caught.value.missing


@pytest.mark.parametrize("uid", ["bob", "a.b", "é"])
def test_a_token_of_firebase(
    secrets: FakeSecrets, clock: FakeClock, issuer: Issuer, uid: str
) -> None:
    """Firebase's own verifier says whose an ID token is, and the secret is not read."""
    subject = built(secrets, clock, lambda: firebase(issuer)).identify(issuer.id_token(uid))
    assert subject == Subject(SubjectKind.FIREBASE, uid)
    assert secrets.reads == []


def firebase(issuer: Issuer) -> FirebaseTokens:
    return FirebaseTokens(PROJECT, certs_url=issuer.certs_url)


@pytest.mark.parametrize("uid", ["a\x00b", "\ud800"])
def test_a_firebase_user_whom_no_table_can_hold(
    secrets: FakeSecrets, clock: FakeClock, issuer: Issuer, uid: str
) -> None:
    """An id that PostgreSQL cannot hold is refused before it gets there."""
    tokens = built(secrets, clock, lambda: firebase(issuer))
    with pytest.raises(TokenInvalidError):
        tokens.identify(issuer.id_token(uid))


@pytest.mark.parametrize("key", [KEY, PROJECT])
def test_our_key_signs_nothing_for_firebase(
    secrets: FakeSecrets, clock: FakeClock, issuer: Issuer, key: str
) -> None:
    """A token that claims to be Firebase's is checked by Firebase's keys alone."""
    claimed = {"iss": f"https://securetoken.google.com/{PROJECT}", "aud": PROJECT}
    tokens = built(secrets, clock, lambda: firebase(issuer))
    with pytest.raises(TokenInvalidError):
        tokens.identify(token(key, **claimed))


@pytest.mark.parametrize("claimed", [{"iss": ISSUER}, {"iss": ISSUER, "aud": AUDIENCE}], ids=str)
def test_firebase_signs_nothing_for_us(
    secrets: FakeSecrets, clock: FakeClock, issuer: Issuer, claimed: dict[str, object]
) -> None:
    """A token that claims to be ours is checked by our keys alone."""
    refused(built(secrets, clock, lambda: firebase(issuer)), issuer.id_token("alice", **claimed))


def test_firebase_of_another_project(
    secrets: FakeSecrets, clock: FakeClock, issuer: Issuer
) -> None:
    """An ID token of another project is invalid."""
    other = issuer.id_token(iss="https://securetoken.google.com/other", aud="other")
    with pytest.raises(TokenInvalidError):
        built(secrets, clock, lambda: firebase(issuer)).identify(other)


def test_firebases_keys_out_of_reach(
    secrets: FakeSecrets, clock: FakeClock, issuer: Issuer
) -> None:
    """Without Google's public keys an author is asked to come back."""
    tokens = built(secrets, clock, lambda: FirebaseTokens(PROJECT, certs_url="http://127.0.0.1:9"))
    with pytest.raises(AuthUnavailableError):
        tokens.identify(issuer.id_token())


@pytest.mark.parametrize("emulator", [True, False])
def test_the_emulators_unsigned_tokens(
    secrets: FakeSecrets,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    *,
    emulator: bool,
) -> None:
    """The Auth emulator's tokens are not signed: they are good where it is set, and only there."""
    if emulator:
        monkeypatch.setenv("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:9099")
    iss = f"https://securetoken.google.com/{PROJECT}"
    unsigned = jwt.encode(claims(iss=iss, aud=PROJECT, user_id="author-1"), "", "none")
    tokens = built(secrets, clock, lambda: FirebaseTokens(PROJECT, certs_url="http://127.0.0.1:9"))
    if emulator:
        assert tokens.identify(unsigned) == Subject(SubjectKind.FIREBASE, "author-1")
    else:
        with pytest.raises(TokenInvalidError):
            tokens.identify(unsigned)


def test_json_may_not_be_read_in_two_ways(tokens: AuthorTokens) -> None:
    """Of a claim that comes twice the last counts, for the route and for the check."""
    payload = json.dumps(claims()).encode()
    firebases = b'{"iss": "https://securetoken.google.com/x", ' + payload[1:]
    assert tokens.identify(signed(b'{"alg": "HS256"}', firebases)) == AUTHOR
