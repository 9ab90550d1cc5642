"""Admitting a story: bounded in time, and sure of its own writes."""

from collections.abc import Callable

import pytest

from conteur.domain.deadline import Deadline
from conteur.domain.story import Lease
from conteur.domain.story_request import StoryRequest
from conteur.errors import DeadlineError, InProgressError
from conteur.use_cases.admit_story import ADMISSION_SECONDS, AdmitStory, new_holder
from conteur.use_cases.orders import StoryOrder, ToldStory
from tests.fakes import FakeCancellation, FakeClock, FakeStories

REQUEST = StoryRequest(
    request_id="4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f", prompt="a fox", language="en"
)
LEASE_SECONDS = 60


class Admission:
    """The use case over fakes; `admit` sends the same request with the seconds that it has left."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.stories = FakeStories()

    def admit(
        self, seconds: float = 28, new_holder: Callable[[], str] = new_holder
    ) -> Lease | ToldStory:
        now = self.clock.monotonic()
        order = StoryOrder(
            "alice", REQUEST, now, Deadline(now + seconds), FakeCancellation(self.clock)
        )
        return AdmitStory(self.stories, self.clock, new_holder)(order)


@pytest.fixture
def admission() -> Admission:
    return Admission()


def test_a_claim_bears_its_holder(admission: Admission) -> None:
    """What a claim writes can be told from what any other claim writes."""
    lease = admission.admit(new_holder=lambda: "mine")
    (kept,) = admission.stories.kept.values()
    assert isinstance(lease, Lease)
    assert lease.holder == kept.holder == "mine"


def test_every_claim_has_a_holder_of_its_own() -> None:
    """Two claims are never taken for each other."""
    assert new_holder() != new_holder()


def test_a_claim_whose_answer_is_lost_is_held(admission: Admission) -> None:
    """A claim that was written goes on with its lease, though its answer was lost."""
    admission.stories.lose_claim_answers = True
    lease = admission.admit()
    (kept,) = admission.stories.kept.values()
    assert isinstance(lease, Lease)
    assert (lease.attempt, lease.fence, lease.holder) == (1, kept.fence, kept.holder)


def test_a_claim_takes_one_round_trip(admission: Admission) -> None:
    """Where all is well nothing is read."""
    admission.admit()
    assert len(admission.stories.timeouts) == 1


def test_anothers_claim_is_in_progress(admission: Admission) -> None:
    """The same request, sent while its story is told, gets no second lease."""
    admission.admit()
    with pytest.raises(InProgressError):
        admission.admit()


def test_admission_has_a_share_of_the_deadline(admission: Admission) -> None:
    """A store that swallows what it is sent costs a reader ADMISSION_SECONDS, not the deadline."""
    admission.admit()
    assert admission.stories.timeouts == [ADMISSION_SECONDS]


def test_round_trips_share_their_time(admission: Admission) -> None:
    """Each round trip of an admission gets what the earlier ones left."""
    admission.admit()
    admission.stories.timeouts.clear()
    admission.clock.advance(LEASE_SECONDS)
    admission.stories.on_call = lambda: admission.clock.advance(3)
    admission.admit()
    assert admission.stories.timeouts == [10, 7, 4]


def test_a_nearer_deadline_comes_first(admission: Admission) -> None:
    """A request that has little time left does not get more of it for its admission."""
    admission.admit(seconds=2)
    assert admission.stories.timeouts == [2]


def test_a_request_that_comes_too_late_asks_for_nothing(admission: Admission) -> None:
    """A request whose time is up before it is admitted is told so, and the store hears nothing."""
    with pytest.raises(DeadlineError) as caught:
        admission.admit(seconds=0)
    assert caught.value.facts == {"phase": "admission"}
    assert admission.stories.timeouts == []
