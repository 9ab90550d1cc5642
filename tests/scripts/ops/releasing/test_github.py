import os
from collections.abc import Sequence

import pytest

from scripts.ops.operations.commands import Programs, Ran
from scripts.ops.operations.errors import BusyError, OperationError, RefusedError
from scripts.ops.releasing.github import GitHub
from tests.scripts.ops.releasing.world import World

pytestmark = pytest.mark.server


@pytest.fixture
def github(world: World) -> GitHub:
    world.git("push", "-q", "origin", f"{world.commit('a', 'a')}:refs/heads/work")
    return GitHub(Programs(world.mine, os.environ))


def test_a_pull_request_is_opened_and_found(github: GitHub) -> None:
    """What was opened is found by its branches, and is not approved yet."""
    assert github.pull_request("work", "staging") is None
    url = github.propose("work", "staging", "A title", "A body")
    found = github.pull_request("work", "staging")
    assert found is not None
    assert (found.url, found.state, found.approved) == (url, "OPEN", False)


@pytest.mark.parametrize(
    ("states", "approved"),
    [
        (["APPROVED"], True),
        (["COMMENTED", "APPROVED"], True),
        ([], False),
        (["APPROVED", "CHANGES_REQUESTED"], False),
    ],
)
def test_reviews_count_where_the_branch_asks_for_none(
    github: GitHub, world: World, states: list[str], *, approved: bool
) -> None:
    """Without GitHub's own decision somebody must approve, and nobody object."""
    github.propose("work", "staging", "A title", "A body")
    reviews = [{"state": state} for state in states]
    world.tell(pulls=[{**world.github["pulls"][0], "reviewDecision": "", "latestReviews": reviews}])
    found = github.pull_request("work", "staging")
    assert found is not None
    assert found.approved is approved


def test_what_was_pushed_after_the_look_is_not_merged(github: GitHub, world: World) -> None:
    """A commit that came after the gates were looked at stops the merge."""
    github.propose("work", "staging", "A title", "A body")
    world.approve()
    found = github.pull_request("work", "staging")
    assert found is not None
    world.push_theirs("work", "late")
    with pytest.raises(BusyError, match="Nothing was merged"):
        github.merge(found)


def test_conflicts_are_not_merged(github: GitHub, world: World) -> None:
    """A branch that does not merge cleanly is left, with what to do."""
    github.propose("work", "staging", "A title", "A body")
    world.approve()
    before = world.push_theirs("staging", "a")
    found = github.pull_request("work", "staging")
    assert found is not None
    with pytest.raises(BusyError, match="conflicts"):
        github.merge(found)
    assert world.at("staging") == before


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ("signed out", RefusedError, "gh auth login"),
        ("forbidden", RefusedError, "does not let you"),
    ],
)
def test_who_may_not_is_told(
    github: GitHub, world: World, wrong: str, error: type[OperationError], told: str
) -> None:
    """Whoever is nobody for GitHub, or has no rights, is told what to do about it."""
    world.tell(fail=wrong)
    with pytest.raises(error, match=told):
        github.propose("work", "staging", "A title", "A body")


def test_a_gh_that_hangs_is_ended(world: World) -> None:
    """A program that does not answer in its time is ended, which says that nobody knows more."""
    programs = Programs(world.mine, os.environ)

    def impatient(argv: Sequence[str], *, seconds: float) -> Ran:
        return programs(argv, seconds=seconds / 1000)

    world.tell(fail="hang")
    with pytest.raises(OperationError, match="took longer"):
        GitHub(impatient).checks("c0ffee", "checks.yml")


def test_a_missing_gh_is_named(world: World) -> None:
    """Where gh is not installed it is named, with where it comes from."""
    programs = Programs(world.mine, {"PATH": str(world.mine)})
    with pytest.raises(RefusedError, match=r"(?s)gh is not installed.*https://cli\.github\.com"):
        GitHub(programs).release("v1.0.0")


def test_a_release_needs_its_tag(github: GitHub, world: World) -> None:
    """A release of a tag that was not pushed is not published, where gh would make one up."""
    (world.mine / "notes.md").write_text("Notes\n")
    assert github.release("v9.0.0") is None
    with pytest.raises(OperationError, match="doesn't exist"):
        github.publish("v9.0.0", "v9.0.0", "notes.md")
    assert github.publish("v0.1.0", "v0.1.0", "notes.md") == github.release("v0.1.0")


@pytest.mark.parametrize("argv", [["pr", "list", "--force"], ["pr", "list", "--headd", "x"]])
def test_the_stand_in_refuses_flags_that_gh_has_not(world: World, argv: list[str]) -> None:
    """A flag that is not spelled as gh's is refused, not guessed."""
    base = ["--head", "a", "--base", "b", "--json", "url"]
    done = Programs(world.mine, os.environ)(["gh", *argv[:2], *base, *argv[2:]], seconds=20)
    assert (done.code, done.text.split(":")[0]) == (1, "unknown flag")
