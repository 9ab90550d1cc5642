"""A change of the document of knobs: asked for in words, checked, and told knob by knob."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conteur.domain.knob_document import PERCENT, VERSION, ParsedKnobs, parse_knobs
from conteur.domain.knob_values import KNOBS, Kind, KnobRules, Value, values_of
from conteur.domain.ranges import Range
from scripts.ops.config_errors import RefusedError

Fields = Mapping[str, object]
"""The document's fields, without its notes."""

DOCUMENT, SETTINGS = "document", "settings"
SHARE = {VERSION, PERCENT}

_SECTIONS = {name.split(".", maxsplit=1)[0] for name in KNOBS if "." in name}


@dataclass(frozen=True, slots=True)
class Turned:
    """One name whose value in the document differs; None is a name that is not there."""

    knob: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Change:
    """The document's fields after a change, and what differs."""

    fields: Fields
    turned: tuple[Turned, ...]


def make_change(
    fields: Fields, assigned: Sequence[str], unset: Sequence[str], rules: KnobRules
) -> Change:
    """Return the change that `KNOB=VALUE` texts and names to `unset` ask for.

    Raises RefusedError for what the functions would refuse. What is bad in the document already
    does not matter: the kill switch must work beside it.
    """
    values = dict(_assignment(text) for text in assigned)
    flat = {**flattened(fields), **values}
    for name in unset:
        _take_out(flat, name)
    after = _nested(flat)
    _check(fields, after, values, rules)
    return Change(after, turned(fields, after))


def turned(before: Fields, after: Fields) -> tuple[Turned, ...]:
    """Return what differs, in the order of KNOBS."""
    old, new = flattened(before), flattened(after)
    return tuple(
        Turned(name, old.get(name), new.get(name))
        for name in sorted({*old, *new}, key=_place)
        if old.get(name) != new.get(name)
    )


def flattened(fields: Fields) -> dict[str, object]:
    """Return the values by their dotted names, strange ones too."""
    flat: dict[str, object] = {}
    for name, value in fields.items():
        if name in _SECTIONS and isinstance(value, Mapping):
            flat |= {f"{name}.{member}": inner for member, inner in value.items()}
        else:
            flat[name] = value
    return flat


def in_force(fields: Fields, rules: KnobRules) -> ParsedKnobs:
    """Return the knobs of an instance that starts now."""
    return parse_knobs(fields, rules.usual, rules)


def origins(fields: Fields, rules: KnobRules) -> dict[str, tuple[Value, str]]:
    """Return each knob's value, and whether the document or the settings decide it."""
    parsed, flat = in_force(fields, rules), flattened(fields)
    refused = {problem.knob for problem in parsed.problems}
    decided = flat.keys() - (refused if refused.isdisjoint(SHARE) else refused | SHARE)
    return {
        name: (value, DOCUMENT if name in decided else SETTINGS)
        for name, value in values_of(parsed.knobs).items()
    }


def _assignment(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals:
        raise RefusedError(f"{text!r} is no KNOB=VALUE such as generation.enabled=false.")
    if name not in KNOBS:
        raise RefusedError(_unknown(name))
    return name, _value(KNOBS[name], value.strip())


def _value(kind: Kind | Range, text: str) -> object:
    """Return the value that the text means; as a text where it means none, to be refused."""
    match kind:
        case Range():
            return _number(text)
        case Kind.SWITCH:
            return {"true": True, "false": False}.get(text, text)
        case Kind.MODELS:
            return [name.strip() for name in text.split(",")]
        case _:
            return text


def _number(text: str) -> int | float | str:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _take_out(flat: dict[str, object], name: str) -> None:
    taken = [each for each in flat if each == name or each.startswith(f"{name}.")]
    if not taken and name not in KNOBS and name not in _SECTIONS:
        raise RefusedError(_unknown(name))
    for each in taken:
        del flat[each]


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, KNOBS, 1)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(KNOBS)}."
    return f"{name!r} is no knob. {hint}"


def _nested(flat: Fields) -> dict[str, object]:
    fields: dict[str, object] = {}
    for path, value in flat.items():
        section, _, member = path.partition(".")
        if member and section in _SECTIONS:
            place = fields.get(section)
            if not isinstance(place, dict):  # a section that was no map gives way to a knob in it
                place = fields[section] = {}
            place[member] = value
        else:
            fields[path] = value
    return fields


def _check(before: Fields, after: Fields, values: Fields, rules: KnobRules) -> None:
    known = set(in_force(before, rules).problems)
    bad = [
        problem
        for problem in in_force(after, rules).problems
        if problem.knob in values or problem not in known
    ]
    if bad:
        told = "".join(f"\n- {problem}" for problem in bad)
        raise RefusedError(f"Nothing was written: the functions would refuse this.{told}")


def _place(name: str) -> tuple[int, str]:
    names = list(KNOBS)
    return (names.index(name) if name in KNOBS else len(names), name)
