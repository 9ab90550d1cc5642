"""What an alert is, and reading `monitoring/alerts.yaml`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from scripts.ops.monitoring.signal import Signal, Unit
from scripts.ops.monitoring.signals import SIGNALS

FILE = "monitoring/alerts.yaml"
ROOT = Path(__file__).resolve().parents[3]
_CONDITION = re.compile(r"(\w+) ([<>]) (\d+(?:\.\d+)?)(%|s|)")
_SUFFIXES = {Unit.SHARE: "%", Unit.SECONDS: "s", Unit.COUNT: "", Unit.DOLLARS: ""}
_DURATION = re.compile(r"(\d+)m")
_NEEDED = frozenset({"name", "of", "condition", "duration", "action", "severity", "runbook"})


class AlertsError(ValueError):
    """The file of alerts, or of who hears of them, is wrong; the text says where and how."""

    exit_code = 2


class Severity(StrEnum):
    """The guide's levels, by their names in Cloud Monitoring."""

    P1 = "CRITICAL"
    P2 = "ERROR"
    P3 = "WARNING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert: fires where `signal` is past `threshold` for `minutes` without a break.

    `sign` is `>` or `<`; `threshold` is in the signal's unit, a share from 0 to 1. `runbook` is a
    page of docs/procedures. `without` is the environment that it does not suit.
    """

    name: str
    signal: Signal
    condition: str
    sign: str
    threshold: float
    minutes: int
    action: str
    severity: Severity
    runbook: str
    without: str = ""

    @property
    def expression(self) -> str:
        """The PromQL that has series where, and only where, the condition holds."""
        holds = f"({self.signal.query}) {self.sign} {self.threshold:.12g}"
        if not self.signal.samples:
            return holds
        return f"({holds}) and ({self.signal.samples}) >= {self.signal.least}"

    def holds(self, value: float) -> bool:
        """Tell whether a value of the signal is past the threshold."""
        return value > self.threshold if self.sign == ">" else value < self.threshold


def read_alerts(root: Path = ROOT) -> Sequence[Alert]:
    """Return the alerts in the file's order. Raises AlertsError."""
    alerts = [_alert(fields) for fields in _entries(root / FILE)]
    names = [alert.name for alert in alerts]
    if twice := {name for name in names if names.count(name) > 1}:
        raise AlertsError(f"{FILE}: {', '.join(sorted(twice))}: there twice. Name each alert once.")
    return alerts


def _entries(path: Path) -> Sequence[Mapping[str, Any]]:
    try:
        document = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise AlertsError(f"{FILE} is no YAML: {error}") from error
    match document:
        case {"alerts": [*entries]} if all(isinstance(each, dict) for each in entries):
            return entries
        case _:
            raise AlertsError(f"{FILE} must be `alerts:` and a list of them.")


def _alert(fields: Mapping[str, Any]) -> Alert:
    name = str(fields.get("name", "an alert without a name"))
    if wrong := (_NEEDED - fields.keys()) | (fields.keys() - _NEEDED - {"except"}):
        raise AlertsError(f"{FILE}: {name}: missing or unknown: {', '.join(sorted(wrong))}.")
    signal, sign, threshold = _condition(name, str(fields["of"]), str(fields["condition"]))
    return Alert(
        name=name,
        signal=signal,
        condition=str(fields["condition"]),
        sign=sign,
        threshold=threshold,
        minutes=minutes(name, str(fields["duration"])),
        action=str(fields["action"]),
        severity=_severity(name, str(fields["severity"])),
        runbook=str(fields["runbook"]),
        without=str(fields.get("except", "")),
    )


def _condition(name: str, of: str, text: str) -> tuple[Signal, str, float]:
    parts = _CONDITION.fullmatch(text)
    if parts is None:
        raise AlertsError(f"{FILE}: {name}: {text!r} is no condition such as `error_rate > 5%`.")
    signal = SIGNALS.get(f"{of}.{parts[1]}")
    if signal is None:
        known = ", ".join(each.name for each in SIGNALS.values() if each.of == of) or "nothing"
        raise AlertsError(f"{FILE}: {name}: {of} has no signal {parts[1]}, but {known}.")
    if parts[4] != _SUFFIXES[signal.unit]:
        unit = _SUFFIXES[signal.unit] or "no unit"
        raise AlertsError(f"{FILE}: {name}: a value of {signal.key} is written with {unit}.")
    value = float(parts[3])
    return signal, parts[2], value / 100 if signal.unit is Unit.SHARE else value


def minutes(name: str, text: str) -> int:
    """Return how many minutes a duration such as `5m` has. Raises AlertsError."""
    parts = _DURATION.fullmatch(text)
    if parts is None:
        raise AlertsError(f"{name}: {text!r} is no duration such as `5m`.")
    return int(parts[1])


def _severity(name: str, text: str) -> Severity:
    try:
        return Severity[text]
    except KeyError:
        known = ", ".join(Severity.__members__)
        raise AlertsError(f"{FILE}: {name}: severity {text!r} is none of {known}.") from None
