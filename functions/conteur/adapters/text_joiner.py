"""Characters that a model's server cut in two, made whole."""


class TextJoiner:
    """Joins surrogate halves across deltas.

    JSON may escape a character beyond U+FFFF as two surrogates, and a server that cuts its
    text by UTF-16 units may put them into two events. Alone, neither can be encoded or
    stored: a half that finds no partner becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """Return what can be shown of the text so far; the last half is held back."""
        text = self._held + text
        self._held = text[-1:] if _is_first_half(text[-1:]) else ""
        return _whole(text.removesuffix(self._held))

    def flush(self) -> str:
        """Return what was held back when the text ends."""
        held, self._held = self._held, ""
        return _whole(held)


def _is_first_half(character: str) -> bool:
    return "\ud800" <= character <= "\udbff"


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
