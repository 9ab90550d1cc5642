"""What a language model says while it writes."""

from dataclasses import dataclass
from enum import StrEnum


class Finish(StrEnum):
    """Why the model stopped."""

    STOP = "stop"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Usage:
    """What the answer took, in tokens of the model."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the model's text; it may end in half of a surrogate pair."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The terminal event: a stream that ends without it is an error, never a story."""

    finish: Finish
    usage: Usage
    model: str


ModelEvent = TextDelta | Finished
