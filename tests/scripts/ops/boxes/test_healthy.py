"""A whole project on stand-ins: as it has to be, and with one thing broken at a time."""

import pytest

from scripts.ops.operations.outcome import Verdict
from tests.scripts.ops.boxes.broken import BROKEN
from tests.scripts.ops.boxes.world import World


def test_a_healthy_project_is_green(world: World) -> None:
    """Where everything is as it has to be, each box passes, and none is left out."""
    report = world.look()
    assert [each for each in report.outcomes if each.verdict is not Verdict.PASSED] == []
    assert report.green


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_turns_its_box_red(world: World, what: str) -> None:
    """One thing that is not as it has to be is told by its box alone, with what to do."""
    breaks, keys, mend = BROKEN[what]
    breaks(world)
    report = world.look()
    red = {each.key: each for each in (*report.failed, *report.open)}
    assert [*red] == [each for each in red if each in keys.split()]
    assert len(red) == len(keys.split())
    assert all(mend in each.mend for each in red.values())
