"""Print a story as it comes, and then what is known about it."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

from scripts.local.story_call import Event

MICROS = 1_000_000


class StoryPrinter:
    """Prints for people: the text as it comes, then the facts."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._uid = ""
        self._streamed = False
        self._mid_line = False

    def finish(self) -> None:
        """Leave the terminal on a fresh line, also when a story broke off."""
        if self._mid_line:
            self._write("\n")

    def show(self, event: Event) -> None:
        """Print what one event of the client adds."""
        match event["event"]:
            case "signed-in":
                self._uid = event["uid"]
            case "chunk":
                self._show_chunk(event["chunk"])
            case "result":
                self._show_result(event)

    def _show_chunk(self, chunk: dict[str, Any]) -> None:
        if chunk["type"] == "delta":
            self._streamed = True
            self._write(chunk["text"])
        elif chunk["type"] == "reset":
            self._write(f"\n\n(starting again: {chunk['reason']})\n\n")

    def _show_result(self, event: Event) -> None:
        if not self._streamed:
            self._write(event["result"]["story"]["text"])
        self._write("\n\n")
        for name, value in facts(self._uid, event):
            self._write(f"{name:<9}{value}\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
        self._mid_line = not text.endswith("\n")


class JsonPrinter:
    """Prints nothing but the result, as JSON."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def finish(self) -> None:
        """Do nothing: JSON ends its own line."""

    def show(self, event: Event) -> None:
        """Print the result, and ignore everything before it."""
        if event["event"] == "result":
            self._out.write(json.dumps(event["result"], ensure_ascii=False, indent=2) + "\n")


def facts(uid: str, event: Event) -> Iterator[tuple[str, str]]:
    """Yield what a result says about its story, without what it does not say."""
    result = event["result"]
    story, usage = result["story"], result.get("usage", {})
    yield "Title", story["title"]
    yield "Kept at", _path(uid, result)
    yield "Words", str(story["wordCount"])
    yield "Time", _time(event)
    if "outputTokens" in usage:
        yield "Tokens", f"{usage['inputTokens']} in, {usage['outputTokens']} out"
    if "costMicros" in usage:
        yield "Cost", f"${usage['costMicros'] / MICROS:.4f}"
    yield from (("Model", result[key]) for key in ("model",) if key in result)
    yield from (("Note", warning) for warning in result.get("warnings", []))


def _path(uid: str, result: dict[str, Any]) -> str:
    if result["status"] != "completed":
        return f"nowhere: it is {result['status']}"
    return f"users/{uid}/stories/{result['storyId']}"


def _time(event: Event) -> str:
    total = f"the whole story after {event['totalMs'] / 1000:.1f} s"
    if "firstTextMs" not in event:
        return total
    return f"first words after {event['firstTextMs'] / 1000:.1f} s, {total}"
