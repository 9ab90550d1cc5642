"""What a deploy is put together from."""

import json
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.site import Site
from scripts.ops.rollout import around
from scripts.ops.rollout.eyes import eyes

from .world import START


@pytest.fixture
def nowhere(tmp_path: Path) -> Site:
    """A project in no cloud, in whose place nothing stands."""
    aliases = {"default": "demo-conteur", "production": "demo-conteur-production"}
    (tmp_path / ".firebaserc").write_text(json.dumps({"projects": aliases}))
    return Site(tmp_path, "production", "demo-conteur-production", {})


@pytest.mark.server
def test_reviewed() -> None:
    """This checkout's requests are those that were reviewed."""
    assert around.not_as_reviewed(ROOT) == ""


@pytest.mark.server
def test_not_reviewed(tmp_path: Path) -> None:
    """Those of another plan are not, and the difference is told."""
    for name in ("functions", ".firebaserc", "firebase.json"):
        (tmp_path / name).symlink_to(ROOT / name)
    told = around.not_as_reviewed(tmp_path)
    assert "A deploy would not be what deploy/plan.json says" in told
    assert "scripts/plan --update" in told


def test_nobody_counts(nowhere: Site) -> None:
    """Where there are no figures, nothing is known of a revision."""
    ask = around.rates(nowhere, lambda: START)
    assert ask("generate_story", "generate-story-00001-loc", 300.0) is None


@pytest.mark.parametrize("how", ["look", "whole"])
def test_nobody_looks(nowhere: Site, how: str) -> None:
    """Where the service cannot be looked at, that stops the deploy; it is no verdict."""
    its = eyes(nowhere, lambda _: None)
    with pytest.raises(OperationError, match="Nobody could look whether it works"):
        its.look("canary") if how == "look" else its.whole()
