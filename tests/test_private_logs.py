"""No log of any test holds a key, a token, or what a person wrote or read."""

import json

import pytest

from conteur.telemetry import logs
from tests.private_texts import found_in, logs_in, note_request, note_text, note_token

SIGNATURE = "c2lnbmVkLWJ5LW5vYm9keS1hdC1hbGwtZm9yLWEtdGVzdA"
TOKEN = note_token(f"eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.{SIGNATURE}")
PROMPT = "Une mûre «très» noire\nqu’un hérisson cherche"
note_request({"prompt": PROMPT, "characters": [{"name": "Ada", "traits": "shy of every hedge"}]})
note_text("Once the hedgehog had found its blackberry")


@pytest.mark.last
def test_no_log_of_the_suite_holds_what_is_private(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Of all that was logged since the tests began, no line holds what no log may."""
    logged = logs_in(tmp_path_factory.getbasetemp())
    assert [f"{name}: {line}" for name, text in logged for line in found_in(text)] == []


@pytest.mark.parametrize(
    "leaked",
    [
        f"a token {TOKEN}",
        f"its signature {SIGNATURE}",
        "Authorization: Bearer abcdefghijkl",
        "the key sk-of-nobody-at-all",
        f"the prompt {PROMPT}",
        f"in JSON {json.dumps(PROMPT)}",
        f"in JSON of JSON {json.dumps({'message': json.dumps(PROMPT)})}",
        "a character shy of every hedge.",
        "'Once the hedgehog had found its blackberry, it slept'",
    ],
)
def test_what_is_private_is_found(leaked: str) -> None:
    """A log that held one of these would be found, however the line is written."""
    assert len(found_in(f"another line\n{leaked}\na third one")) >= 1


def test_a_line_of_ours_is_not_taken_for_a_leak(capsys: pytest.CaptureFixture[str]) -> None:
    """An ordinary line, with ids and figures, holds nothing of it."""
    logs.info("story.completed", story_id="7c9e6679-7425-40de-944b-e07fc1f90ae7", words=412)
    assert found_in(capsys.readouterr().out) == []
