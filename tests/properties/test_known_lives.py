"""Lives of a story that are too rare to be met by chance."""

from collections.abc import Iterator

import pytest

from conteur.domain.budget import BudgetRule
from conteur.domain.lease import CHECKPOINT_SECONDS, LEASE_SECONDS
from conteur.domain.quota import Tier
from conteur.domain.story import State
from conteur.domain.story_request import StoryRequest
from conteur.errors import InProgressError
from tests.properties.calls import Call
from tests.properties.instance import Instance, deliver, sweep
from tests.properties.promises import Promises
from tests.properties.stage import Stage
from tests.properties.strands import Strand, Verdict

REQUEST = StoryRequest(
    request_id="4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f", prompt="a fox", language="en", words=50
)
TO_THE_END = 100


class Life:
    """One story of one user, asked for by one call after the other."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.stage.check = Promises(self.stage).check
        self.instance = Instance(self.stage, BudgetRule())

    def ask(self) -> Strand:
        call = Call("alice", REQUEST, f"holder{len(self.stage.calls)}", Tier.SIGNED_IN, shard=0)
        self.instance.call(call)
        assert call.strand
        return call.strand

    def go_to(self, strand: Strand, at: str) -> None:
        while not any(stop.at == at for stop in strand.stops.values()):
            assert strand.stops, f"{strand.name} ended before {at}"
            self.stage.play(strand, 1)

    def meet(self, strand: Strand, at: str, verdict: Verdict) -> None:
        self.go_to(strand, at)
        self.stage.step(strand, "", verdict)

    def end(self, strand: Strand) -> None:
        self.stage.play(strand, TO_THE_END)

    def states(self) -> list[State]:
        return [kept.state for kept in self.stage.store.kept.values()]


@pytest.fixture
def life() -> Iterator[Life]:
    life = Life()
    yield life
    for strand in life.stage.strands:
        if not strand.ended:
            strand.kill()


def test_a_lease_that_is_renewed_while_a_sweep_looks_is_not_swept(life: Life) -> None:
    """A checkpoint that comes late, yet before the sweep's write, keeps its story alive."""
    life.go_to(life.ask(), "model")
    life.stage.timers.pass_time(CHECKPOINT_SECONDS)
    checkpoint = life.stage.strands[-1]
    life.stage.timers.pass_time(LEASE_SECONDS)
    sweeping = sweep(life.stage, backwards=False)
    life.go_to(sweeping, "sweep")
    life.end(checkpoint)
    life.end(sweeping)
    assert life.states() == [State.PROCESSING]


def test_a_late_save_over_a_sleeper_is_the_one_story(life: Life) -> None:
    """Who wakes after a late save has ended its story is not told that its own text is kept."""
    first = life.ask()
    life.meet(first, "complete", Verdict.FAIL)
    life.end(first)
    life.stage.timers.pass_time(LEASE_SECONDS + 1)
    sleeper = life.ask()
    life.go_to(sleeper, "model")
    life.stage.clock.advance(LEASE_SECONDS + 1)
    life.end(deliver(life.stage, *life.stage.outbox.unsaved.values()))
    life.end(sleeper)
    assert life.states() == [State.COMPLETED]


def test_a_late_save_waits_for_who_tells_the_story_now(life: Life) -> None:
    """While another attempt's lease is alive, what the outbox brings is not put in."""
    first = life.ask()
    life.meet(first, "complete", Verdict.FAIL)
    life.end(first)
    life.stage.timers.pass_time(LEASE_SECONDS + 1)
    life.go_to(life.ask(), "model")
    delivery = deliver(life.stage, *life.stage.outbox.unsaved.values())
    life.end(delivery)
    assert isinstance(delivery.error, InProgressError)
