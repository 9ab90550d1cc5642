"""Make the tables of docs/metrics.md and docs/alerts.md of the registry and monitoring/alerts.yaml.

Without arguments nothing is written: a page that is out of date is named.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from conteur.telemetry.registry import METRICS, Distribution, Kind, Metric
from scripts.ops.monitoring.alert import ROOT, AlertsError, read_alerts
from scripts.ops.monitoring.metric_groups import GROUPS
from scripts.ops.monitoring.signal import Signal, Unit
from scripts.ops.monitoring.signals import SIGNALS

METRICS_PAGE, ALERTS_PAGE = "docs/metrics.md", "docs/alerts.md"
COMMAND = "scripts/monitoring pages --update"
EXAMPLE = f"example: {COMMAND} && git diff docs"
MOST_VALUES = 6
"""Of a label that is told with its values."""
_UNITS = {Unit.SHARE: "%", Unit.SECONDS: "s", Unit.COUNT: "", Unit.DOLLARS: "$"}

Rows = Iterable[tuple[str, ...]]


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/monitoring pages",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--update", action="store_true", help="write what is out of date")
    options = parser.parse_args(arguments)
    try:
        return check(ROOT, update=options.update)
    except AlertsError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def check(root: Path, *, update: bool) -> int:
    """Return 0 if both pages are up to date, or now are; else name those that are not, return 1.

    Raises AlertsError where the alerts cannot be read, or a page has no place for its table.
    """
    stale = {path: text for path, text in made(root).items() if (root / path).read_text() != text}
    if not stale:
        print("The pages on metrics and alerts are what the registry and the alerts say.")
        return 0
    if update:
        for path, text in stale.items():
            (root / path).write_text(text)
            print(f"{path} is written.")
        return 0
    print("The registry, or the alerts, say something else than:", *stale, sep="\n- ")
    print(f"Run `{COMMAND}`, and commit them with your change.")
    return 1


def made(root: Path) -> Mapping[str, str]:
    """Return what the pages should hold. Raises AlertsError."""
    _check_runbooks(root)
    metrics = {name: metrics_table(members) for name, members in GROUPS.items()}
    alerts = {"alerts": alerts_table(root), "signals": signals_table(SIGNALS.values())}
    return {
        METRICS_PAGE: _filled(root, METRICS_PAGE, metrics),
        ALERTS_PAGE: _filled(root, ALERTS_PAGE, alerts),
    }


def _check_runbooks(root: Path) -> None:
    for alert in read_alerts(root):
        page = f"docs/procedures/{alert.runbook}.md"
        if not (root / page).exists():
            raise AlertsError(f"{alert.name}: its runbook {page} is not there. Write it.")


def metrics_table(members: tuple[str, ...]) -> str:
    """Return the table of the metrics whose paths begin so, in the registry's order."""
    metrics = [each for each in METRICS if each.path.startswith(members)]
    return _table(("name", "", "unit", "labels", "what"), map(_metric_row, metrics))


def alerts_table(root: Path) -> str:
    """Return the table of all alerts."""
    rows = (
        (
            f"`{alert.name}`",
            alert.severity.name,
            f"`{alert.signal.of}`: `{alert.condition}`",
            f"{alert.minutes} min",
            f"`{alert.action}`",
            f"[{alert.runbook}](procedures/{alert.runbook}.md)",
        )
        for alert in read_alerts(root)
    )
    return _table(("alert", "", "fires where", "for", "action", "runbook"), rows)


def signals_table(signals: Iterable[Signal]) -> str:
    """Return the table of signals."""
    return _table(("signal", "in", "what", "samples"), map(_signal_row, signals))


def _signal_row(signal: Signal) -> tuple[str, ...]:
    least = str(signal.least) if signal.samples else ""
    return (f"`{signal.key}`", _UNITS[signal.unit], signal.what, least)


def _metric_row(metric: Metric) -> tuple[str, ...]:
    kind = "G" if metric.kind is Kind.GAUGE else "D" if isinstance(metric, Distribution) else "C"
    labels = ", ".join(_label(metric, place) for place in range(len(metric.labels)))
    return (f"`{metric.path}`", kind, _unit(metric), labels, metric.description + _bounds(metric))


def _bounds(metric: Metric) -> str:
    if not isinstance(metric, Distribution):
        return ""
    return f" Buckets begin at {', '.join(f'{bound:g}' for bound in metric.bounds)}."


def _unit(metric: Metric) -> str:
    return "" if metric.unit == "1" else metric.unit


def _label(metric: Metric, place: int) -> str:
    values = list(dict.fromkeys(known[place] for known in metric.known))
    told = f" ({', '.join(values)})" if 0 < len(values) <= MOST_VALUES else ""
    return f"`{metric.labels[place]}`{told}"


def _table(head: tuple[str, ...], rows: Rows) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _filled(root: Path, path: str, tables: Mapping[str, str]) -> str:
    text = (root / path).read_text()
    for name, table in tables.items():
        begin, end = f"<!-- begin of {name}: made by `{COMMAND}`, do not edit -->", "<!-- end -->"
        place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if len(place.findall(text)) != 1:
            raise AlertsError(f"{path}: there must be one `{begin}`, and `{end}` behind it.")
        text = place.sub(f"{begin}\n{table}\n{end}".replace("\\", r"\\"), text)
    return text


if __name__ == "__main__":
    sys.exit(main())
