"""Which lines a query selects."""

from dataclasses import replace

import pytest

from scripts.ops.logbook.query import Query, Severity
from tests.scripts.ops.logbook.kept import ALL, at, line


def test_bounds_of_time() -> None:
    """The beginning is asked for, the end is not."""
    query = replace(ALL, until=at(2))
    assert [query.selects(line(seconds)) for seconds in (-1, 0, 1, 2)] == [False, True, True, False]


@pytest.mark.parametrize("name", ["request_id", "correlationId", "story_id"])
def test_a_request(name: str) -> None:
    """A line belongs to a request by any of its ids, whole and in its own case."""
    query = replace(ALL, request="Ab1")
    assert query.selects(line(0, **{name: "Ab1"}))
    assert not any(query.selects(line(0, **{name: other})) for other in ("ab1", "Ab12", "A"))


@pytest.mark.parametrize(
    ("severity", "selected"),
    [("DEFAULT", False), ("NOTICE", False), ("WARNING", True), ("ALERT", True), ("ODD", False)],
)
def test_the_least_severity(severity: str, *, selected: bool) -> None:
    """Severities that the functions do not use, and Cloud Run does, have their rank, too."""
    assert replace(ALL, severity=Severity.WARNING).selects(line(0, severity)) is selected


def test_functions() -> None:
    """A function is known by the name that Cloud Run gives it."""
    query = replace(ALL, functions=("generate_story", "store_api"))
    services = ("generate-story", "store-api", "rate-story", "")
    assert [query.selects(line(0, "INFO", each)) for each in services] == [True, True, False, False]


def test_events() -> None:
    """One of the events that are asked for is enough."""
    query = replace(ALL, events=("call.ended", "call.failed"))
    events = ("call.ended", "call.failed", "call.began")
    assert [query.selects(line(event=each)) for each in events] == [True, True, False]


def test_all_at_once() -> None:
    """What is asked for has to hold together."""
    query = Query(since=at(0), request="a", severity=Severity.ERROR, events=("call.failed",))
    whole = {"request_id": "a", "event": "call.failed"}
    assert query.selects(line(0, "ERROR", **whole))
    assert not query.selects(line(0, "INFO", **whole))
    assert not query.selects(line(0, "ERROR", **{**whole, "request_id": "b"}))
