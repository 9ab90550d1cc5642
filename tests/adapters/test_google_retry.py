"""Calls to Google's services, repeated within their time."""

from collections.abc import Callable

import pytest
from google.api_core.exceptions import (
    Aborted,
    DeadlineExceeded,
    GoogleAPICallError,
    InternalServerError,
    PermissionDenied,
    ResourceExhausted,
    RetryError,
    ServiceUnavailable,
)
from google.auth.exceptions import TransportError

from conteur.adapters import google_retry
from conteur.adapters.google_retry import REPEATING_SECONDS, last_failure, repeated

SECONDS = 10.0


class Flapping:
    """A call that fails as often as there are `failures`; `timeouts` are what it was given."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.timeouts: list[float] = []

    def __call__(self, timeout: float) -> str:
        self.timeouts.append(timeout)
        if self._failures:
            raise self._failures.pop(0)
        return "answer"


class Down:
    """A call that always fails with `failure`."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def __call__(self, timeout: float) -> str:
        del timeout
        raise self._failure


@pytest.mark.parametrize("kind", [ServiceUnavailable, Aborted, TransportError])
def test_a_failure_that_passes_is_not_noticed(kind: Callable[[str], Exception]) -> None:
    """A broken line, contention and an unreachable token server are met with another try."""
    assert repeated(Flapping(kind("1"), kind("2")), SECONDS, "test") == "answer"


@pytest.mark.parametrize(
    "kind", [InternalServerError, PermissionDenied, ResourceExhausted, DeadlineExceeded]
)
def test_a_failure_that_stays_is_met_once(kind: type[GoogleAPICallError]) -> None:
    """What another try would not mend is raised as it is."""
    call = Flapping(kind("no"))
    with pytest.raises(kind):
        repeated(call, SECONDS, "test")
    assert len(call.timeouts) == 1


def test_tries_share_their_time() -> None:
    """Each try gets what the earlier ones and the pauses left of the time-out."""
    call = Flapping(ServiceUnavailable("1"), ServiceUnavailable("2"))
    repeated(call, SECONDS, "test")
    first, second, third = call.timeouts
    assert SECONDS >= first > second > third


def test_a_failure_that_does_not_pass_in_time_is_told() -> None:
    """Tries end with the time-out, and what the last one met can be read."""
    failure = ServiceUnavailable("down")
    with pytest.raises(RetryError) as caught:
        repeated(Down(failure), 0.05, "test")
    assert last_failure(caught.value) is failure


@pytest.mark.parametrize(("timeout", "tried"), [(SECONDS, REPEATING_SECONDS), (1.0, 1.0)])
def test_a_service_that_is_down_is_given_up_early(
    monkeypatch: pytest.MonkeyPatch, timeout: float, tried: float
) -> None:
    """However long a call may take, only its first seconds see another try."""
    given: list[float] = []
    monkeypatch.setattr(
        google_retry, "retry_target", lambda *_, **manner: given.append(manner["timeout"])
    )
    repeated(Flapping(), timeout, "test")
    assert given == [tried]


def test_each_failed_try_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """A service that flaps can be seen in the log, though no reader notices it."""
    repeated(Flapping(ServiceUnavailable("gone")), SECONDS, "test")
    (line,) = capsys.readouterr().out.splitlines()
    assert '"WARNING"' in line
    assert "google.call_failed service=test" in line
