"""A whole deploy without a canary, against the stand-in for Cloud Run."""

import pytest

from scripts.ops.operations.errors import BusyError, FailedError, LostError, OperationError
from scripts.ops.operations.lock import LEASE, Lock
from scripts.ops.operations.record import State
from scripts.ops.rollout import functions
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.wish import Wish
from scripts.ops.traffic.split import all_on

from .world import NEW, OLD, RED, START, STORE_NEW, World


def test_order(world: World) -> None:
    """Everything is deployed in the order in which the service works at each moment."""
    world.schema.lacks = ["0009_more.sql"]
    done = world.deploy()
    assert world.firebase.asked == ["firestore", "functions", "hosting"]
    assert [step.name for step in done.steps] == [
        *("migrations", "firestore", "indexes", "functions", "traffic", "hosting", "validate")
    ]
    assert world.schema.applied == ["0009_more.sql"]


def test_record(world: World) -> None:
    """The record has the new revisions, and what was there before."""
    done = world.deploy()
    assert done.state is State.DONE
    assert done.facts["revisions"] == {"generate_story": NEW, "store_api": STORE_NEW}
    assert done.facts["latest"]["generate_story"] == OLD
    assert done.facts["previous"]["generate_story"] == {"shares": {}, "latest": 100, "tags": {}}
    assert done.facts["pins"] == {}


def test_output_is_kept(world: World) -> None:
    """What firebase printed is kept in the operation's folder."""
    done = world.deploy()
    kept = (world.folder / done.id / "functions.txt").read_text()
    assert "deploy -P production --only functions --non-interactive" in kept
    assert "deploying functions" in kept


def test_partial(world: World) -> None:
    """A partial deploy names its functions, and touches nothing else."""
    world.schema.lacks = ["0009_more.sql"]
    world.deploy("generate_story")
    assert world.firebase.asked == ["functions:generate_story"]
    assert world.schema.applied == []
    assert world.serving("store_api") == {"store-api-00001-loc": 100}


def test_partial_with_tables(world: World) -> None:
    """A partial deploy of what uses the tables migrates first."""
    world.schema.lacks = ["0009_more.sql"]
    world.deploy("store_api")
    assert world.schema.applied == ["0009_more.sql"]
    assert world.firebase.asked == ["functions:store_api"]


def test_indexes(world: World) -> None:
    """The functions wait for the indexes."""
    world.building = [["stories (a, b)"], ["stories (a, b)"]]
    world.deploy()
    assert world.waited == [10.0, 10.0]
    assert "  1 indexes are being built: stories (a, b)" in world.lines


def test_indexes_never(world: World) -> None:
    """Where an index is never built, no function is deployed."""
    world.building = [["stories (a, b)"]] * 100
    with pytest.raises(OperationError, match=r"still builds 1 indexes.*--resume"):
        world.deploy()
    assert world.firebase.asked == ["firestore"]
    assert world.last is not None
    assert world.last.state is State.STOPPED


def test_rules_refused(world: World) -> None:
    """Where firebase fails, its last lines are shown, and nothing after it is done."""
    world.firebase.codes = {"firestore": 1}
    with pytest.raises(OperationError, match=r"only firestore failed[\s\S]*it ends with 1"):
        world.deploy()
    assert world.serving() == {OLD: 100}


def test_half_done(world: World) -> None:
    """Where some functions failed, it says which are new and which are not."""
    world.firebase.broken = {"store_api": "the container failed to start"}
    with pytest.raises(OperationError, match=r"New: generate_story\. Not new: store_api") as error:
        world.deploy()
    assert error.value.exit_code == 4
    assert "the container failed to start" in str(error.value)
    assert world.serving() == {NEW: 100}


def test_half_done_resumed(world: World) -> None:
    """To go on deploys the rest alone."""
    world.firebase.broken = {"store_api": "the container failed to start"}
    with pytest.raises(OperationError):
        world.deploy()
    world.firebase.broken = {}
    assert world.last is not None
    done = world.go_on(world.last, Wish())
    assert world.firebase.asked[2:] == ["functions:store_api", "hosting"]
    assert done.facts["revisions"] == {"generate_story": NEW, "store_api": "store-api-00003-loc"}


def test_unchanged(world: World) -> None:
    """A function that firebase passes by is left alone, and said."""
    world.firebase.skipped = {"store_api"}
    done = world.deploy()
    assert done.facts["unchanged"] == ["store_api"]
    assert "left alone: store_api" in (done.said("functions") or "")


def test_unpin(world: World) -> None:
    """An earlier pin is ended once the functions are there."""
    world.split(all_on(OLD))
    world.deploy(unpin=True)
    assert world.serving() == {NEW: 100}


def test_pinned_meanwhile(world: World) -> None:
    """A pin that is made while the functions are deployed is left to whoever made it."""
    world.firebase.meddle = lambda: world.split(all_on(OLD))
    with pytest.raises(OperationError, match=r"not all traffic.*00001-loc serves 100 %.*--unpin"):
        world.deploy()
    assert world.serving() == {OLD: 100}


@pytest.mark.parametrize("unpin", [True, False])
def test_deployed_meanwhile(world: World, monkeypatch: pytest.MonkeyPatch, *, unpin: bool) -> None:
    """Without a canary, too, what somebody else has deployed meanwhile is not taken for ours."""
    if unpin:
        world.split(all_on(OLD))
    deploy = functions.deploy

    def also_by_hand(desk: Desk) -> None:
        deploy(desk)
        world.make("generate_story")

    monkeypatch.setattr(functions, "deploy", also_by_hand)
    with pytest.raises(BusyError, match="00003-loc is newer than generate-story-00002-loc"):
        world.deploy(unpin=unpin)
    assert world.serving() == {OLD if unpin else "generate-story-00003-loc": 100}


def test_not_valid(world: World) -> None:
    """Without a canary a bad validate takes nothing back, and fails the deploy."""
    world.verdicts = {1: RED}
    with pytest.raises(FailedError, match=r"A story is told: 503.*scripts/rollback"):
        world.deploy()
    assert world.serving() == {NEW: 100}


def test_locked(world: World) -> None:
    """While somebody else is at it, nothing is begun."""
    world.book.lock = Lock("other", "rollback", "bob", START, START + LEASE)
    with pytest.raises(BusyError, match="bob"):
        world.deploy()
    assert world.firebase.asked == []


def test_taken_over(world: World) -> None:
    """Whose place is taken stops before the next step."""
    world.building = [["stories (a, b)"]]
    other = Lock("other", "rollback", "bob", START, START + LEASE)
    world.firebase.meddle = lambda: setattr(world.book, "lock", other)
    with pytest.raises(LostError):
        world.deploy()
    assert world.firebase.asked == ["firestore", "functions"]
    assert world.book.lock is other


def test_by_force(world: World) -> None:
    """Somebody else's place can be taken."""
    world.book.lock = Lock("other", "rollback", "bob", START, START + LEASE)
    done = world.go_on(world.record(Wish()), Wish(), by_force=True)
    assert done.state is State.DONE
