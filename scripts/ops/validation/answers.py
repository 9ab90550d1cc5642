"""What the functions answer, read as an app reads it. No I/O.

https://firebase.google.com/docs/functions/callable-reference
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.ops.validation.errors import FoundError

_DATA = "data: "
_SHOWN = 200  # characters of an answer that is not understood
_SERVED, _UNAUTHENTICATED = range(200, 300), 401
LOOK = "scripts/logs and scripts/diagnose tell why"


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer that is JSON; `seconds` until its last byte."""

    status: int
    body: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Event:
    """One of a stream's, and how many seconds after the request it came."""

    message: Mapping[str, Any]
    at: float


@dataclass(frozen=True, slots=True)
class Story:
    """A story as it was answered."""

    id: str
    title: str
    text: str
    replayed: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Streamed:
    """A story as it was streamed: what was shown on the way, and when the first words came."""

    story: Story
    deltas: int
    first_token: float


def told(reply: Reply) -> Story:
    """Return the story of a whole answer. Raises FoundError."""
    result = reply.body.get("result")
    if reply.status != 200 or not isinstance(result, dict):  # noqa: PLR2004 - HTTP's own
        raise FoundError(refusal(reply), LOOK)
    return _story(result, reply.seconds)


def streamed(events: Sequence[Event]) -> Streamed:
    """Return the story of a stream: words, and one last event. Raises FoundError."""
    last = [each for each in events if not {"result", "error"}.isdisjoint(each.message)]
    if len(last) != 1 or events[-1] is not last[0]:
        raise FoundError(f"{len(last)} last events in a stream, in the place of one", LOOK)
    result = last[0].message.get("result")
    if not isinstance(result, dict):
        raise FoundError(f"the stream ends with {_why(last[0].message)}", LOOK)
    chunks = [(each.message.get("message"), each.at) for each in events[:-1]]
    words = [at for chunk, at in chunks if isinstance(chunk, dict) and chunk.get("type") == "delta"]
    if not words:
        raise FoundError("no words before the end: it is not streamed", LOOK)
    return Streamed(_story(result, last[0].at), len(words), words[0])


def messages(lines: Iterable[str]) -> Iterable[Mapping[str, Any]]:
    """Yield the events of a stream's lines; comments keep it alive. Raises FoundError."""
    for line in lines:
        if line.startswith(_DATA):
            try:
                event = json.loads(line.removeprefix(_DATA))
            except ValueError:
                event = None
            if not isinstance(event, dict):
                raise FoundError(f"an event that is no JSON object: {line[:80]!r}", LOOK)
            yield event


def refusal(reply: Reply) -> str:
    """Return why something was refused: `500 BUG: ...`."""
    return f"{reply.status} {_why(reply.body)}"


def check_kept_out(reply: Reply, mend: str) -> None:
    """Raise FoundError where a request without a token was not refused.

    `mend` is what to do where it was served.
    """
    if reply.status in _SERVED:
        raise FoundError(f"a request without a token is served: {reply.status}", mend)
    if reply.status != _UNAUTHENTICATED:
        said = f"a request without a token is answered {refusal(reply)}, and not 401"
        raise FoundError(said, LOOK)


def _why(body: Mapping[str, Any]) -> str:
    """Return `REASON: message`, of a callable's error or of the store's, or what there is of it."""
    error = body.get("error")
    inner = error if isinstance(error, dict) else body
    details = inner.get("details")
    named = details.get("reason") if isinstance(details, dict) else None
    reason = named or (error if isinstance(error, str) else None) or body.get("code")
    message = inner.get("message") or inner.get("detail")
    return ": ".join(str(each) for each in (reason, message) if each) or "no reason given"


def shortened(answer: object) -> str:
    """Return what came, for people: enough of it to see what is wrong."""
    text = repr(answer)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _story(result: Mapping[str, Any], seconds: float) -> Story:
    if result.get("status") != "completed":
        raise FoundError(f"the story is {result.get('status')}, not completed", LOOK)
    story = result.get("story")
    told_ = story if isinstance(story, dict) else {}
    id_, title, text = result.get("storyId"), told_.get("title"), told_.get("text")
    if not (isinstance(id_, str) and isinstance(title, str) and isinstance(text, str)):
        raise FoundError(f"the story is no story: {shortened(result)}", LOOK)
    if not text.strip():
        raise FoundError("the story has no text", LOOK)
    # Firestore takes an id with a slash in it for another document's path.
    if not id_ or "/" in id_:
        raise FoundError(f"the story has no id: {shortened(id_)}", LOOK)
    return Story(id_, title, text, result.get("replayed") is True, seconds)
