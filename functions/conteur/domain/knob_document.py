"""Reads the operator's document of knobs, `config/runtime`; docs/runtime.md has its fields.

A value that breaks its rule is refused alone: its knob stays as it last was, and what is good
takes effect whatever else is bad. A knob that the document does not have is as the settings say.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from conteur.domain.knob_values import KNOBS, Kind, KnobRules, Value, knobs_of, values_of
from conteur.domain.knobs import Knobs
from conteur.domain.moderation import ModerationMode
from conteur.domain.ranges import Range

VERSION, PERCENT = "prompt.version", "prompt.percent"
ALL_PERCENT = 100
LONGEST_NAME_SHOWN = 60

_SECTIONS = {name.split(".", maxsplit=1)[0] for name in KNOBS if "." in name}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Which knob has a value that is refused, and the rule that the value breaks."""

    knob: str
    rule: str

    def __str__(self) -> str:
        """Return both as a sentence."""
        return f"{self.knob} {self.rule}"


@dataclass(frozen=True, slots=True)
class ParsedKnobs:
    """The knobs that a document turns, and what in it is refused, by name."""

    knobs: Knobs
    problems: tuple[Problem, ...]


class _BadValueError(ValueError):
    """A value breaks the rule that is told."""


def parse_knobs(fields: Mapping[str, object], last: Knobs, rules: KnobRules) -> ParsedKnobs:
    """Return the knobs that a document with these `fields` turns; it never raises.

    A knob that is absent has its usual value, one with a bad value that of `last`.
    """
    flat, problems = _flattened(fields)
    values, kept = values_of(rules.usual), values_of(last)
    refused = {problem.knob for problem in problems} & _SECTIONS
    for name, kind in KNOBS.items():
        if name.split(".", maxsplit=1)[0] in refused:
            values[name] = kept[name]
        elif name in flat:
            try:
                values[name] = _checked(flat[name], kind, rules)
            except _BadValueError as error:
                problems.append(Problem(name, str(error)))
                values[name] = kept[name]
                refused.add(name)
    problems += _join_share(values, kept, flat, refused)
    return ParsedKnobs(knobs_of(values), tuple(sorted(problems)))


def _flattened(fields: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
    """Return the values by dotted names, and a problem for each name that no knob has."""
    flat: dict[str, object] = {}
    problems = []
    for name, value in fields.items():
        if name not in _SECTIONS:
            if name in KNOBS and "." not in name:
                flat[name] = value
            else:
                problems.append(_unknown(name))
        elif not isinstance(value, Mapping):
            problems.append(Problem(name, f"must be a map of {_members(name)}"))
        else:
            named = {f"{name}.{member}": inner for member, inner in value.items()}
            flat |= {path: inner for path, inner in named.items() if path in KNOBS}
            problems += [_unknown(path) for path in named if path not in KNOBS]
    return flat, problems


def _unknown(name: str) -> Problem:
    if name in KNOBS:
        section, member = name.split(".")
        return Problem(name, f"must be {member} in the map {section}, not a name with a dot")
    section = name.split(".", maxsplit=1)[0]
    known = _members(section) if section in _SECTIONS else ", ".join(KNOBS)
    return Problem(name[:LONGEST_NAME_SHOWN], f"is no knob; there are {known}")


def _members(section: str) -> str:
    return ", ".join(
        name.removeprefix(f"{section}.") for name in KNOBS if name.startswith(f"{section}.")
    )


def _checked(value: object, kind: Kind | Range, rules: KnobRules) -> Value:
    """Return the value as a knob has it. Raises _BadValueError."""
    match kind:
        case Range():
            return _number(value, kind)
        case Kind.SWITCH:
            if isinstance(value, bool):
                return value
            raise _BadValueError("must be true or false")
        case Kind.MODELS:
            return _models(value, rules.models)
        case Kind.MODERATION:
            return _choice(value, frozenset(ModerationMode))
        case Kind.VERSION:
            return _choice(value, rules.versions)


def _number(value: object, allowed: Range) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not allowed.holds(value):
        raise _BadValueError(f"must be a {allowed}")
    return int(value) if allowed.whole else value


def _models(value: object, priced: Collection[str]) -> tuple[str, ...]:
    names = tuple(value) if isinstance(value, list | tuple) else ()
    known = all(isinstance(name, str) and name in priced for name in names)
    if not names or not known or len(set(names)) < len(names):
        raise _BadValueError(
            f"must be a list of different models that have a price: {', '.join(sorted(priced))}"
        )
    return names


def _choice(value: object, allowed: Collection[str]) -> str:
    if isinstance(value, str) and value in allowed:
        return str(value)
    raise _BadValueError(f"must be one of {', '.join(sorted(allowed))}")


def _join_share(
    values: dict[str, Value],
    kept: Mapping[str, Value],
    flat: Mapping[str, object],
    refused: set[str],
) -> list[Problem]:
    """Settle the prompt's version and percent together, for a share belongs to its version.

    If either is bad both stay as they last were, but for a percent of 0, which ends any canary.
    """
    stops = values[PERCENT] == 0 and PERCENT in flat and PERCENT not in refused
    bad = not refused.isdisjoint({VERSION, PERCENT})
    lonely = PERCENT in flat and VERSION not in flat and not bad
    if stops:
        values |= {VERSION: None, PERCENT: None}
        return []
    if bad or lonely:
        values |= {VERSION: kept[VERSION], PERCENT: kept[PERCENT]}
    elif VERSION in flat and PERCENT not in flat:
        values[PERCENT] = ALL_PERCENT
    return [Problem(VERSION, "must be there: prompt.percent is its share")] if lonely else []
