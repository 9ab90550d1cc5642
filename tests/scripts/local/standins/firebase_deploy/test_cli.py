"""The real `firebase deploy` of this repository, to stand-ins only."""

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from google.cloud import run_v2 as api

from scripts.local.firebase_project import ROOT
from scripts.local.standins.artifact_registry import policy as keeping
from scripts.local.standins.firebase_deploy.functions import Failure
from scripts.local.standins.google_rest.frame import RestFault
from tests.scripts.local.standins.firebase_deploy.firebase_stage import (
    LOCATION,
    PROJECT,
    REPOSITORY,
    Stage,
    serving_stage,
)

pytestmark = pytest.mark.server

Ran = subprocess.CompletedProcess[str]
FUNCTIONS = json.loads((ROOT / "deploy/plan.json").read_text())["staging"]
HEALTH = f"{LOCATION}/services/health"
PINNED = api.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
OF_THE_PROJECT = {"FIREBASE_CONFIG", "GCLOUD_PROJECT"}
OF_THE_CLI = {"EVENTARC_CLOUD_EVENT_SOURCE", "FUNCTION_TARGET", "LOG_EXECUTION_ID"}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with serving_stage(tmp_path) as stage:
        yield stage


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Ran]]:
    """All functions, deployed once; tests only look at it."""
    with serving_stage(tmp_path_factory.mktemp("first")) as stage:
        yield stage, stage.deploy("functions")


def pin(stage: Stage) -> str:
    """Have a service that is there already, pinned to its only revision."""
    revision = stage.run.deploy(HEALTH).rpartition("/")[2]
    target = api.TrafficTarget(type_=PINNED, revision=revision, percent=100)
    stage.run.update_traffic(HEALTH, [target])
    return revision


def served(stage: Stage) -> list[tuple[str, int]]:
    """Return which revisions of the pinned service get how much."""
    return [(each.revision, each.percent) for each in stage.run.service(HEALTH).traffic_statuses]


def of_the_plan(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a plan says of a function, without what is another project's."""
    service = body["serviceConfig"]
    variables = service["environmentVariables"]
    kept = {name: variables[name] for name in {*variables} - OF_THE_PROJECT - OF_THE_CLI}
    numbers = ("maxInstanceCount", "maxInstanceRequestConcurrency", "availableMemory")
    build = {name: body["buildConfig"][name] for name in ("runtime", "entryPoint")}
    more = {name: service[name] for name in (*numbers, "availableCpu", "timeoutSeconds")}
    return {"environmentVariables": kept, **build, **more}


def test_everything(first: tuple[Stage, Ran]) -> None:
    """All functions of the plan are deployed, each with one revision."""
    stage, ran = first
    services = stage.run.services(LOCATION)
    assert (ran.returncode, stage.deployed) == (0, sorted(FUNCTIONS))
    assert [len(stage.run.revisions(each.name)) for each in services] == [1] * len(FUNCTIONS)


def test_plan(first: tuple[Stage, Ran]) -> None:
    """What is sent is what the reviewed plan says."""
    stage, _ = first
    sent = {function: of_the_plan(body) for function, _, body in stage.got}
    assert sent == {function: of_the_plan(body) for function, body in FUNCTIONS.items()}


def test_source(first: tuple[Stage, Ran]) -> None:
    """The uploaded source is this repository's, without its virtual environment."""
    stage, _ = first
    with zipfile.ZipFile(io.BytesIO(stage.got[0][1])) as source:
        names = source.namelist()
        assert source.read("main.py") == (ROOT / "functions/main.py").read_bytes()
    assert not [name for name in names if "venv" in name or name.endswith(".pyc")]


def test_callers(first: tuple[Stage, Ran]) -> None:
    """Apps and anyone may call what is theirs; Cloud Scheduler alone what it runs."""
    stage, _ = first
    policies = {
        name.rpartition("/")[2]: policy["bindings"][0]["members"]
        for name, policy in stage.api.policies.policies.items()
    }
    assert policies["generate-story"] == policies["health"] == ["allUsers"]
    assert policies["sweep-stories"][0].endswith("-compute@developer.gserviceaccount.com")
    assert "savestory" not in policies


def test_triggers(first: tuple[Stage, Ran]) -> None:
    """The two schedules and the queue are there."""
    stage, _ = first
    jobs = [name.rpartition("/")[2] for name in sorted(stage.api.scheduler.jobs)]
    schedule = "firebase-schedule-{}-europe-west1"
    assert jobs == [schedule.format("sweep_stories"), schedule.format("tend_store")]
    assert list(stage.api.tasks.queues) == [f"{LOCATION}/queues/savestory"]


def test_nothing_leaves(first: tuple[Stage, Ran]) -> None:
    """The one call that the CLI encrypts in any case is refused, and it goes on without."""
    stage, _ = first
    assert set(stage.api.door.refused) == {"iam.googleapis.com:443"}


def test_own_files(first: tuple[Stage, Ran]) -> None:
    """The CLI keeps what it knows in the home that it is given."""
    stage, _ = first
    assert (stage.home / "configstore/firebase-tools.json").is_file()


def test_unchanged(first: tuple[Stage, Ran]) -> None:
    """A function that has not changed is skipped by a whole deploy, and gets no revision."""
    stage, _ = first
    again = stage.deploy("functions")
    assert "functions[health(europe-west1)] Skipped (No changes detected)" in again.stdout
    assert len(stage.run.revisions(HEALTH)) == 1


def test_named_again(stage: Stage) -> None:
    """A function that is named gets a second revision, changed or not, and no other does."""
    stage.deploy("functions:health,functions:rate_story")
    ran = stage.deploy("functions:health")
    assert (ran.returncode, stage.deployed) == (0, ["health", "health", "rate_story"])
    assert len(stage.run.revisions(HEALTH)) == len(["first", "second"])


def test_pin(stage: Stage) -> None:
    """A service that is pinned keeps its traffic, and has the new revision besides."""
    revision = pin(stage)
    assert stage.deploy("functions:health").returncode == 0
    assert served(stage) == [(revision, 100)]
    assert stage.run.service(HEALTH).latest_ready_revision.endswith("-00002-loc")


def test_pin_is_ignored(stage: Stage) -> None:
    """A deploy can take all traffic on purpose, whatever was pinned."""
    pin(stage)
    stage.api.functions.ignores_pins = True
    stage.deploy("functions:health")
    assert served(stage) == [("", 100)]


@pytest.mark.parametrize(("failure", "revisions"), [(Failure.BUILD, 0), (Failure.START, 1)])
def test_half_done(stage: Stage, failure: Failure, revisions: int) -> None:
    """Where one function fails, the others are deployed, it is named, and the code is 2."""
    stage.api.functions.failures["rate_story"] = failure
    ran = stage.deploy("functions:health,functions:rate_story")
    assert (ran.returncode, stage.deployed) == (2, ["health"])
    assert "errors with the following functions:\n\trate_story(europe-west1)" in ran.stdout
    services = {each.name: each for each in stage.run.services(LOCATION)}
    assert (f"{LOCATION}/services/rate-story" in services) == bool(revisions)


def test_permission_denied(stage: Stage) -> None:
    """An API that refuses ends the command with 2, and its message is shown."""
    denied = "Permission 'cloudfunctions.functions.create' denied"
    stage.api.functions.fault = RestFault(HTTPStatus.FORBIDDEN, denied, only="^POST .*functions$")
    ran = stage.deploy("functions:health")
    assert (ran.returncode, stage.deployed) == (2, [])
    assert denied in ran.stdout


def test_upload_breaks(stage: Stage) -> None:
    """Where the source cannot be uploaded nothing is deployed, and the code is 2."""
    stage.api.storage.fault = RestFault(HTTPStatus.SERVICE_UNAVAILABLE)
    ran = stage.deploy("functions:health")
    assert (ran.returncode, stage.deployed) == (2, [])
    assert "functions: Upload Error: Request to http://storage.googleapis.com/" in ran.stdout


def test_no_cleanup_policy(stage: Stage) -> None:
    """Where nobody has said how long images are kept, the code is 1 after a deploy that worked."""
    repository = stage.run.registry.repository(REPOSITORY)
    repository.cleanup_policies = {}
    stage.run.registry.replace(repository)
    ran = stage.deploy("functions:health")
    assert (ran.returncode, stage.deployed) == (1, ["health"])
    assert "Functions successfully deployed but could not set up cleanup policy" in ran.stdout


def test_cleanup_policy(stage: Stage) -> None:
    """`functions:artifacts:setpolicy` says so, by the days that it is given."""
    days = ("--location", "europe-west1", "--days", "45", "--force")
    ran = stage.firebase("functions:artifacts:setpolicy", *days)
    (policy,) = stage.run.registry.repository(REPOSITORY).cleanup_policies.values()
    assert (ran.returncode, policy) == (0, keeping(45))


def test_firestore(stage: Stage) -> None:
    """Rules are released; indexes, exemptions and expiries are those of the file."""
    ran = stage.deploy("firestore")
    spec = json.loads((ROOT / "firestore.indexes.json").read_text())
    kept = stage.firestore.databases.indexes(f"projects/{PROJECT}/databases/(default)")
    fields = [field for field in kept.fields() if "__default__" not in field.name]
    assert ran.returncode == 0
    assert "released rules firestore.rules to cloud.firestore" in ran.stdout
    assert (len(kept.all()), len(fields)) == (len(spec["indexes"]), len(spec["fieldOverrides"]))
    expiries = sum(each.get("ttl", False) for each in spec["fieldOverrides"])
    assert sum("ttl_config" in field for field in fields) == expiries


def test_firestore_again(stage: Stage) -> None:
    """What is deployed already is not written again."""
    stage.deploy("firestore")
    before = len(stage.indexes.calls)
    assert stage.deploy("firestore").returncode == 0
    assert {call.partition(" ")[0] for call in stage.indexes.calls[before:]} == {"GET"}


def test_rules_that_do_not_compile(stage: Stage) -> None:
    """Rules with an error stop the deploy before anything is changed."""
    (stage.checkout / "firestore.rules").write_text("service cloud.firestore { match {")
    ran = stage.deploy("firestore")
    assert ran.returncode == 1
    assert "Compilation error in firestore.rules" in ran.stdout
    assert not [call for call in stage.indexes.calls if not call.startswith("GET")]


def test_hosting(stage: Stage) -> None:
    """The site shows the files of `public` when its version is released."""
    assert stage.deploy("hosting").returncode == 0
    public = ROOT / "public"
    assert stage.api.hosting.live(PROJECT) == {
        f"/{path.relative_to(public)}": path.read_bytes()
        for path in public.rglob("*")
        if path.is_file()
    }
