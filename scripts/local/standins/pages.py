"""What the stand-ins for Google's resources share: names, pages, and how both are refused."""

import hashlib
import re
from collections.abc import Sequence

import grpc

from scripts.local.standins.server import Message, RefusalError


def check(form: re.Pattern[str], name: str) -> None:
    """Raise RefusalError for a name that has not the form, as INVALID_ARGUMENT."""
    if not form.fullmatch(name):
        raise invalid(f"Invalid resource name: {name!r}.")


def page(
    found: Sequence[Message], size: int, token: str, most: int, *asked: object
) -> tuple[Sequence[Message], str]:
    """Return a page of at most `most`, and the next one's token; empty: there is no more.

    A token is of one question: `asked` are its other parameters, which must match. Raises
    RefusalError. https://google.aip.dev/158
    """
    if size < 0:
        raise invalid("page_size must not be negative.")
    seal = hashlib.sha256(repr(asked).encode()).hexdigest()[:16]
    begin, known = token.removeprefix(seal), not token or token.startswith(seal)
    if not known or not (begin or "0").isdecimal() or int(begin or 0) > len(found):
        raise invalid("The page token is invalid.")
    start = int(begin or 0)
    end = start + min(size or most, most)
    return found[start:end], f"{seal}{end}" if end < len(found) else ""


def invalid(message: str) -> RefusalError:
    """Return the refusal of a request that no state of the service would make good."""
    return RefusalError(grpc.StatusCode.INVALID_ARGUMENT, message)
