"""An error of the function is told in words."""

import pytest

from scripts.local.story_call import Event, explained


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
    ],
    ids=["the function's own", "one without code or details"],
)
def test_an_error_says_code_reason_and_message(event: Event, text: str) -> None:
    """An error is told with its code, its reason where it has one, and its message."""
    assert explained(event) == text
