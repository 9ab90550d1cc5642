"""What a deploy is put together from."""

import json
from collections.abc import Collection
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.site import Site
from scripts.ops.rollout import around
from scripts.ops.rollout.eyes import eyes
from scripts.ops.validation.course import SIGNALS
from scripts.ops.validation.validating import LEFT_OUT_IN_A_ROLLOUT

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
    its = eyes(nowhere, lambda _: None, lambda: None)
    with pytest.raises(OperationError, match="Nobody could look whether it works"):
        its.look("canary") if how == "look" else its.whole()


def test_signals_take_nothing_back(nowhere: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What earlier revisions did in the last hours is no reason to take a new one back."""
    left_out: list[Collection[str]] = []

    def validator(
        _: Site, *, without: Collection[str] = LEFT_OUT_IN_A_ROLLOUT, **__: object
    ) -> str:
        left_out.append(without)
        return "looks"

    monkeypatch.setattr(f"{eyes.__module__}.validator", validator)
    eyes(nowhere, lambda _: None, lambda: None)
    assert [SIGNALS in each for each in left_out] == [True, True]
