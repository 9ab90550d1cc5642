"""What a peer is: how it is served, and how it is called."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.local.processes import Command
from tests.bench.services import Services
from tests.bench.story import is_whole

PROMPT = "A small fox who carries a lamp along the harbour wall on a rainy evening"


@dataclass(frozen=True)
class Call:
    """A request's bytes, and what its answer must be like; a streamed one's is its last event."""

    request: bytes
    streamed: bool
    is_right: Callable[[Any], bool]


@dataclass(frozen=True)
class Peer:
    """One of the servers that are measured.

    `command` says how it is served on a port. `call` makes a request of a token ("" for none), a
    prompt (None for the usual one) and whether the answer is to be streamed.
    """

    name: str
    title: str
    command: Callable[[int, Services], Command]
    call: Callable[[str, str | None, bool], Call]


def story_call(token: str, text: str | None, stream: bool) -> Call:  # noqa: FBT001 - as Peer.call
    """Return a callable's request for a story, as all peers understand it."""
    data = {"prompt": text or PROMPT, "language": "en"}
    return Call(_request(token, data, stream=stream), stream, _has_story)


def greeting_call(token: str, text: str | None, stream: bool) -> Call:  # noqa: FBT001 - as Peer.call
    """Return a callable's request for a text, without a token: the floor checks none."""
    del token
    data = {"prompt": text or PROMPT}
    return Call(_request("", data, stream=stream), stream, _has_text)


def _has_text(answer: Any) -> bool:  # noqa: ANN401 - it is JSON
    return isinstance(answer["result"], str)


def _has_story(answer: Any) -> bool:  # noqa: ANN401 - it is JSON
    return is_whole(answer["result"]["story"]["text"])


def _request(token: str, data: dict[str, str], *, stream: bool) -> bytes:
    body = json.dumps({"data": data}).encode()
    head = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Accept": "text/event-stream" if stream else "*/*",
        **({"Authorization": f"Bearer {token}"} if token else {}),
    }
    lines = ["POST / HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
    return "\r\n".join(lines).encode() + body
