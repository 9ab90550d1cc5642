"""A canary against the stand-in for Cloud Run."""

import grpc
import pytest

from scripts.local.standins.cloud_run.services import denied
from scripts.local.standins.server import Fault
from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.errors import BusyError, OperationError
from scripts.ops.operations.record import Record, State
from scripts.ops.rollout.wish import read
from scripts.ops.traffic.error_rates import Rate
from scripts.ops.traffic.split import CANARY, all_on, between, follows_latest

from .world import NEW, OLD, RED, START, STORE_NEW, STORE_OLD, World

STEPS = (5, 50, 100)


def resume(world: World) -> Record:
    assert world.last is not None
    return world.go_on(world.last, read(world.last.asked))


def test_steps(world: World) -> None:
    """The new revision is looked at by its tag at each step, then as everybody gets it."""
    world.deploy(percents=STEPS)
    assert world.looked == [
        (CANARY, {OLD: 100}),
        (CANARY, {OLD: 95, NEW: 5}),
        (CANARY, {OLD: 50, NEW: 50}),
        (CANARY, {NEW: 100}),
        ("", {NEW: 100}),
    ]


def test_together(world: World) -> None:
    """All functions of a deploy are shifted together."""
    seen: list[dict[str, int]] = []
    world.hooks = {3: lambda: seen.append(world.serving("store_api"))}
    world.deploy(percents=STEPS)
    assert seen == [{STORE_OLD: 50, STORE_NEW: 50}]


def test_unpinned(world: World) -> None:
    """At the end each service follows its newest revision, and the tag is gone."""
    world.deploy(percents=STEPS)
    state = world.platform.service("generate_story")
    assert state is not None
    assert state.split == follows_latest()
    assert world.firebase.asked == ["firestore", "functions", "hosting"]


def test_record(world: World) -> None:
    """The record has the pins, the new revisions and the steps that are done."""
    done = world.deploy(percents=STEPS)
    assert done.facts["pins"] == {"generate_story": OLD, "store_api": STORE_OLD}
    assert done.facts["revisions"] == {"generate_story": NEW, "store_api": STORE_NEW}
    assert done.facts["canary"] == [5, 50, 100]


def test_watched(world: World) -> None:
    """Each step is watched, and says how long that still takes."""
    world.deploy(percents=STEPS)
    assert world.waited == [30.0] * 10 * len(STEPS)
    assert "  watching 5 %: 270 s to go" in world.lines


def test_other_tags(world: World) -> None:
    """Tags that are not ours are kept."""
    world.split(follows_latest({"mine": OLD}))
    world.deploy(percents=STEPS)
    state = world.platform.service("generate_story")
    assert state is not None
    assert state.split == follows_latest({"mine": OLD})


def test_ready_by_itself(world: World) -> None:
    """A revision is new although Cloud Run does not call it the latest ready one yet."""
    world.run.ready_lags = True
    done = world.deploy(percents=STEPS)
    assert done.facts["revisions"]["generate_story"] == NEW
    assert world.serving() == {NEW: 100}


def test_unchanged(world: World) -> None:
    """A function without a new revision is not shifted, and follows its newest one again."""
    world.firebase.skipped = {"store_api"}
    done = world.deploy(percents=STEPS)
    state = world.platform.service("store_api")
    assert state is not None
    assert (done.facts["unchanged"], state.split) == (["store_api"], follows_latest())


def test_left_over(world: World) -> None:
    """A revision that an earlier deploy left without traffic goes through the canary now."""
    world.deploy()
    world.split(all_on(OLD))
    world.firebase.skipped = {"generate_story"}
    done = world.deploy(percents=STEPS)
    assert done.facts["revisions"]["generate_story"] == NEW
    assert (CANARY, {OLD: 95, NEW: 5}) in world.looked


def test_quarantined(world: World) -> None:
    """One in quarantine does not: it goes back before anything was shifted."""
    world.deploy()
    world.split(all_on(OLD))
    world.firebase.skipped = {"generate_story"}
    world.book.quarantine(Quarantined(NEW, "it failed", "ada", START))
    with pytest.raises(OperationError, match=r"in quarantine \(it failed\)") as error:
        world.deploy(percents=STEPS)
    assert error.value.exit_code == 5


def test_pin_not_held(world: World) -> None:
    """Where the deploy moves traffic in spite of the pin, it is sent back at once."""
    world.firebase.meddle = lambda: world.split(follows_latest())
    with pytest.raises(OperationError, match="did not keep the pin of generate_story") as error:
        world.deploy(percents=STEPS)
    assert error.value.exit_code == 4
    assert world.serving() == {OLD: 100}


def test_half_done(world: World) -> None:
    """Where some functions failed, all traffic stays where it was pinned."""
    world.firebase.broken = {"store_api": "the container failed to start"}
    with pytest.raises(OperationError, match="stays where it was pinned"):
        world.deploy(percents=STEPS)
    assert (world.serving(), world.serving("store_api")) == ({OLD: 100}, {STORE_OLD: 100})


def test_half_done_resumed(world: World) -> None:
    """To go on deploys the rest, and goes through the canary with all of them."""
    world.firebase.broken = {"store_api": "the container failed to start"}
    with pytest.raises(OperationError):
        world.deploy(percents=STEPS)
    world.firebase.broken = {}
    done = resume(world)
    assert world.firebase.asked[2:] == ["functions:store_api", "hosting"]
    assert done.state is State.DONE
    assert world.serving("store_api") == {"store-api-00003-loc": 100}


def test_somebody_else(world: World) -> None:
    """Where a person has moved traffic meanwhile, it stops, and what they did stays."""
    world.hooks = {2: lambda: world.split(between(OLD, NEW, 30))}
    with pytest.raises(BusyError, match="Somebody else has moved the traffic of generate_story"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD: 70, NEW: 30}


def test_conflict(world: World) -> None:
    """Where it is the moment between reading and moving, the etag stops it likewise."""
    world.hooks = {
        2: lambda: setattr(world.services, "fault", Fault(grpc.StatusCode.ABORTED, methods=UPDATES))
    }
    with pytest.raises(BusyError, match="somebody else has changed generate_story"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD: 95, NEW: 5}


def test_denied(world: World) -> None:
    """Without the right to move traffic nothing is deployed, and the role is named."""
    world.services.fault = denied("run.services.update", "generate-story", *UPDATES)
    with pytest.raises(OperationError, match=r"roles/run\.developer"):
        world.deploy(percents=STEPS)
    assert "functions" not in world.firebase.asked


def test_slow_operation(world: World) -> None:
    """A move that does not end stops the deploy, which can be gone on with."""
    world.hooks = {2: lambda: setattr(world.run.operations, "takes", None)}
    with pytest.raises(OperationError, match="has not moved within 10 s"):
        world.deploy(percents=STEPS)
    world.run.operations.takes = 0
    world.run.operations.finish()
    assert resume(world).state is State.DONE


@pytest.mark.parametrize("look", [1, 2, 3, 4, 5])
def test_not_valid(world: World, look: int) -> None:
    """A bad validate at any step sends all traffic back."""
    world.verdicts = {look: RED}
    with pytest.raises(OperationError, match="A story is told: 503") as error:
        world.deploy(percents=STEPS)
    assert error.value.exit_code == 5
    assert (world.serving(), world.serving("store_api")) == ({OLD: 100}, {STORE_OLD: 100})


def test_gone_back(world: World) -> None:
    """What went back is in quarantine, announced, and the old revision is validated."""
    world.verdicts = {2: RED}
    with pytest.raises(OperationError, match="What serves again: well"):
        world.deploy(percents=STEPS)
    assert set(world.book.quarantined()) == {NEW, STORE_NEW}
    assert world.announced == 1
    assert world.looked[-1] == ("", {OLD: 100})
    assert world.last is not None
    assert world.last.state is State.WENT_BACK


def test_not_announced(world: World) -> None:
    """That nobody could be told keeps nothing from going back."""
    world.verdicts, world.announcing = {2: RED}, OperationError("no right")
    with pytest.raises(OperationError, match="The new revisions are bad"):
        world.deploy(percents=STEPS)
    assert "Announce it: nobody was told, for it failed: no right" in world.lines


def test_unchanged_back(world: World) -> None:
    """A function without a new revision gets back the traffic that it had: it is not pinned."""
    world.firebase.skipped, world.verdicts = {"store_api"}, {2: RED}
    with pytest.raises(OperationError, match="The new revisions are bad"):
        world.deploy(percents=STEPS)
    state = world.platform.service("store_api")
    assert state is not None
    assert state.split == follows_latest()
    assert set(world.book.quarantined()) == {NEW}


def test_both_bad(world: World) -> None:
    """Where the old revision fails too, that is said: it is not the deploy's fault alone."""
    world.verdicts = {2: RED, 3: RED}
    with pytest.raises(OperationError, match="it fails too"):
        world.deploy(percents=STEPS)


def test_errors(world: World) -> None:
    """A new revision that fails more than the old one goes back."""
    world.rates = {OLD: Rate(400, 4), NEW: Rate(40, 4)}
    with pytest.raises(OperationError, match=r"new 10\.00 % of 40 calls failed") as error:
        world.deploy(percents=STEPS)
    assert error.value.exit_code == 5
    assert world.serving() == {OLD: 100}


def test_errors_of_both(world: World) -> None:
    """Where both fail alike, the deploy is not what is bad."""
    world.rates = {OLD: Rate(400, 40), NEW: Rate(40, 4)}
    assert world.deploy(percents=STEPS).state is State.DONE


def test_errors_later(world: World) -> None:
    """Near the end the old revision is known by what it did at the steps before."""
    world.rates = {OLD: Rate(400, 4), NEW: Rate(40, 0)}
    late = {OLD: Rate(0, 0), NEW: Rate(400, 40)}
    world.hooks = {4: lambda: setattr(world, "rates", late)}
    with pytest.raises(OperationError, match="too many calls fail"):
        world.deploy(percents=STEPS)


def test_not_back(world: World) -> None:
    """Going back leaves what a person has moved, and sends back all the rest."""
    world.verdicts = {2: RED}
    world.hooks = {2: lambda: world.split(between(OLD, NEW, 30))}
    with pytest.raises(BusyError, match="All others are back"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD: 70, NEW: 30}
    assert world.serving("store_api") == {STORE_OLD: 100}


def test_back_resumed(world: World) -> None:
    """Going back that was cut off is gone on with."""
    world.verdicts = {2: RED}
    world.hooks = {2: lambda: world.split(between(OLD, NEW, 30))}
    with pytest.raises(BusyError):
        world.deploy(percents=STEPS)
    world.split(between(OLD, NEW, 50, {CANARY: NEW}))
    with pytest.raises(OperationError, match="The new revisions are bad"):
        resume(world)
    assert world.serving() == {OLD: 100}


UPDATES = frozenset({"UpdateService"})
