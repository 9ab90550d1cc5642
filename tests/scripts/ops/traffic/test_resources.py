"""Cloud Run's messages, and our values of them."""

from google.cloud.run_v2 import Condition, Revision, Service, TrafficTargetAllocationType

from scripts.ops.traffic.resources import (
    in_force,
    revision_of,
    split_of,
    state_of,
    targets_of,
    traffic_of,
)
from scripts.ops.traffic.split import Split, all_on, follows_latest

from .cloud import FIRST, SECOND, STORY

STORIES = "projects/demo-conteur/locations/europe-west1/services/generate-story"
LATEST = TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
REVISION = TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
FAILED = Condition.State.CONDITION_FAILED


def test_traffic() -> None:
    """What goes to the latest is the share of the revision that was ready last."""
    service = Service(
        latest_ready_revision=f"{STORIES}/revisions/{SECOND}",
        traffic_statuses=[
            {"type_": LATEST, "percent": 10},
            {"type_": REVISION, "revision": FIRST, "percent": 90},
            {"type_": REVISION, "revision": "tagged", "percent": 0, "tag": "old"},
        ],
    )
    assert traffic_of(service) == {SECOND: 10, FIRST: 90}


def test_there_and_back() -> None:
    """A split that was sent is read as it was, tags without a share and of the latest too."""
    split = Split({FIRST: 70, SECOND: 10}, 20, {"canary": SECOND, "newest": ""})
    assert split_of(Service(traffic=targets_of(split))) == split


def test_no_traffic_at_all_follows_the_latest() -> None:
    """A service that was never told goes with its newest revision."""
    assert split_of(Service()) == follows_latest()


def test_shares_of_one_revision_are_added_up() -> None:
    """Two targets may name the same revision: one by its tag, one by its share."""
    targets = [
        {"type_": REVISION, "revision": FIRST, "percent": 40, "tag": "a"},
        {"type_": REVISION, "revision": FIRST, "percent": 60},
    ]
    assert split_of(Service(traffic=targets)) == all_on(FIRST, {"a": FIRST})


def test_in_force() -> None:
    """It is once the statuses say what was asked for, the URLs of tags as well."""
    wanted = targets_of(all_on(FIRST, {"canary": SECOND}))
    before = Service(traffic=wanted, traffic_statuses=[{"type_": LATEST, "percent": 100}])
    status = [{"type_": REVISION, "revision": FIRST, "percent": 100}]
    tag = {"type_": REVISION, "revision": SECOND, "tag": "canary", "uri": "https://canary---x"}
    assert not in_force(state_of(STORY, before))
    assert not in_force(state_of(STORY, Service(traffic=wanted, traffic_statuses=status)))
    assert in_force(state_of(STORY, Service(traffic=wanted, traffic_statuses=[*status, tag])))


def test_a_service_with_a_problem() -> None:
    """Why a service is not ready is kept; of one that is only being changed there is no why."""
    failed = Service(terminal_condition={"state": FAILED, "message": "it does not start"})
    assert state_of(STORY, failed).problem == "it does not start"
    going_on = Service(terminal_condition={"state": Condition.State.CONDITION_RECONCILING})
    assert state_of(STORY, going_on).problem == ""


def test_a_revision_that_is_not_ready() -> None:
    """Only who says Ready is; the why is Cloud Run's."""
    ready = {"type_": "Ready", "state": FAILED, "message": "container failed"}
    found = revision_of(Revision(name=f"{STORIES}/revisions/{FIRST}", conditions=[ready]), {})
    assert (found.name, found.ready, found.problem) == (FIRST, False, "container failed")
    assert not revision_of(Revision(name=FIRST), {}).ready
