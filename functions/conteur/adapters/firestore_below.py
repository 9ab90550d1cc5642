"""What is kept below one document of Firestore, of whatever collections, in the order of paths.

The query names no collection and all descendants, as `firebase firestore:delete --recursive` has
it: github.com/firebase/firebase-tools, `src/firestore/delete.ts`. The library has no words for
it, so the message is made here.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from google.cloud.firestore_v1 import types

from conteur.adapters.firestore_client import ReconnectingClient as Client
from conteur.adapters.firestore_json import json_of
from conteur.adapters.firestore_writes import Fence, Message

_Query = types.StructuredQuery.pb()


@dataclass(frozen=True, slots=True)
class Below:
    """A document: its full name, its path below the asked-for one, its values, its last write."""

    name: str
    path: str
    data: dict[str, Any]
    fence: Fence


def below(
    client: Client, path: str, after: str, most: int, timeout: float, fields: Sequence[str] = ()
) -> Iterator[Below]:
    """Yield at most `most` documents below the one at `path` that come after its own `after`.

    Only `fields` of each are read, or all. Raises what the client raises.
    """
    parent = client.name_of(path)
    query = _descendants(most, fields)
    if after:
        query.start_at.values.add(reference_value=f"{parent}/{after}")
        query.start_at.before = False
    with closing(client.documents(parent, query, timeout)) as found:
        for each in found:
            data = json_of(each.fields)
            yield Below(each.name, each.name[len(parent) + 1 :], data, each.update_time)


def document_of(
    client: Client, collection: str, document_id: str, timeout: float
) -> dict[str, Any] | None:
    """Return the values of a document; None if it is not there. Raises what the client raises."""
    query = _Query()
    query.from_.add(collection_id=collection)
    query.where.field_filter.field.field_path = "__name__"
    query.where.field_filter.op = types.StructuredQuery.FieldFilter.Operator.EQUAL
    query.where.field_filter.value.reference_value = client.name_of(f"{collection}/{document_id}")
    with closing(client.documents(client.root, query, timeout)) as found:
        return next((json_of(each.fields) for each in found), None)


def _descendants(most: int, fields: Sequence[str]) -> Message:
    query = _Query(order_by=[{"field": {"field_path": "__name__"}, "direction": "ASCENDING"}])
    query.from_.add(all_descendants=True)
    query.limit.value = most
    for field in fields:
        query.select.fields.add(field_path=field)
    return query
