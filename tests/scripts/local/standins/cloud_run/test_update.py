"""Traffic that is moved on the stand-in for Cloud Run, by the real client library."""

from collections.abc import Iterator

import grpc
import pytest
from google.api_core import exceptions
from google.cloud import run_v2

from scripts.local.standins.cloud_run.services import denied
from scripts.local.standins.google_api import GoogleApi
from scripts.local.standins.server import Fault, RefusalError
from tests.scripts.local.standins.cloud_run.clients import (
    FIRST,
    SECOND,
    STORIES,
    THIRD,
    Clients,
    latest,
    named,
    run_clients,
)
from tests.scripts.local.standins.conftest import Clock


@pytest.fixture
def run(cloud: GoogleApi) -> Iterator[Clients]:
    """Give the clients of a service with two revisions."""
    cloud.run.deploy(STORIES)
    with run_clients(cloud) as clients:
        yield clients


def test_a_split(run: Clients) -> None:
    """Traffic moves as asked, and the operation's result is the service as it is then."""
    moved = run.move(named(FIRST, 90), named(SECOND, 10)).result(timeout=5)
    assert run.serving() == [(FIRST, 90), (SECOND, 10)]
    assert moved == run.service()
    assert moved.last_modifier == "operator@example.com"


def test_no_targets(run: Clients) -> None:
    """Traffic without targets is all of the latest revision's."""
    run.move(named(FIRST, 100)).result(timeout=5)
    run.move().result(timeout=5)
    assert run.serving() == [("", 100)]


def test_a_tag(run: Clients) -> None:
    """A tag gives its revision a URI of its own, at no share of the traffic."""
    run.move(named(FIRST, 100), named(SECOND, tag="canary")).result(timeout=5)
    service = run.service()
    tagged = service.traffic_statuses[1]
    assert tagged.uri == service.uri.replace("https://", "https://canary---")
    assert (tagged.percent, service.traffic_statuses[0].uri) == (0, "")


def test_a_pin_survives_a_deploy(run: Clients, cloud: GoogleApi) -> None:
    """A revision that is deployed gets nothing while traffic is pinned, and is the latest ready."""
    run.move(named(FIRST, 100)).result(timeout=5)
    newest = cloud.run.deploy(STORIES)
    assert run.serving() == [(FIRST, 100)]
    assert run.service().latest_ready_revision == newest


def test_a_latest_ready_revision_that_lags(run: Clients, cloud: GoogleApi) -> None:
    """Where it lags, a revision without traffic is not the latest ready one, until it has some."""
    cloud.run.ready_lags = True
    run.move(named(FIRST, 100)).result(timeout=5)
    cloud.run.deploy(STORIES)
    assert run.service().latest_ready_revision.endswith(FIRST)
    run.move(named(FIRST, 95), named(THIRD, 5)).result(timeout=5)
    assert run.service().latest_ready_revision.endswith(THIRD)


def test_a_revision_that_is_not_ready(run: Clients, cloud: GoogleApi) -> None:
    """It is created and not ready, its service says why, and who served before serves on."""
    cloud.run.deploy(STORIES, problem="The container failed to start.")
    service = run.service()
    assert service.latest_created_revision.endswith(THIRD)
    assert service.latest_ready_revision.endswith(SECOND)
    assert service.terminal_condition.state == run_v2.Condition.State.CONDITION_FAILED
    assert f"'{THIRD}' is not ready" in service.terminal_condition.message


@pytest.mark.parametrize(
    ("revision", "error", "said"),
    [
        (THIRD, exceptions.FailedPrecondition, "not ready and cannot serve traffic"),
        ("generate-story-00009-loc", exceptions.InternalServerError, "does not exist or is del"),
    ],
)
def test_a_revision_that_cannot_serve(
    run: Clients, cloud: GoogleApi, revision: str, error: type[Exception], said: str
) -> None:
    """The operation fails, what serves stays, and the service keeps what was asked for."""
    cloud.run.deploy(STORIES, problem="The container failed to start.")
    with pytest.raises(error, match=said):
        run.move(named(revision, 100)).result(timeout=5)
    assert run.serving() == [("", 100)]
    assert run.asked() == [(revision, 100)]


def test_an_etag_of_before(run: Clients) -> None:
    """Who has read the service before another one changed it is told so, and changes nothing."""
    before = run.service().etag
    run.move(named(FIRST, 100), etag=before).result(timeout=5)
    with pytest.raises(exceptions.Aborted, match=r"version '\d+' was specified but current"):
        run.move(latest(), etag=before)
    with pytest.raises(exceptions.Aborted, match="'mine' was"):
        run.move(latest(), etag="mine")
    assert run.serving() == [(FIRST, 100)]


def test_trying_only(run: Clients) -> None:
    """A request that only tries is refused as any, and changes nothing."""
    before = run.service()
    tried = run.move(named(FIRST, 100), only_try=True).result(timeout=5)
    assert tried.traffic[0].revision == FIRST
    assert run.service() == before
    with pytest.raises(exceptions.InvalidArgument):
        run.move(named(FIRST, 90), only_try=True)


@pytest.mark.parametrize(
    ("mask", "said"),
    [("", "all fields"), ("*", r"not: \*"), ("traffic template", "template, traffic")],
)
def test_other_fields(run: Clients, mask: str, said: str) -> None:
    """Anything but traffic is refused by its name."""
    with pytest.raises(exceptions.MethodNotImplemented, match=said):
        run.move(latest(), mask=mask)


def test_while_it_goes_on(run: Clients, cloud: GoogleApi, clock: Clock) -> None:
    """Until its time is over nothing else serves, and the service is reconciling."""
    cloud.run.operations.takes = 30
    name = run.move(named(FIRST, 100)).operation.name
    service = run.service()
    assert (service.reconciling, run.serving()) == (True, [("", 100)])
    assert service.observed_generation < service.generation
    clock.now += 30
    assert run.operation(name).done
    assert (run.service().reconciling, run.serving()) == (False, [(FIRST, 100)])


def test_an_answer_that_is_lost(run: Clients, cloud: GoogleApi) -> None:
    """A change whose answer is lost has taken effect."""
    unavailable = grpc.StatusCode.UNAVAILABLE
    methods = frozenset({"UpdateService"})
    cloud.services.fault = Fault(unavailable, lost_answer=True, methods=methods)
    with pytest.raises(exceptions.ServiceUnavailable):
        run.move(named(FIRST, 100))
    assert run.serving() == [(FIRST, 100)]


def test_without_the_right(run: Clients, cloud: GoogleApi) -> None:
    """Who may read and not change is told which right is missing."""
    cloud.services.fault = denied("run.services.update", STORIES, "UpdateService")
    with pytest.raises(exceptions.PermissionDenied, match=r"'run.services.update' denied on"):
        run.move(named(FIRST, 100))
    assert run.serving() == [("", 100)]


def test_a_change_that_fails(run: Clients, cloud: GoogleApi) -> None:
    """An operation that fails on purpose leaves what serves, and the service says why."""
    cloud.run.operations.fails = RefusalError(grpc.StatusCode.INTERNAL, "no capacity")
    with pytest.raises(exceptions.InternalServerError, match="no capacity"):
        run.move(named(FIRST, 100)).result(timeout=5)
    assert run.service().terminal_condition.message == "no capacity"
    assert run.serving() == [("", 100)]
