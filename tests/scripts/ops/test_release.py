import json
from pathlib import Path
from typing import Any

import pytest

from scripts.ops.operations.audit import FOLDER
from scripts.ops.operations.file_book import FileBook
from scripts.ops.operations.record import Kind, State
from tests.scripts.ops.releasing.world import Killed, World, interrupted_by, killed_at, scratch

pytestmark = pytest.mark.server
ALONE = "--without-record"
SEEN = ("--confirm", "validated", "--confirm", "preflight")
VERSION, TAG, BRANCH = "1.0.0", "v1.0.0", "release/v1.0.0"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return scratch(tmp_path, monkeypatch)


def test_without_yes_nothing_changes(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A dry run prints each step, and leaves checkout, remote and GitHub as they were."""
    before = world.git("for-each-ref", at=world.bare)
    assert world.release("prepare", VERSION, ALONE) == 0
    told = capsys.readouterr().out
    assert f"git push origin {BRANCH}" in told
    assert "Nothing was changed" in told
    assert (world.git("for-each-ref", at=world.bare), world.git("status", "-s")) == (before, "")
    assert world.github["pulls"] == []


def test_prepare_brings_version_and_changelog_to_a_pull_request(world: World) -> None:
    """Branch, files, commit, push and pull request are there, and main is as it was."""
    before = world.at("main")
    assert world.release("prepare", VERSION, "--yes", "--title", "Publish stores", ALONE) == 0
    pull = world.github["pulls"][0]
    assert (pull["title"], pull["headRefOid"]) == ("Publish stores", world.at(BRANCH))
    assert pull["body"] == "### Added\n\n- Stores can be published."
    shown = world.git("show", "--stat", "--format=%s", world.at(BRANCH))
    assert shown.splitlines()[0] == "Publish stores"
    assert "3 files changed" in shown
    assert world.at("main") == before


def test_a_version_that_is_not_newer_is_refused(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither an old nor a released version is prepared."""
    assert world.release("prepare", "0.0.9", "--yes", ALONE) == 2
    assert world.release("prepare", "0.1.0", "--yes", ALONE) == 2
    told = capsys.readouterr().err
    assert ("not newer than v0.1.0" in told, "v0.1.0 is released" in told) == (True, True)


def test_other_changes_are_not_swept_into_the_release(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """A checkout that is not clean is refused before anything is changed."""
    (world.mine / "draft.py").write_text("")
    assert world.release("prepare", VERSION, "--yes", ALONE) == 2
    assert "draft.py" in capsys.readouterr().err
    assert world.git("branch", "--show-current") == "main"


def test_a_checkout_behind_its_remote_is_refused(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where somebody has pushed in between, it is taken over first."""
    world.push_theirs("main", "b")
    assert world.release("prepare", VERSION, "--yes", ALONE) == 3
    assert "git pull" in capsys.readouterr().err


def test_somebody_elses_commit_on_the_branch_is_kept(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """A release branch that a colleague has pushed to is not pushed over."""
    assert world.release("prepare", VERSION, "--yes", ALONE) == 0
    theirs = world.push_theirs(BRANCH, "b")
    world.commit("a", "a")
    assert world.release("prepare", VERSION, "--yes", ALONE) == 3
    assert "git pull" in capsys.readouterr().err
    assert world.at(BRANCH) == theirs


def test_a_closed_pull_request_is_not_opened_again(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a person has closed is theirs to reopen."""
    assert world.release("prepare", VERSION, "--yes", ALONE) == 0
    world.tell(pulls=[{**world.github["pulls"][0], "state": "CLOSED"}])
    assert world.release("prepare", VERSION, "--yes", ALONE) == 2
    assert "was closed" in capsys.readouterr().err


def test_what_nobody_approved_is_not_merged(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """An open gate is shown and refuses, and staging stays as it was."""
    before = world.at("staging")
    assert world.release("prepare", VERSION, "--yes", ALONE) == 0
    assert world.release("stage", VERSION, "--yes", ALONE) == 2
    told = capsys.readouterr()
    assert "Reviewed and approved  not yet" in told.out
    assert "Refused, and nothing was changed: approved, checks" in told.err
    assert world.at("staging") == before


def test_a_release_ends_in_main_a_tag_and_notes(world: World) -> None:
    """What staging has becomes main as the very commit, tagged, with its notes."""
    commit = world.stage(VERSION)
    assert world.release("finish", VERSION, "--yes", ALONE, *SEEN) == 0
    assert (world.at("main"), world.at(TAG)) == (commit, commit)
    assert world.git("cat-file", "-t", TAG, at=world.bare) == "tag"
    assert "- Stores can be published." in world.github["releases"][TAG]["body"]


def test_given_again_a_release_changes_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """A release that is out is found done, though its gates are closed by now."""
    world.stage(VERSION)
    assert world.release("finish", VERSION, "--yes", ALONE, *SEEN) == 0
    before = world.git("for-each-ref", at=world.bare)
    world.tell(runs=[])
    assert world.release("finish", VERSION, "--yes", ALONE) == 0
    assert "All of it is done." in capsys.readouterr().out
    assert world.git("for-each-ref", at=world.bare) == before


def test_staging_that_moved_on_since_the_tag_does_not_matter(world: World) -> None:
    """A release whose notes are missing is finished as tagged, whatever staging has by now."""
    commit = world.stage(VERSION)
    assert world.release("finish", VERSION, "--yes", ALONE, *SEEN) == 0
    world.push_theirs("staging", "next")
    world.tell(releases={})
    assert world.release("finish", VERSION, "--yes", ALONE) == 0
    assert commit in world.github["releases"][TAG]["body"]
    assert world.at("main") == commit


def test_a_commit_that_only_main_has_closes_the_gate(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """What staging has never shown is not released by a merge on the way."""
    world.stage(VERSION)
    hotfix = world.push_theirs("main", "hotfix")
    assert world.release("finish", VERSION, "--yes", ALONE, *SEEN) == 2
    assert "main has commits that staging has not" in capsys.readouterr().out
    assert world.at("main") == hotfix


def test_a_protected_main_stops_before_the_tag(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where main takes no push there is no tag either, and given again it goes on."""
    commit = world.stage(VERSION)
    world.hook("grep -q refs/heads/main && echo protected >&2 && exit 1; exit 0")
    assert world.release("finish", VERSION, "--yes", ALONE, *SEEN) == 2
    assert "protection" in capsys.readouterr().err
    assert world.at(TAG) == ""
    world.hook("exit 0")
    assert world.release("finish", VERSION, "--yes", ALONE, *SEEN) == 0
    assert world.at(TAG) == commit


def test_a_tag_of_another_commit_is_never_moved(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version that is tagged elsewhere is refused, and the tag stays."""
    world.stage(VERSION)
    first = world.at("v0.1.0")
    world.git("push", "-q", "origin", f"{first}:refs/tags/{TAG}", at=world.theirs)
    assert world.release("finish", VERSION, "--yes", ALONE, *SEEN) == 2
    assert "is another commit" in capsys.readouterr().out
    assert world.at(TAG) == first


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, 5))
def test_prepare_goes_on_where_it_was_killed(world: World, number: int, *, after: bool) -> None:
    """Killed at any step and given again, there is one commit and one pull request."""
    with pytest.raises(Killed):
        world.release("prepare", VERSION, "--yes", ALONE, programs=killed_at(number, after=after))
    assert world.release("prepare", VERSION, "--yes", ALONE) == 0
    assert world.git("rev-list", "--count", f"origin/main..origin/{BRANCH}") == "1"
    assert [pull["headRefOid"] for pull in world.github["pulls"]] == [world.at(BRANCH)]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, 5))
def test_finish_goes_on_where_it_was_killed(world: World, number: int, *, after: bool) -> None:
    """Killed before or after each step and given again, a release ends as if it had not been."""
    commit = world.stage(VERSION)
    asked = ("finish", VERSION, "--yes", ALONE, *SEEN)
    with pytest.raises(Killed):
        world.release(*asked, programs=killed_at(number, after=after))
    assert world.release(*asked) == 0
    assert (world.at("main"), world.at(TAG)) == (commit, commit)
    assert list(world.github["releases"]) == [TAG]


def test_two_who_release_at_once_make_one_tag(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever comes second with the tag is told so, and given again finds it done."""
    commit = world.stage(VERSION)
    asked = ("finish", VERSION, "--yes", ALONE, *SEEN)

    def faster() -> None:
        world.git("fetch", "-q", at=world.theirs)
        world.git("tag", "-a", TAG, commit, "-m", "Theirs", at=world.theirs)
        world.git("push", "-q", "origin", TAG, at=world.theirs)

    other = interrupted_by(faster, before=f"push --porcelain origin refs/tags/{TAG}")
    assert world.release(*asked, programs=other) == 3
    assert "somebody has pushed in between" in capsys.readouterr().err.replace("\n", " ")
    assert world.release(*asked) == 0
    assert world.git("tag", "-l", "--format=%(contents)", TAG, at=world.bare) == "Theirs"


def test_who_released_is_kept(world: World) -> None:
    """Each thing that was done leaves a record: who, what, why, and how far it came."""
    world.stage(VERSION)
    records = FileBook(world.mine / FOLDER / "production").newest(Kind.RELEASE)
    assert {record.asked["verb"] for record in records} == {"prepare", "stage"}
    assert {(each.by, each.state, each.reason) for each in records} == {
        ("ada", State.DONE, "Release v1.0.0")
    }


def test_a_step_that_fails_is_on_record(world: World) -> None:
    """A release that was stopped half-way says so in its record."""
    world.hook("exit 1")
    assert world.release("prepare", VERSION, "--yes", ALONE) == 2
    record = FileBook(world.mine / FOLDER / "production").newest(Kind.RELEASE)[0]
    assert record.state is State.STOPPED
    assert [step.name for step in record.steps] == ["branch", "files", "commit"]


def test_programs_get_one_object(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json standard output is one object, with gates and steps, refused or done."""
    assert world.release("prepare", VERSION, "--yes", ALONE, "--json") == 0
    done: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (done["changed"], [step["name"] for step in done["steps"]][-1]) == (True, "pull")
    assert world.release("stage", VERSION, "--yes", ALONE, "--json") == 2
    refused: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (refused["changed"], refused["green"]) == (False, False)


def test_status_tells_where_it_stands(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A release that waits is 1, one that is out 0, and status changes nothing."""
    assert world.release("prepare", VERSION, "--yes", ALONE) == 0
    assert world.release("status", VERSION, ALONE) == 1
    assert "gh pr merge 1 --merge --match-head-commit" in capsys.readouterr().out
    world.approve()
    assert world.release("stage", VERSION, "--yes", ALONE) == 0
    assert world.release("status", VERSION, ALONE) == 1
    assert "Push of the tag, which deploys production" in capsys.readouterr().out


def test_no_git_configuration_of_a_person_is_touched(world: World) -> None:
    """The repository's own settings are as git made them."""
    before = (world.mine / ".git" / "config").read_text()
    assert world.release("prepare", VERSION, "--yes", ALONE) == 0
    assert (world.mine / ".git" / "config").read_text() == before


def test_an_unknown_version_form_is_a_wrong_use(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no version ends with 2 and an example."""
    with pytest.raises(SystemExit, match="2"):
        world.release("prepare", "next")
    assert "1.4.0-store-publish" in capsys.readouterr().err
