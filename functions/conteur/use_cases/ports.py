"""What the use cases need of the world, as Protocols that adapters and fakes implement."""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from conteur.domain.budget import BudgetReading
from conteur.domain.deadline import Deadline
from conteur.domain.identity import Identity
from conteur.domain.model_events import ModelEvent
from conteur.domain.prompt import Prompt
from conteur.domain.secret import Secret
from conteur.domain.story import (
    Checkpoint,
    Claimed,
    FinishedStory,
    Found,
    KeptStory,
    Lease,
    NewStory,
    StoryFailure,
    UnsavedStory,
)


class Clock(Protocol):
    """The time, twice: one that only grows and one that people read."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start; never jumps."""

    def now(self) -> datetime:
        """Return the wall clock's time in UTC."""


class Cancellation(Protocol):
    """Whether the one who asked still waits for the answer."""

    def wait(self, seconds: float) -> None:
        """Let `seconds` pass. Raises ClientGoneError as soon as nobody waits any more."""

    def calling(self, action: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `action`, from any thread, if the one who asked leaves before the block ends.

        Calls it at once where that one has left already.
        """


class Model(Protocol):
    """A language model that writes a story as a stream."""

    @property
    def name(self) -> str:
        """Return the name that requests ask for."""

    def tell(
        self,
        prompt: Prompt,
        deadline: Deadline,
        cancellation: Cancellation,
        safety_identifier: str,
    ) -> Generator[ModelEvent]:
        """Yield TextDeltas and, last, one Finished; closing the generator closes the connection.

        Raises DeadlineError, OpenAIError, OpenAIRateLimitError, PromptBlockedError,
        OutputBlockedError, SecretUnavailableError, and ClientGoneError once `cancellation` says
        that nobody waits, also in the middle of a wait for the server.
        """


class Load(Protocol):
    """How hard this instance works."""

    def cpu_seconds(self) -> float:
        """Return the CPU time that the process has used since it started."""

    def memory_ratio(self) -> float | None:
        """Return the used share of the instance's memory; None where no limit can be read."""


class Stories(Protocol):
    """Where stories are kept, with the counters of their users and of the budget.

    Every write is one commit, bounded by `timeout` seconds: the story's document and its postings
    (domain/charge.py) are written together or not at all. A write whose connection breaks is
    repeated, and known again by its holder.
    """

    def claim(self, story: NewStory, timeout: float) -> Claimed | None:
        """Create the story's document, and reserve its charge.

        None if there is a document, which may be this claim's own; nothing is reserved then.
        Raises DeadlineError with phase admission.
        """

    def read(self, uid: str, story_id: str, day: str, timeout: float) -> Found:
        """Return the story as it is kept, and its user's counters of `day`.

        Raises as `claim` does.
        """

    def take_over(self, kept: KeptStory, story: NewStory, timeout: float) -> Claimed | None:
        """Take a story over that has failed or whose lease is over; None if somebody else did.

        Its charge is reserved, and that of a dead attempt given back. Raises as `claim` does.
        """

    def withdraw(self, lease: Lease, timeout: float) -> None:
        """Delete the story that was just claimed, and give its charge back.

        Raises as `claim` does, and InProgressError where it was written to since then.
        """

    def checkpoint(self, lease: Lease, checkpoint: Checkpoint, timeout: float) -> Lease:
        """Keep what was released so far, and return the lease with its new fence.

        Raises DeadlineError (phase store), InProgressError where the lease is lost: another call
        has taken the story over, or the sweep has ended it; and StoryNotFoundError where its user
        has deleted it.
        """

    def complete(self, lease: Lease, story: FinishedStory, timeout: float) -> None:
        """End the story as COMPLETED, and settle its charge at what it has cost.

        Raises DeadlineError (phase store) where the store did not take it, or where the sweep
        has ended the story meanwhile; InProgressError where another call has taken it over;
        StoryNotFoundError where its user has deleted it.
        """

    def fail(self, lease: Lease, failure: StoryFailure, timeout: float) -> None:
        """End the story as FAILED, and keep the text that was released.

        Its charge is given back, or settled at the failure's cost. Raises as `complete`.
        """

    def complete_late(self, kept: KeptStory, story: FinishedStory, timeout: float) -> bool:
        """Complete a story that was found as `kept`; False if another write came since then.

        A charge that `kept` still holds is settled; one that was given back is charged again.
        Raises DeadlineError (phase store).
        """


class Leases(Protocol):
    """The leases of all stories that are being told."""

    def expired(self, shard: int, now: datetime, most: int, timeout: float) -> Sequence[KeptStory]:
        """Return at most `most` PROCESSING stories of the shard whose lease is over at `now`.

        The oldest leases come first. Raises DeadlineError with phase store.
        """


class Budgets(Protocol):
    """The counters of what all stories cost."""

    def read(self, day: str, timeout: float) -> BudgetReading:
        """Return the load of the day's budget. Raises DeadlineError with phase admission."""


class Outbox(Protocol):
    """Takes stories that could not be stored in time, and has them stored later."""

    def put(self, unsaved: UnsavedStory, timeout: float) -> None:
        """Take the story, once for each claim. Raises DeadlineError with phase store."""


Background = Callable[[Callable[[], None]], None]
"""Runs an action soon, beside the caller; whether it ran, or what it raised, nobody is told."""


class Timer(Protocol):
    """An action that has not run yet."""

    def cancel(self) -> None:
        """Forget it. One that has begun runs to its end."""


class Timers(Protocol):
    """Runs actions later, one after the other: they must be short."""

    def call_at(self, when: float, action: Callable[[], None]) -> Timer:
        """Run `action` once when the monotonic clock reads `when`."""


class Tokens(Protocol):
    """Checks what clients prove themselves with."""

    def identify(self, id_token: str) -> Identity:
        """Return who holds the ID token.

        Raises TokenExpiredError, TokenInvalidError or AuthUnavailableError.
        """

    def attest(self, app_check_token: str) -> str:
        """Return the id of the app that holds the App Check token; it may be used up by that.

        Raises AppCheckError, AppCheckReplayedError or AuthUnavailableError.
        """


class SecretStore(Protocol):
    """Where secrets are kept."""

    def read(self, name: str, version: str, timeout: float) -> Secret:
        """Return one version (`latest` or a number). Raises SecretUnavailableError."""


class Probe(Protocol):
    """One dependency that a deep health check looks at."""

    @property
    def name(self) -> str:
        """Return the dependency's name as the health answer shows it."""

    def check(self, timeout: float) -> None:
        """Reach the dependency within `timeout` seconds, or raise a ConteurError."""
