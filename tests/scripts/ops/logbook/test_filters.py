"""Queries in the language of Cloud Logging, held against its stand-in and by their text."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from google.cloud.logging_v2 import types as api

from scripts.ops.logbook.filters import FUNCTIONS, filter_of, quoted, tail_filter_of
from scripts.ops.logbook.line import IDS
from scripts.ops.logbook.query import Query, Severity
from tests.scripts.ops.logbook.kept import (
    ALL,
    PROJECT,
    at,
    entry,
    logbook,
    numbers,
    request,
    stand_in,
)

WHOLE = Query(
    since=at(0),
    until=at(3.5),
    request="r-1",
    severity=Severity.WARNING,
    functions=("generate_story", "store_api"),
    events=("call.ended",),
)


def test_the_text() -> None:
    """Each part of a query is a comparison, and all have to hold."""
    assert filter_of(WHOLE).removeprefix(FUNCTIONS).split(" AND ")[1:] == [
        'resource.labels.service_name=("generate-story" OR "store-api")',
        "severity>=WARNING",
        "({} OR {} OR {})".format(*(f'jsonPayload.{name}="r-1"' for name in IDS)),
        'jsonPayload.event=("call.ended")',
        'timestamp>="2026-11-22T14:00:00.000000Z"',
        'timestamp<"2026-11-22T14:00:03.500000Z"',
    ]


def test_a_zone() -> None:
    """A moment of another zone is asked for in UTC."""
    since = at(0).astimezone(timezone(timedelta(hours=-5)))
    assert 'timestamp>="2026-11-22T14:00:00.000000Z"' in filter_of(replace(ALL, since=since))


def test_what_is_still_to_come() -> None:
    """What is followed has no bounds of time, and all the rest."""
    assert f"{tail_filter_of(WHOLE)} AND timestamp" in filter_of(WHOLE)
    assert "timestamp" not in tail_filter_of(WHOLE)


@pytest.mark.parametrize(
    ("text", "string"),
    [
        ("r-1", '"r-1"'),
        ('a" OR severity>=DEBUG OR "', r'"a\" OR severity>=DEBUG OR \""'),
        ("a\\", r'"a\\"'),
        ('\\" OR a="', r'"\\\" OR a=\""'),
        ("a\nb\x00", r'"a\nb\u0000"'),
        ("é\U0001f600", '"é\U0001f600"'),
        ("a\udcff", '"a?"'),
    ],
)
def test_any_text_is_one_string(text: str, string: str) -> None:
    """No text ends the string that it is put into."""
    assert quoted(text) == string


@pytest.mark.parametrize(
    "text",
    [
        'b" OR severity>=DEBUG OR "',
        "b\\",
        'a") OR ("',
        "b\nc\t",
        "b\x01\x7f\x80",
        r"\n\u0062",
        "é\u2028",
    ],
)
def test_a_text_that_would_ask_for_more(text: str) -> None:
    """What is sent as an id finds what has this id, and nothing else."""
    log = stand_in()
    log.write(entry(request_id=text, n=1), entry(1, request_id="a", n=2))
    with logbook(log) as book:
        assert numbers(book.newest(replace(ALL, request=text), 10)) == [1]


def test_each_part_leaves_something_out() -> None:
    """Cloud Logging leaves out by itself what a query does not ask for."""
    good = {"event": "call.ended", "correlationId": "r-1"}
    log = stand_in()
    log.write(
        entry(1, "ERROR", n=1, **good),
        entry(1, "INFO", n=2, **good),
        entry(1, "ERROR", "rate-story", n=3, **good),
        entry(1, "ERROR", n=4, **{**good, "event": "call.began"}),
        entry(1, "ERROR", n=5, **{**good, "correlationId": "r-2"}),
        entry(4, "ERROR", n=6, **good),
        entry(-1, "ERROR", n=7, **good),
    )
    asked = api.ListLogEntriesRequest(
        resource_names=[f"projects/{PROJECT}"], filter=filter_of(WHOLE)
    )
    found = log.call("ListLogEntries", asked).entries
    assert [each.json_payload["n"] for each in found] == [1]


def test_cloud_runs_own_requests() -> None:
    """They are among the lines, by their severity, unless an id or an event is asked for."""
    log = stand_in()
    log.write(
        request(1, 503), request(2, 404), request(3, 200), entry(4, event="a", request_id="b")
    )
    bad = replace(ALL, severity=Severity.WARNING)
    with logbook(log) as book:
        assert [each.message for each in book.newest(bad, 10)] == [
            "POST / 503 ms=312",
            "POST / 404 ms=312",
        ]
        assert len(book.newest(ALL, 10)) == 4
        assert len(book.newest(replace(ALL, events=("a",)), 10)) == 1
        assert len(book.newest(replace(ALL, request="b"), 10)) == 1
