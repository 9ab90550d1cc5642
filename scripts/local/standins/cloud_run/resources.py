"""What the stand-in for the Cloud Run Admin API keeps: services, and the revisions of each.

https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#Service
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from uuid import NAMESPACE_URL, uuid5

from google.cloud import run_v2 as api
from google.longrunning.operations_pb2 import (  # type: ignore[import-untyped]  # ships no types
    Operation,
)
from google.protobuf.timestamp_pb2 import Timestamp

from scripts.local.standins.artifact_registry import Registry
from scripts.local.standins.cloud_run.conditions import READY, failed, reconciling, succeeded
from scripts.local.standins.cloud_run.names import (
    SERVICE_NAME,
    cloud_address,
    conflict,
    etag_of,
    image_uri,
    not_found,
    own,
    revision_id,
    service_name,
)
from scripts.local.standins.cloud_run.service import FOLLOW_LATEST, Address, Entry
from scripts.local.standins.cloud_run.traffic import Targets, check_traffic
from scripts.local.standins.operations import Operations
from scripts.local.standins.pages import check
from scripts.local.standins.server import Message, RefusalError

_DEPLOYER = "deployer@example.com"
_OPERATOR = "operator@example.com"


class CloudRun:
    """Services of every project. `clock` answers seconds since the epoch; `lock` guards all.

    `operations` say how long a change of traffic takes, and whether it fails; `registry` has the
    revisions' images. `address` makes URIs of a service's name and a tag, which may be empty.
    `operator` is whoever changes traffic from now on.

    With `ready_lags` a revision that gets no traffic is not the service's latest ready one, Ready
    as it is by itself: https://github.com/mishrasanjeev/agentic-org/pull/606 met that.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.operations = Operations(clock)
        self.registry = Registry(clock)
        self.lock = self.operations.lock
        self.address: Address = cloud_address
        self.operator = _OPERATOR
        self.ready_lags = False
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._version = 0

    def deploy(
        self,
        name: str,
        creator: str = _DEPLOYER,
        *,
        image: str = "",
        problem: str = "",
        most_instances: int = 0,
    ) -> str:
        """Make a new revision of a service, and the service if there is none; return its name.

        It gets the traffic that follows the latest revision: all of it, unless traffic is pinned
        (https://github.com/GoogleCloudPlatform/magic-modules/pull/16981). With a `problem` it is
        not Ready, and nothing changes for what serves. `image` has a digest; without one there is
        a new one. `most_instances` is its bound, 0 for none. Raises RefusalError for a name that
        is no service's.
        """
        check(SERVICE_NAME, name)
        with self.lock:
            entry = self._entries.get(name) or self._create(name, creator)
            revision = self._revision(name, len(entry.revisions) + 1, creator, problem)
            revision.containers = [api.Container(image=image or image_uri(revision.name))]
            self.registry.push(revision.containers[0].image)
            entry.service.template.scaling.max_instance_count = most_instances
            revision.scaling.max_instance_count = most_instances
            entry.revisions.insert(0, revision)
            entry.service.latest_created_revision = revision.name
            self._changed(entry, creator)
            with suppress(RefusalError):
                self._reconcile(entry, None)
            return revision.name

    def update_traffic(
        self, name: str, targets: Targets, etag: str = "", *, only_try: bool = False
    ) -> Operation:
        """Begin to split a service's traffic anew; `only_try` checks the request alone.

        Raises RefusalError.
        """
        with self.lock:
            entry = self._entry(name)
            if etag and etag != entry.service.etag:
                raise conflict(name, etag, entry.service.etag)
            wanted = list(targets) or [FOLLOW_LATEST]
            check_traffic(own(name), wanted)
            if only_try:
                return _tried(self.service(name), wanted)
            entry.service.traffic = wanted
            self._changed(entry, self.operator)
            entry.service.reconciling = True
            entry.service.terminal_condition = reconciling(READY, self._now())
            return self.operations.begin(
                name.partition("/services/")[0],
                api.Service.pb(self._told(entry)),
                lambda failure: self._reconcile(entry, failure),
            )

    def service(self, name: str) -> api.Service:
        """Return a copy of a service. Raises RefusalError if there is none of this name."""
        return self._told(self._entry(name))

    def services(self, location: str) -> Sequence[api.Service]:
        """Return copies of a location's services, by their names."""
        with self.lock:
            found = [name for name in self._entries if name.startswith(f"{location}/")]
            return [self.service(name) for name in sorted(found)]

    def revisions(self, service: str) -> Sequence[api.Revision]:
        """Return copies of a service's revisions, the newest first. Raises RefusalError."""
        with self.lock:
            return [api.Revision(each) for each in self._entry(service).revisions]

    def _entry(self, name: str) -> Entry:
        with self.lock:
            self.operations.settle()
            if name not in self._entries:
                raise not_found(name)
            return self._entries[name]

    def _create(self, name: str, creator: str) -> Entry:
        service = api.Service(
            name=name,
            uid=_uid(name),
            create_time=self._now(),
            creator=creator,
            ingress=api.IngressTraffic.INGRESS_TRAFFIC_ALL,
            traffic=[FOLLOW_LATEST],
        )
        self._entries[name] = Entry(service)
        return self._entries[name]

    def _revision(self, service: str, number: int, creator: str, problem: str) -> api.Revision:
        name = f"{service}/revisions/{revision_id(own(service), number)}"
        now = self._now()
        ready = failed(READY, now, problem) if problem else succeeded(READY, now)
        return api.Revision(
            name=name,
            uid=_uid(name),
            generation=1,
            create_time=now,
            update_time=now,
            service=own(service),
            conditions=[ready],
            observed_generation=1,
            creator=creator,
            etag=etag_of(name, 1),
        )

    def _changed(self, entry: Entry, by: str) -> None:
        entry.service.generation += 1
        entry.service.last_modifier = by
        self._touch(entry.service)

    def _touch(self, service: api.Service) -> None:
        self._version = max(self._version + 1, int(self._clock() * 10**6))
        service.update_time, service.etag = self._now(), etag_of(service.name, self._version)

    def _reconcile(self, entry: Entry, failure: RefusalError | None) -> Message:
        self._touch(entry.service)
        entry.reconcile(self._now(), failure)
        return api.Service.pb(self._told(entry))

    def _told(self, entry: Entry) -> api.Service:
        return entry.told(self.address, ready_lags=self.ready_lags)

    def _now(self) -> Timestamp:
        made = Timestamp()
        made.FromNanoseconds(int(self._clock() * 10**9))
        return made


def deployed(
    project: str, region: str, functions: Collection[str], clock: Callable[[], float]
) -> CloudRun:
    """Return a Cloud Run that has one revision a function, as after a first deploy."""
    run = CloudRun(clock)
    deploy_all(run, project, region, functions)
    return run


def deploy_all(run: CloudRun, project: str, region: str, functions: Collection[str]) -> None:
    """Make a new revision of each function of a project."""
    for function in functions:
        run.deploy(service_name(project, region, function))


def _tried(service: api.Service, traffic: Targets) -> Operation:
    service.traffic = list(traffic)
    operation = Operation(done=True)
    for part in (operation.response, operation.metadata):
        part.Pack(api.Service.pb(service))
    return operation


def _uid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))
