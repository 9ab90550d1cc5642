"""Images of which nobody may be able to tell."""

from scripts.ops.going_back.images import Images
from scripts.ops.operations.errors import OperationError


def test_what_is_there() -> None:
    """It is asked of each."""
    images = Images({"a": True, "b": False, "c": None}.__getitem__)
    assert [images.there(each) for each in "abc"] == [True, False, None]
    assert images.problem == ""


def test_nobody_answers() -> None:
    """It is asked once, refuses nothing, and keeps why."""
    asked: list[str] = []

    def ask(image: str) -> bool:
        asked.append(image)
        raise OperationError("the registry is down")

    images = Images(ask)
    assert [images.there(each) for each in "ab"] == [None, None]
    assert (asked, images.problem) == (["a"], "the registry is down")
