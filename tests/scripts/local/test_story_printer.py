"""A story is printed as it comes, and then what is known about it."""

import io
import json
from typing import Any

from scripts.local.story_call import Event
from scripts.local.story_printer import JsonPrinter, StoryPrinter

RESULT: dict[str, Any] = {
    "storyId": "one",
    "status": "completed",
    "story": {"title": "The Fox", "text": "Night fell.", "wordCount": 2},
    "usage": {"inputTokens": 90, "outputTokens": 3},
    "model": "tales",
    "warnings": ["unknown field: colour"],
}
SIGNED_IN: Event = {"event": "signed-in", "uid": "ana"}
DELTA: Event = {"event": "chunk", "chunk": {"seq": 1, "type": "delta", "text": "Night"}}
RESET: Event = {"event": "chunk", "chunk": {"seq": 2, "type": "reset", "reason": "retry"}}


def _ended(**changes: object) -> Event:
    return {"event": "result", "result": {**RESULT, **changes}, "totalMs": 3210}


def _printed(*events: Event) -> str:
    out = io.StringIO()
    printer = StoryPrinter(out)
    for event in events:
        printer.show(event)
    printer.finish()
    return out.getvalue()


def test_a_streamed_story_is_printed_once() -> None:
    """A story that was streamed is not printed again when it is whole."""
    assert _printed(SIGNED_IN, DELTA, _ended()).startswith("Night\n\nTitle")


def test_a_whole_story_is_printed_at_its_end() -> None:
    """A story that was not streamed is printed before its facts."""
    assert _printed(SIGNED_IN, _ended()).startswith("Night fell.\n\nTitle    The Fox\n")


def test_the_facts_follow() -> None:
    """Where the story is kept, its size, its time and its tokens follow it."""
    lines = _printed(SIGNED_IN, {**_ended(), "firstTextMs": 1234}).splitlines()
    assert lines[3:] == [
        "Kept at  users/ana/stories/one",
        "Words    2",
        "Time     first words after 1.2 s, the whole story after 3.2 s",
        "Tokens   90 in, 3 out",
        "Model    tales",
        "Note     unknown field: colour",
    ]


def test_a_known_cost_is_told_in_dollars() -> None:
    """A cost in millionths of a dollar is told in dollars."""
    assert "Cost     $0.0012\n" in _printed(SIGNED_IN, _ended(usage={"costMicros": 1234}))


def test_a_story_that_could_not_be_kept_has_no_path() -> None:
    """Of a story that was told and not kept no path is claimed."""
    assert "Kept at  nowhere: it is unsaved\n" in _printed(SIGNED_IN, _ended(status="unsaved"))


def test_a_reset_says_that_the_story_starts_again() -> None:
    """When the stream is reset, the reader is told that the story starts again."""
    assert _printed(DELTA, RESET, DELTA) == "Night\n\n(starting again: retry)\n\nNight\n"


def test_json_is_the_result_and_nothing_else() -> None:
    """The JSON printer prints the function's result and nothing else."""
    out = io.StringIO()
    for event in (SIGNED_IN, DELTA, _ended()):
        JsonPrinter(out).show(event)
    assert json.loads(out.getvalue()) == RESULT
