"""`scripts/rollback` as it is put together at a terminal: what looks, and what tells people."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.ops.going_back import seeing as seeing_
from scripts.ops.going_back.seeing import seeing
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.site import Site
from scripts.ops.rollback import at_a_terminal, main
from scripts.ops.validation.around import Around

from .going_back.world import DONE, GREEN, NOT_DONE, STORIES, World, world_in

OLDEST, OLDER, NEWEST = STORIES
GO = ("staging", "--yes", "--reason", "stories end in the middle")


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    with world_in(tmp_path, capsys) as made:
        yield made


def test_nobody_can_look_or_tell(world: World) -> None:
    """Where nothing is there that could be validated, the traffic is moved, and that is told."""
    terminal = at_a_terminal()
    around = replace(world.around, seeing=terminal.seeing, telling=terminal.telling)
    assert main([*GO], around) == NOT_DONE
    told = world.refused()
    assert "Whether the service is well is not known: " in told
    assert "so there is nothing to validate" in told
    assert world.serving() == {OLDER: 100}
    assert str(world.record().said("announce")).startswith("nobody was told: ")


def test_people_are_told(world: World) -> None:
    """Cloud Monitoring takes the announcement of a rollback."""
    with MonitoringStandIn(time.time).serve() as address:
        world.environ = {"MONITORING_ENDPOINT": address}
        telling = at_a_terminal().telling
        around = replace(world.around, telling=telling)
        assert main([*GO], around) == DONE
    assert "service_rolled_back tells it within some minutes" in world.told()


def test_what_looks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Validate gets the site, who is told, and what keeps the lock; it sees what everybody gets."""
    asked: list[tuple[str, str]] = []

    def validator(site: Site, *, around: Around) -> Callable[[str], Report]:
        around.go_on()
        around.tell("looking")

        def look(tag: str) -> Report:
            asked.append((site.name, tag))
            return GREEN

        return look

    monkeypatch.setattr(seeing_, "validator", validator)
    assert main([*GO], replace(world.around, seeing=seeing)) == DONE
    assert asked == [("staging", "")]
    assert "looking" in world.told()
