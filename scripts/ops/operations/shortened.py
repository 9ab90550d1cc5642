"""Cuts long texts, so that a record fits into one document.

Firestore refuses documents over 1 MiB: https://firebase.google.com/docs/firestore/quotas#limits
"""

from collections.abc import Mapping
from typing import Any

MOST = 10_000
"""As many characters of one text are kept: a program's last lines and a stack trace fit in."""


def shortened(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """Return a value of JSON whose texts have MOST characters, and a note about the rest."""
    if isinstance(value, str):
        return shortened_text(value)
    if isinstance(value, Mapping):
        return {name: shortened(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [shortened(each) for each in value]
    return value


def shortened_text(text: str) -> str:
    """Return the text, or its begin and where the rest is."""
    if len(text) <= MOST:
        return text
    more = len(text) - MOST
    return f"{text[:MOST]}... ({more} characters more: they were printed, and are not kept)"
