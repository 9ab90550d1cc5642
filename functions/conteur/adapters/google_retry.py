"""Repeats calls to Google's services that a passing failure ended.

The client libraries' own `retry=` does not keep to `timeout=`: a try that starts in the last
second gets the whole time-out once more, and what is left is read off the wall clock
(google.api_core.timeout.TimeToDeadlineTimeout). So calls are made with `retry=None`, inside
`google.api_core.retry.retry_target`.

What is worth another try:

- UNAVAILABLE, which is also what gRPC says of a lost connection, and ABORTED, contention on a
  document: "retry". What the client libraries repeat agrees for UNAVAILABLE.
- Not INTERNAL ("not more than once"), not RESOURCE_EXHAUSTED (a quota does not come back within
  seconds, and what is refused counts against it), not DEADLINE_EXCEEDED (no time is left).

Sources: https://firebase.google.com/docs/firestore/use-rest-api#error_codes and
https://cloud.google.com/firestore/native/docs/understand-error-codes
"""

import time
from collections.abc import Callable
from typing import TypeVar

from google.api_core.exceptions import Aborted, RetryError, ServiceUnavailable
from google.api_core.retry import (
    Retry,
    exponential_sleep_generator,
    if_exception_type,
    retry_target,
)
from google.auth.exceptions import TransportError

from conteur.domain.deadline import Deadline
from conteur.telemetry import logs

# After a refused connection gRPC waits 1 s, then 1.6 s, before it connects again
# (https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md): 3 s meet both.
REPEATING_SECONDS = 3.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0

NEVER = Retry(if_exception_type())
"""For queries, whose stream asks its `retry=` about each failure, and fails on None."""

_Answer = TypeVar("_Answer")

is_passing = if_exception_type(ServiceUnavailable, Aborted, TransportError)
"""Whether the same call may succeed in a moment."""


def repeated(call: Callable[[float], _Answer], timeout: float, service: str) -> _Answer:
    """Return the answer of `call`, which is given the seconds that are left of `timeout`.

    It is called again after passing failures, with pauses that grow and are drawn at random, for
    REPEATING_SECONDS at most. Raises what `call` raises, or RetryError for a failure that did
    not pass in time.
    """
    deadline = Deadline(time.monotonic() + timeout)
    answer: _Answer = retry_target(
        lambda: call(deadline.remaining(time.monotonic())),
        is_passing,
        exponential_sleep_generator(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS),
        timeout=min(timeout, REPEATING_SECONDS),
        on_error=lambda error: logs.warning("google.call_failed", error, service=service),
    )
    return answer


def last_failure(error: Exception) -> Exception:
    """Return what the last try met, where `error` only says that the tries are over."""
    return error.cause if isinstance(error, RetryError) else error
