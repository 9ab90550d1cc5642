"""No key, token or prompt reaches a log through an error or a field."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import gaierror

import pytest

from conteur.errors import OpenAIError, OpenAIFailure
from conteur.telemetry.redaction import describe, scrub, stack

PROMPT = "a fox who is afraid"
PRODUCT = Path(__file__).parents[2] / "functions/conteur"
SENTENCE = 4  # words; what is shorter is a header or a pattern


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


def sentences(tree: ast.Module) -> Iterator[str]:
    """Yield the texts of a module that are no docstrings, with a number for each value in them."""
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if node not in docstrings:
                yield text
            case ast.JoinedStr(values=parts):
                yield "".join(str(getattr(part, "value", 0)) for part in parts)


def test_our_own_sentences() -> None:
    """Nothing that the product itself says looks like a secret: operators read it whole."""
    trees = [ast.parse(path.read_text()) for path in sorted(PRODUCT.rglob("*.py"))]
    said = {text for tree in trees for text in sentences(tree) if len(text.split()) >= SENTENCE}
    assert "nobody is signed in: send a `Bearer` token in the `Authorization` header" in said
    assert [text for text in sorted(said) if scrub(text) != text] == []


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (OpenAIError("the model is down", OpenAIFailure.OUTAGE), "OpenAIError: the model is down"),
        (TypeError("'int' object is not iterable"), "TypeError: 'int' object is not iterable"),
        (NameError("name 'wish' is not defined"), "NameError: name 'wish' is not defined"),
        (OSError(2**70, "x"), f"OSError: [Errno {2**70}] (text withheld: it may quote a request)"),
        (OSError(28, PROMPT), "OSError: [Errno 28] No space left on device"),
        (
            FileNotFoundError(2, "x", PROMPT),
            "FileNotFoundError: [Errno 2] No such file or directory",
        ),
        (
            ValueError(f"invalid literal: {PROMPT}"),
            "ValueError: (text withheld: it may quote a request)",
        ),
    ],
)
def test_description(error: Exception, described: str) -> None:
    """An error's text is shown only where it cannot quote a request."""
    assert describe(error) == described


class RefusedError(OSError):
    """A library's own error, as smtplib's and requests' are."""


def chosen_keyword() -> None:
    describe(**{PROMPT: None})  # type: ignore[arg-type]


def chosen_attribute() -> None:
    getattr(describe, PROMPT)


@pytest.mark.parametrize(
    ("act", "described"),
    [
        (chosen_keyword, "TypeError: describe() got an unexpected keyword argument ..."),
        (chosen_attribute, "AttributeError: 'function' object has no attribute ..."),
    ],
)
def test_a_name_that_was_chosen(act: Callable[[], None], described: str) -> None:
    """A name that a request may have brought is left out of Python's own text."""
    with pytest.raises((TypeError, AttributeError)) as caught:
        act()
    assert PROMPT in str(caught.value)
    assert describe(caught.value) == described


@pytest.mark.parametrize(
    "error",
    [
        *(
            OSError(PROMPT),
            RefusedError({PROMPT: 550}),
            RefusedError(5, PROMPT),
            gaierror(-2, PROMPT),
        ),
        *(TimeoutError(PROMPT), TypeError(PROMPT), AttributeError(PROMPT), ImportError(PROMPT)),
        type("Wrong", (TypeError,), {})(f"name '{PROMPT[2:5]}' is not defined"),
    ],
)
def test_texts_of_libraries(error: Exception) -> None:
    """Whatever a library says by an error that it raised itself is withheld."""
    described = describe(error)
    assert "fox" not in described
    assert described.endswith("(text withheld: it may quote a request)")


def test_stack() -> None:
    """A stack has Python's own form: the frames, and then the error."""
    lines = stack(failing(KeyError(PROMPT))).splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert 'test_redaction.py", line' in lines[1]
    assert lines[-1] == "KeyError: (text withheld: it may quote a request)"


def test_causes() -> None:
    """A stack shows the causes first, without their texts either."""
    shown = stack(failing(TypeError(PROMPT), failing(ValueError(PROMPT))))
    assert PROMPT not in shown
    assert shown.index("ValueError: (") < shown.index("TypeError: (")


def test_hidden_context() -> None:
    """An error raised `from None` shows no other one."""
    error = TypeError("wrong type")
    error.__context__ = ValueError(PROMPT)
    assert "ValueError" in stack(error)
    error.__suppress_context__ = True
    assert "ValueError" not in stack(error)


def test_circle_of_causes() -> None:
    """Errors that name each other as causes are shown once each."""
    first, second = TypeError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert stack(first).count("ValueError: ") == 1


def test_thousands_of_causes() -> None:
    """Of an error that was wrapped over and over the newest links are shown."""
    error: Exception = KeyError()
    for _ in range(3_000):
        error = failing(ValueError(), error)
    shown = stack(failing(TypeError(), error))
    assert shown.endswith("TypeError: (text withheld: it may quote a request)")
    assert shown.count("Traceback") == 20
