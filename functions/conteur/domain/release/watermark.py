"""Finding the watermark of the instructions in a text that still grows, however it is written."""

import re
from dataclasses import dataclass
from functools import lru_cache

# A shorter start of the mark says nothing of it, and ordinary words begin like that.
LEAST_LETTERS = 4

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_ROT13 = str.maketrans(_LOWER, _LOWER[13:] + _LOWER[:13])


def normalised(text: str) -> str:
    """Return the letters and digits of `text` alone, in one case."""
    return "".join(filter(str.isalnum, text.casefold()))


def rot13(text: str) -> str:
    """Return `text`, which is in lower case, with each letter thirteen further on."""
    return text.translate(_ROT13)


def spellings(watermark: str) -> frozenset[str]:
    """Return what a text that tells `watermark` holds, normalised.

    As it is, backwards, in rot13, in hexadecimal, and in base64 wherever in a longer text it
    stands; the codes of its letters differ by their case. A mark of fewer than LEAST_LETTERS is
    none.
    """
    plain = normalised(watermark)
    if len(plain) < LEAST_LETTERS:
        return frozenset()
    coded = {watermark.encode(), watermark.lower().encode(), watermark.upper().encode()}
    return frozenset(
        {plain, plain[::-1], rot13(plain)}
        | {data.hex() for data in coded}
        | {normalised(_base64(data, skip)) for data in coded for skip in (0, 4, 2)}
    )


@dataclass(frozen=True, slots=True)
class _Sought:
    spellings: tuple[str, ...]
    beginning: re.Pattern[str]


@lru_cache(maxsize=8)
def _sought(watermark: str) -> _Sought | None:
    found = sorted(spellings(watermark))
    starts = "|".join(sorted({re.escape(each[:LEAST_LETTERS]) for each in found}))
    return _Sought(tuple(found), re.compile(starts)) if found else None


class WatermarkSearch:
    """Reads a text in pieces of any size. Without a watermark it finds nothing.

    `found` tells whether the text has the mark.
    """

    def __init__(self, watermark: str) -> None:
        self._sought = _sought(watermark)
        self._tail = ""
        self.found = False

    def feed(self, piece: str) -> int:
        """Return how many letters and digits at the end of the text may begin the mark, or 0."""
        sought = self._sought
        if sought is None:
            return 0
        tail = self._tail + normalised(piece)
        beginning = sought.beginning.search(tail)
        rest = "" if beginning is None else self._look_at(tail[beginning.start() :], sought)
        self._tail = rest or tail[1 - LEAST_LETTERS :]
        return len(rest)

    def _look_at(self, text: str, sought: _Sought) -> str:
        """Return the end of `text` that may begin the mark, the longest one, if there is one."""
        for start in range(len(text) + 1 - LEAST_LETTERS):
            rest = text[start:]
            if rest.startswith(sought.spellings):
                self.found = True
            if any(spelling.startswith(rest) for spelling in sought.spellings):
                return rest
        return ""


def _base64(data: bytes, skip: int) -> str:
    """Return the base64 digits that `data` alone decides, from its bit `skip` on.

    A base64 digit is six bits (RFC 4648, section 4), so they start at bit 0, 4 or 2 of a byte,
    by what stands before it.
    """
    bits = "".join(f"{byte:08b}" for byte in data)
    return "".join(
        _BASE64[int(bits[start : start + 6], 2)] for start in range(skip, len(bits) - 5, 6)
    )
