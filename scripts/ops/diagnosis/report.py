"""What was found, the cause first: for people, and for programs."""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from scripts.ops.diagnosis.drawing import drawn, shortened
from scripts.ops.diagnosis.findings import Findings, Looked, Told
from scripts.ops.diagnosis.markdown import one_line
from scripts.ops.diagnosis.sentence import cause
from scripts.ops.diagnosis.verdict import Verdict
from scripts.ops.logbook.line import Line

NOTHING = "nothing to tell"
TITLES = {
    "dependencies": "Dependencies, as the log tells",
    "metrics": "Metrics",
    "others": "Other calls",
    "changes": "Changes",
}
Document = dict[str, Any]


def text(findings: Findings) -> str:
    """Return the report for a terminal, top-down: the cause, what to do, and what shows it."""
    parts = (
        _head(findings),
        _section("Cause", cause(findings), *_error(findings.verdict)),
        _section("Do next", *_next(findings)),
        *(_section(_title(told), drawn(told.timeline)) for told in findings.told),
        _section("Afterwards", *(_moment(line) for line in findings.beside)),
        _section("The user's quota", *quota_lines(findings)),
        *(_section(TITLES[name], *looked_lines(it)) for name, it in findings.around.items()),
    )
    return "\n\n".join(filter(None, parts))


def _head(findings: Findings) -> str:
    began = moment(findings.verdict.call.began)
    return f"{findings.named} in {findings.place}: {findings.function}, {began}"


def document(findings: Findings) -> Document:
    """Return the same for programs."""
    verdict, advice = findings.verdict, findings.verdict.advice
    return {
        "id": findings.named,
        "place": findings.place,
        "at": findings.at.isoformat(),
        "function": findings.function,
        "cause": cause(findings),
        "outcome": verdict.ending.value,
        "reason": verdict.reason or None,
        "kind": verdict.kind or None,
        "phase": verdict.phase or None,
        "timeout_cause": verdict.cause or None,
        "said": verdict.said or None,
        "means": list(verdict.means),
        "mends": list(verdict.mends),
        "fault": verdict.fault.name.lower(),
        "retryable": advice.retryable if advice else None,
        "advice": {"en": advice.en, "fr": advice.fr, "app": advice.app, "operator": advice.operator}
        if advice
        else None,
        "runbook": findings.runbook or None,
        "next": [dataclasses.asdict(task) for task in findings.tasks],
        "calls": [_call(told) for told in findings.told],
        "afterwards": [_line(line) for line in findings.beside],
        "quota": {
            "then": dict(findings.quota.counters) if findings.quota else None,
            "now": dataclasses.asdict(findings.quota_now) if findings.quota_now else None,
        },
        "around": {name: _looked(looked) for name, looked in findings.around.items()},
    }


def moment(at: datetime) -> str:
    """Return a moment for people."""
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} UTC"


def quota_lines(findings: Findings) -> Sequence[str]:
    """Return what the user had left, then and now."""
    then = str(findings.quota) if findings.quota else "no line tells of it"
    now = [f"now: {findings.quota_now}"] if findings.quota_now else []
    return [f"then: {then}", *now]


def looked_lines(looked: Looked) -> Sequence[str]:
    """Return what a look around found, or why it found nothing."""
    problem = [f"could not be read: {looked.problem}"] if looked.problem else []
    return [*looked.lines, *problem] or [NOTHING]


def _error(verdict: Verdict) -> Iterator[str]:
    if verdict.advice is None:
        return
    if verdict.said:
        yield f"log: {shortened(verdict.said)}"
    yield f"whose fault: {verdict.fault.value}"
    again = "may succeed" if verdict.advice.retryable else "ends the same way"
    yield f"the same request, sent again: {again}"
    yield f"the app shows: {verdict.advice.en}"
    yield f"              {verdict.advice.fr}"
    yield f"the app does: {verdict.advice.app}"


def _next(findings: Findings) -> Iterator[str]:
    yield from findings.verdict.mends
    if findings.runbook:
        yield f"runbook: {findings.runbook}"
    for task in findings.tasks:
        yield f"# {task.why}"
        yield task.command


def _title(told: Told) -> str:
    length = "without an end" if told.timeline.ms is None else f"{told.timeline.ms} ms"
    return (
        f"Timeline of {told.call.request_id} from {moment(told.timeline.began)}: "
        f"{told.outcome}, {length}"
    )


def _moment(line: Line) -> str:
    return f"{moment(line.time)} {line.service}: {shortened(line.message)}"


def _section(title: str, *lines: str) -> str:
    if not lines:
        return ""
    # What others wrote may hold what a terminal obeys.
    rows = [one_line(row) for line in lines for row in line.split("\n")]
    shown = [row if row.startswith("  ") else f"  {row}" for row in rows]
    return "\n".join([one_line(title), *shown])


def _call(told: Told) -> Document:
    return {
        "request_id": told.call.request_id,
        "function": told.call.function or None,
        "began": told.timeline.began.isoformat(),
        "ms": told.timeline.ms,
        "outcome": told.outcome,
        "steps": [dataclasses.asdict(step) for step in told.timeline.steps],
    }


def _line(line: Line) -> Document:
    return {"time": line.time.isoformat(), "service": line.service, **line.fields}


def _looked(looked: Looked) -> Document:
    return {"rows": list(looked.rows), "problem": looked.problem or None}
