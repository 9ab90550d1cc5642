"""The stand-in for the Cloud Run Admin API, seen through the real client library."""

from collections.abc import Iterator
from dataclasses import dataclass

import grpc
import pytest
from google.api_core import exceptions
from google.cloud import run_v2 as api
from google.cloud.run_v2.services.revisions.transports import RevisionsGrpcTransport
from google.cloud.run_v2.services.services.transports import ServicesGrpcTransport

from conteur.telemetry.registry import DEPLOYED
from scripts.local.standins.cloud_run.resources import CloudRun, deployed
from scripts.local.standins.cloud_run.services import RevisionsStandIn, ServicesStandIn
from scripts.local.standins.server import StandInGroup
from tests.scripts.local.standins.conftest import START, Clock

LOCATION = "projects/demo-conteur/locations/europe-west1"
STORIES = f"{LOCATION}/services/generate-story"
FIRST = f"{STORIES}/revisions/generate-story-00001-loc"


@dataclass(frozen=True, slots=True)
class Clients:
    """Google's clients of the two services, with a time-out and no retry."""

    services: api.ServicesClient
    revisions: api.RevisionsClient

    def service(self, name: str = STORIES) -> api.Service:
        return self.services.get_service(name=name, timeout=5, retry=None)

    def revision(self, name: str) -> api.Revision:
        return self.revisions.get_revision(name=name, timeout=5, retry=None)

    def pages(self, parent: str, size: int = 0, token: str = "") -> list[list[str]]:
        asked = api.ListRevisionsRequest(parent=parent, page_size=size, page_token=token)
        pager = self.revisions.list_revisions(asked, timeout=5, retry=None)
        return [[each.name.rpartition("/")[2] for each in page.revisions] for page in pager.pages]

    def listed(self, parent: str = LOCATION, size: int = 0) -> list[str]:
        asked = api.ListServicesRequest(parent=parent, page_size=size)
        pager = self.services.list_services(asked, timeout=5, retry=None)
        return [each.name.rpartition("/")[2] for each in pager]


@pytest.fixture
def run(clock: Clock) -> CloudRun:
    return deployed("demo-conteur", "europe-west1", DEPLOYED, clock)


@pytest.fixture
def clients(run: CloudRun) -> Iterator[Clients]:
    group = StandInGroup(ServicesStandIn(run), RevisionsStandIn(run))
    with group.serve() as address, grpc.insecure_channel(address) as channel:
        yield Clients(
            api.ServicesClient(transport=ServicesGrpcTransport(channel=channel)),
            api.RevisionsClient(transport=RevisionsGrpcTransport(channel=channel)),
        )


def test_every_function_is_deployed(clients: Clients) -> None:
    """Each function is a service, listed by its name in lower case with `-` for `_`."""
    names = sorted(name.replace("_", "-") for name in DEPLOYED)
    assert clients.listed() == names
    assert clients.listed(size=4) == names
    assert clients.listed("projects/other/locations/europe-west1") == []


def test_a_new_service(clients: Clients) -> None:
    """It serves all traffic by its latest revision, which no status of traffic names."""
    service = clients.service()
    [target] = service.traffic_statuses
    assert (target.percent, target.revision) == (100, "")
    assert target.type_ == api.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
    assert service.latest_ready_revision == service.latest_created_revision == FIRST
    assert service.terminal_condition.state == api.Condition.State.CONDITION_SUCCEEDED


def test_a_new_revision(clients: Clients) -> None:
    """It has the time and the service of its deploy."""
    revision = clients.revision(FIRST)
    made = api.Revision.pb(revision).create_time
    assert (made.seconds, revision.service) == (START + 60, "generate-story")
    assert revision.conditions[0].type_ == "Ready"


def test_a_deploy(clients: Clients, run: CloudRun, clock: Clock) -> None:
    """A further revision is the latest at once, and the service has a new etag."""
    before = clients.service()
    clock.now += 600
    name = run.deploy(STORIES, "ada@example.com")
    after = clients.service()
    assert after.latest_ready_revision == name
    assert (after.etag != before.etag, after.generation) == (True, before.generation + 1)
    assert after.last_modifier == clients.revision(name).creator == "ada@example.com"


def test_newest_first(clients: Clients, run: CloudRun, clock: Clock) -> None:
    """Revisions come by creation time, the newest first, in pages of the size that is asked."""
    for _ in range(2):
        clock.now += 60
        run.deploy(STORIES)
    ids = [f"generate-story-0000{number}-loc" for number in (3, 2, 1)]
    assert clients.pages(STORIES) == [ids]
    assert clients.pages(STORIES, size=2) == [ids[:2], ids[2:]]
    assert clients.pages(f"{LOCATION}/services/-", size=100)[0][:2] == ids[:2]


def test_a_large_page(clients: Clients, run: CloudRun) -> None:
    """No page is larger than the service's own most, whatever is asked."""
    for _ in range(100):
        run.deploy(STORIES)
    assert [len(page) for page in clients.pages(STORIES, size=5000)] == [100, 1]


def test_a_token_of_another_question(clients: Clients, run: CloudRun) -> None:
    """A page's token goes with the question that it was given for."""
    run.deploy(STORIES)
    asked = api.ListRevisionsRequest(parent=STORIES, page_size=1)
    page = next(clients.revisions.list_revisions(asked, timeout=5, retry=None).pages)
    for parent, token in ((f"{LOCATION}/services/-", page.next_page_token), (STORIES, "1")):
        with pytest.raises(exceptions.InvalidArgument, match="page token"):
            clients.pages(parent, token=token)
    with pytest.raises(exceptions.InvalidArgument, match="negative"):
        clients.pages(STORIES, size=-1)


@pytest.mark.parametrize(
    "name",
    [
        "generate-story",
        f"{LOCATION}/services/generate_story",
        f"{LOCATION}/services/Generate-story",
        f"{LOCATION}/services/story-",
        f"{LOCATION}/services/{'a' * 50}",
        "projects/demo-conteur/services/generate-story",
        "projects/demo-conteur/locations/-/services/generate-story",
    ],
)
def test_a_name_of_no_service(clients: Clients, name: str) -> None:
    """A name that no service can have is refused, by all methods."""
    for call in (clients.service, clients.pages, clients.revision):
        with pytest.raises(exceptions.InvalidArgument):
            call(name)


def test_every_location(clients: Clients) -> None:
    """Services are listed of one location only."""
    with pytest.raises(exceptions.InvalidArgument):
        clients.listed("projects/demo-conteur/locations/-")


def test_what_is_not_there(clients: Clients) -> None:
    """What nothing is called is not found, in the words of the real service."""
    other = f"{LOCATION}/services/other"
    for call in (clients.service, clients.pages):
        with pytest.raises(exceptions.NotFound, match="Resource 'other' of kind 'SERVICE' in reg"):
            call(other)
    with pytest.raises(exceptions.NotFound, match="of kind 'REVISION'"):
        clients.revision(f"{FIRST}x")
