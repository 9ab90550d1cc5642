"""What a text tells of a prompt's instructions, found the slow and plain way."""

import base64
import codecs
import re
import unicodedata
from collections.abc import Iterable


def seen(text: str) -> str:
    """Return the text's compatibility forms, in one case, without formats and marks on letters."""
    apart = unicodedata.normalize("NFKD", text).lower()
    return "".join(c for c in apart if unicodedata.category(c) not in {"Cf", "Mn"})


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", seen(text))


def words_in_a_row(guarded: Iterable[str], text: str) -> int:
    """Return how many words of the text, at most, stand in the same row in a guarded one."""
    return max(_words_in_a_row(each, text) for each in guarded)


def _words_in_a_row(guarded: str, text: str) -> int:
    known, said = f" {' '.join(words_of(guarded))} ", words_of(text)
    most = 0
    for start in range(len(said)):
        while f" {' '.join(said[start : start + most + 1])} " in known and start + most < len(said):
            most += 1
    return most


def has_mark(watermark: str, text: str) -> bool:
    """Tell whether the text has the watermark, whatever stands between its letters."""
    return watermark in re.sub(r"[^a-z0-9]", "", seen(text))


def mark_writings(watermark: str) -> list[str]:
    """Return the mark backwards and coded, as far as any longer text with it has that."""
    data = watermark.encode()
    in_base64 = [base64.b64encode(b"-" * n + data).decode()[n + n // 2 : -4] for n in range(3)]
    return [watermark[::-1], codecs.encode(watermark, "rot13"), data.hex(), *in_base64]
