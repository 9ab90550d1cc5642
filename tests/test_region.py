"""One region: of the functions, their queue and schedule, and of all that points at them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values

from conteur.settings import REGION, parse_settings
from scripts.local import addresses
from scripts.local.serving import FUNCTIONS, public_settings
from scripts.ops import plan

ROOT = FUNCTIONS.parent
CHOSEN = public_settings()["CONTEUR_REGION"]
ELSEWHERE = "northamerica-northeast1"
LINKED = ("firebase.json", ".firebaserc")


def rewrites() -> list[dict[str, Any]]:
    hosting = json.loads((ROOT / "firebase.json").read_text())["hosting"]
    return [rewrite["function"] for rewrite in hosting["rewrites"] if "function" in rewrite]


def test_hosting_leads_there() -> None:
    """firebase.json must name it once more: Hosting's emulator looks in us-central1 otherwise."""
    assert rewrites()
    assert {function["region"] for function in rewrites()} == {CHOSEN}


@pytest.mark.parametrize("environment", plan.ENVIRONMENTS)
def test_no_environment_is_elsewhere(environment: str) -> None:
    """firebase.json serves all environments, so none may have a region of its own."""
    assert "CONTEUR_REGION" not in dotenv_values(FUNCTIONS / f".env.{environment}")


def test_without_the_setting() -> None:
    """A process that is told nothing, and the local stack, are in the same region."""
    assert CHOSEN == REGION == addresses.REGION


@pytest.mark.server
def test_it_can_be_changed(tmp_path: Path) -> None:
    """All functions go where CONTEUR_REGION says, and look for their queue there."""
    ignored = shutil.ignore_patterns("venv", "__pycache__")
    shutil.copytree(FUNCTIONS, tmp_path / "functions", ignore=ignored)
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name)
    settings = tmp_path / "functions/.env"
    settings.write_text(settings.read_text().replace(f"={CHOSEN}", f"={ELSEWHERE}"))
    for functions in plan.make_plan(tmp_path).values():
        for name, body in functions.items():
            assert body["name"].endswith(f"/locations/{ELSEWHERE}/functions/{name}")
            variables = body["serviceConfig"]["environmentVariables"]
            assert parse_settings(variables).region == ELSEWHERE
