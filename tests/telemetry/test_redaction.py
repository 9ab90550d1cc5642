"""No key, token or prompt reaches a log through an error or a field."""

import pytest

from conteur.errors import OpenAIError, OpenAIFailure
from conteur.telemetry.redaction import describe, scrub, stack

PROMPT = "a fox who is afraid"


def failing(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except type(error) as raised:
        return raised


@pytest.mark.parametrize(
    "text",
    [
        "key sk-test-key-12345 refused",
        "header Authorization: Bearer test.token",
        "header authorization: bearer test.token",
        "token eyJhbGciOiJub25lIn0.eyJ1aWQiOiJhIn0. of the emulator",
    ],
)
def test_scrubbing(text: str) -> None:
    """Keys and tokens are cut out, and the words around them stay."""
    scrubbed = scrub(text)
    assert "[REDACTED]" in scrubbed
    assert scrubbed.split(maxsplit=1)[0] == text.split(maxsplit=1)[0]
    assert "test" not in scrubbed
    assert "eyJ" not in scrubbed


def test_harmless_text() -> None:
    """What only looks a little like a key stays as it is."""
    text = "task-1234567890 asked for sk- and the risk-assessment"
    assert scrub(text) == text


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (OpenAIError("the model is down", OpenAIFailure.OUTAGE), "OpenAIError: the model is down"),
        (TypeError("'int' object is not iterable"), "TypeError: 'int' object is not iterable"),
        (
            ValueError(f"invalid literal: {PROMPT}"),
            "ValueError: (text withheld: it may quote a request)",
        ),
    ],
)
def test_description(error: Exception, described: str) -> None:
    """An error's text is shown only where it cannot quote a request."""
    assert describe(error) == described


def test_stack() -> None:
    """A stack has Python's own form: the frames, and then the error."""
    lines = stack(failing(KeyError(PROMPT))).splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert 'test_redaction.py", line' in lines[1]
    assert lines[-1] == "KeyError: (text withheld: it may quote a request)"


def test_causes() -> None:
    """A stack shows the causes first, without their texts either."""
    shown = stack(failing(TypeError("wrong type"), failing(ValueError(PROMPT))))
    assert PROMPT not in shown
    assert shown.index("ValueError") < shown.index("TypeError: wrong type")


def test_hidden_context() -> None:
    """An error raised `from None` shows no other one."""
    error = TypeError("wrong type")
    error.__context__ = ValueError(PROMPT)
    assert "ValueError" in stack(error)
    error.__suppress_context__ = True
    assert "ValueError" not in stack(error)


def test_circle_of_causes() -> None:
    """Errors that name each other as causes are shown once each."""
    first, second = TypeError("first"), TypeError("second")
    first.__cause__, second.__cause__ = second, first
    assert stack(first).count("TypeError: second") == 1
