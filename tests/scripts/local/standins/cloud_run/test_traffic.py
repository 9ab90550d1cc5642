"""What Cloud Run refuses of a service's traffic before it does anything."""

import pytest
from google.cloud.run_v2 import TrafficTarget

from scripts.local.standins.cloud_run.traffic import check_revisions, check_traffic
from scripts.local.standins.server import RefusalError
from tests.scripts.local.standins.cloud_run.clients import FIRST, SECOND, latest, named

SERVICE = "generate-story"
LONGEST = "t" * (46 - len(SERVICE))


@pytest.mark.parametrize(
    "targets",
    [
        [latest()],
        [latest(40), named(FIRST, 60)],
        [named(FIRST, 100), named(SECOND, tag="canary"), latest(0, tag="newest")],
        [named(FIRST, 100), named(FIRST, tag=LONGEST), named(FIRST, tag="abc")],
    ],
)
def test_traffic_that_can_be(targets: list[TrafficTarget]) -> None:
    """Shares are 100 together, and each tag is one target's."""
    check_traffic(SERVICE, targets)


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ([named(FIRST, 90)], "sum to 90, want 100"),
        ([named(FIRST, 60), named(SECOND, 60)], "sum to 120, want 100"),
        ([named(FIRST, 110), named(SECOND, -10)], "expected 0 <= 110 <= 100"),
        ([named(FIRST, -10), named(SECOND, 110)], "expected 0 <= -10 <= 100"),
        ([TrafficTarget(percent=100)], "the latest revision or of a named one"),
        ([latest(revision=FIRST)], "the latest revision is not"),
        ([named("", 100)], "'' is no revision's own name"),
        ([named(f"revisions/{FIRST}", 100)], "no revision's own name"),
        ([latest(tag="ab")], "3 or more"),
        ([latest(tag="Canary")], "3 or more"),
        ([latest(tag="canary-")], "3 or more"),
        ([latest(tag=f"{LONGEST}t")], "cannot exceed 46 characters"),
        ([latest(tag="canary"), named(FIRST, tag="canary")], "Multiple definitions for 'canary'"),
    ],
)
def test_traffic_that_cannot_be(targets: list[TrafficTarget], said: str) -> None:
    """Each rule has a refusal that says which one was broken."""
    with pytest.raises(RefusalError, match=said):
        check_traffic(SERVICE, targets)


def test_a_tagged_revision_has_to_be_there() -> None:
    """A revision without a share is looked at as well."""
    problems = {FIRST: ""}
    check_revisions([named(FIRST, 100)], problems)
    with pytest.raises(RefusalError, match="does not exist or is deleted"):
        check_revisions([named(FIRST, 100), named(SECOND, tag="canary")], problems)
