"""One service of Cloud Run as the stand-in keeps it: what is asked for, and what is in force.

https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#Service
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from google.cloud import run_v2 as api
from google.protobuf.timestamp_pb2 import Timestamp

from scripts.local.standins.cloud_run.conditions import READY, failed, problem_of, succeeded
from scripts.local.standins.cloud_run.names import own
from scripts.local.standins.cloud_run.traffic import (
    LATEST,
    WHOLE,
    Targets,
    check_revisions,
    statuses,
)
from scripts.local.standins.server import RefusalError

FOLLOW_LATEST = api.TrafficTarget(type_=LATEST, percent=WHOLE)
"""What a service without targets has."""

Address = Callable[[str, str], str]
"""Makes a URI of a service's name and a tag, which may be empty."""


@dataclass(slots=True)
class Entry:
    """A service, its revisions, the newest first, and the traffic that is in force."""

    service: api.Service
    revisions: list[api.Revision] = field(default_factory=list)
    serving: Targets = (FOLLOW_LATEST,)

    def reconcile(self, now: Timestamp, failure: RefusalError | None) -> None:
        """Have what is asked for come into force, or raise the RefusalError that says why not."""
        service = self.service
        service.reconciling = False
        problems = {own(each.name): problem_of(each) for each in self.revisions}
        try:
            if failure is not None:
                raise failure
            check_revisions(service.traffic, problems)
        except RefusalError as refusal:
            service.terminal_condition = failed(READY, now, refusal.message)
            raise
        self.serving = list(service.traffic)
        if problem := problems[own(service.latest_created_revision)]:
            service.terminal_condition = failed(READY, now, problem)
        else:
            service.terminal_condition = succeeded(READY, now)
            service.observed_generation = service.generation

    def told(self, address: Address, *, ready_lags: bool) -> api.Service:
        """Return a copy of the service with all that follows from its traffic and revisions."""
        made = api.Service(self.service)
        made.traffic_statuses = statuses(self.serving, lambda tag: address(made.name, tag))
        made.latest_ready_revision = self._latest_ready(ready_lags=ready_lags)
        made.uri = address(made.name, "")
        made.urls = [made.uri]
        return made

    def _latest_ready(self, *, ready_lags: bool) -> str:
        ready = [each.name for each in self.revisions if not problem_of(each)]
        if ready_lags and all(target.type_ != LATEST for target in self.serving):
            busy = {target.revision for target in self.serving if target.percent}
            ready = [name for name in ready if own(name) in busy]
        return ready[0] if ready else ""
