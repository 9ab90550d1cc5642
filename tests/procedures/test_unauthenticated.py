"""docs/procedures/unauthenticated.md, followed for each of its causes."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from scripts.ops.place import AUTH
from tests.auth_emulator import API, auth_emulator, sign_up
from tests.clients.app import App
from tests.clients.client import Record
from tests.faults.conftest import MakeWorld
from tests.faults.identity import PATH, Identity
from tests.faults.world import REQUEST, World
from tests.issuer import Issuer
from tests.procedures.following import desk_of, found
from tests.procedures.runbook import Runbook
from tests.procedures.stack import Desk

pytestmark = pytest.mark.server

PAGE = Runbook.named("unauthenticated")
PRODUCTION, OURS = "conteur-production", "demo-conteur"


class EmulatedAccounts(Identity):
    """Firebase Auth's accounts as the emulator has them, which asks for credentials."""

    def __init__(self, emulator: str) -> None:
        super().__init__()
        self._emulator = emulator

    def answer(self, request: Record) -> Record:
        return self.ask(PATH, request)

    def sign_up(self) -> str:
        """Return the id of a user whose sessions of the last hour are good."""
        uid = sign_up(self._emulator)
        begun = {"localId": uid, "validSince": str(int(time.time()) - AN_HOUR)}
        self.ask(PATH.replace(":lookup", ":update"), begun)
        return uid

    def ask(self, path: str, request: Record) -> Record:
        headers = {"Authorization": "Bearer owner", "Content-Type": "application/json"}
        with closing(HTTPConnection(self._emulator, timeout=10)) as connection:
            connection.request(
                "POST", f"/{API.removesuffix('/v1')}{path}", json.dumps(request), headers
            )
            answer: Record = json.loads(connection.getresponse().read())
        return answer


@dataclass
class Scene:
    """A user of the product, whose account is in the Auth emulator, and who signs their tokens."""

    world: World
    desk: Desk
    issuer: Issuer
    forger: Issuer
    uid: str

    def app(self, **changes: object) -> App:
        """Return the user's app, which is registered, with what is changed about it."""
        own = {
            "token": self.issuer.id_token(self.uid),
            "appCheckToken": self.issuer.app_check_token(),
        }
        return self.world.new_app().connected(**{**own, **changes})

    def token(self, **claims: object) -> App:
        return self.app(token=self.issuer.id_token(self.uid, **claims))

    def revoked(self) -> App:
        """Have an operator end the sessions of the user, who goes on with the old token."""
        self.desk.do("scripts/users revoke -P production UID", UID=self.uid)
        return self.app()


FOREIGN = {"aud": "elsewhere", "iss": "https://securetoken.google.com/elsewhere"}
FAULTS: dict[str, Callable[[Scene], App]] = {
    "no token": lambda scene: scene.app(token=""),
    "expired token": lambda scene: scene.token(exp=int(time.time()) - 60),
    "forged token": lambda scene: scene.app(token=scene.forger.id_token(scene.uid)),
    "another project's token": lambda scene: scene.token(**FOREIGN),
    "ended session": Scene.revoked,
    "App Check": lambda scene: scene.app(appCheckToken=""),
}
ELSEWHERE = "a token for the store"
MANY = 3
AN_HOUR = 3600


@pytest.fixture(scope="module")
def auth_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with auth_emulator(tmp_path_factory.mktemp("auth")) as host:
        yield host


@pytest.fixture(scope="module")
def accounts(auth_host: str) -> Iterator[EmulatedAccounts]:
    emulated = EmulatedAccounts(auth_host)
    with emulated.serve():
        yield emulated


@pytest.fixture(scope="module")
def guarded_world(make_world: MakeWorld, accounts: EmulatedAccounts) -> Iterator[World]:
    settings = {
        "APP_CHECK": "enforced",
        "ACCOUNT_LOOKUP": "on",
        "IDENTITY_ENDPOINT": f"http://{accounts.address}",
        "STORY_DEADLINE_SECONDS": "20",  # the first call of a worker takes some of it
    }
    with make_world(**settings) as made:
        yield made


@pytest.fixture
def scene(
    guarded_world: World, accounts: EmulatedAccounts, auth_host: str, issuer: Issuer
) -> Iterator[Scene]:
    with desk_of(guarded_world, **{AUTH: auth_host}) as desk:
        yield Scene(guarded_world, desk, issuer, Issuer(), accounts.sign_up())


def called(app: App, **more: str) -> Record:
    """Call for a story, and return how that ended."""
    result: Record = app.play("whole", {**REQUEST, **more})["result"]
    return result


def refused(app: App) -> str:
    """Call for a story that is refused, and return the request's id as the app shows it."""
    error = called(app)["error"]
    assert error["code"] == "functions/unauthenticated"
    request_id: str = error["details"]["requestId"]
    return request_id


def test_every_cause_is_replayed() -> None:
    """No row of the page is there that nobody has followed."""
    assert [cause.name for cause in PAGE.causes] == [*FAULTS, ELSEWHERE]


@pytest.mark.parametrize("cause", FAULTS)
def test_the_cause_is_found(scene: Scene, cause: str) -> None:
    """The page's commands print what its row says, and of no other row; never the token."""
    app = FAULTS[cause](scene)
    said = scene.desk.follow(PAGE, REQUEST_ID=refused(app))
    assert found(PAGE, said) == [cause]
    assert not {app.connection["token"], scene.issuer.id_token(scene.uid)} & {*said.split()}
    assert scene.uid not in said


def test_a_foreign_project_is_seen_in_the_token(scene: Scene, tmp_path: Path) -> None:
    """The log says that it is no token of ours, and the token itself whose it is."""
    token = scene.issuer.id_token(scene.uid, **FOREIGN)
    said = scene.desk.follow(PAGE, REQUEST_ID=refused(scene.app(token=token)))
    assert found(PAGE, said) == ["another project's token"]
    assert claims(scene.desk, tmp_path, token)["aud"] == "elsewhere"
    forged = scene.forger.id_token(scene.uid)
    assert claims(scene.desk, tmp_path, forged)["aud"] == OURS
    assert PRODUCTION in PAGE.codes


def claims(desk: Desk, folder: Path, token: str) -> Record:
    """Return what the page's command shows of a token."""
    (folder / "token.txt").write_text(token)
    [look] = PAGE.section("Look at the token").commands
    printed = desk.do(look.replace("token.txt", str(folder / "token.txt")))
    shown: Record = json.loads(printed.text)
    return shown


def test_the_burst_is_counted_by_reason(scene: Scene) -> None:
    """From the alert, without any request's id, the page shows whose and which reason it is."""
    for _ in range(MANY):
        refused(FAULTS["expired token"](scene))
    refused(FAULTS["no token"](scene))
    count = PAGE.section("Find the cause").ours[-1]
    assert scene.desk.do(count).text.split() == [
        *("1", "generate_story", "NO_TOKEN"),
        *(str(MANY), "generate_story", "TOKEN_EXPIRED"),
    ]


def test_a_new_token_is_good(scene: Scene) -> None:
    """After an expired one the same request completes, and the log shows it under the same id."""
    request_id = refused(FAULTS["expired token"](scene))
    assert called(scene.app(), requestId=request_id)["status"] == "fulfilled"
    scene.desk.wait_for_end(request_id, times=2)
    over = next(code for code in PAGE.codes if code.endswith("--event call.ended"))
    assert "outcome=completed" in scene.desk.do(over, REQUEST_ID=request_id).text


def test_a_new_session_is_good(scene: Scene) -> None:
    """A new token of an ended session is refused, and one of a new session is good at once."""
    refused(FAULTS["ended session"](scene))
    shown = scene.desk.do(PAGE.cause("ended session").commands[0], UID=scene.uid)
    assert scene.uid in shown.text
    refused(scene.app())
    now = int(time.time())
    assert called(scene.token(auth_time=now + 2, iat=now))["status"] == "fulfilled"
