"""The other ports of a simulated process: its model, its client and its timers."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

from conteur.domain.deadline import Deadline
from conteur.domain.model_events import Finish, Finished, ModelEvent, TextDelta, Usage
from conteur.domain.prompt import Prompt
from conteur.errors import ClientGoneError, OpenAIError, OpenAIFailure, PromptBlockedError
from conteur.use_cases.ports import Cancellation
from tests.fakes import FakeTimer
from tests.properties.stage import Stage
from tests.properties.strands import Verdict, current

PIECES = 3  # that the model tells as a rule before it ends
BUG = "nobody foresaw this"
CHEAP, DEAR = Usage(10, 20), Usage(10, 200)  # half of what is reserved, and four times as much
_BREAKS = (Verdict.OUTAGE, Verdict.BLOCKED, Verdict.GONE, Verdict.BUG)


class GatedModel:
    """Tells each call a story of its own, in pieces."""

    name = "gated"

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def tell(
        self,
        prompt: Prompt,
        deadline: Deadline,
        cancellation: Cancellation,
        safety_identifier: str,
    ) -> Generator[ModelEvent]:
        del prompt, deadline, cancellation, safety_identifier
        strand = current()
        call = self._stage.caller(strand)
        assert call
        call.asked += 1
        yield TextDelta(f"A Tale\n\nOnce {call.holder} went out. ")
        told = 1
        while (verdict := strand.stand("model", _choices(told))) is Verdict.GO:
            told += 1
            yield TextDelta(f"Then it was {told} of {call.asked}. ")
        if verdict is not Verdict.END:
            raise _failure(verdict)
        yield Finished(Finish.STOP, DEAR if call.shard else CHEAP, "gated-1")


class GatedCancellation:
    """A client who may leave during a wait; time does not pass by itself."""

    def wait(self, seconds: float) -> None:
        del seconds
        if current().stand("wait", (Verdict.GO, Verdict.GONE)) is Verdict.GONE:
            raise ClientGoneError.given_up()

    @contextmanager
    def calling(self, action: Callable[[], None]) -> Iterator[None]:
        del action
        yield


class GatedTimers:
    """Implements ports.Timers for one process, whose timers end with it.

    Who sets a timer for their checkpoints has been admitted.
    """

    def __init__(self, stage: Stage, is_alive: Callable[[], bool]) -> None:
        self._stage = stage
        self._is_alive = is_alive

    def call_at(self, when: float, action: Callable[[], None]) -> FakeTimer:
        if call := self._stage.caller(current()):
            call.admitted = True
        return self._stage.timers.call_at(when, lambda: action() if self._is_alive() else None)


def _choices(told: int) -> tuple[Verdict, ...]:
    usual = (Verdict.END, Verdict.GO) if told >= PIECES else (Verdict.GO, Verdict.END)
    return (*usual, *_BREAKS)


def _failure(verdict: Verdict) -> Exception:
    match verdict:
        case Verdict.OUTAGE:
            return OpenAIError("the model is away", OpenAIFailure.OUTAGE)
        case Verdict.BLOCKED:
            return PromptBlockedError("the model refuses")
        case Verdict.GONE:
            return ClientGoneError.given_up()
    return RuntimeError(BUG)
