"""The tree of errors."""

import inspect

import pytest

from conteur import errors
from conteur.errors import (
    Cause,
    Code,
    ConteurError,
    DeadlineError,
    InvalidFieldError,
    OpenAIError,
    OpenAIFailure,
    Phase,
    kinds,
    recall,
)

REASONS = [kind.reason for kind in kinds()]
TOLD_APART = {"TIMEOUT": ("phase", "idle"), "OPENAI_ERROR": ("kind", "quota")}


def kept_facts(reason: str) -> dict[str, str]:
    """Return the facts that an error of `reason` has at least."""
    return dict([TOLD_APART[reason]]) if reason in TOLD_APART else {}


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


def test_cause() -> None:
    """A cause that is found later joins the details, and nothing else changes."""
    error = DeadlineError("slow", Phase.IDLE).because_of(Cause.OVERLOAD)
    assert (error.message, error.details()["phase"]) == ("slow", "idle")
    assert error.details()["cause"] == "overload"


@pytest.mark.parametrize("reason", REASONS)
def test_recall(reason: str) -> None:
    """An error that was kept answers as it did the first time."""
    error = recall(reason, "kept words", {**kept_facts(reason), "storyId": "s"})
    assert (error.reason, error.message) == (reason, "kept words")
    assert error.details()["storyId"] == "s"


@pytest.mark.parametrize("failure", OpenAIFailure)
def test_recall_kind(failure: OpenAIFailure) -> None:
    """A model's failure that was kept is retryable as it was the first time."""
    first = OpenAIError("x", failure)
    assert recall(first.reason, first.message, first.facts).details() == first.details()


@pytest.mark.parametrize(
    ("reason", "facts"),
    [
        ("NEWER", {"kind": "newer"}),
        ("OPENAI_ERROR", {"kind": "newer"}),
        ("OPENAI_ERROR", {}),
        ("TIMEOUT", {"phase": "newer"}),
    ],
)
def test_recall_unknown(reason: str, facts: dict[str, str]) -> None:
    """A reason or kind that a newer revision kept, and this one cannot tell, is a bug."""
    error = recall(reason, "kept words", facts)
    assert error.details() == {"reason": "BUG", "retryable": True}
    assert error.kind_label == "NONE"


def test_recall_member() -> None:
    """A fact that the contract does not know, kept by a newer revision, reaches no client."""
    error = recall("INVALID_FIELD", "kept words", {"field": "tone", "newer": "x", "reason": "y"})
    assert error.details() == {"reason": "INVALID_FIELD", "retryable": False, "field": "tone"}


def test_only_an_outage_is_retryable() -> None:
    """A bad key, a used-up quota and a bad prompt do not pass by trying again."""
    retryable = [kind for kind in OpenAIFailure if OpenAIError("x", kind).retryable]
    assert retryable == [OpenAIFailure.OUTAGE]


@pytest.mark.parametrize(
    ("error", "label"),
    [
        (DeadlineError("slow", Phase.IDLE, Cause.NETWORK), "idle"),
        (OpenAIError("no credit", OpenAIFailure.QUOTA), "quota"),
        (InvalidFieldError("tone", "is unknown"), "NONE"),
    ],
)
def test_kind_label(error: ConteurError, label: str) -> None:
    """The metrics tell time-outs apart by phase, the model's failures by kind, no others."""
    assert error.kind_label == label
    assert label in type(error).kind_labels
