"""How a story's text goes out to its readers, by who they are and who can judge it."""

from typing import Protocol

from conteur.domain.moderation import UNMODERATED
from conteur.domain.release.sentence_windows import SentenceWindows
from conteur.errors import ModerationUnavailableError, OutputBlockedError
from conteur.use_cases.judge import Judge, Judged
from conteur.use_cases.orders import Heard

# What came right before a window is judged with it: harm may lie in both together.
CONTEXT_CHARACTERS = 600


class Outlet(Protocol):
    """Lets a text out, which comes in pieces."""

    @property
    def flags(self) -> tuple[str, ...]:
        """Return the flags of the text, final after `end`."""

    def let_out(self, text: str) -> None:
        """Take the next piece. Raises as `end`."""

    def end(self, title: str) -> None:
        """Let out what is left; `title` stands over the text.

        Raises OutputBlockedError, and ModerationUnavailableError where a child would read.
        """


class Unjudged:
    """Lets all of a text out at once."""

    flags: tuple[str, ...] = ()

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def let_out(self, text: str) -> None:
        """Let the piece out."""
        self._heard(text)

    def end(self, title: str) -> None:
        """Do nothing: all is out."""


class JudgedBefore:
    """Lets a text out by windows of sentences, each after it was judged.

    Who feeds it waits for the judgement: the model's next words wait in the socket.
    """

    flags: tuple[str, ...] = ()

    def __init__(self, heard: Heard, judge: Judge, language: str) -> None:
        self._heard = heard
        self._judge = judge
        self._windows = SentenceWindows(language)
        self._context = ""

    def let_out(self, text: str) -> None:
        """Let out the windows that are whole."""
        for window in self._windows.feed(text):
            self._pass(window)

    def end(self, title: str) -> None:
        """Let out the last window, which is judged with the title."""
        self._pass(self._windows.finish(), title)

    def _pass(self, window: str, *beside: str) -> None:
        read = self._context + window
        if texts := [each for each in (read, *beside) if each]:
            self._check(texts)
        self._context = read[-CONTEXT_CHARACTERS:]
        if window:
            self._heard(window)

    def _check(self, texts: list[str]) -> None:
        if self._judge.blocks(Judged.STORY, texts):
            raise OutputBlockedError(
                "What came next in this story does not suit its readers, so it was stopped. Ask "
                "for another one."
            )


class JudgedAfter:
    """Lets a text out at once, and has it judged when it is whole.

    Where nobody can judge it, it stays, with a flag.
    """

    def __init__(self, heard: Heard, judge: Judge, language: str) -> None:
        self._heard = heard
        self._judge = judge
        self._windows = SentenceWindows(language)
        self._told: list[str] = []
        self.flags: tuple[str, ...] = ()

    def let_out(self, text: str) -> None:
        """Let the piece out, and remember it."""
        self._told += self._windows.feed(text)
        self._heard(text)

    def end(self, title: str) -> None:
        """Have the text judged, window by window in one request."""
        texts = [each for each in (title, *self._told, self._windows.finish()) if each]
        if texts and self._is_blocked(texts):
            raise OutputBlockedError(
                "This story does not suit its readers, so it was withdrawn. Ask for another one.",
                withdrawn=True,
            )

    def _is_blocked(self, texts: list[str]) -> bool:
        try:
            return self._judge.blocks(Judged.STORY, texts)
        except ModerationUnavailableError:
            self.flags = (UNMODERATED,)
            return False
