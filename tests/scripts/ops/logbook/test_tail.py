"""Following Cloud Logging by its real client, from a stand-in on the wire."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from threading import Event

import grpc
import pytest
from google.cloud.logging_v2 import types as api

from scripts.local.standins.cloud_logging.service import LoggingStandIn
from scripts.local.standins.server import Fault, Message, WhenEnded
from scripts.ops.logbook import listening, tail
from scripts.ops.logbook.log_errors import LogError
from scripts.ops.logbook.query import Query
from scripts.ops.logbook.reader import opened
from scripts.ops.logbook.source import Source
from scripts.ops.logbook.tail import LONGEST_PAUSE, TRIES
from tests.scripts.ops.logbook.kept import ALL, PROJECT, at, entry, stand_in

PATIENCE_SECONDS = 30
LEFT_OUT = api.TailLogEntriesResponse.SuppressionInfo
TAIL = frozenset({"TailLogEntries"})
BROKEN = Fault(grpc.StatusCode.UNAVAILABLE, methods=TAIL)
BREAKING = replace(BROKEN, lost_answer=True)


class TailedLog(LoggingStandIn):
    """A log that somebody begins to follow, with what is written just before and after it listens.

    With `left_out`, what is `at_once` is not sent but counted as so many lines.
    """

    def __init__(self) -> None:
        super().__init__(at(60).timestamp)
        self.too_early = [entry(-60)]
        self.at_once: list[api.LogEntry] = []
        self.left_out = 0
        self._read_thrice = Event()

    def _list(self, request: api.ListLogEntriesRequest) -> api.ListLogEntriesResponse:
        found = super()._list(request)
        if self.calls.count("ListLogEntries") == 3:
            self._read_thrice.set()
        return found

    def _tail(
        self, requests: Iterator[api.TailLogEntriesRequest], when_ended: WhenEnded
    ) -> Iterator[Message]:
        self.write(*self.too_early)
        if self.left_out:
            yield api.TailLogEntriesResponse()
            self._read_thrice.wait(PATIENCE_SECONDS)  # before, between, and for the first response
            self.write_now()
            info = LEFT_OUT(reason=LEFT_OUT.Reason.RATE_LIMIT, suppressed_count=self.left_out)
            yield api.TailLogEntriesResponse(suppression_info=[info])

        def begun(end: Callable[[], None]) -> None:
            self.write_now()
            when_ended(end)

        yield from super()._tail(requests, begun)

    def write_now(self) -> None:
        if self.at_once:
            self.write(*self.at_once)
        self.at_once = []


@dataclass
class Following:
    """What is told and waited for while a log is followed, and what is done in a pause."""

    log: LoggingStandIn
    in_pause: Callable[[], object]
    told: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.in_pause()

    @contextmanager
    def lines(self, query: Query = ALL, limit: int = 100) -> Iterator[Iterator[int]]:
        """Give the numbers of what comes."""
        with (
            self.log.serve() as address,
            opened(Source(PROJECT, "", address), self.told.append, self.pause) as book,
        ):
            yield (each.fields["n"] for each in book.follow(query, limit))


def first(count: int, log: TailedLog, query: Query = ALL, limit: int = 100) -> list[int]:
    """Return the numbers of the first lines that come."""
    with Following(log, lambda: None).lines(query, limit) as lines:
        return list(islice(lines, count))


def test_what_is_there_and_what_comes() -> None:
    """The newest lines are first, and then what comes; what was too old stays away."""
    log = TailedLog()
    log.write(*(entry(n, n=n) for n in range(5)))
    log.at_once = [entry(6, n=6), entry(5, n=5)]
    assert first(4, log, limit=2) == [3, 4, 5, 6]


def test_what_comes_before_it_listens() -> None:
    """A line that comes between reading and listening is not lost."""
    log = TailedLog()
    log.too_early, log.at_once = [entry(1, n=1)], [entry(2, n=2)]
    assert first(2, log) == [1, 2]


def test_what_comes_before_it_listens_and_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does such a line wait for the next one to come."""
    monkeypatch.setattr(listening, "QUIET_SECONDS", 0.2)
    log = TailedLog()
    log.too_early = [entry(1, n=1)]
    assert first(1, log) == [1]


def test_what_is_asked_for() -> None:
    """What comes is selected as what is there: by ids in their own case, too."""
    log = TailedLog()
    log.at_once = [entry(n, "INFO", request_id=each, n=n) for n, each in enumerate(("AB", "ab"))]
    assert first(1, log, replace(ALL, request="ab")) == [1]


def test_a_connection_that_breaks() -> None:
    """After a break what has come meanwhile is read, and no line comes twice."""
    log = TailedLog()
    log.write(entry(0, n=0))
    log.at_once, log.fault = [entry(1, n=1)], BREAKING

    def mend() -> None:
        log.write(entry(2, n=2))
        log.at_once, log.fault = [entry(3, n=3)], None

    following = Following(log, mend)
    with following.lines() as lines:
        assert list(islice(lines, 4)) == [0, 1, 2, 3]
    assert following.pauses == [4]
    assert ["The connection broke" in text for text in following.told] == [True]


def test_a_line_that_comes_late() -> None:
    """What was held up on its way, and is older than what has come, is read after a break, too."""
    log = TailedLog()
    log.write(entry(30, n=30))
    log.fault = BROKEN

    def mend() -> None:
        log.write(entry(10, n=10), entry(31, n=31))
        log.fault = None

    with Following(log, mend).lines() as lines:
        assert list(islice(lines, 2)) == [30, 10]


def test_a_session_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that has lasted its time is begun anew, which is nothing to tell of."""
    monkeypatch.setattr(listening, "SESSION_SECONDS", 0.2)
    log = stand_in()
    following = Following(log, lambda: log.write(entry(1, n=1)))
    with following.lines() as lines:
        assert next(lines) == 1
    assert (following.pauses, following.told) == ([2], [])


def test_a_service_that_stays_away() -> None:
    """Who cannot be reached is tried so often, after longer and longer pauses, and given up."""
    log = stand_in()
    log.fault = BROKEN
    following = Following(log, lambda: None)
    with following.lines() as lines, pytest.raises(LogError, match="nothing answers there"):
        next(lines)
    assert following.pauses == [4, 8, 16, *[LONGEST_PAUSE] * (TRIES - 4)]
    assert len(following.told) == 1


def test_a_refusal() -> None:
    """What will not pass by itself is told at once."""
    log = stand_in()
    log.fault = replace(BROKEN, code=grpc.StatusCode.PERMISSION_DENIED)
    following = Following(log, lambda: None)
    with following.lines() as lines, pytest.raises(LogError, match="no right to read"):
        next(lines)
    assert (following.pauses, following.told) == ([], [])


def test_lines_that_are_not_sent() -> None:
    """What Cloud Logging holds back is read instead, and told."""
    log = TailedLog()
    log.at_once, log.left_out = [entry(1, n=1)], 1
    following = Following(log, lambda: None)
    with following.lines() as lines:
        assert next(lines) == 1
    assert "held back 1 lines (RATE_LIMIT)" in following.told[0]


def test_more_than_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more has come than a few reads give, what is missing is told."""
    monkeypatch.setattr(tail, "MOST_MISSED", 2)
    log = TailedLog()
    log.too_early, log.at_once = [entry(n, n=n) for n in (1, 2, 3)], [entry(4, n=4)]
    following = Following(log, lambda: None)
    with following.lines() as lines:
        assert list(islice(lines, 2)) == [3, 4]
    assert "More than 2 lines came at once" in following.told[0]
