"""Keeps a story from telling of its own instructions."""

from collections.abc import Callable

from conteur.domain.prompt import Prompt
from conteur.domain.release.plain import plain
from conteur.domain.release.watermark import WatermarkSearch, normalised
from conteur.domain.release.wording import Wording


class LeakGuard:
    """Lets a text through in pieces until it turns out to be a leak; `leaked` then.

    A leak has the instructions' watermark, or repeats their guarded words (`wording` says how
    many), as a reader sees the text. What may become one is held back: at most three letters of
    the mark, and three words of a run, are let out. What is let out is the text, in its order,
    whatever the pieces.
    """

    def __init__(self, prompt: Prompt) -> None:
        self._mark = WatermarkSearch(prompt.watermark)
        self._wording = Wording(prompt.guarded)
        self._held = ""
        self._held_letters = 0
        self._let_out = 0  # characters, as the wording counts them
        self.leaked = False

    def feed(self, piece: str) -> str:
        """Return what may be let out now, mostly all of `piece`; nothing more after a leak."""
        seen = plain(piece)
        letters = self._mark.feed(seen)
        self._wording.feed(seen)
        if self._mark.found or self._wording.quotes or self.leaked:
            self.leaked = True
            return ""
        if not (letters or self._held or self._wording.in_a_run):
            self._let_out += len(seen)
            return piece
        self._held += piece
        self._held_letters += len(normalised(seen))
        return self._release(self._free(letters))

    def finish(self) -> str:
        """Return what was held back and has turned out to be harmless."""
        self._wording.finish()
        self.leaked = self.leaked or self._wording.quotes
        return "" if self.leaked else self._release(len(self._held))

    def _free(self, letters: int) -> int:
        """Return how much of what is held may go, with `letters` of a mark at its end."""
        free = self._held
        if self._wording.in_a_run:
            free = free[: _within(self._wording.held_from - self._let_out, plain, free)]
        if letters:
            free = free[: _within(self._held_letters - letters, _letters, free)]
        return len(free)

    def _release(self, free: int) -> str:
        released, self._held = self._held[:free], self._held[free:]
        self._let_out += len(plain(released))
        self._held_letters -= len(_letters(released))
        return released


def is_leak(prompt: Prompt, text: str) -> bool:
    """Tell whether a whole text tells of the prompt's instructions."""
    guard = LeakGuard(prompt)
    guard.feed(text)
    guard.finish()
    return guard.leaked


def _letters(text: str) -> str:
    return normalised(plain(text))


def _within(most: int, part: Callable[[str], str], text: str) -> int:
    """Return how many characters of `text` have `most` in `part` together, at most."""
    for index, character in enumerate(text):
        most -= len(part(character))
        if most < 0:
            return index
    return len(text)
