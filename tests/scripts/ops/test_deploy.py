"""`scripts/deploy` from its command line to its exit code; only firebase and validate are fakes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.local.standins.cloud_run.services import denied
from scripts.ops.operations.git import commit_of

from .deploy_desk import (
    DONE,
    MAIN,
    REFUSED,
    UNDONE,
    WENT_BACK,
    Desk,
    commit,
    opened_desk,
    pin,
)
from .rollout.world import FUNCTIONS, GREEN, NEW, OLD, RED

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


def test_production(desk: Desk) -> None:
    """With a green preflight production is deployed, and the record says by which."""
    desk.preflight()
    assert desk("production", "--reason", "stories in Portuguese") == DONE
    made = desk.newest()
    assert desk.serving() == {NEW: 100}
    assert made.reason == "stories in Portuguese"
    assert "preflight" in made.facts["preflight"]


def test_no_preflight(desk: Desk) -> None:
    """Without one it is refused, with what to do, and nothing was touched."""
    assert desk("production") == REFUSED
    told = desk.capture.readouterr()
    assert "No preflight of production is on record. Run scripts/preflight" in told.err
    assert desk.firebase.asked == []


def test_red_preflight(desk: Desk) -> None:
    """Nor with a red one."""
    desk.preflight(green=False)
    assert desk("production") == REFUSED


def test_staging(desk: Desk) -> None:
    """Staging needs none."""
    aliases = {"default": "demo-conteur", "staging": desk.firebase.project}
    (desk.root / ".firebaserc").write_text(json.dumps({"projects": aliases}))
    commit(desk)
    assert desk("staging") == DONE


def test_dirty(desk: Desk) -> None:
    """A checkout with changes is refused, whatever else is so."""
    (desk.root / "functions/main.py").write_text(MAIN + "\n")
    assert desk("staging") == REFUSED
    assert "not clean: functions/main.py" in desk.capture.readouterr().err


def test_not_reviewed(desk: Desk) -> None:
    """So is one whose requests are not those that were reviewed."""
    desk.preflight()
    desk.unreviewed = "A deploy would not be what deploy/plan.json says: MAX_INSTANCES"
    assert desk("production") == REFUSED
    assert "MAX_INSTANCES" in desk.capture.readouterr().err


def test_dry_run(desk: Desk) -> None:
    """A dry run shows the plan, and changes nothing, not even the book."""
    desk.preflight()
    assert desk("production", "--canary", "--dry-run") == DONE
    told = desk.capture.readouterr().out
    assert "shift to 5 %, 20 %, 50 %, 100 %" in told
    assert told.endswith("Nothing was changed (--dry-run).\n")
    assert (desk.firebase.asked, desk.serving()) == ([], {OLD: 100})


def test_dry_run_denied(desk: Desk) -> None:
    """It asks Cloud Run whether traffic might be moved."""
    desk.preflight()
    desk.services.fault = denied("run.services.update", "generate-story", "UpdateService")
    assert desk("production", "--canary", "--dry-run") == UNDONE
    assert "roles/run.developer" in desk.capture.readouterr().err


def test_dry_run_json(desk: Desk) -> None:
    """For programs it is one document; the words go to standard error."""
    assert desk("production", "--dry-run", "--json") == REFUSED
    told: dict[str, Any] = json.loads(desk.capture.readouterr().out)
    assert told["plan"]["functions"] == list(FUNCTIONS)
    assert "No preflight" in told["refusals"][0]


def test_json(desk: Desk) -> None:
    """So is the record of a deploy."""
    desk.preflight()
    assert desk("production", "--json") == DONE
    told = json.loads(desk.capture.readouterr().out)
    assert (told["state"], told["commit"]) == ("done", commit_of(desk.root))


def test_partial(desk: Desk) -> None:
    """A partial deploy prints what it leaves out, and keeps it."""
    desk.preflight()
    assert desk("production", "--function", "generate-story") == DONE
    assert "left out: Hosting" in desk.capture.readouterr().out
    assert "Hosting" in desk.newest().facts["left_out"]


def test_unknown_function(desk: Desk) -> None:
    """A function that is not there is refused."""
    assert desk("production", "--function", "generate") == REFUSED


def test_pinned(desk: Desk) -> None:
    """An earlier pin is said before anything is deployed."""
    desk.preflight()
    pin(desk)
    assert desk("production") == REFUSED
    assert "generate_story is pinned" in desk.capture.readouterr().err
    assert desk("production", "--unpin") == DONE
    assert desk.serving() == {"generate-story-00002-loc": 100}


def test_went_back(desk: Desk) -> None:
    """A canary that was bad has an exit code of its own."""
    desk.preflight()
    desk.reports = [GREEN, RED]
    assert desk("production", "--canary", "50,100") == WENT_BACK
    assert desk.serving() == {OLD: 100}
    assert "The new revisions are bad" in desk.capture.readouterr().err
