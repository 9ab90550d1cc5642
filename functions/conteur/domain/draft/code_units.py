"""Whole characters out of pieces that may cut one in half."""

import re

# `\r` and half of a surrogate pair need the character that follows them.
_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff]")
_INCOMPLETE_END = re.compile(r"[\r\ud800-\udbff]\Z")
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff]")


class CodeUnits:
    """Joins surrogate pairs that JSON escapes sent apart, and makes ends every line alike."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return the characters that are complete now."""
        text = self._held + piece
        if not _UNCLEAN.search(text):
            self._held = ""
            return text
        end = _INCOMPLETE_END.search(text)
        self._held = end[0] if end else ""
        return cleaned(text.removesuffix(self._held))

    def finish(self) -> str:
        """Return what was held for a character that never came."""
        held, self._held = self._held, ""
        return cleaned(held)


def cleaned(text: str) -> str:
    """Return `text` with pairs joined, lone surrogates as U+FFFD, and no control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    joined = lines.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNWANTED.sub("", joined)
