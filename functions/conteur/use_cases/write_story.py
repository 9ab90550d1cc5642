"""Write a story: have a model tell it, again where that helps, and let its prose out at once."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from conteur.domain.circuit import Ticket
from conteur.domain.deadline import Deadline
from conteur.domain.model_events import Usage
from conteur.domain.prices import PriceTable
from conteur.domain.retry import WORTHWHILE_SECONDS, RetryPolicy
from conteur.domain.story import FinishedStory
from conteur.domain.verdicts import may_pass
from conteur.errors import ConteurError, DeadlineError, Phase
from conteur.telemetry import context, logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import MODEL_RETRIES, STORY_COST_MICROS, STORY_TOKENS
from conteur.use_cases.attempt import Attempt
from conteur.use_cases.guarded_model import GuardedModel
from conteur.use_cases.model_route import ModelRoute
from conteur.use_cases.moderation import Moderation
from conteur.use_cases.orders import Heard, StoryOrder, TextListener
from conteur.use_cases.ports import Clock
from conteur.use_cases.strain import Strain


@dataclass(frozen=True, slots=True)
class WriteStory:
    """The use case, with the ports it needs. `models` are by the name that is asked for.

    `jitter` gives a random share from 0 to 1.
    """

    models: Mapping[str, GuardedModel]
    moderation: Moderation
    prices: PriceTable
    policy: RetryPolicy
    clock: Clock
    meter: Aggregate
    jitter: Callable[[], float]

    def __call__(
        self, order: StoryOrder, deadline: Deadline, listener: TextListener, strain: Strain
    ) -> FinishedStory:
        """Return the whole story once a model has ended it, by `deadline`.

        Raises what the last attempt raised (Model.tell's errors, and OpenAIError for a story
        without an end or a text), what moderation raises, CircuitOpenError where no model may
        be asked, ClientGoneError, and DeadlineError (phase admission) where there is no time
        for an attempt.
        """
        with strain.explaining():
            self._check_time(deadline)
        return _Telling(self, order, deadline, listener, strain).tell()

    def _check_time(self, deadline: Deadline) -> None:
        if deadline.remaining(self.clock.monotonic()) < WORTHWHILE_SECONDS:
            raise DeadlineError(
                "There was no time left to tell the story when it could begin. Send the same "
                "request again in a moment.",
                Phase.ADMISSION,
            )


class _Telling:
    """One call's attempts."""

    def __init__(
        self,
        writing: WriteStory,
        order: StoryOrder,
        deadline: Deadline,
        listener: TextListener,
        strain: Strain,
    ) -> None:
        self._writing = writing
        self._order = order
        self._deadline = deadline
        self._strain = strain
        models = [writing.models[name] for name in order.knobs.models]
        self._route = ModelRoute(models, writing.clock)
        self._voice = _Voice(listener)
        self._began = 0.0

    def tell(self) -> FinishedStory:
        flags = self._writing.moderation.check_prompt(self._order, self._deadline)
        story = self._attempts()
        return story if not flags else story.flagged(flags)

    def _attempts(self) -> FinishedStory:
        number, failure = 1, None
        while True:
            model, ticket = self._route.next()
            self._begin(number, failure)
            try:
                return self._try(model, ticket)
            except ConteurError as error:
                wait = self._wait_after(error, number, model)
                self._report(error, model, number, wait)
                if wait is None:
                    raise
                failure = error
            self._order.cancellation.wait(wait)
            number += 1

    def _begin(self, number: int, failure: ConteurError | None) -> None:
        """Note that an attempt begins, and after which failure."""
        context.amend(attempt=number)
        self._began = self._writing.clock.monotonic()
        if failure is not None:
            reason, kind = failure.reason, failure.kind_label
            self._writing.meter.count(MODEL_RETRIES, reason=reason, kind=kind)

    def _try(self, model: GuardedModel, ticket: Ticket) -> FinishedStory:
        heard = self._voice.begin()
        out = self._writing.moderation.released(heard, self._order, self._deadline)
        attempt = Attempt(self._order, out, self._writing.clock, partial(self._spend, model))
        user = pseudonym(self._order.uid)
        with (
            model.attempt(
                ticket, self._order.prompt, self._deadline, self._order.cancellation, user
            ) as events,
            self._strain.explaining(),
        ):
            return attempt.follow(events)

    def _spend(self, model: GuardedModel, usage: Usage) -> int:
        """Count what an answer took, and return what it costs, in micro-dollars."""
        meter, name = self._writing.meter, model.name
        micros = self._writing.prices.cost(name, usage)
        meter.count(STORY_COST_MICROS, micros, model=name)
        meter.count(STORY_TOKENS, usage.input_tokens, model=name, direction="input")
        meter.count(STORY_TOKENS, usage.output_tokens, model=name, direction="output")
        return micros

    def _wait_after(self, error: ConteurError, number: int, model: GuardedModel) -> float | None:
        """Return the seconds to wait before the next attempt; None where there is none."""
        policy = self._writing.policy
        if number >= policy.max_attempts or not may_pass(error):
            return None
        self._route.failed(model, error)
        wait = 0.0
        if not self._route.has_substitute(model):
            backoff = policy.backoff(number, self._writing.jitter())
            wait = max(backoff, self._route.rest())
        left = self._deadline.remaining(self._writing.clock.monotonic())
        return wait if wait + WORTHWHILE_SECONDS <= left else None

    def _report(
        self, error: ConteurError, model: GuardedModel, number: int, wait: float | None
    ) -> None:
        seconds = self._writing.clock.monotonic() - self._began
        known = {"reason": error.reason, **error.traits, "problem": error.message}
        known["ms"] = round(1000 * seconds)
        if wait is not None:
            known["wait_ms"] = round(1000 * wait)
            total = self._writing.policy.max_attempts
            known["next"] = f"Retry attempt {number + 1} of {total} in {wait:.2f} s"
        timed_out = isinstance(error, DeadlineError)
        event = "model.attempt_timeout" if timed_out else "model.attempt_failed"
        logs.warning(event, model=model.name, **known)


class _Voice:
    """Lets the attempts' texts out, and takes one's back when the next has text of its own.

    Not before: what the reader sees stays until there is something better, and is what is kept
    if nothing better comes.
    """

    def __init__(self, listener: TextListener) -> None:
        self._listener = listener
        self._speaking = False
        self._stale = False

    def begin(self) -> Heard:
        """Begin the next attempt."""
        self._stale = self._speaking
        return self._hear

    def _hear(self, text: str) -> None:
        if self._stale:
            self._stale = False
            self._listener.taken_back()
        self._speaking = True
        self._listener.heard(text)


def pseudonym(uid: str) -> str:
    """Return what the model's provider knows a user by: stable, and not the user's id.

    OpenAI asks for a hashed identifier (platform.openai.com/docs/guides/safety-best-practices).
    """
    return hashlib.sha256(f"conteur:{uid}".encode()).hexdigest()[:32]
