"""What would be done, or was done, for people and for programs."""

from collections.abc import Iterator, Sequence

from scripts.ops.monitoring.cloud.changes import Act, Change, Differences
from scripts.ops.monitoring.cloud.compared import Field

AROUND = 40  # characters of a long text that are shown before and after what differs
_SIGNS = {Act.CREATE: "+", Act.CHANGE: "~", Act.DELETE: "-"}
_DONE = {Act.CREATE: "created", Act.CHANGE: "changed", Act.DELETE: "deleted"}
_NOTHING = "nothing to do, all of it is as the repository says"


def planned_text(name: str, found: Differences) -> str:
    """Return all that would be done."""
    head = f"{name}: {_counts(found) or _NOTHING} ({found.unchanged} unchanged)"
    lines = [line for change in found.changes for line in change_lines(change)]
    return "\n".join([head, *([""] if lines else []), *lines, *notes_lines(found)])


def done_text(name: str, found: Differences) -> str:
    """Return what an apply that came to its end has done."""
    if not found.changes:
        return f"{name}: {_NOTHING} ({found.unchanged} unchanged)"
    return f"{name}: done, all of it is as the repository says ({found.unchanged} unchanged)"


def change_lines(change: Change) -> Iterator[str]:
    """Yield a change, and what of it is otherwise, before and after."""
    yield f"{_SIGNS[change.act]} {change.sort:<9} {change.key}"
    for field in change.fields:
        before, after = excerpts(field)
        yield f"    {field.path}: {before} -> {after}"


def notes_lines(found: Differences) -> Sequence[str]:
    """Return what an operator should know, below an empty line."""
    return ["", *(f"note: {note}" for note in found.notes)] if found.notes else []


def excerpts(field: Field) -> tuple[str, str]:
    """Return the two values; of long texts only what differs, and a little around it."""
    before, after = str(field.before), str(field.after)
    if max(len(before), len(after)) <= 2 * AROUND:
        return repr(field.before), repr(field.after)
    start = _shared(before, after)
    end = min(_shared(before[::-1], after[::-1]), len(before) - start, len(after) - start)
    return _cut(before, start, end), _cut(after, start, end)


def document(name: str, found: Differences, done: int) -> dict[str, object]:
    """Return the same for programs; of the changes, the first `done` were made."""
    return {
        "place": name,
        "done": done,
        "unchanged": found.unchanged,
        "changes": [
            {
                "act": change.act.value,
                "kind": change.sort.value,
                "name": change.key,
                "fields": [
                    {"field": each.path, "before": each.before, "after": each.after}
                    for each in change.fields
                ],
            }
            for change in found.changes
        ],
        "notes": list(found.notes),
    }


def _counts(found: Differences) -> str:
    counted = {act: sum(change.act is act for change in found.changes) for act in Act}
    return ", ".join(f"{number} to be {_DONE[act]}" for act, number in counted.items() if number)


def _shared(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _cut(text: str, start: int, end: int) -> str:
    first, last = max(start - AROUND, 0), min(len(text) - end + AROUND, len(text))
    before, after = "..." if first else "", "..." if last < len(text) else ""
    return repr(f"{before}{text[first:last]}{after}")
