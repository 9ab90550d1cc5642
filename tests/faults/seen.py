"""What a call left behind: with its app, in the store, in the log and in the metrics."""

import math
from typing import Any

from tests.clients.client import Record
from tests.clients.kept_stories import KeptStories
from tests.faults.endings import OK, Counts, Kept

REPEATED = "WARNING google.call_failed"
BY_THE_CLOCK = (
    *("budget/", "config/", "network/"),
    *("memory/used_percent", "memory/caches_dropped", "cpu/", "secret/"),
    *("requests/in_flight", "executions/failures_in_row"),
)
AMOUNTS = "story/tokens"
OF_READINGS = ("config.", "secret.", "library.")
SECRETS = "secret_manager"
OF_WHAT_GOES_WELL = ("story.admitted", "story.completed", "story.replayed")
KNOWN_DETAILS = {"reason", "requestId", "storyId"}


def events(lines: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return the lines, without what a service's failed calls repeat at random intervals.

    What readings of the knobs and of secrets bring belongs to all calls, though one of them begins
    each; libraries repeat at random; and what goes well is in what the app was told.
    """
    told = [_told(line) for line in lines if _is_of_call(line)]
    pairs = zip([None, *told], told, strict=False)
    return tuple(line for before, line in pairs if line != before or line != REPEATED)


def _is_of_call(line: dict[str, Any]) -> bool:
    event = line["event"]
    of_reading = event.startswith(OF_READINGS) or line.get("service") == SECRETS
    return not of_reading and event not in OF_WHAT_GOES_WELL


def _told(line: dict[str, Any]) -> str:
    """Return what a line says: severity, event, reason, kind or phase, and if a retry follows."""
    again = "again" if line.get("next", "").startswith("Retry attempt ") else None
    kind = line.get("kind") or line.get("phase")
    said = (line["severity"], line["event"], line.get("reason"), kind, line.get("state"), again)
    return " ".join(word for word in said if word)


def answer(record: Record, kept: Kept | None) -> dict[str, Any]:
    """Return what the app was told. Both promises of a stream must have settled alike."""
    result = record["result"]
    assert result["status"] != "pending", "the client is left waiting"
    assert "iteration" not in record or record["iteration"]["status"] == result["status"]
    chunks = [each["chunk"] for each in record.get("chunks", ())]
    assert [chunk["seq"] for chunk in chunks] == list(range(len(chunks)))
    if result["status"] == "fulfilled":
        return _success(result["value"], chunks)
    return _failure(result["error"], _shown(chunks), kept)


def plain_answer(record: Record) -> dict[str, Any]:
    """Return what the app was told by a function that tells no story."""
    assert not record.get("chunks")
    result = record["result"]
    if result["status"] != "fulfilled":
        return answer(record, None)
    return {"code": OK, "reason": None, "facts": {}, "status": None, "text": "", "resets": 0}


def _success(value: Record, chunks: list[Record]) -> dict[str, Any]:
    text = value["story"]["text"]
    assert not chunks or _shown(chunks) == text
    return {
        "code": OK,
        "reason": None,
        "facts": {},
        "status": value["status"],
        "text": text,
        "resets": sum(chunk["type"] == "reset" for chunk in chunks),
    }


def _failure(error: Record, shown: str, kept: Kept | None) -> dict[str, Any]:
    """Return what the error says. The SDK drops chunks that the app has not read when it comes."""
    details = error["details"]
    facts = {name: value for name, value in details.items() if name not in KNOWN_DETAILS}
    if "retryAfterSec" in facts:
        facts["retryAfterSec"] = math.ceil(facts["retryAfterSec"])
    text = str(kept.text) if kept else ""
    return {
        "code": error["code"].removeprefix("functions/"),
        "reason": details["reason"],
        "facts": facts,
        "status": None,
        "text": text if text.startswith(shown) else shown,
        "resets": 0,
    }


def _shown(chunks: list[Record]) -> str:
    """Return the text that an app shows in the end: after a reset, only what followed it."""
    shown = ""
    for chunk in chunks:
        if chunk["type"] == "reset":
            assert chunk["reason"] in ("retry", "blocked")
            shown = ""
        shown += chunk.get("text", "")
    return shown


def document(stories: KeptStories) -> Kept | None:
    """Return what is kept of a user's only story, None where nothing is."""
    documents = list(stories.all().values())
    if not documents:
        return None
    [only] = documents
    status = only["status"]
    error = status.get("error", {})
    text = only.get("text", "")
    return Kept(status["state"], error.get("reason"), text, error.get("retryable"))


def rise(before: Counts, after: Counts) -> Counts:
    """Return what was counted in between, but for what is looked at by the clock.

    Of tokens it is told that there were some: how many depends on the prompt.
    """
    rises = {name: count - before.get(name, 0) for name, count in after.items()}
    return {
        name: 1 if name.startswith(AMOUNTS) else rise
        for name, rise in rises.items()
        if rise and not name.startswith(BY_THE_CLOCK)
    }
