"""What is said where a deploy stops, and which deploy is gone on with."""

from scripts.ops.rollout.whereabouts import lines
from scripts.ops.rollout.wish import Wish
from scripts.ops.traffic.split import between

from .world import NEW, OLD, World


def test_whereabouts(world: World) -> None:
    """Who serves what is said, and which of it is new, and both ways on."""
    done = world.deploy()
    world.split(between(OLD, NEW, 20))
    told = "\n".join(lines(done, world.platform))
    assert f"generate_story: {OLD} serves 80 %, {NEW} serves 20 % (new: {NEW})" in told
    assert "scripts/deploy production --resume" in told
    assert "scripts/rollback production" in told


def test_before_anything(world: World) -> None:
    """Before anything was looked at, only the ways on are said."""
    told = list(lines(world.record(Wish()), world.platform))
    assert told[0].endswith("is half done. Done: nothing.")
    assert len(told) == len(["what is done", "the ways on"])
