"""How the work grows with the text: a model may write anything, and 100,000 characters of it."""

import gc
import sys
import time
from collections.abc import Callable
from types import FrameType

import pytest

from conteur.domain.quality import Quality
from tests.domain.quality.texts import judged, request

SHORT, LONG = 5_000, 20_000
GROWTH = LONG / SHORT
# Some sentences, so that nothing is judged by its first look.
END = " The fox slept." * 20
HOSTILE = {
    "marks of two classes": "\u0301\u0316",
    "accented": "e\u0301",
    "expanding": "\ufdfa",
    "full stops": ".",
    "quotation marks": '"',
    "braces": '{"a',
    "lines": "\n",
    "lines of spaces": "\n ",
    "spaces": " ",
    "dashes": "- ",
    "items": "1. a\n",
    "small words": "the ",
    "half a name": "mi",
    "Chinese": "\u4e2d",
    "Japanese": "\u3042",
    "Devanagari": "\u0915\u094d\u0937\u093f",
    "many letters": "".join(map(chr, range(0x21, 0x800))),
    "half a pair": "\ud83e",
}


def judge(piece: str, length: int, language: str) -> Callable[[], Quality]:
    text = (piece * length)[:length] + END
    asked = request(language, 400, "mimimix", "aaab", "\u4e2d\u4e2d\u9f8d", "\ufdfa")
    return lambda: judged(text, asked)


def calls(work: Callable[[], Quality]) -> int:
    """Return how many functions were called, ours and built-in ones."""
    counted = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def cpu_seconds(work: Callable[[], Quality]) -> float:
    """Return the least CPU time of some runs: what the work takes, whoever else is there."""
    taken = []
    for _ in range(3):
        began = time.thread_time()
        work()
        taken.append(time.thread_time() - began)
    return min(taken)


@pytest.mark.parametrize("language", ["en", "fi", "zh"])
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_four_times_the_text_is_about_four_times_the_calls(piece: str, language: str) -> None:
    """What is called for a hostile text grows no faster than the text."""
    short, long = (calls(judge(piece, length, language)) for length in (SHORT, LONG))
    assert long <= 1.1 * GROWTH * short


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_no_pattern_is_quadratic(piece: str) -> None:
    """Patterns are one call each: their CPU time grows by far less than the text's square."""
    gc.disable()
    try:
        short, long = (cpu_seconds(judge(piece, length, "fi")) for length in (SHORT, LONG))
    finally:
        gc.enable()
    assert long < GROWTH**2 * 0.75 * max(short, 0.0005)
