"""Which functions go back together."""

from datetime import timedelta

from scripts.ops.going_back.scope import Scope, Serving, scope_of
from tests.scripts.ops.operations.made_up import NOON, a_record

STORY, STORE, OLD = "story-00002-abc", "store-00002-abc", "health-00001-abc"
DEPLOY = a_record().with_facts(revisions={"story": STORY, "store": STORE, "health": "gone"})


def serving(function: str, revision: str, minutes: int) -> Serving:
    return Serving(function, revision, NOON + timedelta(minutes=minutes))


ALL = [serving("health", OLD, 0), serving("story", STORY, 10), serving("store", STORE, 16)]


def test_what_came_with_one_deploy() -> None:
    """The record of the newest one's deploy says which, and what is left is told."""
    found = scope_of(ALL, [a_record(2), DEPLOY])
    assert found.functions == ("store", "story")
    assert "by the deploy's record; not health" in found.why


def test_what_serves_another_revision_by_now() -> None:
    """A function that has gone back already, or was deployed alone since, is not among them."""
    others = [serving("story", "story-00001-abc", 0), serving("store", STORE, 16)]
    assert scope_of(others, [DEPLOY]).functions == ("store",)


def test_where_no_deploy_has_written_it_down() -> None:
    """Those count that were made within a quarter of an hour of the newest one."""
    found = scope_of(ALL, [])
    assert found.functions == ("store", "story")
    assert "made within 15 min of store-00002-abc" in found.why


def test_nothing_is_deployed() -> None:
    """There is nothing to go back from."""
    assert scope_of([], [DEPLOY]) == Scope((), "no function is deployed")
