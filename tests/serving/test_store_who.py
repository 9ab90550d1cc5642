"""Whose store it is: nobody reaches another author's, whatever they send."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from psycopg.rows import TupleRow

from scripts.local.postgres import Postgres
from tests import store_rows
from tests.adapters.author_tokens import OTHER_KEY, claims, signed, token
from tests.issuer import Issuer
from tests.postgres import fresh_database
from tests.served_store import (
    CONFIRMED,
    PROVIDERS_KEY,
    PUBLISH,
    Reply,
    ServedStore,
    secrets_for,
    served_store,
)

pytestmark = pytest.mark.server

ATTACKER, VICTIM, LINKED = "attacker", "victim", "linked"
SHOP = f"{VICTIM}-shop"
UID, UNKNOWN_UID = "firebase-user-of-linked", "firebase-user-of-nobody"
VICTIMS_KEY = "the-key-that-the-victim-chose"
ROWS = """
SELECT (SELECT jsonb_agg(u) FROM users u WHERE id = %(author)s),
       (SELECT jsonb_agg(s) FROM stores s WHERE user_id = %(author)s),
       (SELECT jsonb_agg(o ORDER BY step_id) FROM user_onboarding o WHERE user_id = %(author)s),
       (SELECT jsonb_agg(e ORDER BY id) FROM onboarding_events e WHERE user_id = %(author)s),
       (SELECT jsonb_agg(i) FROM idempotency_records i WHERE user_id = %(author)s)
"""
NAMES = (
    *("user", "userId", "user_id", "author", "authorId", "sub", "uid", "id", "owner"),
    *("store", "storeId", "store_id", "slug", "shop", "impersonate", "as", "__proto__"),
)
HEADERS = (
    *("X-User-Id", "X-User", "X-Author", "X-Author-Id", "X-Store-Id", "X-Store", "X-Remote-User"),
    *("X-Forwarded-User", "X-Goog-Authenticated-User-Id", "X-Apigateway-Api-Userinfo", "X-Sub"),
    *("X-Endpoint-API-UserInfo", "X-Goog-Iap-Jwt-Assertion", "X-Serverless-Authorization"),
    *("X-Forwarded-Authorization", "Proxy-Authorization", "Cookie", "From", "X-Impersonate"),
)
REWRITTEN = ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri", "X-Forwarded-Prefix", "Referer")
PATHS = (
    f"{PUBLISH}?userId={VICTIM}&author={VICTIM}&sub={VICTIM}",
    f"{PUBLISH}?slug={SHOP}&storeId=1&access_token=x",
    f"{PUBLISH}/{VICTIM}",
    f"{PUBLISH};author={VICTIM}",
    f"/api/stores/{SHOP}/publish",
    f"/api/stores/{SHOP}",
    f"/api/store/{SHOP}/publish",
    f"/api/users/{VICTIM}/store/publish",
    f"/api/store/../stores/{SHOP}/publish",
    f"/api/stores/%2e%2e/{SHOP}",
    f"//api/store/publish?author={VICTIM}",
    f"/api/onboarding/theme/complete?userId={VICTIM}",
)
METHODS = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Shops:
    """A served store with an attacker, and a victim who has not published."""

    store: ServedStore
    database: str
    before: TupleRow

    def victims(self) -> TupleRow:
        """Return all that is kept of the victim."""
        return store_rows.rows(self.database, ROWS, author=VICTIM)[0]


@pytest.fixture(scope="module")
def shops(
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: Postgres,
    firestore_host: str,
    issuer: Issuer,
) -> Iterator[Shops]:
    folder = tmp_path_factory.mktemp("who")
    with (
        fresh_database(postgres_server) as database,
        served_store(
            folder,
            secrets_for(database),
            firestore_host,
            issuer,
            STORE_REQUESTS_A_MINUTE="10000",
        ) as store,
    ):
        store_rows.add_authors(database, ATTACKER, VICTIM, LINKED)
        store_rows.add_firebase_user(database, LINKED, UID)
        yield Shops(store, database, store_rows.rows(database, ROWS, author=VICTIM)[0])


def named_in_bodies() -> Iterator[bytes]:
    for name in NAMES:
        for value in (VICTIM, SHOP, {"id": VICTIM, "slug": SHOP}, [VICTIM], 2):
            yield json.dumps({"confirmPublish": True, name: value}).encode()
    yield json.dumps({"confirmPublish": True, "data": {"userId": VICTIM}}).encode()
    yield f'{{"confirmPublish": true, "sub": "{ATTACKER}", "sub": "{VICTIM}"}}'.encode()


def test_no_body_names_another_author(shops: Shops) -> None:
    """Whatever a body says, it is the token's author who publishes, or nobody."""
    bearer = shops.store.token(ATTACKER)
    replies = [shops.store.post(PUBLISH, bearer, body) for body in named_in_bodies()]
    assert {reply.status for reply in replies} <= {200, 400}
    assert shops.victims() == shops.before


def test_no_header_names_another_author(shops: Shops) -> None:
    """Whatever other headers say, the token's author publishes."""
    bearer = shops.store.token(ATTACKER)
    values = (VICTIM, SHOP, f"Bearer {token(OTHER_KEY, sub=VICTIM)}", json.dumps({"sub": VICTIM}))
    for name in HEADERS:
        for value in values:
            assert shops.store.post(PUBLISH, bearer, **{name: value}).status == 200
    for name in REWRITTEN:
        path = f"/api/stores/{SHOP}/publish"
        assert shops.store.post(PUBLISH, bearer, **{name: path}).status == 200
    assert shops.victims() == shops.before


@pytest.mark.parametrize("method", METHODS)
def test_no_path_names_another_author(shops: Shops, method: str) -> None:
    """No path leads to another author's store, by any method."""
    headers = {
        "Authorization": f"Bearer {shops.store.token(ATTACKER)}",
        "Content-Type": "application/json",
        "X-HTTP-Method-Override": "POST",
    }
    replies = [shops.store.ask(method, path, headers, CONFIRMED) for path in PATHS]
    assert {reply.status for reply in replies} <= {200, 400, 404, 405}
    assert shops.victims() == shops.before


def test_a_key_of_another_author_tells_nothing(shops: Shops) -> None:
    """Who sends another author's Idempotency-Key hears nothing of theirs."""
    shops.store.post("/api/store/unpublish", shops.store.token(LINKED), b"{}")
    kept = shops.store.publish(LINKED, Idempotency_Key=VICTIMS_KEY)
    reply = shops.store.publish(ATTACKER, Idempotency_Key=VICTIMS_KEY)
    assert "Idempotent-Replayed" not in reply.headers
    assert reply.body["storeUrl"] != kept.body["storeUrl"]
    assert shops.victims() == shops.before


def unsigned() -> str:
    header = {"alg": "none", "typ": "JWT"}
    made = signed(json.dumps(header).encode(), json.dumps(claims(sub=VICTIM)).encode())
    return made.rpartition(".")[0] + "."


def spliced() -> str:
    """Return the attacker's own token with the victim's claims."""
    head, _, signature = token(sub=ATTACKER).split(".")
    return f"{head}.{token(sub=VICTIM).split('.')[1]}.{signature}"


def of_firebase() -> str:
    return token(sub=UID, iss="https://securetoken.google.com/demo-conteur", aud="demo-conteur")


FORGED: dict[str, Callable[[], str]] = {
    "unsigned": unsigned,
    "spliced": spliced,
    "signed by another": lambda: token(OTHER_KEY, sub=VICTIM),
    "signed with nothing": lambda: token("", sub=VICTIM),
    "of another audience": lambda: token(sub=VICTIM, aud="another-service"),
    "of another issuer": lambda: token(sub=VICTIM, iss="another-service"),
    "expired": lambda: token(sub=VICTIM, iat=int(time.time()) - 900, exp=int(time.time()) - 60),
    "without an end": lambda: token(sub=VICTIM, exp=None),
    "for two": lambda: token(sub=[ATTACKER, VICTIM]),
    "with a key of its own": lambda: token(OTHER_KEY, {"jwk": {"k": OTHER_KEY}}, sub=VICTIM),
    "with a path for a key": lambda: token("", {"kid": "../../dev/null"}, sub=VICTIM),
    "like Firebase's": of_firebase,
    "signed by another Firebase": lambda: Issuer().id_token(UID),
    "no token": lambda: VICTIM,
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_token_is_nobodys(shops: Shops, kind: str) -> None:
    """A token that was not given to the victim publishes nothing, and no line of the log has it."""
    forged = FORGED[kind]()
    before = len(shops.store.log("Unauthorized"))
    reply = shops.store.post(PUBLISH, forged)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"]
    [line] = shops.store.log("Unauthorized")[before:]
    assert line["correlationId"] == reply.body["correlationId"]
    assert parts_of(forged, shops.store.process.output()) == []
    assert shops.victims() == shops.before


def parts_of(bearer: str, text: str) -> list[str]:
    """Return the parts of a token that are in the text, but for what all tokens begin with."""
    parts = [bearer, *bearer.split(".")[1:]] if "." in bearer else []
    return [part for part in parts if part and part in text]


def test_no_token_is_logged(shops: Shops) -> None:
    """Of all good tokens no line of the log has one, or its signature."""
    shops.store.publish(ATTACKER)
    log = shops.store.process.output()
    assert shops.store.tokens
    assert [bearer for bearer in shops.store.tokens if parts_of(bearer, log)] == []


@pytest.mark.parametrize("step", ["payments", "theme"])
def test_only_the_provider_signs(shops: Shops, step: str) -> None:
    """A call about the victim that the attacker signs, or the provider of another step, is none."""
    said = {"eventId": f"call-{step}", "userId": VICTIM, "status": "failed", "reason": "none"}
    key = PROVIDERS_KEY if step == "theme" else OTHER_KEY
    reply = verify(shops.store, step, json.dumps(said).encode(), key)
    assert (reply.status, reply.body["error"]) == (401, "SIGNATURE_INVALID")
    assert shops.victims() == shops.before


def verify(store: ServedStore, step: str, body: bytes, key: str) -> Reply:
    now = int(time.time())
    digest = hmac.new(key.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "Conteur-Signature": f"t={now},v1={digest}"}
    return store.ask("POST", f"/api/onboarding/{step}/verification", headers, body)


def test_a_linked_firebase_user_publishes(shops: Shops, issuer: Issuer) -> None:
    """A Firebase user that the author's row names publishes the author's store."""
    shops.store.post("/api/store/unpublish", shops.store.token(LINKED), b"{}")
    bearer = issuer.id_token(UID)
    shops.store.tokens.append(bearer)
    reply = shops.store.post(PUBLISH, bearer)
    assert reply.is_new
    assert reply.body["storeUrl"].endswith(f"/{LINKED}-shop")


@pytest.mark.parametrize("uid", [UNKNOWN_UID, VICTIM])
def test_an_unknown_firebase_user_is_told_what_to_do(
    shops: Shops, issuer: Issuer, uid: str
) -> None:
    """A Firebase user whom no row names hears so, also one who is called as an author is."""
    reply = shops.store.post(PUBLISH, issuer.id_token(uid))
    assert (reply.status, reply.body["error"]) == (403, "UNKNOWN_AUTHOR")
    assert "sign up" in reply.body["detail"].lower()
    assert shops.victims() == shops.before
