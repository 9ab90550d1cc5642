"""What an error may say in a log, and the second net under all that is logged.

No prompt, token or key belongs in a log. Lines are made of fields that are chosen one by one;
an exception's text is chosen by nobody, and may quote what it choked on. So only texts that
never do are shown, and of all others the type and the stack.
"""

import re
import traceback
from collections.abc import Iterator

from conteur.errors import ConteurError

_PLAIN_TEXTS = (ConteurError, AttributeError, ImportError, NameError, OSError, TypeError)
_WITHHELD = "(text withheld: it may quote a request)"

_SECRETS = re.compile(
    r"\bsk-[\w-]{8,}"  # keys of OpenAI and of those compatible with it
    r"|\b(?i:bearer)\s+[\w.~+/=-]+"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # JSON Web Tokens, unsigned ones too
)


def scrub(text: str) -> str:
    """Return the text without anything that looks like a key or a token."""
    return _SECRETS.sub("[REDACTED]", text)


def describe(error: BaseException) -> str:
    """Return the error's type, and its text where that is safe."""
    text = str(error) if isinstance(error, _PLAIN_TEXTS) else _WITHHELD
    return f"{type(error).__qualname__}: {text}"


def stack(error: BaseException) -> str:
    """Return the traceback with all causes, in Python's own format, texts by `describe`.

    Error Reporting knows the format:
    https://cloud.google.com/error-reporting/docs/formatting-error-messages
    """
    return "\n".join(_stacks(error, set()))


def _stacks(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in seen:
        yield from _stacks(cause, seen)
        yield "\nAfter it:\n"
    frames = "".join(traceback.format_tb(error.__traceback__))
    yield f"Traceback (most recent call last):\n{frames}{describe(error)}"
