"""A model's stream on its way to the reader: a title, and prose that may be shown at once."""

from conteur.domain.draft.closing import Closing
from conteur.domain.draft.code_units import CodeUnits
from conteur.domain.draft.opening import Opening
from conteur.domain.draft.prose import Prose
from conteur.domain.draft.title import derive_title
from conteur.domain.model_events import Finish


class Manuscript:
    """Takes a story in pieces of any size and releases its prose, free of all else.

    What `feed` and `finish` return is, together, exactly `text`. A model that ignores the
    asked-for form still gives a story: preambles, Markdown titles, code fences, thoughts, JSON
    and closing remarks are understood or left out. A story without a title gets one from its
    first words. `text` is empty where the model wrote no prose at all.

    The same text gives the same title and prose however it is cut into pieces.
    """

    def __init__(self, target_words: int, language: str) -> None:
        self._code_units = CodeUnits()
        self._opening = Opening()
        self._closing = Closing(language)
        self._prose = Prose(target_words, language)

    @property
    def title(self) -> str:
        """Return the title as far as it is known; final after `finish`."""
        return self._opening.title or derive_title(self.text)

    @property
    def text(self) -> str:
        """Return the prose that was released so far."""
        return self._prose.text

    @property
    def words(self) -> int:
        """Return the number of words that were released so far."""
        return self._prose.words

    def feed(self, delta: str) -> str:
        """Return the prose that may be shown now, often all of `delta`."""
        characters = self._code_units.feed(delta)
        return self._prose.feed(self._closing.feed(self._opening.feed(characters)))

    def finish(self, finish: Finish) -> str:
        """Return the last piece of prose. LENGTH drops a sentence that the token limit cut."""
        opened = self._opening.feed(self._code_units.finish()) + self._opening.finish()
        closed = self._closing.feed(opened) + self._closing.finish()
        return self._prose.feed(closed) + self._prose.finish(cut=finish is Finish.LENGTH)
