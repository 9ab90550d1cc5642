"""Long-running operations of the stand-ins, seen through the real client library."""

from collections.abc import Iterator

import pytest
from google.api_core import exceptions
from google.longrunning.operations_pb2 import (  # type: ignore[import-untyped]  # ships no types
    ListOperationsRequest,
    WaitOperationRequest,
)

from scripts.local.standins.google_api import GoogleApi
from tests.scripts.local.standins.cloud_run.clients import (
    FIRST,
    LOCATION,
    Clients,
    latest,
    named,
    run_clients,
)
from tests.scripts.local.standins.conftest import Clock


@pytest.fixture
def run(cloud: GoogleApi) -> Iterator[Clients]:
    cloud.run.operations.takes = None
    with run_clients(cloud) as clients:
        yield clients


def test_it_never_ends(run: Clients, clock: Clock) -> None:
    """One whose time is not set goes on whatever the clock says."""
    name = run.move(named(FIRST, 100)).operation.name
    clock.now += 10**6
    assert not run.operation(name).done
    assert run.serving() == [("", 100)]


def test_it_is_ended(run: Clients, cloud: GoogleApi) -> None:
    """One that is ended has its response, and takes effect then."""
    name = run.move(named(FIRST, 100)).operation.name
    cloud.run.operations.finish()
    ended = run.operation(name)
    assert (ended.done, ended.WhichOneof("result")) == (True, "response")
    assert run.serving() == [(FIRST, 100)]


def test_two_at_once(run: Clients, cloud: GoogleApi) -> None:
    """The last change wins, and both of them end."""
    names = [run.move(target).operation.name for target in (named(FIRST, 100), latest())]
    cloud.run.operations.finish()
    assert all(run.operation(name).done for name in names)
    assert run.serving() == [("", 100)]


def test_all_of_a_location(run: Clients) -> None:
    """They are listed by where they are, in pages."""
    names = [run.move(latest()).operation.name for _ in range(3)]
    request = ListOperationsRequest(name=LOCATION, page_size=2)
    page = run.services.list_operations(request)
    assert [each.name for each in page.operations] == names[:2]
    request.page_token = page.next_page_token
    assert [each.name for each in run.services.list_operations(request).operations] == names[2:]
    elsewhere = ListOperationsRequest(name="projects/demo-conteur/locations/europe-west4")
    assert not run.services.list_operations(elsewhere).operations


def test_waiting_does_not_wait(run: Clients, cloud: GoogleApi) -> None:
    """Waiting answers at once with how it stands."""
    name = run.move(latest()).operation.name
    assert not cloud.operations.call("WaitOperation", WaitOperationRequest(name=name)).done


@pytest.mark.parametrize(
    ("name", "error"),
    [
        (f"{LOCATION}/operations/other", exceptions.NotFound),
        ("other", exceptions.InvalidArgument),
    ],
)
def test_what_is_no_operation(run: Clients, name: str, error: type[Exception]) -> None:
    """A name that nothing has, or can have, is refused."""
    with pytest.raises(error):
        run.operation(name)
