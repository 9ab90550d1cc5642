"""How long and how much one attempt at the model may take: decisions only."""

from dataclasses import dataclass

from conteur.adapters.openai_api.cancel_scope import CancelScope
from conteur.adapters.openai_api.errors import outage
from conteur.domain.deadline import Deadline
from conteur.errors import Cause, DeadlineError, Phase
from conteur.use_cases.ports import Clock

_MESSAGES = {
    Phase.CONNECT: "The model's server could not be reached in time. Try again in a moment.",
    Phase.FIRST_TOKEN: "The model did not begin the story in time. Try again in a moment.",
    Phase.IDLE: "The model fell silent in the middle of the story. Try again in a moment.",
    Phase.STREAM: "The story took longer than one call may. Try again, or ask for fewer words.",
}


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """The longest waits in seconds, and the largest answer in bytes.

    The deadline comes before any of the waits. 1,200 words are about 1 MB as events.
    """

    connect: float = 5.0
    first_token: float = 15.0
    idle: float = 10.0
    ending: float = 0.1
    answer_bytes: int = 16_000_000


class AttemptBounds:
    """The bounds of one attempt, which move as its answer comes.

    Cancelling its `scope` ends it, whatever it waits for.
    """

    def __init__(self, limits: ModelLimits, deadline: Deadline, clock: Clock) -> None:
        self._limits = limits
        self._deadline = deadline
        self._clock = clock
        self.scope = CancelScope()
        self._received = 0
        self._delivered: bool | None = None
        self._enter(Phase.CONNECT, limits.connect)

    def begin(self) -> None:
        """Start the attempt's next request. Raises what `left` raises, where it is too late."""
        self._received = 0
        self._enter(Phase.CONNECT, self._limits.connect)
        self.left()

    def connected(self) -> None:
        """Note that there is a connection to send on."""
        if self._phase is Phase.CONNECT:
            self._enter(Phase.FIRST_TOKEN, self._limits.first_token)

    def received(self, count: int) -> None:
        """Note `count` bytes of the answer.

        Raises OpenAIError when they are too many, and ClientGoneError once cancelled: the end
        of what came is then the cut's.
        """
        self.scope.check()
        self._heard = True
        self._received += count
        if self._received > self._limits.answer_bytes:
            raise outage("The model's server does not stop sending.")

    def fell_silent(self, *, delivered: bool | None) -> None:
        """Note that a wait was in vain, and whether the server has the request; None if unknown."""
        self._delivered = delivered

    def told(self) -> None:
        """Note that text has come and that the next one is waited for."""
        self._enter(Phase.IDLE, self._limits.idle)

    def ended(self) -> None:
        """Note that the story is whole: only the connection's own end is still waited for."""
        self._enter(Phase.STREAM, self._limits.ending)

    def left(self, timeout: float | None = None) -> float:
        """Return the seconds that the next wait may take, at most `timeout`.

        Raises DeadlineError when there are none, and ClientGoneError once cancelled.
        """
        self.scope.check()
        left = min(self._until, self._deadline.at) - self._clock.monotonic()
        if left <= 0:
            raise self.timed_out()
        return left if timeout is None else min(left, timeout)

    def timed_out(self) -> DeadlineError:
        """Return the error that says what was waited for in vain."""
        phase = self._phase
        if phase is Phase.IDLE and self._deadline.at <= self._until:
            phase = Phase.STREAM
        own_limit = self._until < self._deadline.at
        return DeadlineError(_MESSAGES[phase], phase, self._cause(phase), own_limit=own_limit)

    def _cause(self, phase: Phase) -> Cause | None:
        """Return the cause.

        None for a silence of which the system cannot tell whether the server has the request,
        and where the time was up before there was anything to wait for.
        """
        if phase is Phase.CONNECT:
            return Cause.NETWORK if self._deadline.at > self._since else None
        if self._heard or phase is Phase.STREAM or self._delivered:
            return Cause.SLOW_MODEL
        return None if self._delivered is None else Cause.NETWORK

    def _enter(self, phase: Phase, seconds: float) -> None:
        self._phase = phase
        self._since = self._clock.monotonic()
        self._until = self._since + seconds
        self._heard = False
        self._delivered = None
