"""What the stand-in for the Cloud Run Admin API keeps: services, and the revisions of each.

https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#Service
"""

import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import count
from threading import RLock
from uuid import NAMESPACE_URL, uuid5

import grpc
from google.cloud import run_v2 as api
from google.protobuf.timestamp_pb2 import Timestamp

from scripts.local.standins.server import Message, RefusalError

_PROJECT, _LOCATION = r"projects/[a-z0-9][a-z0-9:.-]*", r"locations/[a-z]+-[a-z]+[1-9]\d?"
# https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create
_SERVICE = r"services/[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?"
LOCATION_NAME = re.compile(f"{_PROJECT}/{_LOCATION}")
SERVICE_NAME = re.compile(f"{LOCATION_NAME.pattern}/{_SERVICE}")
REVISION_NAME = re.compile(rf"{SERVICE_NAME.pattern}/revisions/[a-z][a-z0-9-]*[a-z0-9]")
_WHOLE = 100  # percent
_LATEST = api.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
_DEPLOYER = "deployer@example.com"
_SUFFIX = "loc"


@dataclass(slots=True)
class _Entry:
    """A service, and its revisions, the newest first."""

    service: api.Service
    revisions: list[api.Revision] = field(default_factory=list)


class CloudRun:
    """Services of every project. `clock` answers seconds since the epoch; `lock` guards all."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.lock = RLock()
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._versions = count(1)

    def deploy(self, name: str, creator: str = _DEPLOYER) -> str:
        """Make a new revision of a service, and the service if there is none; return its name.

        It gets all traffic, as a deploy's does unless traffic is pinned. Raises RefusalError for
        a name that is no service's.
        """
        check(SERVICE_NAME, name)
        with self.lock:
            entry = self._entries.get(name) or self._create(name, creator)
            service = entry.service
            revision = self._revision(name, len(entry.revisions) + 1, creator)
            entry.revisions.insert(0, revision)
            service.generation += 1
            service.observed_generation = service.generation
            service.last_modifier, service.update_time = creator, self._now()
            service.latest_created_revision = service.latest_ready_revision = revision.name
            service.etag = self._etag(name)
            return revision.name

    def service(self, name: str) -> api.Service:
        """Return a copy of a service. Raises RefusalError if there is none of this name."""
        return api.Service(self._entry(name).service)

    def services(self, location: str) -> Sequence[api.Service]:
        """Return copies of a location's services, by their names."""
        with self.lock:
            found = [name for name in self._entries if name.startswith(f"{location}/")]
            return [api.Service(self._entries[name].service) for name in sorted(found)]

    def revisions(self, service: str) -> Sequence[api.Revision]:
        """Return copies of a service's revisions, the newest first. Raises RefusalError."""
        with self.lock:
            return [api.Revision(each) for each in self._entry(service).revisions]

    def _entry(self, name: str) -> _Entry:
        with self.lock:
            if name not in self._entries:
                raise not_found(name)
            return self._entries[name]

    def _create(self, name: str, creator: str) -> _Entry:
        target = {"type_": _LATEST, "percent": _WHOLE}
        service = api.Service(
            name=name,
            uid=_uid(name),
            create_time=self._now(),
            creator=creator,
            ingress=api.IngressTraffic.INGRESS_TRAFFIC_ALL,
            traffic=[target],
            traffic_statuses=[target],  # names no revision where it is the latest one's
            terminal_condition=_succeeded("Ready", self._now()),
        )
        self._entries[name] = _Entry(service)
        return self._entries[name]

    def _revision(self, service: str, number: int, creator: str) -> api.Revision:
        name = f"{service}/revisions/{revision_id(service.rpartition('/')[2], number)}"
        now = self._now()
        return api.Revision(
            name=name,
            uid=_uid(name),
            generation=1,
            create_time=now,
            update_time=now,
            service=service.rpartition("/")[2],
            conditions=[_succeeded("Ready", now)],
            observed_generation=1,
            creator=creator,
            etag=self._etag(name),
        )

    def _etag(self, name: str) -> str:
        return f'"{hashlib.sha256(f"{name} {next(self._versions)}".encode()).hexdigest()[:24]}"'

    def _now(self) -> Timestamp:
        made = Timestamp()
        made.FromNanoseconds(int(self._clock() * 10**9))
        return made


def revision_id(service: str, number: int) -> str:
    """Return what a service's nth revision is called: `generate-story-00001-loc`.

    Cloud Run draws the three letters; these are the ones that the local log has too.
    """
    return f"{service}-{number:05d}-{_SUFFIX}"


def check(form: re.Pattern[str], name: str) -> None:
    """Raise RefusalError for a name that has not the form, as INVALID_ARGUMENT."""
    if not form.fullmatch(name):
        raise invalid(f"Invalid resource name: {name!r}.")


def page(
    found: Sequence[Message], size: int, token: str, most: int, *asked: object
) -> tuple[Sequence[Message], str]:
    """Return a page of at most `most`, and the next one's token; empty: there is no more.

    A token is of one question: `asked` are its other parameters, which must match. Raises
    RefusalError. https://google.aip.dev/158
    """
    if size < 0:
        raise invalid("page_size must not be negative.")
    seal = hashlib.sha256(repr(asked).encode()).hexdigest()[:16]
    begin, known = token.removeprefix(seal), not token or token.startswith(seal)
    if not known or not (begin or "0").isdecimal() or int(begin or 0) > len(found):
        raise invalid("The page token is invalid.")
    start = int(begin or 0)
    end = start + min(size or most, most)
    return found[start:end], f"{seal}{end}" if end < len(found) else ""


def invalid(message: str) -> RefusalError:
    """Return the refusal of a request that no state of the service would make good."""
    return RefusalError(grpc.StatusCode.INVALID_ARGUMENT, message)


def not_found(name: str) -> RefusalError:
    """Return the refusal of a name that nothing has, in the words of the real service.

    https://github.com/GoogleCloudPlatform/generative-ai/issues/1795
    """
    kind, own = ("REVISION" if "/revisions/" in name else "SERVICE"), name.rpartition("/")[2]
    project, region = name.split("/")[1], name.split("/")[3]
    message = f"Resource '{own}' of kind '{kind}' in region '{region}' in project '{project}'"
    return RefusalError(grpc.StatusCode.NOT_FOUND, f"{message} does not exist.")


def deployed(
    project: str, region: str, functions: Collection[str], clock: Callable[[], float]
) -> CloudRun:
    """Return a Cloud Run that has one revision a function, as after a first deploy."""
    run = CloudRun(clock)
    for function in functions:
        service = function.replace("_", "-")
        run.deploy(f"projects/{project}/locations/{region}/services/{service}")
    return run


def _uid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def _succeeded(kind: str, now: Timestamp) -> api.Condition:
    state = api.Condition.State.CONDITION_SUCCEEDED
    return api.Condition(type_=kind, state=state, last_transition_time=now)
