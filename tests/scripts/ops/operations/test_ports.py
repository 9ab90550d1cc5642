"""Errors of those who look for an operation."""

import pytest

from scripts.ops.operations.errors import LostError, OperationError
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.ports import explained
from scripts.ops.place import PlaceError


def test_a_look() -> None:
    """What is seen comes back, by the tag that was asked for."""
    seen: list[str] = []
    report = Report([])

    def look(tag: str) -> Report:
        seen.append(tag)
        return report

    assert explained(look)("canary") is report
    assert seen == ["canary"]


@pytest.mark.parametrize("error", [PlaceError("no log"), LostError("taken")])
def test_nobody_can_look(error: Exception) -> None:
    """An operation only knows its own errors, and who lost its place stays so."""

    def look(_: str) -> Report:
        raise error

    with pytest.raises(OperationError, match=r"no log|taken") as caught:
        explained(look)("")
    assert isinstance(caught.value, LostError) == isinstance(error, LostError)
