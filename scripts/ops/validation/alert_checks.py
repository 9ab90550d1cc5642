"""A test of the alerts: one is raised, seen firing, taken back, and seen to end."""

from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.operations.errors import LostError, OperationError
from scripts.ops.validation.desk import Desk
from scripts.ops.validation.errors import FoundError

EVERY = 2.0
_MEND = "`scripts/monitoring diff` says whether the alert is there; docs/alerts.md"


def raised(desk: Desk) -> None:
    """Have the alert fire, as soon as somebody looks. Raises OperationError."""
    desk.announcer.say()


def fires(desk: Desk) -> str:
    """Wait until it fires, and take it back."""
    alert = desk.announcer.alert
    found = _seen(desk, f"{alert} to fire", wanted=True)
    desk.announcer.take_back()
    if not found:
        raise FoundError(f"{alert} does not fire in {desk.limits.alert:.0f} s", _MEND)
    return f"{alert} fires; that a message of it has come, whoever gets them has to say"


def ends(desk: Desk) -> str:
    """Wait until it has ended."""
    alert = desk.announcer.alert
    if not _seen(desk, f"{alert} to end", wanted=False):
        raise FoundError(f"{alert} still fires after {desk.limits.alert:.0f} s", _MEND)
    return f"{alert} has ended"


def _seen(desk: Desk, what: str, *, wanted: bool) -> bool:
    def look() -> bool | None:
        return True if desk.alerts.fires(desk.announcer.alert) is wanted else None

    try:
        return desk.waiting.until(what, look, desk.limits.alert, EVERY) is not None
    except LostError:
        raise
    except (OperationError, QueryError) as error:
        raise FoundError(str(error)) from error
