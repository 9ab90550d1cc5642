"""A Cloud Run on the wire, with its images, whose time passes only where it is waited for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from scripts.local.standins.artifact_registry import ArtifactRegistryStandIn
from scripts.local.standins.cloud_run.names import service_name
from scripts.local.standins.cloud_run.resources import CloudRun
from scripts.local.standins.cloud_run.services import RevisionsStandIn, ServicesStandIn
from scripts.local.standins.operations import OperationsStandIn
from scripts.local.standins.server import StandInGroup
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.place import Place
from scripts.ops.traffic.moving import Patience
from scripts.ops.traffic.platform import ServiceState
from scripts.ops.traffic.run import CloudRunPlatform, connected
from scripts.ops.traffic.split import all_on

PROJECT, REGION = "demo-conteur-staging", "europe-west1"
STORY = "generate_story"
FIRST, SECOND, THIRD = (f"generate-story-0000{n}-loc" for n in (1, 2, 3))
START = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class Cloud:
    """The stand-ins at `address`; `now` is the time of all, `lines` what was told of progress."""

    now: datetime = START
    address: str = ""
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.run = CloudRun(self.seconds)
        self.services = ServicesStandIn(self.run)
        self.revisions = RevisionsStandIn(self.run)
        self.operations = OperationsStandIn(self.run.operations)
        self.images = ArtifactRegistryStandIn(self.run.registry)
        self.patience = Patience(seconds=60, pause=2, wait=self.wait, clock=self.seconds)

    def seconds(self) -> float:
        return self.now.timestamp()

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def deploy(self, *functions: str, problem: str = "") -> None:
        """Deploy functions, an hour after what was before."""
        self.now += timedelta(hours=1)
        for each in functions or (STORY,):
            self.run.deploy(service_name(PROJECT, REGION, each), problem=problem)

    def meddle(self, revision: str, function: str = STORY) -> None:
        """Be somebody else, who gives all traffic to a revision."""
        with self.platform() as theirs:
            state = theirs.service(function)
            assert state is not None
            theirs.move(state, all_on(revision))

    def image(self, revision: str) -> str:
        """Return the image of a revision of STORY."""
        found = self.run.revisions(service_name(PROJECT, REGION, STORY))
        return next(it.containers[0].image for it in found if it.name.endswith(revision))

    @contextmanager
    def platform(self) -> Iterator[CloudRunPlatform]:
        place = Place(PROJECT, "staging", {RUN_ENDPOINT: self.address})
        with connected(
            place, region=REGION, tell=self.lines.append, patience=self.patience
        ) as found:
            yield found


def state_of(platform: CloudRunPlatform, function: str = STORY) -> ServiceState:
    state = platform.service(function)
    assert state is not None
    return state


@contextmanager
def served() -> Iterator[Cloud]:
    cloud = Cloud()
    members = (cloud.services, cloud.revisions, cloud.operations, cloud.images)
    with StandInGroup(*members).serve() as cloud.address:
        yield cloud
