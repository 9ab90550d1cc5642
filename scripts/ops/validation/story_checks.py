"""A user's story: told, streamed, kept, told once only, and to nobody else."""

from collections.abc import Mapping
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, RetryError

from scripts.ops.validation.answers import (
    LOOK,
    Story,
    check_kept_out,
    refusal,
    shortened,
    streamed,
    told,
)
from scripts.ops.validation.desk import STORY, Desk, wish
from scripts.ops.validation.errors import FoundError

SECONDS = 10.0
TOLD, STREAMED = "story", "stream"  # keys of what is remembered


def health(desk: Desk) -> str:
    """Look at the service and at what it leans on."""
    reply = desk.caller.get(f"{desk.endpoints['health'].url}?deep=1")
    states = reply.body.get("dependencies", {})
    if not isinstance(states, dict):
        raise FoundError(f"its dependencies are {shortened(states)}", LOOK)
    bad = [f"{name} {state}" for name, state in states.items() if state != "ok"]
    if reply.status != 200 or bad or not states:  # noqa: PLR2004 - HTTP's own
        told_ = ", ".join(bad) or f"HTTP {reply.status}"
        raise FoundError(told_, "`scripts/logs --function health` says why")
    _is_of(desk, "health", str(reply.body.get("revision", "")))
    return f"{reply.body.get('version')}, {', '.join(states)} ok"


def whole(desk: Desk) -> str:
    """Have a story told as a whole."""
    desk.seen.asked = wish()
    desk.seen.ids[TOLD] = desk.seen.asked["requestId"]
    reply = desk.call(STORY, desk.seen.asked)
    desk.completed(STORY, reply)
    story = told(reply)
    _fresh(story)
    desk.seen.story = story
    _kept(desk, story)
    return f"{len(story.text.split())} words in {story.seconds:.1f} s, kept in Firestore"


def stream(desk: Desk) -> str:
    """Have a story streamed."""
    asked = wish()
    desk.seen.ids[STREAMED] = asked["requestId"]
    url = desk.endpoints[STORY].url
    found = streamed(desk.caller.stream(url, {"data": asked}, desk.headers()))
    desk.seen.calls[STORY] += 1
    _fresh(found.story)
    _kept(desk, found.story)
    pieces = f"{found.deltas} piece" + ("s" if found.deltas != 1 else "")
    return f"first words after {found.first_token:.1f} s, {pieces}, one end, kept in Firestore"


def replayed(desk: Desk) -> str:
    """Send the same request once more."""
    story = told(desk.replay())
    if not story.replayed or desk.seen.story is None or story.text != desk.seen.story.text:
        raise FoundError("the same request was told again, and paid again", LOOK)
    return f"the same story, not told again, in {story.seconds:.1f} s"


def refused(desk: Desk) -> str:
    """Call without a token."""
    reply = desk.caller.post(desk.endpoints[STORY].url, {"data": wish()}, desk.app_check())
    check_kept_out(reply, "Roll back: whoever has no account is served")
    return refusal(reply).partition(":")[0]


def documents_of(desk: Desk, story: Story) -> Mapping[str, Any] | None:
    """Return the story's document; None where there is none. Raises FoundError."""
    path = f"users/{desk.user.uid}/stories/{story.id}"
    try:
        found = desk.firestore.document(path).get(retry=None, timeout=SECONDS)
    except (GoogleAPICallError, RetryError) as error:
        raise FoundError(
            f"Firestore cannot be read: {type(error).__name__}",
            "It takes roles/datastore.viewer, and `gcloud auth application-default login`",
        ) from error
    return found.to_dict()


def _kept(desk: Desk, story: Story) -> None:
    kept = documents_of(desk, story) or {}
    status = kept.get("status") or {}
    state = status.get("state", "not there") if isinstance(status, dict) else shortened(status)
    if state != "COMPLETED" or kept.get("text") != story.text:
        same = "with another text" if state == "COMPLETED" else ""
        raise FoundError(f"in Firestore it is {state} {same}".rstrip(), LOOK)


def _fresh(story: Story) -> None:
    if story.replayed:
        raise FoundError("a new request was answered with an old story", LOOK)


def _is_of(desk: Desk, function: str, revision: str) -> None:
    wanted = desk.endpoints[function].revision
    if wanted and wanted != revision:
        raise FoundError(f"{revision} answers, and not {wanted}", "Look at the traffic's tags")
