"""Write a story: have a model tell it, again where that helps, and let its prose out at once."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from conteur.domain.deadline import Deadline
from conteur.domain.prompt_book import PromptBook
from conteur.domain.retry import WORTHWHILE_SECONDS, RetryPolicy, may_pass
from conteur.domain.story import FinishedStory
from conteur.errors import ConteurError
from conteur.telemetry import context, logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import MODEL_RETRIES
from conteur.use_cases.attempt import Attempt
from conteur.use_cases.guarded_model import GuardedModel
from conteur.use_cases.model_route import ModelRoute
from conteur.use_cases.orders import Heard, StoryOrder, TextListener
from conteur.use_cases.ports import Clock


@dataclass(frozen=True, slots=True)
class WriteStory:
    """The use case, with the ports it needs. `models` are in the order of preference.

    `jitter` gives a random share from 0 to 1.
    """

    models: Sequence[GuardedModel]
    prompts: PromptBook
    policy: RetryPolicy
    clock: Clock
    meter: Aggregate
    jitter: Callable[[], float]

    def __call__(
        self, order: StoryOrder, deadline: Deadline, listener: TextListener
    ) -> FinishedStory:
        """Return the whole story once a model has ended it, by `deadline`.

        Raises what the last attempt raised (Model.tell's errors, and OpenAIError for a story
        without an end or a text), CircuitOpenError where no model may be asked, and
        ClientGoneError.
        """
        return _Telling(self, order, deadline, listener).tell()


class _Telling:
    """One call's attempts."""

    def __init__(
        self, writing: WriteStory, order: StoryOrder, deadline: Deadline, listener: TextListener
    ) -> None:
        self._writing = writing
        self._order = order
        self._deadline = deadline
        self._route = ModelRoute(writing.models, writing.clock)
        self._voice = _Voice(listener)
        self._prompt = writing.prompts.compose(order.request)

    def tell(self) -> FinishedStory:
        attempt = 1
        while True:
            context.amend(attempt=attempt)
            model = self._route.next()
            try:
                return self._try(model)
            except ConteurError as error:
                wait = self._wait_after(error, attempt, model)
                self._report(error, model, attempt, wait)
                if wait is None:
                    raise
            self._order.cancellation.wait(wait)
            attempt += 1

    def _try(self, guarded: GuardedModel) -> FinishedStory:
        attempt = Attempt(self._order, self._voice.begin(), self._writing.clock)
        user = pseudonym(self._order.uid)
        with guarded.attempt() as model:
            events = model.tell(self._prompt, self._deadline, self._order.cancellation, user)
            with closing(events):
                return attempt.follow(events, self._prompt.version)

    def _wait_after(self, error: ConteurError, attempt: int, model: GuardedModel) -> float | None:
        """Return the seconds to wait before the next attempt; None where there is none."""
        policy = self._writing.policy
        if attempt >= policy.max_attempts or not may_pass(error):
            return None
        self._route.failed(model, error)
        wait = 0.0
        if not self._route.leaves(model):
            backoff = policy.backoff(attempt, self._writing.jitter())
            wait = max(backoff, self._route.rest())
        left = self._deadline.remaining(self._writing.clock.monotonic())
        return wait if wait + WORTHWHILE_SECONDS <= left else None

    def _report(
        self, error: ConteurError, model: GuardedModel, attempt: int, wait: float | None
    ) -> None:
        known = {"reason": error.reason, **error.facts, "problem": error.message}
        if wait is None:
            logs.warning("model.attempt_failed", model=model.name, **known)
            return
        self._writing.meter.count(MODEL_RETRIES, reason=error.reason, kind=error.kind_label)
        total = self._writing.policy.max_attempts
        what_next = f"Retry attempt {attempt + 1} of {total} in {wait:.2f} s"
        logs.warning("model.attempt_failed", model=model.name, next=what_next, **known)


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
