"""The filters that alerts are listed by: comparisons of fields, joined by AND.

    state="OPEN" AND policy.displayName="Stories fail"

Google says that any field can be asked for, in its usual language, of which this is the part that
needs no guess: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alerts/list,
https://google.aip.dev/160.
"""

import operator
import re
from collections.abc import Callable
from typing import Any

from scripts.local.standins.google_rest.frame import Body
from scripts.local.standins.google_rest.reading import invalid

_COMPARISON = re.compile(
    r"""\s*(?P<field>[a-zA-Z_]+(?:\.[a-zA-Z_]+)*)\s*(?P<sign>!=|>=|<=|=|>|<)\s*"""
    r"""(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|(?P<bare>[\w.:/-]+))\s*"""
)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_FIELDS = {
    "name", "state", "openTime", "closeTime", "metric.type", "resource.type",
    "policy.name", "policy.displayName", "policy.severity",
}  # fmt: skip
_STATES = {"OPEN", "CLOSED"}


def matcher(text: str) -> Callable[[Body], bool]:
    """Return whether an alert is asked for. Raises RestRefusalError for what is no filter."""
    if not text.strip():
        return lambda _: True
    comparisons = [_comparison(part, text) for part in re.split(r"\sAND\s", text)]
    return lambda alert: all(holds(alert) for holds in comparisons)


def _comparison(part: str, text: str) -> Callable[[Body], bool]:
    found = _COMPARISON.fullmatch(part)
    if found is None:
        raise invalid(f"Invalid filter: {text}")
    field = re.sub(r"_([a-z])", lambda each: each[1].upper(), found["field"])
    if field not in _FIELDS:
        raise invalid(f"Invalid filter: there is no field {found['field']}.")
    value = found["double"] if found["double"] is not None else found["single"] or found["bare"]
    value = re.sub(r"\\(.)", r"\1", value or "")
    if field == "state" and value not in _STATES:
        raise invalid(f"Invalid filter: {value} is no state.")
    compare = _SIGNS[found["sign"]]
    return lambda alert: compare(_value(alert, field), value)


def _value(alert: Body, field: str) -> str:
    value: Any = alert
    for part in field.split("."):
        value = value.get(part, {})
    return value if isinstance(value, str) else ""
