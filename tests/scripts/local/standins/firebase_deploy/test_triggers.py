"""The stand-ins for Cloud Scheduler's jobs and Cloud Tasks' queues."""

from http import HTTPStatus
from typing import Any

import pytest

from scripts.local.standins.firebase_deploy.triggers import CloudScheduler, CloudTasks
from scripts.local.standins.google_rest.frame import RestStandIn
from tests.scripts.local.standins.firebase_deploy.asking import Json, ask, refusal

PARENT = "projects/demo-conteur/locations/europe-west1"
JOBS, QUEUES = f"/v1/{PARENT}/jobs", f"/v2/{PARENT}/queues"


def job(**more: Any) -> Json:  # noqa: ANN401 - any JSON
    target = {"uri": "https://sweep.example", "httpMethod": "POST"}
    return {"name": f"{PARENT}/jobs/sweep", "schedule": "* * * * *", "httpTarget": target, **more}


def queue(**more: Any) -> Json:  # noqa: ANN401 - any JSON
    return {"name": f"{PARENT}/queues/save", "retryConfig": {"maxAttempts": 3}, **more}


@pytest.mark.parametrize(
    ("service", "path", "body", "change"),
    [
        (CloudScheduler(), JOBS, job(), {"schedule": "every 5 minutes"}),
        (CloudTasks(), QUEUES, queue(), {"state": "PAUSED"}),
    ],
)
def test_lives(service: RestStandIn, path: str, body: Json, change: Json) -> None:
    """A job or a queue is not there, is created, once, and changed by what the mask names."""
    own = f"{path}/{body['name'].rpartition('/')[2]}"
    (name, value) = next(iter(change.items()))
    assert ask(service, "GET", own)[0] == HTTPStatus.NOT_FOUND
    assert ask(service, "POST", path, body)[0] == HTTPStatus.OK
    assert ask(service, "POST", path, body)[0] == HTTPStatus.CONFLICT
    ask(service, "PATCH", f"{own}?updateMask={name}", change)
    assert ask(service, "GET", own)[1][name] == value


@pytest.mark.parametrize(
    ("service", "path", "body", "message"),
    [
        (CloudScheduler(), JOBS, job(schedule="often"), "Schedule or time zone is invalid"),
        (CloudScheduler(), JOBS, job(httpTarget={"uri": "sweep"}), "must start with http"),
        (CloudScheduler(), JOBS, job(name="sweep"), "is not below"),
        (CloudScheduler(), JOBS, job(nope=1), 'Unknown name "nope"'),
        (CloudTasks(), QUEUES, queue(retryConfig={"minBackoff": "10"}), "minBackoff"),
        (CloudTasks(), QUEUES, queue(rateLimits={"most": 1}), 'Unknown name "most"'),
    ],
)
def test_refused(service: RestStandIn, path: str, body: Json, message: str) -> None:
    """What the real service does not take is refused, by its name."""
    assert message in refusal(service, "POST", path, body)


def test_deleted() -> None:
    """A job that is deleted is not there."""
    scheduler = CloudScheduler()
    ask(scheduler, "POST", JOBS, job())
    ask(scheduler, "DELETE", f"{JOBS}/sweep")
    assert scheduler.jobs == {}
