"""Lines that fit on a terminal."""

import re
import textwrap
from collections.abc import Iterator

MOST_OF_A_TEXT = 120
_ARGUMENT = r"""(?:[^\s'"]|'[^']*'|"[^"]*")+"""
_PART = re.compile(rf"(?:--?[\w-]+ (?!-))?{_ARGUMENT}")  # an option stays with its value
_CONTINUED = 4


def shortened(text: str, most: int = MOST_OF_A_TEXT) -> str:
    """Return a text of `most` characters at most, cut at a word where one begins in its end."""
    if len(text) <= most:
        return text
    whole = text[:most].rpartition(" ")[0]
    return f"{(whole if len(whole) > most // 2 else text[: most - 1]).rstrip()}…"


def wrapped(row: str, width: int | None, *, in_words: bool = False) -> list[str]:
    """Return a row on lines of `width` columns, those after the first indented by two more.

    Without `width` it stays one line. A word that is longer than a line is broken `in_words`
    only: ids are there to be copied.
    """
    if width is None or len(row) <= width:
        return [row]
    indent = " " * (len(row) - len(row.lstrip()) + 2)
    return textwrap.wrap(
        row, width, subsequent_indent=indent, break_long_words=in_words, break_on_hyphens=False
    )


def command_lines(command: str, width: int | None) -> list[str]:
    """Return a shell command on lines of `width` columns that a shell takes as one command."""
    if width is None or len(command) <= width:
        return [command]
    return list(_continued(_PART.findall(command), width))


def _continued(parts: list[str], width: int) -> Iterator[str]:
    line, *others = parts
    for part in others:
        if len(line) + len(part) + len("  \\") <= width:
            line = f"{line} {part}"
        else:
            yield f"{line} \\"
            line = " " * _CONTINUED + part
    yield line
