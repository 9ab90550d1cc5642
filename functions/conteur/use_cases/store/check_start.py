"""Tells at the start what the store cannot work without."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from conteur.domain.secret import Secret
from conteur.errors import DeadlineError, SecretUnavailableError

READ_SECONDS = 3.0

Read = Callable[[float], Secret]
"""Reads a secret within so many seconds, as KeptSecret.get does."""

_DATABASE_URL = re.compile(r"postgres(ql)?://\S+")


def check_database_url(text: str) -> Sequence[str]:
    """Return what is wrong with the text of DATABASE_URL, and quote nothing of it."""
    if _DATABASE_URL.fullmatch(text):
        return ()
    # In one piece the log would take it for a password, and not show it.
    return ("it is no address such as postgresql://USER@HOST/DATABASE, with :PASSWORD after USER",)


@dataclass(frozen=True, slots=True)
class StartProblems:
    """What is missing and what to do about it, a line each.

    `none_there`: nothing of what the store needs is there, so nobody means it to be open.
    """

    lines: tuple[str, ...]
    none_there: bool

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.lines)

    def __str__(self) -> str:
        """Return all of them as one text."""
        return "\n".join(("The store cannot start:", *self.lines))


def check_start(api_url: str, secrets: Mapping[str, Read]) -> StartProblems:
    """Return what is missing. `secrets` are those that the store needs, by name.

    One that cannot be read just now is not missing: the requests try again.
    """
    looked = {name: _look(name, read) for name, read in secrets.items()}
    missing = tuple(problem for problem in looked.values() if problem)
    none_there = not api_url and None not in looked.values()
    return StartProblems((*_without_address(api_url), *missing), none_there)


def _without_address(api_url: str) -> Iterator[str]:
    if not api_url:
        yield (
            "- NEXT_PUBLIC_API_URL is not set. Set it in `functions/.env.production` to the "
            "address that authors see, such as https://example.com, and deploy."
        )


def _look(name: str, read: Read) -> str | None:
    """Return what is wrong with a secret: nothing known where it cannot be read just now.

    None where it is there.
    """
    try:
        read(READ_SECONDS)
    except DeadlineError:
        return ""
    except SecretUnavailableError as error:
        if not error.missing:
            return ""
        return (
            f"- {name}: {error.message} "
            f"Next: `npx firebase functions:secrets:set {name} -P production`."
        )
    return None
