"""A user's own data, a page at a time: what one answer can carry."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conteur.errors import InvalidFieldError

MOST_BYTES = 5_000_000
"""Of a page's documents, as JSON. A document is a mebibyte at most, and one is always taken."""

LONGEST_TOKEN = 4_000
FIELD = "pageToken"

# What no document's path has: https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields
_LONGEST_ID_BYTES = 1_500
_NO_IDS = ("", ".", "..")
_RESERVED = re.compile("__.*__", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DataDocument:
    """A document by its path below its user's own (`stories/ID`), with its values as JSON's."""

    path: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DataPage:
    """Some of a user's documents, in the order of their paths.

    `last` is the path after which the next page begins; empty where there is none.
    """

    documents: tuple[DataDocument, ...]
    last: str


def page_of(documents: Iterable[DataDocument], most: int) -> DataPage:
    """Return the first of the documents: `most` of them at most, and few enough to be sent.

    No more of them are taken than the page holds, and one.
    """
    taken: list[DataDocument] = []
    size = 0
    for document in documents:
        size += _bytes(document)
        if taken and (len(taken) == most or size > MOST_BYTES):
            return DataPage(tuple(taken), taken[-1].path)
        taken.append(document)
    return DataPage(tuple(taken), "")


def page_token(path: str) -> str:
    """Return the token with which an app asks for the page after `path`."""
    return path.encode().hex()


def path_in(token: str) -> str:
    """Return the path that a token holds, which is below its caller's own documents.

    Raises InvalidFieldError for what `page_token` makes of no document's path.
    """
    try:
        path = bytes.fromhex(token).decode()
    except ValueError:
        raise _unknown() from None
    ids = path.split("/")
    if len(ids) % 2 or not all(map(_may_be_id, ids)):
        raise _unknown()
    return path


def _bytes(document: DataDocument) -> int:
    return len(json.dumps(document.data, ensure_ascii=False).encode())


def _may_be_id(name: str) -> bool:
    if name in _NO_IDS or _RESERVED.fullmatch(name):
        return False
    return len(name.encode()) <= _LONGEST_ID_BYTES


def _unknown() -> InvalidFieldError:
    return InvalidFieldError(FIELD, "must be the nextPageToken of an earlier answer, unchanged")
