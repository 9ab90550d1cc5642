"""How a call to the outside stands still, before it has its effect and before its answer comes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from conteur.errors import DeadlineError, Phase
from tests.properties.stage import Stage
from tests.properties.strands import Strand, Verdict, current

_Answer = TypeVar("_Answer")

_READ = (Verdict.GO, Verdict.FAIL)
_WRITE = (Verdict.GO, Verdict.FAIL, Verdict.LATE)
_WRITTEN = (Verdict.GO, Verdict.LOSE)
_CLAIMED = (*_WRITTEN, Verdict.REPEAT)


@dataclass(frozen=True)
class Write(Generic[_Answer]):
    """A call that changes something; `late` is its effect where that comes after its time-out."""

    name: str
    phase: Phase
    now: Callable[[], _Answer]
    late: Callable[[], object]


def written(
    stage: Stage, write: Write[_Answer], strand: Strand | None = None, key: str = ""
) -> _Answer | None:
    """Write, where the stage lets it; None where a claim is repeated. Raises DeadlineError."""
    strand = strand or current()
    verdict = strand.stand(write.name, _WRITE, key)
    if verdict is Verdict.LATE:
        stage.landings.append(write.late)
    if verdict is not Verdict.GO:
        raise _timed_out(write.name, write.phase)
    answer = write.now()
    choices = _CLAIMED if write.name == "claim" else _WRITTEN
    verdict = strand.stand(f"{write.name} answered", choices, key)
    if verdict is Verdict.LOSE:
        raise _timed_out(write.name, write.phase)
    return None if verdict is Verdict.REPEAT else answer


def read(name: str, phase: Phase, look: Callable[[], _Answer]) -> _Answer:
    """Read, where the stage lets it. Raises DeadlineError."""
    strand = current()
    if strand.stand(name, _READ) is Verdict.FAIL:
        raise _timed_out(name, phase)
    answer = look()
    strand.stand(f"{name} answered", (Verdict.GO,))
    return answer


def _timed_out(name: str, phase: Phase) -> DeadlineError:
    return DeadlineError(f"{name} timed out", phase)
