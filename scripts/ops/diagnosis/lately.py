"""What was changed just before a request that did not do what was asked for."""

from datetime import datetime, timedelta

from scripts.ops.diagnosis.findings import Findings

JUST_BEFORE = timedelta(minutes=15)


def changed_lately(findings: Findings) -> tuple[str, ...]:
    """Return the deploys and turned knobs of the minutes before it, the latest first."""
    looked, began = findings.around.get("changes"), findings.verdict.call.began
    if looked is None or not findings.verdict.reason:
        return ()
    return tuple(row["said"] for row in looked.rows if _is_just_before(row.get("at"), began))


def _is_just_before(at: object, began: datetime) -> bool:
    return isinstance(at, datetime) and began - JUST_BEFORE <= at <= began
