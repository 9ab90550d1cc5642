"""Makes outcomes of checks, one after the other, each told as soon as it is known."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.operations.errors import LostError, OperationError
from scripts.ops.operations.outcome import Outcome, Report, Verdict
from scripts.ops.operations.table import line
from scripts.ops.validation.answers import LOOK
from scripts.ops.validation.desk import Desk
from scripts.ops.validation.errors import ODD, CheckError, LeftOutError
from scripts.ops.validation.waiting import Tell

WIDE = 26  # as the longest title
MOST = 2_000  # characters of what was found


@dataclass(frozen=True, slots=True)
class Check:
    """`do` returns what it found, in a few words, or raises CheckError. `group` is for --without.

    What is done, and no look, has no title: it is told only where it fails. Where `knob` is turned
    off nothing is looked at.
    """

    group: str
    key: str
    title: str
    do: Callable[[Desk], str | None]
    knob: str = ""


@dataclass(slots=True)
class Looking:
    """Looks, and remembers the outcomes. `without` are groups that are left out."""

    tell: Tell
    clock: Callable[[], float]
    without: Collection[str] = ()
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def report(self) -> Report:
        """All outcomes so far."""
        return Report(tuple(self.outcomes))

    def look(self, desk: Desk, check: Check) -> None:
        """Make a check, and tell its outcome. Raises LostError."""
        is_unwanted = check.group in self.without
        if is_unwanted or check.knob in desk.seen.off:
            if check.title:
                why = "asked not to look" if is_unwanted else desk.seen.off[check.knob]
                self._add(check, Verdict.LEFT_OUT, why)
            return
        began = self.clock()
        try:
            said = check.do(desk)
        except CheckError as error:
            is_left_out = isinstance(error, LeftOutError)
            verdict = Verdict.LEFT_OUT if is_left_out else Verdict.FAILED
            self._add(check, verdict, str(error), error.mend, began)
        except LostError:
            raise
        except (OperationError, QueryError) as error:
            self._add(check, Verdict.FAILED, str(error), began=began)
        except ODD as error:
            said = f"an answer that is not as documented: {type(error).__name__}: {error}"
            self._add(check, Verdict.FAILED, said, LOOK, began)
        else:
            if check.title:
                self._add(check, Verdict.PASSED, said or "", began=began)

    def _add(
        self, check: Check, verdict: Verdict, said: str, mend: str = "", began: float | None = None
    ) -> None:
        seconds = 0.0 if began is None else self.clock() - began
        found = Outcome(check.key, check.title or check.key, verdict, said[:MOST], mend, seconds)
        self.outcomes.append(found)
        self.tell(line(found, WIDE))
