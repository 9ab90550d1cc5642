"""What Cloud Logging refuses in the request of a reader.

Source, where a function names no other:
https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Sequence

from scripts.local.standins.cloud_logging.query import parse
from scripts.local.standins.cloud_logging.query_values import Predicate
from scripts.local.standins.cloud_logging.rules import PARENT
from scripts.local.standins.cloud_logging.store import Key, key_of, parent_of
from scripts.local.standins.cloud_monitoring.resources import invalid
from scripts.local.standins.server import Message

DEFAULT_PAGE = 50
MAX_PAGE = 1000
MAX_RESOURCES = 100
ORDERS = {"": False, "timestamp asc": False, "timestamp desc": True}
RESOURCE = re.compile(rf"({PARENT})(/locations/[\w-]+/buckets/[\w-]+/views/[\w-]+)?")


def meant(resource_names: Sequence[str], query: str) -> Predicate:
    """Return what tells whether an entry is of these resources and as asked. Raises RefusalError.

    Any view of a project has all of its entries here.
    """
    if not 1 <= len(resource_names) <= MAX_RESOURCES:
        raise invalid(
            f"resource_names has {len(resource_names)} entries; between 1 and {MAX_RESOURCES} "
            "are required."
        )
    parents = {_parent(name) for name in resource_names}
    asked = parse(query)
    return lambda entry: parent_of(entry.log_name) in parents and asked(entry)


def _parent(name: str) -> str:
    match = RESOURCE.fullmatch(name)
    if match is None:
        raise invalid(f"Invalid resource name: '{name}'. Expected projects/[PROJECT_ID].")
    return match[1]


def is_newest_first(order: str) -> bool:
    """Return how entries are to be ordered. Raises RefusalError if they cannot be so."""
    if order not in ORDERS:
        raise invalid(f"Invalid order_by: '{order}'. Use 'timestamp asc' or 'timestamp desc'.")
    return ORDERS[order]


def page_size(asked: int) -> int:
    """Return how many a page has. Raises RefusalError if it may not have as many."""
    if not 0 <= asked <= MAX_PAGE:
        raise invalid(f"page_size must be between 0 and {MAX_PAGE}, got {asked}.")
    return asked or DEFAULT_PAGE


def page(
    found: Sequence[Message], request: Message, key: Callable[[Message], Key] = key_of
) -> tuple[list[Message], str]:
    """Return the page of a listing that its token begins, and the next one's token.

    A token says after which entry it goes on, so that new entries move nothing. Raises
    RefusalError if the token is not of this listing.
    Source: https://github.com/googleapis/java-logging/issues/1852
    """
    descending = is_newest_first(request.order_by)
    ordered = sorted(found, key=key, reverse=descending)
    if request.page_token:
        after = _read_token(request)
        ordered = [one for one in ordered if (key(one) < after if descending else key(one) > after)]
    size = page_size(request.page_size)
    more = len(ordered) > size
    return ordered[:size], _token(key(ordered[size - 1]), request) if more else ""


def _token(after: Key, request: Message) -> str:
    told = json.dumps({"after": after, "of": _digest(request)}).encode()
    return base64.urlsafe_b64encode(told).decode()


def _read_token(request: Message) -> Key:
    try:
        told = json.loads(base64.urlsafe_b64decode(request.page_token))
        nanoseconds, insert_id, parent = told["after"]
        same = told["of"] == _digest(request)
    except (ValueError, KeyError, TypeError) as error:
        raise invalid("page_token is not valid") from error
    if not same:
        raise invalid("page_token doesn't match arguments from the request")
    return int(nanoseconds), str(insert_id), str(parent)


def _digest(request: Message) -> str:
    told = [sorted(request.resource_names), request.filter, request.order_by]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
