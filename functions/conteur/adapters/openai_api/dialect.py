"""What the two dialects of the OpenAI API have in common."""

import json
from dataclasses import dataclass
from typing import Any, Protocol, Self

from conteur.adapters.openai_api.errors import Refusal, outage
from conteur.domain.model_events import Finished, Usage
from conteur.domain.prompt import Prompt
from conteur.errors import OpenAIError

JsonObject = dict[str, Any]

_decode = json.JSONDecoder().raw_decode  # `json.loads` takes twice as long for a token's event

NOT_AS_EXPECTED = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


@dataclass(frozen=True, slots=True, repr=False)
class ModelRequest:
    """What a story is asked with; the safety identifier is a hash of the user's id."""

    model: str
    prompt: Prompt
    safety_identifier: str


class Reader(Protocol):
    """Reads one answer: a decision at a time, no I/O."""

    ended: bool

    def feed(self, payload: bytes) -> str:
        """Return the text in one event's data; raises what the event reports."""

    def finished(self) -> Finished:
        """Return the terminal event. Raises OpenAIError if the answer was cut short."""


class Dialect(Protocol):
    """How to ask and how to read. Frozen: what a server refuses makes another dialect."""

    @property
    def path(self) -> str:
        """Return the path below the base URL that a request is posted to."""

    def body(self, request: ModelRequest) -> JsonObject:
        """Return the request's body."""

    def reader(self, model: str) -> Reader:
        """Return a reader for one answer of `model`."""

    def adapted_to(self, refusal: Refusal) -> Self | None:
        """Return the dialect without what the server refused; None if that is not the point."""


def decoded(payload: bytes) -> JsonObject:
    """Return an event's JSON object. Raises ValueError, TypeError or RecursionError."""
    text = payload.decode().strip()
    value, end = _decode(text)
    if end < len(text):
        raise ValueError
    if not isinstance(value, dict):
        raise TypeError
    return value


def text_in(value: object) -> str:
    """Return a text that may be absent. Raises TypeError for anything else."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    raise TypeError


def usage_from(counts: JsonObject, sent: str, written: str) -> Usage:
    """Return the tokens under the two names; raises TypeError or ValueError for no numbers."""
    return Usage(int(counts.get(sent) or 0), int(counts.get(written) or 0))


def malformed() -> OpenAIError:
    """Return the error for an event that is not what the API promises."""
    return outage("The model's server sent an event that cannot be read.")


def cut_short() -> OpenAIError:
    """Return the error for an answer without its terminal event."""
    return outage("The model's answer ended before the story did.")
