"""What was changed near a request, as Cloud Run and Firestore have it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

import grpc
import pytest

from conteur.telemetry.registry import DEPLOYED
from scripts.local.standins.cloud_run.resources import CloudRun
from scripts.local.standins.cloud_run.services import RevisionsStandIn, ServicesStandIn
from scripts.local.standins.server import Fault, StandInGroup
from scripts.ops.diagnosis.around import changes
from scripts.ops.diagnosis.around.changes import Changes
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT, Where
from scripts.ops.diagnosis.case import Case
from scripts.ops.logbook.line import Line
from scripts.ops.monitoring.alert import ROOT
from scripts.ops.place import FIRESTORE
from tests.scripts.ops.config_operator import Operator
from tests.scripts.ops.logbook.kept import at

from .logged import FIRST, SECOND

NOBODY = "127.0.0.1:1"  # where nothing answers
STORIES = "projects/demo-conteur/locations/europe-west1/services/generate-story"


def case(revision: str = SECOND, seconds: float = 0, function: str = "generate_story") -> Case:
    fields = {"event": "call.ended", "request_id": "it", "ms": 0, "function": function}
    return Case("it", (Line(at(seconds), "INFO", "", "generate-story", revision, fields),))


@dataclass
class Run:
    """Cloud Run on the wire, whose clock is moved by hand: deploys are so long after 14:00."""

    seconds: float = 0
    address: str = ""
    cloud: CloudRun = field(init=False)

    def __post_init__(self) -> None:
        self.cloud = CloudRun(lambda: at(self.seconds).timestamp())
        self.services = ServicesStandIn(self.cloud)
        self.revisions = RevisionsStandIn(self.cloud)

    def deploy(self, *seconds: float, by: str = "ada@example.com") -> None:
        for self.seconds in seconds:
            self.cloud.deploy(STORIES, by)

    def look(self, of: Case | None = None, firestore: str = NOBODY) -> Changes:
        environ = {RUN_ENDPOINT: self.address, FIRESTORE: firestore}
        return changes.look(of or case(), Where(ROOT, None, environ, local=False))

    def told(self, of: Case | None = None) -> list[str]:
        return [str(row) for row in self.look(of).rows]


@pytest.fixture
def run() -> Iterator[Run]:
    made = Run()
    with StandInGroup(made.services, made.revisions).serve() as made.address:
        yield made


def test_a_deploy_before_it(run: Run) -> None:
    """The revision that served is told with its age, beside the one before it."""
    run.deploy(-7200, -720)
    assert run.told() == [
        (
            f"2026-11-22 13:48, 12 min before it: {SECOND} deployed by ada@example.com; "
            "it served the request; it has 100 % of the traffic now"
        ),
        f"2026-11-22 12:00, 2 h before it: {FIRST} deployed by ada@example.com",
    ]


def test_a_deploy_after_it(run: Run) -> None:
    """A deploy of hours later may already be the mend."""
    run.deploy(-100, 3600)
    after, before = run.told(case(FIRST))
    assert after.startswith("2026-11-22 15:00, 1 h after it: generate-story-00002-loc deployed")
    assert "it served the request" in before


def test_far_deploys(run: Run) -> None:
    """What is more than a day away is left out, but the revision that served, however old."""
    run.deploy(-900000, -800000, -90000, 90000)
    assert [row.split(": ")[1][:20] for row in run.told()] == [SECOND[:20]]
    assert "9 d 6 h before it" in run.told()[0]


def test_a_revision_that_is_gone(run: Run) -> None:
    """Cloud Run drops old revisions: the one that served may be among them."""
    run.deploy(-900000)
    [note] = run.told(case("generate-story-00000-old"))
    assert note == "generate-story-00000-old served the request, and Cloud Run has it no more"


def test_what_the_sweep_is_served_by_served_no_call(run: Run) -> None:
    """The last line of a story may be another function's, hours later."""
    run.deploy(-60)
    of_sweep = {"event": "story.swept", "request_id": "another", "story_id": "it"}
    swept = Line(at(900), "WARNING", "", "sweep-stories", "sweep-stories-00009-loc", of_sweep)
    told = case(FIRST)
    [deploy] = run.told(Case("it", (*told.lines, swept)))
    assert "it served the request" in deploy


def test_a_line_without_a_revision(run: Run) -> None:
    """Where no line names a revision, none served, and nothing is said to be gone."""
    run.deploy(-60)
    [deploy] = run.told(case(""))
    assert "served" not in deploy


def test_a_service_that_is_not_there(run: Run) -> None:
    """A function that Cloud Run does not know is a problem that says what to check."""
    found = run.look(case(function="other_story"))
    assert "Cloud Run has no such service. Check the name after -P" in found.problem


def test_no_function(run: Run) -> None:
    """Without a function's name nothing is asked of Cloud Run."""
    assert run.look(case(function="")).problem.startswith("No line says which function")
    assert run.services.calls == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (grpc.StatusCode.UNAVAILABLE, "could not be reached in time"),
        (grpc.StatusCode.PERMISSION_DENIED, "roles/run.viewer"),
        (grpc.StatusCode.UNAUTHENTICATED, "gcloud auth application-default login"),
        (grpc.StatusCode.INTERNAL, "Cloud Run refused (500"),
    ],
)
def test_cloud_run_does_not_tell(run: Run, code: grpc.StatusCode, said: str) -> None:
    """Every failure is a problem that says what to do, after one try."""
    run.deploy(-60)
    run.revisions.fault = Fault(code)
    assert said in run.look().problem
    assert run.revisions.calls == ["ListRevisions"]


def test_neither_answers() -> None:
    """Both problems are told, and neither is raised."""
    where = Where(ROOT, None, {RUN_ENDPOINT: NOBODY}, local=False)
    found = changes.look(case(), where)
    assert found.rows == ()
    assert "the Cloud Run Admin API could not be reached" in found.problem
    assert "is in no cloud" in found.problem  # of the knobs


@pytest.mark.server
def test_knobs(run: Run, ada: Operator, firestore_host: str) -> None:
    """What was turned near the request is told with who did it and why."""
    del run
    ada.set("generation.enabled=false", reason="the provider is down")
    environ = {RUN_ENDPOINT: NOBODY, FIRESTORE: firestore_host}
    now = datetime.now(UTC) + timedelta(minutes=3)
    line = Line(now, "INFO", "", "", "", {"request_id": "it"})
    found = changes.look(Case("it", (line,)), Where(ROOT, ada.project, environ, local=False))
    [row] = found.rows
    assert str(row).endswith(
        "before it: generation.enabled from the default to False by ada@example.com: "
        "the provider is down"
    )
    assert json.loads(json.dumps(asdict(row), default=str))["new"] is False


@pytest.mark.server
def test_nothing_near(run: Run, ada: Operator, firestore_host: str) -> None:
    """Where nothing was changed within a day, that is said; a change of another day is none."""
    ada.set("generation.enabled=false")
    environ = {RUN_ENDPOINT: run.address, FIRESTORE: firestore_host}
    where = Where(ROOT, ada.project, environ, local=False)
    run.cloud.deploy(STORIES.replace("demo-conteur", ada.project))
    found = changes.look(case("", seconds=-900000), where)
    assert [str(row) for row in found.rows] == ["nothing was changed within a day of it"]
    assert found.problem == ""


def test_every_function_has_a_service_name() -> None:
    """The names of functions make names that Cloud Run takes."""
    cloud = CloudRun(lambda: 0.0)
    for function in DEPLOYED:
        cloud.deploy(STORIES.replace("generate-story", function.replace("_", "-")))
