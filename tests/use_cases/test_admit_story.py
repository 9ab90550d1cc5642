"""Admitting a story: bounded in time, within its user's limits, and sure of its own writes."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from conteur.domain.budget import BudgetRule
from conteur.domain.deadline import Deadline
from conteur.domain.lease import LEASE_SECONDS
from conteur.domain.quota import Allowance, Excess, Limits, QuotaRule, Tier, next_day
from conteur.domain.story import State, StoryFailure
from conteur.errors import (
    BudgetError,
    ConcurrencyError,
    ConteurError,
    DeadlineError,
    InProgressError,
    OpenAIError,
    OpenAIFailure,
    OutputBlockedError,
    Phase,
    RequestIdReusedError,
    UserQuotaError,
)
from conteur.use_cases.admit_story import ADMISSION_SECONDS, UNDO_SECONDS, Admitted, new_holder
from conteur.use_cases.budget_watch import READ_EVERY_SECONDS
from conteur.use_cases.door import LONGEST_MEMORY_SECONDS, Door
from conteur.use_cases.orders import ToldStory
from tests.fake_store import Shard
from tests.fakes import FakeClock
from tests.stories import FINISHED
from tests.use_cases.conftest import DAY, REQUEST, Counters, StoryWorld

KEY = ("alice", REQUEST.request_id)
SECOND = replace(REQUEST, request_id="second")
OUTAGE = OpenAIError("down", OpenAIFailure.OUTAGE)
NOTHING = Counters(reserved=100, given_back=100)
SECONDS_TO_MIDNIGHT = 86_400 - 1000


class Admission(StoryWorld):
    """The use case over fakes; `ask` sends a request with the seconds that it has left."""

    def ask(self, seconds: float = 28, new_holder: Callable[[], str] = new_holder) -> Admitted:
        deadline = Deadline(self.clock.monotonic() + seconds)
        admit = replace(self.admit(), new_holder=new_holder)
        admitted = admit(replace(self.order(), deadline=deadline))
        assert isinstance(admitted, Admitted)
        self.door.leave(self.uid, admitted.lease.story_id)  # as if another instance told it
        return admitted

    def replay(self) -> ToldStory:
        told = self.admit()(self.order())
        assert isinstance(told, ToldStory)
        return told

    def complete(self) -> None:
        self.stories.complete(self.ask().lease, FINISHED, 1)

    def fail(self, error: ConteurError) -> StoryFailure:
        failure = StoryFailure.of(error, "Once ", self.clock.now())
        self.stories.fail(self.ask().lease, failure, 1)
        return failure

    def limit(self, stories_a_day: int = 20, at_once: int = 2) -> None:
        self.quota = QuotaRule(signed_in=Limits(stories_a_day, at_once))

    def calls(self, action: Callable[[], object]) -> list[str]:
        """Return the store's calls during `action`, which may be refused."""
        methods: list[str] = []
        self.stories.on_call = methods.append
        try:
            action()
        except ConteurError as error:
            methods.append(error.reason)
        return methods


@pytest.fixture
def admission() -> Admission:
    return Admission()


def test_a_claim_bears_its_holder(admission: Admission) -> None:
    """What a claim writes can be told from what any other claim writes."""
    lease = admission.ask(new_holder=lambda: "mine").lease
    assert lease.holder == admission.stories.kept[KEY].holder == "mine"


def test_every_claim_has_a_holder_of_its_own() -> None:
    """Two claims are never taken for each other."""
    assert new_holder() != new_holder()


def test_a_claim_is_counted(admission: Admission) -> None:
    """An admitted story is one of its user's, is running, and has its quote reserved."""
    admitted = admission.ask()
    assert admission.counters() == Counters(stories=1, running=1, reserved=100)
    assert admitted.allowance.remaining == 19
    assert admitted.allowance.resets.isoformat() == "2026-01-02T00:00:00+00:00"


def test_a_claim_whose_answer_is_lost_is_held(admission: Admission) -> None:
    """A claim that was written goes on with its lease, though its answer was lost."""
    admission.stories.lose_claim_answers = True
    lease = admission.ask().lease
    kept = admission.stories.kept[KEY]
    assert (lease.attempt, lease.fence, lease.holder) == (1, kept.fence, kept.holder)
    assert admission.counters() == Counters(stories=1, running=1, reserved=100)


def test_a_lost_answer_over_the_limit(admission: Admission) -> None:
    """A claim that was written, its answer lost, and is one too many leaves nothing behind."""
    admission.stories.lose_claim_answers = True
    admission.limit(stories_a_day=0)
    with pytest.raises(UserQuotaError):
        admission.ask()
    assert (admission.stories.kept, admission.counters()) == ({}, NOTHING)


def test_a_lost_answer_of_a_user_refused_meanwhile(admission: Admission) -> None:
    """A claim whose user is told here to wait, before it finds itself again, is taken back."""
    admission.stories.lose_claim_answers = True
    admission.stories.on_call = lambda method: _refuse(admission.door) if method == "read" else None
    with pytest.raises(ConcurrencyError):
        admission.ask()
    assert (admission.stories.kept, admission.counters()) == ({}, NOTHING)


def test_a_claim_takes_one_round_trip(admission: Admission) -> None:
    """Where all is well nothing is read."""
    assert admission.calls(admission.ask) == ["claim"]


def test_anothers_claim_is_in_progress(admission: Admission) -> None:
    """The same request, sent while its story is told, gets no second lease, and is not counted."""
    admission.ask()
    with pytest.raises(InProgressError):
        admission.ask()
    assert admission.counters() == Counters(stories=1, running=1, reserved=100)


def test_a_dead_attempt_is_taken_over(admission: Admission) -> None:
    """A story whose lease is over is told by the next attempt, for one charge."""
    admission.ask()
    admission.clock.advance(LEASE_SECONDS)
    assert admission.ask().lease.attempt == 2
    assert admission.counters() == Counters(1, 1, reserved=200, given_back=100)


def test_a_failed_story_is_taken_over(admission: Admission) -> None:
    """A story that failed for a passing reason is charged again when it is told again."""
    admission.fail(OUTAGE)
    assert admission.counters() == NOTHING
    assert admission.ask().lease.attempt == 2
    assert admission.counters() == Counters(1, 1, reserved=200, given_back=100)


def test_a_lost_race_is_not_counted(admission: Admission) -> None:
    """Of two that take the same story over, one is told to wait, and one is charged."""
    admission.fail(OUTAGE)
    first = True

    def overtake(method: str) -> None:
        nonlocal first
        if method == "take_over" and first:
            first = False
            admission.ask()

    admission.stories.on_call = overtake
    with pytest.raises(InProgressError):
        admission.ask()
    assert admission.counters() == Counters(1, 1, reserved=200, given_back=100)


def test_a_withdrawn_claim_is_not_in_the_way(admission: Admission) -> None:
    """A claim that met another's, which is gone when it is read, claims once more."""
    other = admission.ask().lease

    def withdraw(method: str) -> None:
        if method == "read":
            admission.stories.on_call = lambda _method: None
            admission.stories.withdraw(other, 1)

    admission.stories.on_call = withdraw
    assert admission.ask().lease.attempt == 1
    assert admission.counters() == Counters(1, 1, reserved=200, given_back=100)


def test_a_favourite_is_not_in_the_way(admission: Admission) -> None:
    """A story that its owner writes to, between the look and the take-over, is looked at again."""
    admission.fail(OUTAGE)

    def mark(method: str) -> None:
        if method == "take_over":
            admission.stories.on_call = lambda _method: None
            kept = admission.stories.kept[KEY]
            admission.stories.kept[KEY] = replace(kept, fence="another write")

    admission.stories.on_call = mark
    assert admission.ask().lease.attempt == 2


def test_a_claim_before_midnight_counts_there(admission: Admission) -> None:
    """What is left, and until when, is said of the day that the story is charged to."""
    begun = admission.clock.now()
    admission.stories.on_call = lambda _method: admission.clock.advance(1)
    admission.clock.advance(SECONDS_TO_MIDNIGHT - 0.5)
    assert admission.ask().allowance == Allowance(19, next_day(begun))


def test_a_user_over_the_limit_is_refused(admission: Admission) -> None:
    """A story too many for the day is refused until midnight, and leaves nothing behind."""
    admission.limit(stories_a_day=0)
    with pytest.raises(UserQuotaError) as refused:
        admission.ask()
    assert refused.value.retry_after_seconds == SECONDS_TO_MIDNIGHT
    assert (admission.stories.kept, admission.counters()) == ({}, NOTHING)


def test_too_many_at_once_are_refused(admission: Admission) -> None:
    """A story too many at once is refused for a moment, and the first one goes on."""
    admission.limit(at_once=1)
    admission.ask()
    with pytest.raises(ConcurrencyError) as refused:
        admission.admit()(admission.order(SECOND))
    assert refused.value.retry_after_seconds == 2
    assert list(admission.stories.kept) == [KEY]
    assert admission.counters() == Counters(1, 1, reserved=200, given_back=100)


def test_the_last_story_of_the_day(admission: Admission) -> None:
    """A user may have all the stories that the limit names, and learns that none is left."""
    admission.limit(stories_a_day=1, at_once=1)
    assert admission.ask().allowance.remaining == 0


def test_anonymous_users_have_their_own_limits(admission: Admission) -> None:
    """Who gave no name has the smaller limits."""
    admission.quota = QuotaRule(Limits(20, 2), anonymous=Limits(2, 1))
    admission.tier = Tier.ANONYMOUS
    assert admission.ask().allowance.remaining == 1
    with pytest.raises(ConcurrencyError):
        admission.admit()(admission.order(SECOND))


def test_a_replay_is_free(admission: Admission) -> None:
    """A user who may not have another story is still told again what is kept."""
    admission.limit(stories_a_day=1)
    admission.complete()
    with pytest.raises(UserQuotaError):
        admission.admit()(admission.order(SECOND))
    before = admission.counters()
    told = admission.replay()
    assert (told.replayed, told.story, told.allowance.remaining) == (True, FINISHED, 0)
    assert admission.counters() == before


def test_a_lasting_failure_is_free(admission: Admission) -> None:
    """A user who is over the limit hears the same failure again, not of the limit."""
    admission.fail(OutputBlockedError("refused"))
    admission.limit(stories_a_day=0)
    for _ in range(2):
        with pytest.raises(OutputBlockedError, match="refused"):
            admission.ask()
    assert admission.counters() == NOTHING


def test_another_request_of_the_same_id(admission: Admission) -> None:
    """Another body under a known id is refused, and counts nowhere."""
    admission.ask()
    with pytest.raises(RequestIdReusedError):
        admission.admit()(admission.order(replace(REQUEST, prompt="a bear")))
    assert admission.counters() == Counters(1, 1, reserved=100)


def test_a_refused_take_over_puts_the_failure_back(admission: Admission) -> None:
    """A failed story that its user may not have told again stays as it had ended."""
    failure = admission.fail(OUTAGE)
    admission.limit(stories_a_day=0)
    with pytest.raises(UserQuotaError):
        admission.ask()
    kept = admission.stories.kept[KEY]
    assert (kept.state, kept.failure, kept.released) == (State.FAILED, failure, "Once ")
    assert admission.counters() == Counters(reserved=200, given_back=200)


def test_a_refused_take_over_ends_a_dead_attempt(admission: Admission) -> None:
    """A dead attempt's story, which its user may not have told again, ends as interrupted."""
    admission.ask()
    admission.clock.advance(LEASE_SECONDS)
    admission.limit(stories_a_day=0)
    with pytest.raises(UserQuotaError):
        admission.ask()
    failure = admission.stories.kept[KEY].failure
    assert failure is not None
    assert (failure.reason, failure.retryable) == ("STORY_INTERRUPTED", True)
    assert admission.counters() == Counters(reserved=200, given_back=200)


def test_a_known_refusal_writes_nothing(admission: Admission) -> None:
    """A user who was just refused is refused again for one read, and raises no counter."""
    admission.limit(stories_a_day=0)
    assert admission.calls(admission.ask) == ["claim", "withdraw", "USER_QUOTA"]
    assert admission.calls(admission.ask) == ["read", "USER_QUOTA"]


def test_a_known_refusal_takes_nothing_over(admission: Admission) -> None:
    """A user who is known to be over the limit leaves a failed story as it is."""
    admission.fail(OUTAGE)
    admission.limit(stories_a_day=0)
    refused = ["claim", "read", "take_over", "fail", "USER_QUOTA"]
    assert admission.calls(admission.ask) == refused
    assert admission.calls(admission.ask) == ["read", "USER_QUOTA"]


def test_a_budget_that_is_used_up(admission: Admission) -> None:
    """A story that the day's budget has no room for is refused until midnight, unwritten."""
    admission.budget = BudgetRule(micros_a_day=99)
    with pytest.raises(BudgetError) as refused:
        admission.ask()
    assert refused.value.retry_after_seconds == SECONDS_TO_MIDNIGHT
    assert admission.stories.writes == 0


def test_a_replay_takes_no_room(admission: Admission) -> None:
    """However often a story is told again, the budget keeps its room for the next one."""
    admission.complete()
    admission.budget = BudgetRule(micros_a_day=FINISHED.cost_micros + 100)
    admit = admission.admit()
    for _ in range(3):
        assert isinstance(admit(admission.order()), ToldStory)
    assert isinstance(admit(admission.order(SECOND)), Admitted)


def test_a_story_is_counted_once(admission: Admission) -> None:
    """What an instance has reserved is left to the next reading, which finds what it has cost."""
    admission.budget = BudgetRule(micros_a_day=FINISHED.cost_micros + 100)
    admit = admission.admit()
    first = admit(admission.order())
    assert isinstance(first, Admitted)
    admission.stories.complete(first.lease, FINISHED, 1)
    for _ in range(2):
        admission.clock.advance(READ_EVERY_SECONDS)
        admit.budget.refresh()
    assert isinstance(admit(admission.order(SECOND)), Admitted)


def test_a_budget_that_others_use_up_meanwhile(admission: Admission) -> None:
    """A story is taken back if a reading shows, while it is claimed, that there is no room."""
    admission.budget = BudgetRule(micros_a_day=150)
    admit = admission.admit()

    def others_reserve(method: str) -> None:
        if method == "claim":
            admission.stories.shards[DAY, 1] = Shard(reserved=100)
            admission.clock.advance(READ_EVERY_SECONDS)
            admit.budget.refresh()

    admission.stories.on_call = others_reserve
    with pytest.raises(BudgetError):
        admit(admission.order())
    assert KEY not in admission.stories.kept
    assert admission.counters() == Counters(reserved=200, given_back=100)


def test_undoing_that_breaks_down_keeps_nobody_out(admission: Admission) -> None:
    """Whatever withdrawing meets, the user's place in this instance is free again."""
    admission.limit(stories_a_day=0, at_once=1)

    def break_down(method: str) -> None:
        if method == "withdraw":
            raise RuntimeError("unforeseen")

    admission.stories.on_call = break_down
    with pytest.raises(RuntimeError):
        admission.ask()
    admission.clock.advance(LONGEST_MEMORY_SECONDS)
    assert admission.door.enter("alice", "another", Limits(20, 1)) is None


def test_what_cannot_be_undone_is_logged(
    admission: Admission, capsys: pytest.CaptureFixture[str]
) -> None:
    """The user hears of the limit also where the store does not take the claim back."""
    admission.limit(stories_a_day=0)
    admission.stories.failures["withdraw"] = DeadlineError("slow", Phase.ADMISSION)
    with pytest.raises(UserQuotaError):
        admission.ask()
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["story_id"]) == ("admission.not_undone", REQUEST.request_id)


def test_a_day_has_its_own_counters(admission: Admission) -> None:
    """A story counts on the day on which it begins, and the next day begins at UTC's midnight."""
    admission.limit(stories_a_day=1)
    admission.clock.advance(SECONDS_TO_MIDNIGHT - 1)
    admission.complete()
    admission.clock.advance(1)
    allowance = admission.admit()(admission.order(SECOND)).allowance
    assert allowance.resets.isoformat() == "2026-01-03T00:00:00+00:00"
    assert (admission.counters().stories, admission.counters("2026-01-02").stories) == (1, 1)


def test_stories_that_run_past_midnight(admission: Admission) -> None:
    """What still runs at midnight counts yesterday: once a day a user may have twice as many."""
    admission.limit(at_once=1)
    admission.clock.advance(SECONDS_TO_MIDNIGHT - 1)
    admission.ask()
    admission.clock.advance(1)
    admission.admit()(admission.order(SECOND))
    assert (admission.counters().running, admission.counters("2026-01-02").running) == (1, 1)


def test_a_take_over_on_the_next_day(admission: Admission) -> None:
    """Yesterday's dead attempt is given back to yesterday, and today's is charged to today."""
    admission.clock.advance(SECONDS_TO_MIDNIGHT - 1)
    admission.ask()
    admission.clock.advance(LEASE_SECONDS)
    admission.ask()
    assert admission.counters(DAY) == NOTHING
    assert admission.counters("2026-01-02") == Counters(1, 1, reserved=100)


def test_admission_has_a_share_of_the_deadline(admission: Admission) -> None:
    """A store that swallows what it is sent costs a reader ADMISSION_SECONDS, not the deadline."""
    admission.ask()
    assert admission.stories.timeouts == [ADMISSION_SECONDS]


def test_round_trips_share_their_time(admission: Admission) -> None:
    """Each round trip of an admission gets what the earlier ones left."""
    admission.ask()
    admission.stories.timeouts.clear()
    admission.clock.advance(LEASE_SECONDS)
    admission.stories.on_call = lambda _method: admission.clock.advance(3)
    admission.ask()
    assert admission.stories.timeouts == [10, 7, 4]


def test_a_nearer_deadline_comes_first(admission: Admission) -> None:
    """A request that has little time left does not get more of it for its admission."""
    admission.ask(seconds=2)
    assert admission.stories.timeouts == [2]


@pytest.mark.parametrize(("seconds", "undoing"), [(28, UNDO_SECONDS), (4, 2), (2, 0.4)])
def test_undoing_ends_with_the_deadline(
    admission: Admission, seconds: float, undoing: float
) -> None:
    """A claim is taken back within the deadline; where none is left, at most 0.4 s after it."""
    admission.limit(stories_a_day=0)
    admission.stories.on_call = lambda _method: admission.clock.advance(2)
    with pytest.raises(UserQuotaError):
        admission.ask(seconds)
    assert admission.stories.timeouts[-1] == undoing


def test_a_request_that_comes_too_late_asks_for_nothing(admission: Admission) -> None:
    """A request whose time is up before it is admitted is told so, and the store hears nothing."""
    with pytest.raises(DeadlineError) as caught:
        admission.ask(seconds=0)
    assert caught.value.facts == {"phase": "admission"}
    assert admission.stories.timeouts == []


def _refuse(door: Door) -> None:
    door.refuse("alice", QuotaRule().signed_in, Excess.AT_ONCE, FakeClock().now())
