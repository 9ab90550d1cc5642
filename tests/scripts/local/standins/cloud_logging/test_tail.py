"""One reader that follows the log."""

from threading import Timer

import pytest
from google.cloud.logging_v2 import types as api

from scripts.local.standins.cloud_logging import tail as module
from scripts.local.standins.cloud_logging.tail import Tail, window_of
from scripts.local.standins.server import Message, RefusalError


def entry(second: int) -> Message:
    return api.LogEntry.pb(api.LogEntry(timestamp={"seconds": second}))


def times(response: api.TailLogEntriesResponse) -> list[int]:
    found = api.TailLogEntriesResponse.pb(response)
    return [one.timestamp.seconds for one in found.entries]


def test_order() -> None:
    """What has come in the meantime is given in the order of its times."""
    tail = Tail(lambda _: True, 0)
    for second in (3, 1, 2):
        tail.take(entry(second))
    assert times(next(tail.responses())) == [1, 2, 3]


def test_slow_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that lags too far behind is told how much it has missed, once."""
    monkeypatch.setattr(module, "WAITING", 1)
    tail = Tail(lambda _: True, 0)
    responses = tail.responses()
    for second in (1, 2, 3):
        tail.take(entry(second))
    (missed,) = next(responses).suppression_info
    assert (missed.reason.name, missed.suppressed_count) == ("NOT_CONSUMED", 2)
    tail.take(entry(4))
    assert not next(responses).suppression_info


def test_end_while_buffering() -> None:
    """A tail that is ended ends at once, however long it holds entries back."""
    tail = Tail(lambda _: True, 60)
    tail.take(entry(1))
    Timer(0.01, tail.end).start()
    assert list(tail.responses()) == []


@pytest.mark.parametrize(("window", "seconds"), [(None, 2), ({}, 0), ({"seconds": 60}, 60)])
def test_window(window: dict[str, int] | None, seconds: float) -> None:
    """Entries are held back for two seconds, or as long as the request says."""
    request = api.TailLogEntriesRequest(buffer_window=window)
    assert window_of(api.TailLogEntriesRequest.pb(request)) == seconds


@pytest.mark.parametrize("window", [{"nanos": -1}, {"seconds": 60, "nanos": 1}])
def test_refused_window(window: dict[str, int]) -> None:
    """A window is of at most a minute."""
    request = api.TailLogEntriesRequest(buffer_window=window)
    with pytest.raises(RefusalError, match="between 0 and 60000 milliseconds"):
        window_of(api.TailLogEntriesRequest.pb(request))
