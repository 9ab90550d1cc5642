"""What the use cases need of the world, as Protocols that adapters and fakes implement."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from conteur.domain.deadline import Deadline
from conteur.domain.identity import Identity
from conteur.domain.model_events import ModelEvent
from conteur.domain.prompt import Prompt
from conteur.domain.secret import Secret
from conteur.domain.story import FinishedStory, KeptStory, Lease, NewStory, StoryFailure


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
    """Where stories are kept. Every write is one round trip, bounded by `timeout` seconds.

    A write whose connection breaks is repeated, and known again by its holder.
    """

    def claim(self, story: NewStory, timeout: float) -> Lease | None:
        """Create the story's document; None if there is one, which may be this claim's own.

        Raises DeadlineError with phase admission.
        """

    def read(self, uid: str, story_id: str, timeout: float) -> KeptStory | None:
        """Return the story as it is kept; None if it is gone. Raises as `claim` does."""

    def take_over(self, kept: KeptStory, story: NewStory, timeout: float) -> Lease | None:
        """Take a story over whose lease is over; None if somebody else did.

        Raises as `claim` does.
        """

    def complete(self, lease: Lease, story: FinishedStory, timeout: float) -> None:
        """End the story as COMPLETED.

        Raises DeadlineError (phase store), and InProgressError where another call has
        taken the story over.
        """

    def fail(self, lease: Lease, failure: StoryFailure, timeout: float) -> None:
        """End the story as FAILED, keeping the text that was released. Raises as `complete`."""


class Tokens(Protocol):
    """Checks what clients prove themselves with."""

    def identify(self, id_token: str) -> Identity:
        """Return who holds the ID token.

        Raises TokenExpiredError, TokenInvalidError or AuthUnavailableError.
        """

    def attest(self, app_check_token: str) -> str:
        """Return the id of the app that holds the App Check token.

        Raises AppCheckError or AuthUnavailableError.
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
