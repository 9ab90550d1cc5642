"""The tree of errors."""

import inspect

import pytest

from conteur import errors
from conteur.errors import (
    Code,
    ConteurError,
    DeadlineError,
    OpenAIError,
    OpenAIFailure,
    Phase,
    kinds,
    recall,
)

REASONS = [kind.reason for kind in kinds()]


def test_reasons_are_unique() -> None:
    """A reason names one class of error."""
    assert len(REASONS) == len(set(REASONS))


@pytest.mark.parametrize("kind", list(kinds()))
def test_drawn(kind: type[ConteurError]) -> None:
    """The module's docstring draws every error with its code and reason."""
    drawing = inspect.getdoc(errors) or ""
    assert kind.__name__ in drawing
    assert kind.reason in drawing
    assert isinstance(kind.code, Code)


def test_details() -> None:
    """The details hold what the contract asks for, and no fact that is not known."""
    error = DeadlineError("slow", Phase.IDLE)
    assert error.details() == {"reason": "TIMEOUT", "retryable": True, "phase": "idle"}


@pytest.mark.parametrize("reason", REASONS)
def test_recall(reason: str) -> None:
    """An error that was kept answers as it did the first time."""
    error = recall(reason, "kept words", {"phase": "idle"})
    assert (error.reason, error.message) == (reason, "kept words")
    assert error.details()["phase"] == "idle"


def test_recall_unknown() -> None:
    """A reason that a newer revision kept, and this one does not know, is answered as a bug."""
    assert recall("NEWER", "kept words", {}).reason == "BUG"


def test_only_an_outage_is_retryable() -> None:
    """A bad key, a used-up quota and a bad prompt do not pass by trying again."""
    retryable = [kind for kind in OpenAIFailure if OpenAIError("x", kind).retryable]
    assert retryable == [OpenAIFailure.OUTAGE]
