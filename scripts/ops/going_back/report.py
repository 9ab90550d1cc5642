"""What a rollback would do, and did, for people and for programs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from scripts.ops.going_back.plan import Step
from scripts.ops.going_back.planning import Plan
from scripts.ops.traffic.images import short
from scripts.ops.traffic.qualifying import Judged

_COMMIT = 10  # of a commit's digits, for people
_SHOWN = 3
"""Of those that do not qualify; --list shows all that were looked at."""


def text(plan: Plan, now: datetime, *, whole: bool = False) -> str:
    """Return the plan for people; `whole` with all revisions that were looked at."""
    lines = [f"Functions: {plan.why}", ""]
    for step in plan.steps:
        lines += [*_lines(step, now, whole=whole), ""]
    if not plan.steps:
        lines += [f"  {move.text}" for move in plan.moves]
    return "\n".join(lines).rstrip()


def document(plan: Plan) -> dict[str, Any]:
    """Return the plan for programs."""
    return {
        "why": plan.why,
        "goes_on": plan.goes_on,
        "nothing": plan.nothing,
        "problems": list(plan.problems),
        "moves": [each.document() for each in plan.moves],
        "services": [_service(each) for each in plan.steps],
    }


def _lines(step: Step, now: datetime, *, whole: bool) -> Iterator[str]:
    service, move = step.service, step.move
    shares = service.state.serving
    target = service.target if move else None
    yield step.function
    for name, share in shares.items():
        its = next((each for each in (service.leave, *service.judged) if each.name == name), None)
        yield f"  now  {name} {share} %{_about(its, now, few=True) if its else ''}"
    if move and target:
        yield f"  to   {target.name} {move.percent} %{_about(target, now)}"
        yield f"       image {short(target.known.revision.image)}"
    for told in (*step.problems, *step.notes):
        yield f"       {told}"
    shown = [each for each in service.judged if each is not target]
    refused = [each for each in shown if whole or not each.qualifies]
    for each in refused if whole else refused[:_SHOWN]:
        word = "    " if each.qualifies else "not "
        yield f"  {word} {each.name}{_about(each, now)}; {each.text or 'qualifies'}"


def _about(judged: Judged, now: datetime, *, few: bool = False) -> str:
    """Return what a revision is; figures that tell nothing only where `few` are asked for."""
    known = judged.known
    parts = [
        f"{age(now - known.revision.created)} old",
        f"commit {known.commit[:_COMMIT]}" if known.commit else "commit not known",
    ]
    if known.rate and (few or judged.qualifies) and (few or known.rate.tells):
        parts.append(known.rate.text)
    return f": {', '.join(parts)}"


def age(passed: timedelta) -> str:
    """Return how long it is for people, in its largest unit: `3 d`, `5 h`, `12 min`."""
    minutes = max(int(passed.total_seconds() // 60), 0)
    for unit, size in (("d", 24 * 60), ("h", 60)):
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"


def _service(step: Step) -> dict[str, Any]:
    service = step.service
    return {
        "function": step.function,
        "serving": dict(service.state.serving),
        "leave": _revision(service.leave),
        "move": step.move.document() if step.move else None,
        "there": step.there,
        "problems": list(step.problems),
        "notes": list(step.notes),
        "others": [_revision(each) for each in service.judged],
    }


def _revision(judged: Judged) -> dict[str, Any]:
    known, revision = judged.known, judged.known.revision
    return {
        "revision": revision.name,
        "created": revision.created,
        "ready": revision.ready,
        "image": revision.image,
        "has_image": known.has_image,
        "commit": known.commit,
        "calls": known.rate.calls if known.rate else None,
        "failed": known.rate.failed if known.rate else None,
        "qualifies": judged.qualifies,
        "why": judged.text,
    }
