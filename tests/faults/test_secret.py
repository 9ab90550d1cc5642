"""The model's key cannot be read."""

from collections.abc import Iterator

import grpc
import pytest

from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.local.standins.server import Fault
from tests.clients.backends import KEY
from tests.faults.conftest import MakeWorld
from tests.faults.endings import Ending, Error, failed, told
from tests.faults.errors import KEY as KEY_REFUSED
from tests.faults.errors import timeout
from tests.faults.lines import PATIENCE_SECONDS, Line
from tests.faults.rows import SCENARIOS, answers
from tests.faults.secret_rows import ROWS, SECRET, SecretRow, slow
from tests.faults.world import World

pytestmark = pytest.mark.server

UNAVAILABLE = failed(Error("unavailable", "SECRET_UNAVAILABLE"), asked=0)
NOT_IN_TIME = failed(timeout("secret"), asked=0)


class Keyless:
    """A world whose Secret Manager has never given a key; it can be filled anew for each row."""

    def __init__(self, world: World, secrets: SecretManagerStandIn) -> None:
        self.world = world
        self._secrets = secrets

    def emptied(self) -> SecretManagerStandIn:
        """Return the stand-in as good as new."""
        vars(self._secrets).update(vars(SecretManagerStandIn()))
        return self._secrets


@pytest.fixture(scope="module")
def keyless(make_world: MakeWorld) -> Iterator[Keyless]:
    secrets = SecretManagerStandIn()
    settings = {"STORY_DEADLINE_SECONDS": "12"}  # the key's own bound comes first
    with (
        secrets.serve() as address,
        make_world(SECRET_MANAGER_ENDPOINT=address, **settings) as made,
    ):
        made.warm_up()
        yield Keyless(made, secrets)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_key_cannot_be_read(keyless: Keyless, row: SecretRow, scenario: str) -> None:
    """A call without a key fails in time, keeps why, and tells the operator what to mend."""
    keyless.world.mend()
    row.breaks(keyless.emptied())
    played = keyless.world.play(scenario)
    assert played.ending == UNAVAILABLE
    assert played.seconds <= row.seconds
    assert row.says in played.record["result"]["error"]["message"]
    assert KEY not in keyless.world.backend.process.output()


@pytest.fixture(scope="module")
def slow_secrets() -> SecretManagerStandIn:
    """Return a Secret Manager that answers after the deadline, so never with a key."""
    secrets = SecretManagerStandIn({SECRET: KEY})
    slow(secrets)
    return secrets


@pytest.fixture(scope="module")
def slow_world(make_world: MakeWorld, slow_secrets: SecretManagerStandIn) -> Iterator[World]:
    with slow_secrets.serve() as address, make_world(SECRET_MANAGER_ENDPOINT=address) as made:
        yield made


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_slow_key_meets_the_deadline(
    slow_world: World, slow_secrets: SecretManagerStandIn, scenario: str
) -> None:
    """A key that does not come before the deadline is a time-out of the phase `secret`."""
    process = slow_world.backend.process

    def none_is_read() -> bool | None:
        begun, over = len(slow_secrets.calls), process.output().count('"secret.unavailable"')
        return True if begun and over >= begun else None

    slow_world.mend()
    slow_world.store.always(Line(pause=0.2))  # so that the deadline comes before the reading's end
    process.wait_for(none_is_read, "done with the last reading", PATIENCE_SECONDS)
    assert slow_world.play(scenario).ending == NOT_IN_TIME


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_flapping_secret_manager_costs_nothing(make_world: MakeWorld, scenario: str) -> None:
    """Where every other reading fails, the story is told, and the key is asked for again."""
    secrets = SecretManagerStandIn({SECRET: KEY})
    secrets.calls.append("one before")  # so that the first reading is the one that fails
    secrets.fault = Fault(grpc.StatusCode.UNAVAILABLE, every=2)
    long = "20"  # seconds: the first call of a worker takes some on a busy machine
    with (
        secrets.serve() as address,
        make_world(SECRET_MANAGER_ENDPOINT=address, STORY_DEADLINE_SECONDS=long) as made,
    ):
        made.mend()
        assert made.play(scenario).ending == told()
        assert len(secrets.accessed) == 1


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_key_outlives_secret_manager(shared_world: World, scenario: str) -> None:
    """Once there is a key, Secret Manager may go down: stories are told with it."""
    shared_world.mend()
    secrets = shared_world.backend.secrets
    secrets.fault = Fault(grpc.StatusCode.UNAVAILABLE)
    ending = shared_world.play(scenario).ending
    secrets.fault = None
    assert ending == told()


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize(
    ("times", "ending", "readings"),
    [(1, told(asked=2), 1), (None, failed(KEY_REFUSED, asked=2), 2)],
    ids=("once", "for ever"),
)
def test_a_refused_key_is_replaced_by_a_newer_one(
    shared_world: World, times: int | None, ending: Ending, readings: int, scenario: str
) -> None:
    """Within the same attempt a newer key is tried, and no third time the one that failed."""
    shared_world.mend()
    shared_world.change(key_rests=0.0)
    answers(401, times=times)(shared_world)
    secrets = shared_world.backend.secrets
    secrets.add_version(SECRET, f"{KEY}-newer")
    before = len(secrets.accessed)
    assert shared_world.play(scenario).ending == ending
    assert len(secrets.accessed) == before + readings


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_refused_key_is_refused_where_there_is_no_other(
    shared_world: World, scenario: str
) -> None:
    """The same key is never sent again, whether Secret Manager has no newer one or is down."""
    shared_world.mend()
    shared_world.change(key_rests=0.0)
    answers(401)(shared_world)
    secrets = shared_world.backend.secrets
    secrets.fault = Fault(grpc.StatusCode.PERMISSION_DENIED)
    ending = shared_world.play(scenario).ending
    secrets.fault = None
    assert ending == failed(KEY_REFUSED)
