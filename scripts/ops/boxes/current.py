"""How the service does at this moment, against the thresholds of its alerts."""

from collections.abc import Sequence

from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, asked, failed, listed, passed
from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.reading.prometheus_api import connected
from scripts.ops.monitoring.reading.readings import Row, State, queries_of, read_rows
from scripts.ops.monitoring.signals import SIGNALS


def look(desk: Desk) -> Finding:
    """Return how the signals are. Raises QueryError, AlertsError, PlaceError."""
    alerts = [each for each in read_alerts(desk.site.root) if each.without != desk.site.name]
    signals = list(SIGNALS.values())
    with connected(desk.site.prometheus()) as prometheus:
        answers = prometheus.ask(queries_of(signals), desk.clock().timestamp())
    return judge(read_rows(signals, alerts, answers), desk.site.name)


def judge(rows: Sequence[Row], name: str) -> Finding:
    """Return what the figures say.

    One that is past a threshold closes no gate by itself, for the deploy may be what mends it: a
    person says so.
    """
    if unanswered := [row for row in rows if row.state is State.NOT_ANSWERED]:
        return failed(
            f"{len(unanswered)} of {len(rows)} figures cannot be told",
            f"{unanswered[0].problem} scripts/metrics -P {name} shows them.",
        )
    broken = [_told(row) for row in rows if row.broken]
    if broken:
        return asked(
            f"past a threshold: {listed(broken)}",
            f"Look: scripts/metrics -P {name}. Wait until it is over, or confirm that this deploy "
            "mends it.",
        )
    counted = sum(row.value is not None for row in rows)
    return passed(f"{counted} figures, none past a threshold" if counted else "nothing is counted")


def _told(row: Row) -> str:
    return f"{row.signal.key} ({row.broken[0].name}, {row.broken[0].severity.name})"
