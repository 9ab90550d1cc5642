"""What the records of deploys know of revisions."""

from dataclasses import replace

from scripts.ops.operations.record import Kind
from scripts.ops.traffic.commits import came_with, commit_of
from tests.scripts.ops.operations.made_up import a_record

from .cloud import FIRST, SECOND

MADE = {"generate_story": SECOND, "store_api": "store-api-00002-loc"}
DEPLOY = replace(a_record().with_facts(revisions=MADE), commit="c0ffee")


def test_the_commit_of_a_revision() -> None:
    """It is that of the deploy that made it; nobody's, where none has written it down."""
    assert commit_of(SECOND, [a_record(2), DEPLOY]) == "c0ffee"
    assert commit_of(FIRST, [a_record(2), DEPLOY]) == ""


def test_what_came_together() -> None:
    """The revisions of one deploy are known by any of them."""
    assert came_with("store-api-00002-loc", [DEPLOY]) == MADE
    assert came_with(FIRST, [DEPLOY]) == {}


def test_only_a_deploy_makes_revisions() -> None:
    """What other operations keep by that name is not read."""
    assert commit_of(SECOND, [replace(DEPLOY, kind=Kind.ROLLBACK)]) == ""
    assert commit_of(SECOND, [a_record().with_facts(revisions=None)]) == ""
