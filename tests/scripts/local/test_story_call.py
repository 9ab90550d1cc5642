"""An error of the function is told in words."""

from pathlib import Path

import pytest

from scripts.local.errors import RefusedError
from scripts.local.processes import Process, running
from scripts.local.story_call import Event, StoryError, explained, failure
from tests.scripts.local.conftest import PythonCommand


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            {
                "code": "functions/unavailable",
                "message": "The model is down: try again.",
                "details": {"reason": "OPENAI_ERROR"},
            },
            "No story: functions/unavailable (OPENAI_ERROR): The model is down: try again.",
        ),
        ({"message": "fetch failed"}, "No story: unknown: fetch failed"),
        ({"message": "Too long. [0]"}, "No story: unknown: Too long."),
    ],
    ids=["the function's own", "one without code or details", "one with the SDK's status"],
)
def test_an_error_says_code_reason_and_message(event: Event, text: str) -> None:
    """An error is told with its code, its reason where it has one, and its message."""
    assert explained(event) == text


@pytest.fixture
def emulators(python_command: PythonCommand, tmp_path: Path) -> Process:
    """Emulators that have logged and ended."""
    with running(python_command("print('from the log')"), tmp_path / "log") as process:
        list(process.lines())
    return process


def test_a_refused_request_is_told_without_the_log(emulators: Process) -> None:
    """A request that the function refuses is told in the refusal's words alone."""
    error = failure({"code": "functions/invalid-argument", "message": "Too long."}, emulators)
    assert isinstance(error, RefusedError)
    assert str(error) == "No story: functions/invalid-argument: Too long."


def test_a_failure_is_told_with_the_log(emulators: Process) -> None:
    """A failure that is not the caller's is told with what the functions logged last."""
    error = failure({"code": "functions/internal", "message": "A bug."}, emulators)
    assert isinstance(error, StoryError)
    assert "from the log" in str(error)
