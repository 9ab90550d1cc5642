"""The catalogue's advice as it is read here: for this place, once, with links that lead on."""

import re
from collections.abc import Iterable, Iterator

from scripts.ops.diagnosis.runbooks import Words

_PLACE = "-P production"  # of the catalogue's commands
_SET_KEY = f"npx firebase functions:secrets:set OPENAI_API_KEY {_PLACE}"
_SET_KEY_LOCALLY = "OPENAI_API_KEY=KEY scripts/dev"
_LINK = re.compile(r"\[([^\]]*)\]\((?![a-z]+:|[/#])([^)]+)\)")  # to another page of docs/
_CLAUSE = re.compile(r"(?<=[.;]) ")


def in_place(text: str, words: Words) -> str:
    """Return an advice whose commands are for the place that is diagnosed."""
    here = text.replace(_SET_KEY, _SET_KEY_LOCALLY) if words.is_local else text
    return here.replace(_PLACE, words.place)


def once(texts: Iterable[str]) -> tuple[str, ...]:
    """Return advice without what was advised before, be it the whole or a part."""
    known: set[str] = set()
    return tuple(filter(None, (" ".join(_new(text, known)) for text in texts)))


def _new(text: str, known: set[str]) -> Iterator[str]:
    for clause in _CLAUSE.split(text):
        key = clause.rstrip(".;").casefold()
        if key not in known:
            known.add(key)
            yield clause


def for_terminal(text: str) -> str:
    """Return an advice with the paths of the pages that it links, from the root."""
    return _LINK.sub(r"docs/\2", text)


def for_record(text: str) -> str:
    """Return an advice whose links lead from a folder beside docs/."""
    return _LINK.sub(r"[\1](../docs/\2)", text)
