"""What Cloud Logging's stand-in refuses in a reader's request, and its pages."""

from typing import Any

import pytest
from google.api_core import exceptions

from tests.scripts.local.standins.cloud_logging.clients import Log
from tests.scripts.local.standins.conftest import PROJECT

VIEW = f"{PROJECT}/locations/global/buckets/_Default/views/_AllLogs"
REFUSED: dict[str, dict[str, Any]] = {
    "resource_names has 0 entries": {"resource_names": []},
    "resource_names has 101 entries": {"resource_names": [PROJECT] * 101},
    "Invalid resource name: 'demo-conteur'": {"resource_names": ["demo-conteur"]},
    "Invalid order_by: 'timestamp'": {"order_by": "timestamp"},
    "got -1": {"page_size": -1},
    "got 1001": {"page_size": 1001},
    "page_token is not valid": {"page_token": "x"},
    "exceeds the maximum of 20000": {"filter": '"' + "x" * 19_999 + '"'},
}


@pytest.mark.parametrize(("message", "asked"), REFUSED.items())
def test_refused(log: Log, message: str, asked: dict[str, Any]) -> None:
    """A request that breaks one rule is refused by that rule's message."""
    with pytest.raises(exceptions.InvalidArgument, match=message):
        log.read(**asked)


def test_view(log: Log) -> None:
    """A project's entries are in its views."""
    log.write({"text_payload": "x"})
    assert log.texts(resource_names=[VIEW]) == ["x"]


def test_default_page(log: Log) -> None:
    """A page has 50 entries unless the request says how many."""
    log.write(*({"text_payload": str(number)} for number in range(51)))
    assert len(log.page(page_size=0).entries) == 50
    assert len(log.read()) == 51


@pytest.mark.parametrize("order", ["timestamp asc", "timestamp desc"])
def test_entries_that_come_between_pages(log: Log, order: str) -> None:
    """The next page goes on after the last entry, whatever has come since."""
    log.write(*({"text_payload": text} for text in "abcd"))
    first = log.page(order_by=order)
    log.write({"text_payload": "new"})
    second = log.page(first.next_page_token, order_by=order)
    told = [entry.text_payload for page in (first, second) for entry in page.entries]
    assert told == (list("abcd") if order.endswith("asc") else list("dcba"))


def test_last_page(log: Log) -> None:
    """The last page has no token for another, also where it is full."""
    log.write({"text_payload": "a"}, {"text_payload": "b"})
    assert log.page().next_page_token == ""


@pytest.mark.parametrize("other", [{"filter": '"a"'}, {"order_by": "timestamp desc"}])
def test_token_of_another_request(log: Log, other: dict[str, Any]) -> None:
    """A page's token is of its own request only."""
    log.write(*({"text_payload": text} for text in "abc"))
    token = log.page().next_page_token
    with pytest.raises(exceptions.InvalidArgument, match="page_token doesn't match arguments"):
        log.page(token, **other)
