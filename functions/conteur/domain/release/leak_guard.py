"""Keeps a story from telling of its own instructions."""

from conteur.domain.prompt import Prompt
from conteur.domain.release.watermark import WatermarkSearch, normalised
from conteur.domain.release.wording import Wording


class LeakGuard:
    """Lets a text through in pieces until it turns out to be a leak; `leaked` then.

    A leak has the instructions' watermark, or repeats their words (`wording` says how many). What
    may become one is held back: at most three letters of the mark, and three words of a run, are
    let out. What is let out is the text, in its order, whatever the pieces.
    """

    def __init__(self, prompt: Prompt) -> None:
        self._mark = WatermarkSearch(prompt.watermark)
        self._wording = Wording(prompt.instructions)
        self._held = ""
        self._let_out = 0
        self.leaked = False

    def feed(self, piece: str) -> str:
        """Return what may be let out now, mostly all of `piece`; nothing more after a leak."""
        letters = self._mark.feed(piece)
        self._wording.feed(piece)
        if self._mark.found or self._wording.quotes or self.leaked:
            self.leaked = True
            return ""
        if not (letters or self._held or self._wording.in_a_run):
            self._let_out += len(piece)
            return piece
        self._held += piece
        return self._release(self._free(letters))

    def finish(self) -> str:
        """Return what was held back and has turned out to be harmless."""
        self._wording.finish()
        self.leaked = self.leaked or self._wording.quotes
        return "" if self.leaked else self._release(len(self._held))

    def _free(self, letters: int) -> int:
        """Return how much of what is held may go, with `letters` of a mark at its end."""
        free = _before_last(letters, self._held) if letters else len(self._held)
        if self._wording.in_a_run:
            free = min(free, self._wording.held_from - self._let_out)
        return free

    def _release(self, free: int) -> str:
        released, self._held = self._held[:free], self._held[free:]
        self._let_out += len(released)
        return released


def is_leak(prompt: Prompt, text: str) -> bool:
    """Tell whether a whole text tells of the prompt's instructions."""
    guard = LeakGuard(prompt)
    guard.feed(text)
    guard.finish()
    return guard.leaked


def _before_last(letters: int, text: str) -> int:
    """Return the index of the last `letters` letters and digits of `text`, or 0."""
    index = len(text)
    while letters > 0 and index:
        index -= 1
        letters -= len(normalised(text[index]))
    return index
