"""The knobs, changes of them and their history, for people and for programs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from conteur.domain.knob_values import KNOBS, KnobRules, Value, shown
from scripts.ops.config_change import DOCUMENT, Fields, Turned, flattened, in_force, origins
from scripts.ops.config_store import Record

BY_HAND = "not by scripts/config"


def knobs_table(fields: Fields, rules: KnobRules, history: Sequence[Record]) -> str:
    """Return each knob with its value, where that is from, and its last change."""
    rows = [("knob", "value", "from", "changed")]
    for name, (value, origin) in origins(fields, rules).items():
        record = _last_change(name, fields, history)
        changed = BY_HAND if record is None else _who(record)
        rows.append((name, shown(value), origin, changed if origin == DOCUMENT else ""))
    return _table(rows)


def knobs_document(
    fields: Fields, rules: KnobRules, history: Sequence[Record]
) -> dict[str, object]:
    """Return the same for programs."""
    return {
        "knobs": {
            name: {
                "value": value,
                "from": origin,
                **(_noted(_last_change(name, fields, history)) if origin == DOCUMENT else {}),
            }
            for name, (value, origin) in origins(fields, rules).items()
        },
        "problems": [
            {"knob": problem.knob, "rule": problem.rule}
            for problem in in_force(fields, rules).problems
        ],
    }


def problems_text(fields: Fields, rules: KnobRules) -> str:
    """Return what in the document is refused; empty where all is well."""
    problems = in_force(fields, rules).problems
    if not problems:
        return ""
    told = "".join(f"\n- {problem}" for problem in problems)
    return f"Refused, so running instances keep the last good value of these:{told}\n"


def change_table(turned: Iterable[Turned], before: Fields, after: Fields, rules: KnobRules) -> str:
    """Return what a change turns, before and after."""
    old, new = origins(before, rules), origins(after, rules)
    rows = [("knob", "before", "after")]
    rows += [
        (each.knob, _cell(old, each.knob, each.before), _cell(new, each.knob, each.after))
        for each in turned
    ]
    return _table(rows)


def history_text(history: Iterable[Record]) -> str:
    """Return the changes, each with what it turned."""
    return "\n".join(_entry(record) for record in history)


def history_document(history: Iterable[Record]) -> list[dict[str, object]]:
    """Return the same for programs."""
    return [
        {
            "revision": record.revision,
            **_noted(record),
            "changes": [
                {"knob": each.knob, "before": each.before, "after": each.after}
                for each in record.turned
            ],
        }
        for record in history
    ]


def raw(value: object) -> str:
    """Return a value of the document as people write it; None was left to the settings."""
    match value:
        case None:
            return "(settings)"
        case list():
            return ",".join(map(str, value))
        case bool() | int() | float() | str():
            return shown(value)
        case _:
            return repr(value)


def _cell(values: Mapping[str, tuple[Value, str]], name: str, in_document: object) -> str:
    if name not in KNOBS:
        return "(nothing)" if in_document is None else raw(in_document)
    value, origin = values[name]
    if origin == DOCUMENT or in_document is None:
        return shown(value) if origin == DOCUMENT else f"{shown(value)} (settings)"
    return f"{raw(in_document)} (refused)"


def _entry(record: Record) -> str:
    lines = [f"{record.revision:>4}  {_who(record)}"]
    lines += [
        f"      {each.knob}: {raw(each.before)} -> {raw(each.after)}" for each in record.turned
    ]
    return "\n".join(lines)


def _last_change(name: str, fields: Fields, history: Sequence[Record]) -> Record | None:
    """Return the change that gave the knob its value; None if a hand has done it since."""
    for record in history:
        for each in record.turned:
            if each.knob == name:
                return record if each.after == flattened(fields).get(name) else None
    return None


def _noted(record: Record | None) -> dict[str, object]:
    if record is None:
        return {}
    at = record.at.astimezone(UTC).isoformat() if record.at else None
    return {"changedAt": at, "changedBy": record.by, "reason": record.reason}


def _who(record: Record) -> str:
    return f"{_moment(record.at)}, {record.by}: {record.reason}"


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if at else "at no known time"


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
