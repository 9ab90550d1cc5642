"""What a rollback is asked for."""

import pytest

from scripts.ops.going_back.wish import Move, function_of, read_move

FUNCTIONS = ("generate_story", "store_api", "health")


@pytest.mark.parametrize(
    ("revision", "function"),
    [
        ("generate-story-00012-abc", "generate_story"),
        ("store-api-00001-xyz", "store_api"),
        ("health-00003-qqq", "health"),
        ("story-00001-abc", ""),
        ("generate_story", ""),
        ("", ""),
    ],
)
def test_whose_revision_it_is(revision: str, function: str) -> None:
    """A revision is named after its service, which is named after its function."""
    assert function_of(revision, FUNCTIONS) == function


def test_there_and_back() -> None:
    """A move is read from a record as it was written."""
    move = Move("health", "health-00003-qqq", "health-00002-qqq", 100, ("health-00003-qqq",))
    assert read_move(move.document()) == move
    assert move.text == "health: health-00002-qqq gets 100 %"
