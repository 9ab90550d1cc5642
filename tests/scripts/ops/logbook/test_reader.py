"""Opening a log."""

import io
import sys
from datetime import UTC, datetime

import pytest

from scripts.ops.logbook.query import Query
from scripts.ops.logbook.reader import opened
from scripts.ops.logbook.source import STDIN, Source


def test_standard_input_of_any_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no UTF-8 is shown as such, as in a file, and the lines after it are read."""
    piped = io.TextIOWrapper(io.BytesIO(b"\xff odd\ngood\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", piped)
    with opened(Source(file=STDIN)) as book:
        lines = book.newest(Query(since=datetime.fromtimestamp(0, UTC)), 10)
    assert [each.message for each in lines] == ["\ufffd odd", "good"]
