"""`scripts/deploy` that is cut off, begun twice, or overtaken by somebody else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scripts.ops.operations.audit import opened_book
from scripts.ops.who import who
from tests.scripts.ops.operations.made_up import a_lock

from .deploy_desk import BUSY, DONE, REFUSED, UNDONE, Desk, commit, interrupted, opened_desk
from .rollout.world import GREEN, NEW, OLD

pytestmark = pytest.mark.server


@pytest.fixture
def desk(
    tmp_path: Path,
    firestore_host: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    with opened_desk(tmp_path, firestore_host, monkeypatch, capsys) as made:
        yield made


def test_interrupted(desk: Desk) -> None:
    """Ctrl-C in the middle says what is where, and how to go on; that ends it."""
    interrupted(desk)
    told = desk.capture.readouterr().err
    assert f"{OLD} serves 50 %, {NEW} serves 50 %" in told
    assert "scripts/deploy production --resume" in told
    assert desk.newest().state == "stopped"
    assert desk("production", "--resume") == DONE
    assert desk.serving() == {NEW: 100}


def test_resumed_by_another(desk: Desk) -> None:
    """What is half way is gone on with past the gates, which says why; and who does is kept."""
    interrupted(desk)
    desk.unreviewed, desk.at = "MAX_INSTANCES", desk.at + timedelta(days=1)
    assert desk("production", "--resume") == DONE
    assert "to go on is safer than to stay half way" in desk.capture.readouterr().out
    assert desk.newest().facts["gone_on_by"] == [who(desk.root)]


def test_not_begun_really(desk: Desk) -> None:
    """What has deployed no function yet is not, a day later."""
    desk.preflight()
    desk.firebase.codes = {"firestore": 1}
    assert desk("production") == UNDONE
    desk.firebase.codes, desk.at = {}, desk.at + timedelta(days=1)
    assert desk("production", "--resume") == REFUSED
    assert desk.firebase.asked == ["firestore"]


def test_broken_off(desk: Desk) -> None:
    """A mistake of this program in the middle leaves nobody on the new revision."""
    desk.preflight()
    desk.reports = [GREEN]
    desk.look = lambda: None if desk.reports else broken()
    with pytest.raises(KeyError):
        desk("production", "--canary", "50,100")
    assert desk.serving() == {OLD: 100}
    assert f"{OLD} serves 100 %" in desk.capture.readouterr().err


def broken() -> None:
    raise KeyError("odd")


def test_begun_twice(desk: Desk) -> None:
    """A canary that is half way is gone on with, never begun anew."""
    interrupted(desk)
    assert desk("production", "--canary", "50,100") == REFUSED
    assert "a canary is half way" in desk.capture.readouterr().err


def test_begun_meanwhile(desk: Desk) -> None:
    """Where the canary is somebody's who is at it now, that is said, and who it is."""
    interrupted(desk)
    with opened_book(desk.site()) as book:
        book.take(a_lock("bob", desk.at), desk.at)
    assert desk("production", "--canary") == BUSY
    assert "deploy bob by bob@example.com" in desk.capture.readouterr().err


def test_overtaken(desk: Desk) -> None:
    """Whose place was taken stops, says what is where, and bids nobody go on with it."""

    def take_over() -> None:
        with opened_book(desk.site()) as book:
            book.take(a_lock("bob", desk.at), desk.at, by_force=True)

    desk.preflight()
    desk.look = take_over
    assert desk("production", "--canary", "50,100") == BUSY
    told = desk.capture.readouterr().err
    assert "place was taken by deploy bob of bob@example.com" in told
    assert ("is half done" in told, "--resume" in told) == (True, False)


def test_nothing_to_resume(desk: Desk) -> None:
    """Where no deploy is half done, there is nothing to go on with."""
    assert desk("production", "--resume") == REFUSED
    assert "none began yet" in desk.capture.readouterr().err


def test_resumed_elsewhere(desk: Desk) -> None:
    """It is gone on with from its own commit only."""
    desk.preflight()
    desk.firebase.codes = {"hosting": 1}
    assert desk("production") == UNDONE
    commit(desk)
    assert desk("production", "--resume") == REFUSED
    assert "is checked out: go on from git checkout" in desk.capture.readouterr().err
