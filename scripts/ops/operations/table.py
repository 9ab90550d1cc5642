"""Outcomes as a table for people."""

import textwrap
from collections.abc import Iterator, Sequence

from scripts.ops.operations.outcome import Outcome, Report, Verdict

WIDTH = 100
_SIGNS = {
    Verdict.PASSED: "ok",
    Verdict.FAILED: "FAILED",
    Verdict.CONFIRM: "confirm",
    Verdict.LEFT_OUT: "-",
}
_SIGN = max(map(len, _SIGNS.values()))


def table(report: Report) -> str:
    """Return a line a check, below it what to do where it is not as it has to be, and a sum."""
    wide = max((len(each.title) for each in report.outcomes), default=0)
    lines = [line for each in report.outcomes for line in _lines(each, wide)]
    return "\n".join([*lines, "", counted(report.outcomes)])


def line(outcome: Outcome, wide: int = 0) -> str:
    """Return one check on one line."""
    took = f" ({outcome.seconds:.1f} s)" if outcome.seconds >= 1 else ""
    return f"{_SIGNS[outcome.verdict]:{_SIGN}}  {outcome.title:{wide}}  {outcome.said}{took}"


def counted(outcomes: Sequence[Outcome]) -> str:
    """Return how many are how: `21 passed, 1 failed, 2 to confirm`."""
    words = {Verdict.CONFIRM: "to confirm"}
    numbers = {verdict: sum(each.verdict is verdict for each in outcomes) for verdict in Verdict}
    told = [f"{n} {words.get(verdict, verdict)}" for verdict, n in numbers.items() if n]
    return ", ".join(told) or "nothing was looked at"


def _lines(outcome: Outcome, wide: int) -> Iterator[str]:
    yield line(outcome, wide).rstrip()
    if outcome.mend and outcome.verdict in {Verdict.FAILED, Verdict.CONFIRM}:
        indent = " " * (_SIGN + 2)
        lead = f"{indent}-> "
        yield textwrap.fill(
            outcome.mend,
            WIDTH,
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
            break_long_words=False,
            break_on_hyphens=False,
        )
