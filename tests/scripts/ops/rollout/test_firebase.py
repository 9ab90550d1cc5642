"""The real firebase-tools in a canary: it deploys this repository's functions to stand-ins."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.standins.cloud_run.services import RevisionsStandIn, ServicesStandIn
from scripts.local.standins.firebase_deploy.door import deploy_environment
from scripts.local.standins.operations import OperationsStandIn
from scripts.local.standins.server import StandInGroup
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.operations.commands import Programs
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.record import Record
from scripts.ops.place import Place
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.firebase import Firebase
from scripts.ops.rollout.rollout import roll_out
from scripts.ops.rollout.wish import Wish
from scripts.ops.traffic.run import connected
from tests.scripts.local.standins.firebase_deploy.firebase_stage import (
    LOCATION,
    PROJECT,
    Stage,
    serving_stage,
)

from .world import START, FakeFirebase, LockedBook, World

pytestmark = pytest.mark.server
HEALTH = f"{LOCATION}/services/health"
OLD, NEW = "health-00001-loc", "health-00002-loc"
WISH = Wish(("health",), (50, 100))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with serving_stage(tmp_path) as its:
        (its.checkout / "node_modules").symlink_to(ROOT / "node_modules")
        its.run.deploy(HEALTH)
        yield its


def deploy(stage: Stage, folder: Path) -> Record:
    """Deploy one function with a canary, by the real CLI."""
    run = stage.run
    standins = ServicesStandIn(run), RevisionsStandIn(run), OperationsStandIn(run.operations)
    with ExitStack() as stack:
        address = stack.enter_context(StandInGroup(*standins).serve())
        place = Place(PROJECT, "staging", {RUN_ENDPOINT: address})
        platform = stack.enter_context(connected(place))
        book = LockedBook(folder / "book")
        world = World(run, standins[0], platform, book, folder, FakeFirebase(run))
        programs = Programs(stage.checkout, deploy_environment(stage.proxy, stage.home))
        firebase = Firebase(programs, "staging", folder / "output")
        outside = replace(world.outside("one"), firebase=firebase)
        journal = Journal(world.record(WISH), book, world.lines.append, lambda: START)
        with journal.open(locked=True):
            roll_out(Desk(outside, journal, WISH, WISH.functions))
        return journal.record


def served(stage: Stage) -> list[tuple[str, int]]:
    return [(each.revision, each.percent) for each in stage.run.service(HEALTH).traffic_statuses]


def test_canary(stage: Stage, tmp_path: Path) -> None:
    """Its deploy keeps the pin; the new revision is shifted to, and unpinned at the end."""
    done = deploy(stage, tmp_path)
    assert done.facts["pins"] == {"health": OLD}
    assert done.facts["revisions"] == {"health": NEW}
    assert served(stage) == [("", 100)]
    assert "Deploy complete!" in (tmp_path / "output/functions.txt").read_text()


def test_pin_not_held(stage: Stage, tmp_path: Path) -> None:
    """Where the platform ignores the pin, traffic is sent back at once."""
    stage.api.functions.ignores_pins = True
    with pytest.raises(OperationError, match="did not keep the pin of health"):
        deploy(stage, tmp_path)
    assert served(stage) == [(OLD, 100)]
