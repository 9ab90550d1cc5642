"""One attempt's text on its way out: what may not be read is stopped here."""

from conteur.use_cases.orders import Heard


class ReleasedText:
    """Passes on what may be read."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    @property
    def flags(self) -> tuple[str, ...]:
        """Return the flags of the text, final after `end`."""
        return ()

    def hear(self, text: str) -> None:
        """Take the next piece, and pass on what may be read now. Raises as `end`."""
        self._heard(text)

    def end(self) -> None:
        """Pass on what was held back: the text is whole.

        Raises OutputBlockedError, and ModerationUnavailableError where a child would read.
        """
