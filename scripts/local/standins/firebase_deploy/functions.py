"""A stand-in for Cloud Functions, as `firebase deploy` calls it: uploads become revisions.

A change is an operation, which ends at its first look. With it the function's Cloud Run service
has a new revision, whose traffic is Cloud Run's affair: a service that is pinned keeps its own.
https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto
from http import HTTPStatus
from itertools import count
from typing import ClassVar, Protocol

from scripts.local.standins.firebase_deploy.accounts import default_account
from scripts.local.standins.firebase_deploy.function_rules import check, masked
from scripts.local.standins.firebase_deploy.storage import Storage
from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)
from scripts.local.standins.google_rest.projects import Projects, project_number
from scripts.local.standins.google_rest.reading import not_found, parameters

Deployed = Callable[[str, bytes, Body], object]
"""Called with a function's id, its zipped source, and its body, when it has been deployed."""


class Revise(Protocol):
    """Makes new revisions of Cloud Run services."""

    def __call__(self, service: str, *, everything: bool, problem: str, most_instances: int) -> str:
        """Make one, by the service's name, and return the service's URI.

        With `everything` it gets all traffic even where that is pinned; with a `problem` it is
        not Ready. `most_instances` is its bound, 0 for none.
        """


class Failure(StrEnum):
    """How deploying a function fails on purpose."""

    BUILD = auto()
    """There is no image, so no revision."""
    START = auto()
    """There is a revision, which does not become Ready."""
    QUOTA = auto()
    """Refused as one request too many; once, then it is taken."""


_V2 = r"/v2/(?P<parent>projects/(?P<project>[a-z0-9-]+)/locations/(?P<location>[a-z0-9-]+))"
_FUNCTION = rf"{_V2}/functions/(?P<id>[A-Za-z0-9_-]+)"
_INVALID = 3  # https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
_TYPE = "type.googleapis.com/google.cloud.functions.v2"


@dataclass
class CloudFunctions(RestStandIn):
    """The functions of some projects.

    `failures` are by function ids. With `ignores_pins` a deploy takes all traffic, as if every
    service followed its latest revision.
    """

    host: ClassVar[str] = "cloudfunctions.googleapis.com"
    projects: Projects
    storage: Storage
    revise: Revise
    deployed: Deployed
    failures: dict[str, Failure] = field(default_factory=dict)
    ignores_pins: bool = False
    functions: dict[str, Body] = field(default_factory=dict, init=False)
    _operations: dict[str, Body] = field(default_factory=dict, init=False)
    _numbers: "count[int]" = field(default_factory=lambda: count(1), init=False)

    def routes(self) -> Sequence[Route]:
        """Return what a deploy asks; of the first generation there are no functions."""
        return [
            ("GET", r"/v1/projects/(?P<project>[a-z0-9-]+)/locations/-/functions", self._first),
            ("GET", r"/v2/projects/(?P<project>[a-z0-9-]+)/locations/-/functions", self._list),
            ("POST", f"{_V2}/functions:generateUploadUrl", self._upload_url),
            ("POST", f"{_V2}/functions", self._create),
            ("GET", _FUNCTION, self._get),
            ("PATCH", _FUNCTION, self._patch),
            ("DELETE", _FUNCTION, self._delete),
            ("GET", f"{_V2}/operations/(?P<id>[a-z0-9-]+)", self._operation),
        ]

    def _first(self, asked: Asked) -> Body:
        self.projects.find(asked.parts["project"])
        return {}

    def _list(self, asked: Asked) -> Body:
        parameters(asked, "filter", "pageSize", "pageToken", "orderBy")
        begin = f"projects/{self.projects.find(asked.parts['project'])}/"
        return {"functions": [f for name, f in self.functions.items() if name.startswith(begin)]}

    def _upload_url(self, asked: Asked) -> Body:
        project = self.projects.find(asked.parts["project"])
        return self.storage.offer(str(project_number(project)), asked.parts["location"])

    def _create(self, asked: Asked) -> Body:
        parameters(asked, "functionId")
        sent = check(asked.body)
        if sent["name"] != f"{asked.parts['parent']}/functions/{asked.one('functionId')}":
            raise RestRefusalError(HTTPStatus.BAD_REQUEST, "function_id is not the name's")
        if sent["name"] in self.functions:
            message = f"Could not create function {sent['name']}: it exists already"
            raise RestRefusalError(HTTPStatus.CONFLICT, message, "ALREADY_EXISTS")
        return self._start(asked, sent)

    def _get(self, asked: Asked) -> Body:
        return self._known(asked)

    def _patch(self, asked: Asked) -> Body:
        parameters(asked, "updateMask")
        sent = _writable(asked.body)
        made = masked(_writable(self._known(asked)), sent, asked.one("updateMask"))
        return self._start(asked, check(made))

    def _delete(self, asked: Asked) -> Body:
        function = self._known(asked)
        del self.functions[function["name"]]
        return self._ended(asked, {"response": {}})

    def _known(self, asked: Asked) -> Body:
        name = f"{asked.parts['parent']}/functions/{asked.parts['id']}"
        if name not in self.functions:
            raise not_found(f"Resource '{name}' was not found")
        return self.functions[name]

    def _operation(self, asked: Asked) -> Body:
        name = f"{asked.parts['parent']}/operations/{asked.parts['id']}"
        if name not in self._operations:
            raise not_found(f"Operation '{name}' was not found")
        return self._operations[name]

    def _start(self, asked: Asked, sent: Body) -> Body:
        """Build what was uploaded, and deploy it; answer an operation."""
        function, source = sent["name"].rpartition("/")[2], self._source(sent)
        failure = self.failures.get(function)
        if failure is Failure.QUOTA:
            del self.failures[function]
            raise RestRefusalError(HTTPStatus.TOO_MANY_REQUESTS, _QUOTA)
        if failure is Failure.BUILD:
            return self._ended(asked, {"error": {"code": _INVALID, "message": _BUILD_FAILED}})
        problem = _NOT_STARTED if failure is Failure.START else ""
        made = self._made(sent, problem)
        if problem:
            return self._ended(asked, {"error": {"code": _INVALID, "message": problem}})
        self.functions[sent["name"]] = made
        self.deployed(function, source, sent)
        return self._ended(asked, {"response": made})

    def _source(self, sent: Body) -> bytes:
        storage = sent["buildConfig"]["source"]["storageSource"]
        return self.storage.source(storage["bucket"], storage["object"])

    def _made(self, sent: Body, problem: str) -> Body:
        """Make a revision; return the function with what only the service itself writes."""
        parent, _, function = sent["name"].partition("/functions/")
        project, location = parent.split("/")[1::2]
        service = f"{parent}/services/{function.lower().replace('_', '-')}"
        asked = sent["serviceConfig"]
        everything = asked.get("allTrafficOnLatestRevision", False) or self.ignores_pins
        most = asked.get("maxInstanceCount", 0)
        uri = self.revise(service, everything=everything, problem=problem, most_instances=most)
        account = default_account(str(project_number(project)))
        config = {"serviceAccountEmail": account, **sent["serviceConfig"]}
        url = f"https://{location}-{project}.cloudfunctions.net/{function}"
        state = {"state": "ACTIVE", "environment": "GEN_2", "url": url}
        return {**sent, **state, "serviceConfig": {**config, "service": service, "uri": uri}}

    def _ended(self, asked: Asked, outcome: Body) -> Body:
        name = f"{asked.parts['parent']}/operations/operation-{next(self._numbers)}"
        metadata = {"@type": f"{_TYPE}.OperationMetadata", "apiVersion": "v2"}
        self._operations[name] = {"name": name, "metadata": metadata, "done": True, **outcome}
        return {"name": name, "metadata": metadata}


_READ_ONLY = ("state", "environment", "url")
_READ_ONLY_OF_SERVICE = ("service", "uri")
_QUOTA = (
    "Quota exceeded for quota metric 'Per project mutation requests' and limit 'Per project "
    "mutation requests per minute per region' of service 'cloudfunctions.googleapis.com'."
)
_BUILD_FAILED = (
    "Build failed with status: FAILURE and message: An unexpected error occurred. For more "
    "details see the logs of the build."
)


_NOT_STARTED = (
    "Could not create or update Cloud Run service: the container failed to start and to listen "
    "on the port that PORT names within the time that it has."
)


def _writable(function: Body) -> Body:
    service = function.get("serviceConfig", {})
    kept = {name: value for name, value in service.items() if name not in _READ_ONLY_OF_SERVICE}
    whole = {name: value for name, value in function.items() if name not in _READ_ONLY}
    return {**whole, "serviceConfig": kept}
