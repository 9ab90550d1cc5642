import pytest

from scripts.ops.operations.errors import BusyError, OperationError, RefusedError
from tests.scripts.ops.releasing.world import World

pytestmark = pytest.mark.server
MAIN = "refs/heads/main"


def test_somebody_who_was_faster_is_not_overwritten(world: World) -> None:
    """A push to a branch that has moved is refused, and the branch stays theirs."""
    theirs = world.push_theirs("main", "b")
    world.commit("a", "a")
    with pytest.raises(BusyError, match="somebody has pushed"):
        world.repository.push("HEAD", MAIN)
    assert world.at("main") == theirs


def test_a_protected_branch_says_what_to_do(world: World) -> None:
    """A remote that takes no push is quoted, and where it is set up is named."""
    world.hook("echo 'Changes must be made through a pull request.' >&2; exit 1")
    world.commit("a", "a")
    with pytest.raises(RefusedError, match=r"(?s)through a pull request.*continuous-delivery"):
        world.repository.push("HEAD", MAIN)


def test_a_remote_out_of_reach_is_told(world: World) -> None:
    """Where the remote is not there, nothing was changed, and that is said."""
    world.bare.rename(world.bare.with_name("moved"))
    with pytest.raises(OperationError, match="could not fetch"):
        world.repository.fetch()


def test_an_annotated_tag_stands_for_its_commit(world: World) -> None:
    """Of a tag the commit counts, not the tag's own object."""
    assert world.repository.tags() == {"v0.1.0": world.at("main")}


def test_the_remote_is_asked_what_it_has_now(world: World) -> None:
    """A branch that is gone at the remote is not there, though it was when it was fetched."""
    world.repository.fetch()
    assert world.repository.shares("staging")
    world.git("update-ref", "-d", "refs/heads/staging", at=world.bare)
    assert not world.repository.shares("staging")


def test_only_named_files_are_committed(world: World) -> None:
    """What else has changed is left out of the commit."""
    for name in ("a", "b"):
        (world.mine / name).write_text(name)
    world.repository.keep(["a"], "Add a")
    assert world.repository.changed() == ["b"]


def test_a_branch_of_the_remote_is_gone_on_with(world: World) -> None:
    """A branch that only the remote has is checked out as it is there."""
    theirs = world.push_theirs("main", "b")
    world.git("push", "-q", "origin", "HEAD:refs/heads/work", at=world.theirs)
    world.repository.fetch()
    world.repository.switch("work")
    assert (world.repository.branch(), world.repository.commit("HEAD")) == ("work", theirs)


def test_a_file_that_is_not_there_is_empty(world: World) -> None:
    """A file is read as it was at a commit, and one that was not there is empty."""
    assert world.repository.read("functions/.env", "HEAD") == "MAX_INSTANCES=2\n"
    assert world.repository.read("nothing", "HEAD") == ""
