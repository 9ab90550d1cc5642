"""Users' accounts in the real Auth and Firestore emulators, and over a server that fails."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import firebase_admin
import pytest
from firebase_admin import auth

from conteur.adapters.clock import SystemClock
from conteur.adapters.firebase_accounts import FirebaseAccounts
from conteur.adapters.firebase_credentials import NoCredentials
from conteur.domain.account import Account
from conteur.errors import AuthUnavailableError, DeadlineError
from tests.adapters.firestore_relay import new_project, store_at
from tests.adapters.scripted_server import Reply, ScriptedServer, answer, silence
from tests.adapters.stored import SECONDS, Store
from tests.auth_emulator import auth_emulator, sign_up
from tests.issuer import PROJECT

NOWHERE = "http://127.0.0.1:9"
KNOWN = {
    "localId": "alice",
    "createdAt": "1700000000000",
    "validSince": "1700000100",
    "disabled": True,
}

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def auth_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with auth_emulator(tmp_path_factory.mktemp("auth")) as host:
        yield host


@pytest.fixture
def admin(auth_host: str, monkeypatch: pytest.MonkeyPatch) -> auth.Client:
    """The library's own client, of an operator; the environment names the emulator."""
    monkeypatch.setenv("FIREBASE_AUTH_EMULATOR_HOST", auth_host)
    return auth.Client(firebase_admin.App("test", NoCredentials(), {"projectId": PROJECT}))


@pytest.fixture
def accounts(admin: auth.Client, store: Store) -> FirebaseAccounts:
    del admin  # the environment names the emulator
    return FirebaseAccounts(PROJECT, store.client, SystemClock())


@pytest.fixture
def uid(auth_host: str, admin: auth.Client) -> Iterator[str]:
    uid = sign_up(auth_host)
    yield uid
    admin.delete_users([uid])


def scripted(server: ScriptedServer, store: Store) -> FirebaseAccounts:
    return FirebaseAccounts(PROJECT, store.client, SystemClock(), server.url.removesuffix("/v1"))


def page(status: int, body: object) -> Reply:
    return answer(status, body, "Connection: close\r\n")


def test_a_good_account(accounts: FirebaseAccounts, uid: str) -> None:
    """An account says when it was made."""
    account = accounts.look_up(uid, SECONDS)
    assert (account.exists, account.blocked) == (True, False)
    assert account.created is not None
    assert abs(datetime.now(UTC) - account.created) < timedelta(hours=1)


def test_a_session_that_was_ended(accounts: FirebaseAccounts, admin: auth.Client, uid: str) -> None:
    """Ending a user's sessions moves the moment before which none is good."""
    admin.update_user(uid, valid_since=1_800_000_000)
    valid_after = datetime.fromtimestamp(1_800_000_000, UTC)
    assert accounts.look_up(uid, SECONDS).valid_after == valid_after


def test_a_disabled_account(accounts: FirebaseAccounts, admin: auth.Client, uid: str) -> None:
    """An account that is disabled in the console is a blocked one."""
    admin.update_user(uid, disabled=True)
    assert accounts.look_up(uid, SECONDS).blocked


def test_a_deleted_account(accounts: FirebaseAccounts, admin: auth.Client, uid: str) -> None:
    """An account that was deleted does not exist."""
    admin.delete_user(uid)
    assert accounts.look_up(uid, SECONDS) == Account(exists=False)


@pytest.mark.parametrize(
    ("until", "is_blocked"),
    [
        ({}, True),
        ({"until": None}, True),
        ({"until": datetime(3000, 1, 1, tzinfo=UTC)}, True),
        ({"until": datetime(2020, 1, 1, tzinfo=UTC)}, False),
    ],
)
def test_a_blocked_user(
    accounts: FirebaseAccounts,
    store: Store,
    uid: str,
    until: dict[str, object],
    *,
    is_blocked: bool,
) -> None:
    """A block holds until its end, or for good."""
    store.client.document(f"blocked/{uid}").set({"reason": "a test", **until})
    assert accounts.look_up(uid, SECONDS).blocked is is_blocked


def test_what_is_asked(server: ScriptedServer, store: Store) -> None:
    """The user is looked up by id in the project, and all that is said of them is understood."""
    server.will(page(200, {"users": [KNOWN]}))
    account = scripted(server, store).look_up("alice", SECONDS)
    (request,) = server.received
    assert request.path == f"/v1/projects/{PROJECT}/accounts:lookup"
    assert request.body == {"localId": ["alice"]}
    created = datetime.fromtimestamp(1_700_000_000, UTC)
    assert account == Account(
        created=created, valid_after=created + timedelta(seconds=100), blocked=True
    )


@pytest.mark.parametrize("reply", [page(200, {}), page(200, {"users": []})])
def test_nobody_is_found(server: ScriptedServer, store: Store, reply: Reply) -> None:
    """An answer without a user means that there is none."""
    server.will(reply)
    assert not scripted(server, store).look_up("alice", SECONDS).exists


@pytest.mark.parametrize(
    "reply",
    [
        *(page(status, {"error": {"message": "NO"}}) for status in (400, 403, 429)),
        *(page(200, body) for body in (b"<h1>Hello</h1>", b'{"half')),
    ],
)
def test_no_answer_to_go_by(server: ScriptedServer, store: Store, reply: Reply) -> None:
    """An error, another page or half a one say nothing of the account."""
    server.will(reply)
    with pytest.raises(AuthUnavailableError):
        scripted(server, store).look_up("alice", SECONDS)


def test_a_right_that_is_missing(
    server: ScriptedServer, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """What does not pass by itself is in the log, with what the operator does."""
    server.will(page(403, {"error": {"message": "PERMISSION_DENIED"}}))
    with pytest.raises(AuthUnavailableError):
        scripted(server, store).look_up("alice", SECONDS)
    assert "roles/firebaseauth.viewer" in capsys.readouterr().out


def test_a_server_that_says_nothing(server: ScriptedServer, store: Store) -> None:
    """The caller waits as long as they said, however long the library does."""
    server.will(silence, silence)
    with pytest.raises(AuthUnavailableError):
        scripted(server, store).look_up("alice", 0.2)


def block(store: Store) -> None:
    store.client.document("blocked/alice").set({"reason": "a test"})


@pytest.mark.parametrize("reply", [page(403, {"error": {"message": "NO"}}), silence])
def test_a_blocked_user_while_auth_is_down(
    server: ScriptedServer, store: Store, reply: Reply
) -> None:
    """A block that was read holds, whether Auth answers with an error or not at all."""
    block(store)
    server.will(reply, reply)
    assert scripted(server, store).look_up("alice", 1.0) == Account(blocked=True)


def test_a_blocked_user_whose_sessions_were_ended(server: ScriptedServer, store: Store) -> None:
    """A block hides nothing of what Auth answers: an old session is not let in to their data."""
    block(store)
    server.will(page(200, {"users": [{**KNOWN, "disabled": False}]}))
    account = scripted(server, store).look_up("alice", SECONDS)
    ended = datetime.fromtimestamp(1_700_000_100, UTC)
    assert (account.blocked, account.valid_after) == (True, ended)


def test_auth_out_of_reach(store: Store) -> None:
    """Without Firebase Auth nothing is known of an account."""
    accounts = FirebaseAccounts(PROJECT, store.client, SystemClock(), NOWHERE)
    with pytest.raises(AuthUnavailableError):
        accounts.look_up("alice", SECONDS)


def test_firestore_out_of_reach(server: ScriptedServer) -> None:
    """Without the list of blocked users nothing is known of an account either."""
    server.will(page(200, {"users": [KNOWN]}))
    with store_at("127.0.0.1:9", new_project()) as store, pytest.raises(DeadlineError):
        scripted(server, store).look_up("alice", 0.3)


def test_no_credentials(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a service account nothing is known, and a later call tries again."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere.json")
    accounts = FirebaseAccounts(PROJECT, store.client, SystemClock())
    for _ in range(2):
        with pytest.raises(AuthUnavailableError):
            accounts.look_up("alice", SECONDS)
