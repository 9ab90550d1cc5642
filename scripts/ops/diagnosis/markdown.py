"""Texts that others wrote, made safe for Markdown and for the names of files."""

import re

from conteur.telemetry.redaction import scrub

MOST_OF_A_NAME = 64
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_CONTROL = re.compile(r"[^\S ]+|[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SPECIAL = re.compile(r"([\\`*\[\]<>#|~!]|\b_|_\b|(?<!\w)_)")


def plain(text: str) -> str:
    """Return a text on one line as it is read, with nothing in it that Markdown acts on."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def code(text: str) -> str:
    """Return a text on one line as a code span, which no backtick of its own ends."""
    return f"`{one_line(text).replace('`', chr(39)) or ' '}`"


def fenced(text: str, language: str = "text") -> str:
    """Return a text as a block of code, whose fence is longer than any within it."""
    lines = "\n".join(one_line(line) for line in text.splitlines())
    longest = max((len(run) for run in re.findall(r"`+", lines)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{lines}\n{fence}"


def one_line(text: str) -> str:
    """Return a text without line ends, control characters, keys and tokens."""
    return scrub(_CONTROL.sub(" ", text))


def file_name(text: str) -> str:
    """Return what a file may be called after an id: no folder, no hidden file, not long."""
    return _UNSAFE.sub("-", text)[:MOST_OF_A_NAME].strip(".-") or "request"
