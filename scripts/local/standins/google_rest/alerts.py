"""A stand-in for Cloud Monitoring's alerts: what its alert policies have opened.

https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alerts
"""

from collections.abc import Callable, Sequence
from itertools import count

from scripts.local.standins.google_rest.alert_filter import matcher
from scripts.local.standins.google_rest.frame import Asked, Body, RestStandIn, Route
from scripts.local.standins.google_rest.projects import PROJECT, Projects
from scripts.local.standins.google_rest.reading import invalid, not_found, page, parameters
from scripts.local.standins.google_rest.times import rfc3339

USUAL, MOST = 50, 1000  # of a page
OPEN, CLOSED = "OPEN", "CLOSED"
_SORTED_BY = {"openTime", "closeTime", "open_time", "close_time"}
_NEWEST = "openTime desc"


class AlertsStandIn(RestStandIn):
    """The alerts of all projects, opened and closed by `open` and `close`.

    `look` is called with a project's id before its alerts are listed, so that a test can open what
    a policy would.
    """

    host = "monitoring.googleapis.com"

    def __init__(self, projects: Projects, clock: Callable[[], float]) -> None:
        super().__init__()
        self.look: Callable[[str], object] | None = None
        self._projects = projects
        self._clock = clock
        self._numbers = count(1)
        self._alerts: dict[str, Body] = {}

    def open(
        self, project: str, policy: str, display_name: str, severity: str = "", metric: str = ""
    ) -> str:
        """Open an alert of a policy, whose full name is given, and return the alert's name."""
        name = f"projects/{project}/alerts/0.{next(self._numbers):016x}"
        snapshot = {"name": policy, "displayName": display_name}
        alert: Body = {
            "name": name,
            "state": OPEN,
            "openTime": rfc3339(self._clock()),
            "policy": {**snapshot, **({"severity": severity} if severity else {})},
            **({"metric": {"type": metric}} if metric else {}),
        }
        with self.lock:
            self._alerts[name] = alert
        return name

    def close(self, name: str) -> None:
        """Close an alert."""
        with self.lock:
            self._alerts[name] |= {"state": CLOSED, "closeTime": rfc3339(self._clock())}

    def routes(self) -> Sequence[Route]:
        """Return the two methods that read; there are no others."""
        return (
            ("GET", rf"/v3/{PROJECT}/alerts", self._list),
            ("GET", rf"/v3/{PROJECT}/alerts/(?P<alert>[^/]+)", self._get),
        )

    def _list(self, asked: Asked) -> Body:
        """Answer a page, the newest first unless another order is asked for.

        https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alerts/list
        """
        parameters(asked, "filter", "orderBy", "pageSize", "pageToken")
        project = self._projects.find(asked.parts["project"])
        if self.look is not None:
            self.look(project)
        matches = matcher(asked.one("filter"))
        of = f"projects/{project}/"
        found = [each for each in self._of(of) if matches(each)]
        _sort(found, asked.one("orderBy") or _NEWEST)
        listed, more = page(asked, found, USUAL, MOST)
        return {"alerts": listed, **more, "totalSize": len(found)}

    def _of(self, prefix: str) -> list[Body]:
        return [each for name, each in self._alerts.items() if name.startswith(prefix)]

    def _get(self, asked: Asked) -> Body:
        parameters(asked)
        project = self._projects.find(asked.parts["project"])
        name = f"projects/{project}/alerts/{asked.parts['alert']}"
        if name not in self._alerts:
            raise not_found(f"Could not find object with name '{name}'.")
        return self._alerts[name]


def _sort(alerts: list[Body], order: str) -> None:
    for name, is_falling in reversed(_order(order)):

        def time(alert: Body, name: str = name) -> str:
            return str(alert.get(name, ""))

        alerts.sort(key=time, reverse=is_falling)


def _order(text: str) -> list[tuple[str, bool]]:
    """Return the fields to sort by, and whether each falls. Raises RestRefusalError."""
    read = []
    for part in text.split(","):
        name, *direction = part.split() or [""]
        if name not in _SORTED_BY or direction not in ([], ["desc"], ["asc"]):
            raise invalid(f"Invalid orderBy: {text}. Alerts sort by openTime and closeTime.")
        read.append((name.replace("_time", "Time"), direction == ["desc"]))
    return read
