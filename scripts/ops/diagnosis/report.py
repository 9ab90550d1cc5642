"""What was found, the cause first: for people, and for programs."""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from scripts.ops.diagnosis.advice import for_terminal, in_place
from scripts.ops.diagnosis.drawing import drawn
from scripts.ops.diagnosis.findings import Findings, Looked, Told
from scripts.ops.diagnosis.lately import changed_lately
from scripts.ops.diagnosis.layout import command_lines, shortened, wrapped
from scripts.ops.diagnosis.markdown import one_line
from scripts.ops.diagnosis.sentence import cause, sent_again
from scripts.ops.logbook.line import Line

NOTHING = "nothing to tell"
_INDENT = "  "
TITLES = {
    "dependencies": "Dependencies, as the log tells",
    "metrics": "Metrics",
    "others": "Other calls",
    "changes": "Changes",
}
Document = dict[str, Any]


def text(findings: Findings, width: int | None = None) -> str:
    """Return the report for people, top-down: the cause, what to do, and what shows it.

    Lines that are longer than `width` columns are broken; without it, as in a file, none is.
    """
    sections = (
        ("Cause", (cause(findings), *_lately(findings), *_error(findings))),
        ("Do next", tuple(_next(findings, width))),
        *((_title(told), (drawn(told.timeline, width),)) for told in findings.told),
        ("Afterwards", tuple(_moment(line) for line in findings.beside)),
        ("The user's quota", quota_lines(findings)),
        *((TITLES[name], looked_lines(it)) for name, it in findings.around.items()),
    )
    shown = (_section(title, lines, width) for title, lines in sections if lines)
    return "\n\n".join(["\n".join(wrapped(one_line(_head(findings)), width)), *shown])


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
        "checked": verdict.checked or None,
        "said": verdict.said or None,
        "means": list(verdict.means),
        "mends": list(findings.mends),
        "changed_lately": list(changed_lately(findings)),
        "fault": verdict.fault.name.lower(),
        "retryable": advice.retryable if advice else None,
        "advice": _advice(findings),
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


def _advice(findings: Findings) -> Document | None:
    advice = findings.verdict.advice
    if advice is None:
        return None
    operator = in_place(advice.operator, findings.words) if advice.operator else None
    return {"en": advice.en, "fr": advice.fr, "app": advice.app, "operator": operator}


def _lately(findings: Findings) -> Iterator[str]:
    for change in changed_lately(findings):
        yield f"just before it: {change}"


def _error(findings: Findings) -> Iterator[str]:
    verdict = findings.verdict
    if verdict.advice is None:
        return
    if verdict.said:
        yield f"log: {shortened(verdict.said)}"
    yield f"whose fault: {verdict.fault.value}"
    yield f"the same request, sent again: {sent_again(verdict)}"
    yield f"the app shows: {verdict.advice.en}"
    yield f"{'':17}{verdict.advice.fr}"
    yield f"the app does: {for_terminal(verdict.advice.app)}"


def _next(findings: Findings, width: int | None) -> Iterator[str]:
    yield from map(for_terminal, findings.mends)
    if findings.runbook:
        yield f"runbook: {findings.runbook}"
    for task in findings.tasks:
        yield f"# {task.why}"
        room = None if width is None else width - len(_INDENT)
        yield "\n".join(command_lines(one_line(task.command), room))


def _title(told: Told) -> str:
    length = "without an end" if told.timeline.ms is None else f"{told.timeline.ms} ms"
    return (
        f"Timeline of {told.call.request_id} from {moment(told.timeline.began)}: "
        f"{told.outcome}, {length}"
    )


def _moment(line: Line) -> str:
    return f"{moment(line.time)} {line.service}: {shortened(line.message)}"


def _section(title: str, lines: Sequence[str], width: int | None) -> str:
    # What others wrote may hold what a terminal obeys.
    rows = [one_line(row) for line in lines for row in line.split("\n")]
    shown = [row if row.startswith(_INDENT) else f"{_INDENT}{row}" for row in rows]
    return "\n".join(part for row in (one_line(title), *shown) for part in wrapped(row, width))


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
