"""The cause in one sentence, for whoever reads nothing else."""

from collections.abc import Callable, Mapping
from datetime import UTC, timedelta

from scripts.ops.diagnosis.findings import Findings
from scripts.ops.diagnosis.verdict import Ending, Verdict

_TAKES_OVER = 2  # the first claim's number that is not a story's first
_OF_A_DAY = ("USER_QUOTA", "NETWORK_QUOTA", "GLOBAL_BUDGET")
"""Refusals for what is counted by the day, in UTC."""


def cause(findings: Findings) -> str:
    """Return what became of the request, and why; then what else happened under its id."""
    verdict = findings.verdict
    told = [_ENDINGS[verdict.ending](verdict)]
    if len(findings.told) > 1:
        ended = ", ".join(each.outcome for each in findings.told)
        told.append(f"{len(findings.told)} calls were made under this id; they ended: {ended}.")
    if findings.case.is_cut:
        told.append(f"Only the newest {len(findings.case.lines)} lines of this id were read.")
    return " ".join(told)


def sent_again(verdict: Verdict) -> str:
    """Return how the very same request would end, if it were sent again."""
    if not (verdict.advice and verdict.advice.retryable):
        return "ends the same way"
    if verdict.reason not in _OF_A_DAY:
        return "may succeed"
    morrow = verdict.call.began.astimezone(UTC) + timedelta(days=1)
    return f"may succeed after midnight UTC, from {morrow:%Y-%m-%d} 00:00 on"


def _completed(verdict: Verdict) -> str:
    call = verdict.call
    took = "It succeeded" if call.ms is None else f"It succeeded, in {call.ms} ms"
    claimed = call.first("story.admitted")
    number = claimed.number("attempt_number") if claimed else None
    if call.first("story.replayed"):
        return f"{took}: the story had been told before, and was replayed."
    if number is not None and number >= _TAKES_OVER:
        return f"{took}: claim {number:.0f} of the story, which an earlier call had not ended."
    failed = [line for line in call.lines if line.event.startswith("model.attempt_")]
    retried = [line for line in call.lines if line.event == "Retry attempt"]
    tries = len(failed) or len(retried)
    return f"{took}, at attempt {tries + 1}." if tries else f"{took}."


def _refused(verdict: Verdict) -> str:
    return f"It was refused with {verdict.facts}: {_why(verdict)}"


def _failed(verdict: Verdict) -> str:
    ms = verdict.call.ms
    after = "" if ms is None else f" after {ms} ms"
    return f"It failed with {verdict.facts}{after}: {_why(verdict)}"


def _why(verdict: Verdict) -> str:
    if verdict.means:
        return " ".join(verdict.means)
    advice = verdict.advice
    text = verdict.said or (advice.en if advice else "the log says no more")
    return text if text.endswith(".") else f"{text}."


def _running(verdict: Verdict) -> str:
    return (
        f"It has not ended: its last line is of {verdict.call.last_seen:%H:%M:%S} UTC, and a call "
        "may take a minute. Ask again then."
    )


def _killed(verdict: Verdict) -> str:
    cause = verdict.deaths[0].message if verdict.deaths else "no line says why"
    return (
        "It has no end: its instance stopped in the middle of it, by a crash, a kill or a "
        f"deploy ({cause.rstrip('.')}). Its user's app heard nothing, or a broken connection."
    )


_ENDINGS: Mapping[Ending, Callable[[Verdict], str]] = {
    Ending.COMPLETED: _completed,
    Ending.REFUSED: _refused,
    Ending.FAILED: _failed,
    Ending.RUNNING: _running,
    Ending.KILLED: _killed,
}
