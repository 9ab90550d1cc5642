"""A growing text in windows of whole sentences, each of which can be judged by itself."""

from conteur.domain.draft.sentences import SentenceEnds, undecided_from

USUAL_CHARACTERS = 300
MOST_CHARACTERS = 1000
_FIRST_CHARACTERS = 1
_SECOND_CHARACTERS = 100


class SentenceWindows:
    """Cuts a text, fed in pieces of any size, at the ends of sentences and paragraphs.

    The windows together are exactly the text. The first is a sentence, so that it is there
    early; then they grow to USUAL_CHARACTERS, for fewer are judged faster. None is longer than
    MOST_CHARACTERS: a text without any end is cut there, between two words if it has any.
    """

    def __init__(self, language: str) -> None:
        self._sentences = SentenceEnds(language)
        self._text = ""
        self._least = _FIRST_CHARACTERS
        self._looked_until = 0

    def feed(self, piece: str) -> list[str]:
        """Return the windows that end with `piece`, mostly none."""
        self._text += piece
        windows = []
        while end := self._end():
            windows.append(self._cut(end))
        return windows

    def finish(self) -> str:
        """Return the last window, which is empty only if the whole text is."""
        last, self._text = self._text, ""
        return last

    def _end(self) -> int:
        """Return where the next window ends, or 0 while that cannot be told."""
        text = self._text[:MOST_CHARACTERS]
        start, self._looked_until = self._looked_until, undecided_from(text)
        end = self._sentences.last(text, start)
        if end >= self._least:
            return end
        return _between_words(text) if len(self._text) > MOST_CHARACTERS else 0

    def _cut(self, end: int) -> str:
        window, self._text = self._text[:end], self._text[end:]
        self._least = min(USUAL_CHARACTERS, max(_SECOND_CHARACTERS, 2 * self._least))
        self._looked_until = 0
        return window


def _between_words(text: str) -> int:
    """Return the index after the last word of `text` that is surely whole, or its length."""
    space = text.rfind(" ")
    return space if space > 0 else len(text)
