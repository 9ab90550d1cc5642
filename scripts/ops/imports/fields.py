"""Reads the texts of an older deployment as values that our tables take, in JSON.

Each function raises ValueError, whose text follows the column's name.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid5

Value = str | int | bool | dict[str, object] | None
Reader = Callable[[str], Value]

# Ids that are no UUIDs become the same ones each time.
OURS = UUID("5a0f0f3e-64f2-5b34-9d2c-6a1b1d3c7c11")

_TRUE, _FALSE = {"true", "t", "1", "yes"}, {"false", "f", "0", "no"}


def text(form: str, example: str) -> Reader:
    """Return a reader of texts of a form."""
    pattern = re.compile(form, re.DOTALL)

    def read(value: str) -> Value:
        if not pattern.fullmatch(value):
            raise ValueError(f"is nothing such as {example}")
        return value

    return read


def whole(least: int, most: int) -> Reader:
    """Return a reader of whole numbers."""

    def read(value: str) -> Value:
        if not re.fullmatch(r"-?\d{1,9}", value) or not least <= int(value) <= most:
            raise ValueError(f"is no whole number from {least} to {most}")
        return int(value)

    return read


def flag(value: str) -> Value:
    """Read true or false."""
    if value.lower() not in _TRUE | _FALSE:
        raise ValueError("is neither true nor false")
    return value.lower() in _TRUE


def moment(value: str) -> Value:
    """Read a date and time of ISO 8601; one without a zone is UTC's."""
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("is no time such as 2024-11-11T10:00:00Z") from None
    return read.replace(tzinfo=read.tzinfo or UTC).isoformat()


def fields(value: str) -> Value:
    """Read a JSON object."""
    try:
        read = json.loads(value)
    except ValueError:
        read = None
    if not isinstance(read, dict) or "\\u0000" in value:
        raise ValueError('is no JSON object such as {"attempt": 1}')
    return read


def uuid(kind: str) -> Reader:
    """Return a reader of ids: a UUID stays one, another id of its `kind` becomes one."""

    def read(value: str) -> Value:
        try:
            return str(UUID(value))
        except ValueError:
            return made_uuid(kind, value)

    return read


def made_uuid(kind: str, name: str) -> str:
    """Return the UUID of a name."""
    return str(uuid5(OURS, f"{kind}:{name}"))
