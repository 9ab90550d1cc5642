"""Whether the store's database is reached, by the way that is given."""

from urllib.parse import urlsplit

import pytest

from scripts.local.ports import HOST
from scripts.ops.operations.outcome import Verdict
from tests.scripts.ops.boxes.world import World


@pytest.mark.server
def test_a_database_that_answers(world: World, database: str) -> None:
    """With --through the project's own address is used, by way of the proxy."""
    parts = urlsplit(database)
    world.secrets.add_version("DATABASE_URL", database)
    (found,) = world.look("database", through=f"{HOST}:{parts.port}").outcomes
    assert found.verdict is Verdict.PASSED
    assert found.said.endswith("answers")


def test_a_way_that_leads_nowhere(world: World) -> None:
    """A proxy that is not there fails the box, and no password is shown."""
    world.secrets.add_version("DATABASE_URL", "postgresql://ada:hidden@10.0.0.5/store")
    (found,) = world.look("database", through=f"{HOST}:1").outcomes
    assert found.verdict is Verdict.FAILED
    assert "it was not reached" in found.said
    assert "hidden" not in found.said + found.mend


def test_a_way_that_is_none(world: World) -> None:
    """A proxy without a port is told to be none."""
    (found,) = world.look("database", through="nowhere").outcomes
    assert "--through nowhere is no host and port" in found.said
