"""The story's text as it is shown: clean white space, a counted length, whole sentences."""

import re
from bisect import bisect_right

from conteur.domain.draft.sentences import SentenceEnds, undecided_from
from conteur.domain.languages import primary_tag
from conteur.domain.words import WordCount

_RUN_OF_SPACE = re.compile(r"\s{2,}")
_LONGEST_INDENT = 8


class Prose:
    """Releases prose as it comes until the target length, and sentence by sentence after it.

    So a story that the model's token limit cuts ends with a whole sentence, if it was long
    enough. What was released is never taken back: together it is `text`, which neither starts
    nor ends with white space and has one empty line between paragraphs.
    """

    def __init__(self, target_words: int, language: str) -> None:
        self._target = target_words
        self._count = WordCount(primary_tag(language))
        self._sentences = SentenceEnds(language)
        self._released: list[str] = []
        self._gap = ""
        self._held = ""
        self._at_target = False

    @property
    def text(self) -> str:
        """Return all that was released."""
        return "".join(self._released)

    @property
    def words(self) -> int:
        """Return the number of words released."""
        return self._count.words

    def feed(self, piece: str) -> str:
        """Return what may be shown now."""
        text = self._gap + piece
        shown = text.rstrip()
        self._gap = _tidy(text[len(shown) :])
        if not self._released and not self._held:
            shown = shown.lstrip()
        return self._admit(_tidy(shown)) if shown else ""

    def finish(self, *, cut: bool) -> str:
        """Return the last piece; `cut` says that the model was stopped before it was done."""
        end = self._sentences.last_of_whole(self._held) if cut else len(self._held)
        last, self._held, self._gap = self._held[:end], "", ""
        return self._release(last)

    def _admit(self, text: str) -> str:
        if not self._at_target:
            count = self._count.plus(text)
            if count.words <= self._target:
                self._released.append(text)
                self._count = count
                return text
            return self._cross_target(text)
        undecided = undecided_from(self._held)
        self._held += text
        end = self._sentences.last(self._held, undecided)
        whole, self._held = self._held[:end], self._held[end:]
        return self._release(whole)

    def _cross_target(self, text: str) -> str:
        """Release up to the first word too many, and go on from there by sentences."""
        self._at_target = True
        room = bisect_right(
            range(1, len(text) + 1), self._target, key=lambda n: self._count.plus(text[:n]).words
        )
        free = text[:room].rstrip()
        return self._release(free) + self._admit(text[len(free) :])

    def _release(self, text: str) -> str:
        if text:
            self._released.append(text)
            self._count = self._count.plus(text)
        return text


def _tidy(text: str) -> str:
    """Return `text` with one empty line at most between lines and no runs of spaces."""
    return _RUN_OF_SPACE.sub(_tidy_run, text)


def _tidy_run(run: re.Match[str]) -> str:
    before, newline, indent = run[0].rpartition("\n")
    if not newline:
        return run[0][0]
    return ("\n\n" if "\n" in before else "\n") + indent[:_LONGEST_INDENT]
