"""Admit a story order: claim its document, or settle what is already there."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from conteur.domain.admission import Admission, readmit
from conteur.domain.charge import Charge
from conteur.domain.deadline import Deadline
from conteur.domain.lease import lease_from
from conteur.domain.quota import Allowance, Limits, allowance, counters, day_of, excess
from conteur.domain.story import Claimed, Found, KeptStory, Lease, NewStory, StoryFailure
from conteur.errors import (
    BudgetError,
    ConteurError,
    DeadlineError,
    InProgressError,
    Phase,
    QuotaError,
    RequestIdReusedError,
    StoryInterruptedError,
    recall,
)
from conteur.telemetry import logs
from conteur.use_cases.budget_watch import BudgetWatch
from conteur.use_cases.door import Door
from conteur.use_cases.orders import StoryOrder, ToldStory
from conteur.use_cases.ports import Clock, Stories

ADMISSION_SECONDS = 10.0  # of the deadline at most, for all round trips together
CLAIMS = 2  # what stood in the first one's way may change, or be withdrawn, before it is settled
UNDO_SECONDS = 3.0  # where it is not done by then, the sweep does it
LATE_UNDO_SECONDS = 0.4  # past the deadline: an answer may be a second late, never two

Refusal = QuotaError | BudgetError


def new_holder() -> str:
    """Return a claim's mark, which no other claim has."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Admitted:
    """The right to tell a story, and what is left to its user after it."""

    lease: Lease
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class AdmitStory:
    """The use case, with the ports it needs.

    `quote` says what a story can cost at most (micro-dollars); `shard` draws the part of the
    budget that counts it.
    """

    stories: Stories
    door: Door
    budget: BudgetWatch
    quote: Callable[[StoryOrder], int]
    shard: Callable[[], int]
    clock: Clock
    new_holder: Callable[[], str] = new_holder

    def settled(self, order: StoryOrder) -> ToldStory | None:
        """Return the story if it was told before; None where it would have to be told now.

        Raises RequestIdReusedError, InProgressError, the failure that ended the same request
        for good, or DeadlineError.
        """
        return _Admission(self, order).settled()

    def __call__(self, order: StoryOrder) -> Admitted | ToldStory:
        """Return the right to tell the story, or the story if it was told before.

        Raises RequestIdReusedError, InProgressError, the failure that ended the same request
        for good, QuotaError, BudgetError or DeadlineError.
        """
        return _Admission(self, order).decide()


class _Admission:
    """One order's way in."""

    def __init__(self, admitting: AdmitStory, order: StoryOrder) -> None:
        self._stories = admitting.stories
        self._door = admitting.door
        self._budget = admitting.budget
        self._clock = admitting.clock
        self._began = admitting.clock.monotonic()
        self._limits: Limits = order.limits
        self._budget.limit(order.knobs.budget_micros)
        self._answer_by = order.deadline
        self._deadline = self._admission_deadline(order.deadline)
        self._claim = self._new_claim(admitting, order)

    def decide(self) -> Admitted | ToldStory:
        self._budget.refresh()
        for _ in range(CLAIMS):
            refusal = self._reserve()
            claimed = None
            if refusal is None:
                claimed = self._take(lambda: self._stories.claim(self._claim, self._left()))
            if claimed:
                return self._check(claimed)
            found = self._read()
            settled = self._settle(found.story, found, refusal) if found.story else None
            if settled:
                return settled
            if refusal:
                raise refusal
        raise _in_progress(self._claim.request.request_id)

    def settled(self) -> ToldStory | None:
        found = self._read()
        if found.story is None or readmit(found.story, self._claim) is Admission.TAKE_OVER:
            return None
        settled = self._settle(found.story, found, None)
        return settled if isinstance(settled, ToldStory) else None

    def _read(self) -> Found:
        story_id, day = self._claim.request.request_id, self._claim.charge.day
        return self._stories.read(self._claim.uid, story_id, day, self._left())

    def _settle(
        self, kept: KeptStory, found: Found, refusal: Refusal | None
    ) -> Admitted | ToldStory | None:
        """Decide about a story that is there already, also for a user who may not have another.

        None if it has changed since it was read.
        """
        match readmit(kept, self._claim):
            case Admission.OURS:
                return self._own(kept, found)
            case Admission.REUSED:
                raise RequestIdReusedError(
                    "this requestId belongs to another request: make a new UUID for each story"
                )
            case Admission.REPLAY if kept.finished:
                left = self._allowance(found)
                logs.info("story.replayed", **counters(self._limits, found.standing))
                return ToldStory(kept.story_id, kept.finished, left, replayed=True)
            case Admission.SAME_FAILURE if kept.failure:
                raise recall(kept.failure.reason, kept.failure.message, kept.failure.facts)
            case Admission.TAKE_OVER:
                return self._take_over(kept, refusal)
        raise _in_progress(kept.story_id)

    def _own(self, kept: KeptStory, found: Found) -> Admitted:
        """Return the lease that this very claim got, although the answer to it was lost."""
        claim = self._claim
        lease = Lease(kept.uid, kept.story_id, kept.attempt, kept.fence, claim.holder, claim.charge)
        refusal = self._reserve()
        if refusal:
            self._undo(lease, None)
            raise refusal
        self._budget.written(claim.charge.micros)
        return self._check(Claimed(lease, found.standing))

    def _take_over(self, kept: KeptStory, refusal: Refusal | None) -> Admitted | None:
        refusal = refusal or self._reserve()
        if refusal:
            raise refusal
        claimed = self._take(lambda: self._stories.take_over(kept, self._claim, self._left()))
        return self._check(claimed, self._failure_of(kept)) if claimed else None

    def _check(self, claimed: Claimed, before: StoryFailure | None = None) -> Admitted:
        """Admit what was reserved, or undo it; `before` is how the story had ended, if it had."""
        claim, standing = self._claim, claimed.standing
        over = excess(standing, self._limits)
        refusal: Refusal | None = self._budget.refusal()
        if over:
            had = standing.without_the_claim()
            refusal = self._door.refuse(claim.uid, self._limits, over, claim.started, had)
        if refusal is None:
            self._report(claimed)
            return Admitted(claimed.lease, self._allowance(claimed))
        readings = self._budget.readings
        try:
            self._undo(claimed.lease, before)
        finally:  # whatever undoing meets: who never leaves would be refused for ever
            self._budget.give_back(self._claim.charge.micros, readings)
            self._leave()
        raise refusal

    def _report(self, claimed: Claimed) -> None:
        seconds = self._clock.monotonic() - self._began
        logs.info(
            "story.admitted",
            ms=round(1000 * seconds),
            attempt_number=claimed.lease.attempt,
            **counters(self._limits, claimed.standing),
        )

    def _undo(self, lease: Lease, before: StoryFailure | None) -> None:
        left = self._answer_by.remaining(self._clock.monotonic())
        seconds = min(UNDO_SECONDS, max(LATE_UNDO_SECONDS, left))
        try:
            if before is None:
                self._stories.withdraw(lease, seconds)
            else:
                self._stories.fail(lease, before, seconds)
        except ConteurError as error:
            logs.warning("admission.not_undone", story_id=lease.story_id, problem=error.message)

    def _reserve(self) -> Refusal | None:
        """Count the story as this instance's, or return why it is known that it cannot be."""
        uid, story_id = self._claim.uid, self._claim.request.request_id
        refused = self._door.enter(uid, story_id, self._limits)
        if refused:
            return refused
        unpaid = self._budget.reserve(self._claim.charge.micros)
        if unpaid:
            self._leave()
        return unpaid

    def _leave(self) -> None:
        self._door.leave(self._claim.uid, self._claim.request.request_id)

    def _take(self, take: Callable[[], Claimed | None]) -> Claimed | None:
        claimed = None
        try:
            claimed = take()
        finally:
            if claimed is None:
                self._budget.release(self._claim.charge.micros)
                self._leave()
            else:
                self._budget.written(self._claim.charge.micros)
        return claimed

    def _new_claim(self, admitting: AdmitStory, order: StoryOrder) -> NewStory:
        now = self._clock.now()
        return NewStory(
            uid=order.uid,
            request=order.request,
            fingerprint=order.fingerprint,
            started=now,
            lease_until=lease_from(now),
            holder=admitting.new_holder(),
            charge=Charge(day_of(now), admitting.shard(), admitting.quote(order)),
            sequel=order.sequel,
        )

    def _admission_deadline(self, whole: Deadline) -> Deadline:
        if not whole.remaining(self._began):
            raise DeadlineError(
                "this request's time was up before its turn came: send the same request again "
                "in a moment",
                Phase.ADMISSION,
            )
        return Deadline(min(whole.at, self._began + ADMISSION_SECONDS))

    def _failure_of(self, kept: KeptStory) -> StoryFailure:
        """Return how a story ended that may be taken over; a dead attempt's by its interruption."""
        interruption = StoryInterruptedError.of_a_dead_attempt()
        return kept.failure or StoryFailure.of(interruption, kept.released, self._clock.now())

    def _allowance(self, counted: Claimed | Found) -> Allowance:
        return allowance(counted.standing, self._limits, self._claim.started)

    def _left(self) -> float:
        return self._deadline.remaining(self._clock.monotonic())


def _in_progress(story_id: str) -> InProgressError:
    return InProgressError(
        "this story is being told: follow its document, or send the request again later",
        storyId=story_id,
    )
