"""Stand-ins for what calls functions by itself: Cloud Scheduler's jobs and Cloud Tasks' queues."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import ClassVar

from scripts.local.standins.firebase_deploy.function_rules import masked
from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)
from scripts.local.standins.google_rest.reading import fields, invalid, not_found, parameters

_PARENT = r"(?P<parent>projects/[a-z0-9-]+/locations/[a-z0-9-]+)"
_JOB = f"/v1/{_PARENT}/jobs/(?P<id>[A-Za-z0-9_-]+)"
_QUEUE = f"/v2/{_PARENT}/queues/(?P<id>[A-Za-z0-9-]+)"
_CRON = re.compile(r"(?:\S+ ){4}\S+|every .+")
_DURATION = re.compile(r"\d+(?:\.\d+)?s")


@dataclass
class CloudScheduler(RestStandIn):
    """The jobs of all projects, by their names.

    https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
    """

    host: ClassVar[str] = "cloudscheduler.googleapis.com"
    jobs: dict[str, Body] = field(default_factory=dict, init=False)

    def routes(self) -> Sequence[Route]:
        """Return the methods of a job that a deploy needs."""
        return [
            ("GET", _JOB, self._get),
            ("POST", f"/v1/{_PARENT}/jobs", self._create),
            ("PATCH", _JOB, self._patch),
            ("DELETE", _JOB, self._delete),
        ]

    def _get(self, asked: Asked) -> Body:
        return _known(self.jobs, f"{asked.parts['parent']}/jobs/{asked.parts['id']}")

    def _create(self, asked: Asked) -> Body:
        return self._keep(_new(self.jobs, asked.body, f"{asked.parts['parent']}/jobs/"))

    def _patch(self, asked: Asked) -> Body:
        parameters(asked, "updateMask")
        return self._keep(masked(self._get(asked), asked.body, asked.one("updateMask")))

    def _delete(self, asked: Asked) -> Body:
        del self.jobs[self._get(asked)["name"]]
        return {}

    def _keep(self, job: Body) -> Body:
        read = fields(
            {name: value for name, value in job.items() if name != "state"},
            name=str,
            schedule=str,
            timeZone=str,
            httpTarget=dict,
            attemptDeadline=str,
            retryConfig=dict,
        )
        if not _CRON.fullmatch(read.get("schedule", "")):
            raise invalid(f"Schedule or time zone is invalid: {read.get('schedule')!r}.")
        if not str(read.get("httpTarget", {}).get("uri", "")).startswith(("https://", "http://")):
            raise invalid("HttpTarget.uri must start with http:// or https://.")
        self.jobs[read["name"]] = {**read, "state": "ENABLED"}
        return self.jobs[read["name"]]


@dataclass
class CloudTasks(RestStandIn):
    """The queues of all projects, by their names. A name that was deleted is not taken up again.

    https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues
    """

    host: ClassVar[str] = "cloudtasks.googleapis.com"
    queues: dict[str, Body] = field(default_factory=dict, init=False)

    def routes(self) -> Sequence[Route]:
        """Return the methods of a queue that a deploy needs."""
        return [
            ("GET", _QUEUE, self._get),
            ("POST", f"/v2/{_PARENT}/queues", self._create),
            ("PATCH", _QUEUE, self._patch),
        ]

    def _get(self, asked: Asked) -> Body:
        return _known(self.queues, f"{asked.parts['parent']}/queues/{asked.parts['id']}")

    def _create(self, asked: Asked) -> Body:
        return self._keep(_new(self.queues, asked.body, f"{asked.parts['parent']}/queues/"))

    def _patch(self, asked: Asked) -> Body:
        parameters(asked, "updateMask")
        return self._keep(masked(self._get(asked), asked.body, asked.one("updateMask")))

    def _keep(self, queue: Body) -> Body:
        read = fields(queue, name=str, rateLimits=dict, retryConfig=dict, state=str)
        fields(
            read.get("rateLimits", {}),
            maxConcurrentDispatches=int,
            maxDispatchesPerSecond=object,
            maxBurstSize=int,
        )
        retries = fields(
            read.get("retryConfig", {}),
            maxAttempts=int,
            maxDoublings=int,
            maxRetryDuration=str,
            minBackoff=str,
            maxBackoff=str,
        )
        for name in ("maxRetryDuration", "minBackoff", "maxBackoff"):
            if name in retries and not _DURATION.fullmatch(retries[name]):
                raise invalid(f"Invalid value at 'queue.retry_config.{name}', {retries[name]!r}")
        self.queues[read["name"]] = read
        return read


def _known(kept: dict[str, Body], name: str) -> Body:
    if name not in kept:
        raise not_found(f"Requested entity was not found: {name}")
    return kept[name]


def _new(kept: dict[str, Body], sent: Body, begin: str) -> Body:
    name = str(sent.get("name", ""))
    if not name.startswith(begin):
        raise invalid(f"Name {name!r} is not below {begin!r}.")
    if name in kept:
        raise RestRefusalError(HTTPStatus.CONFLICT, f"{name} already exists.", "ALREADY_EXISTS")
    return sent
