"""Calls Firestore for the book of operations, again where it was away for a moment.

A going-back must not end because one call found a connection that was just lost. Every call of the
book may be made twice: writes put what they write in the place of what is there, and those that
have a precondition find it broken by themselves, which their caller tells apart.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from google.api_core.exceptions import (
    Aborted,
    AlreadyExists,
    FailedPrecondition,
    GoogleAPICallError,
    NotFound,
    RetryError,
)
from google.api_core.retry import exponential_sleep_generator, retry_target
from google.auth.exceptions import GoogleAuthError

from conteur.adapters.google_retry import (
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    is_passing,
)
from conteur.domain.deadline import Deadline
from scripts.ops.config_errors import TEXTS, UNREACHABLE, UNREACHED
from scripts.ops.operations.errors import OperationError

SECONDS = 10.0
"""How long the book is waited for, all tries together."""
CONFLICT = (Aborted, AlreadyExists, FailedPrecondition, NotFound)

_Answer = TypeVar("_Answer")


class SilentError(OperationError):
    """Firestore did not answer: what was asked for may be done, or not."""


def answered(where: str, call: Callable[[float], _Answer], *, beside: bool = False) -> _Answer:
    """Return the answer of `call`, which is given the seconds that are left.

    Raises OperationError, whose text is about the project `where`; `beside` lets what CONFLICT
    names through, for a call that has a precondition.
    """
    deadline = Deadline(time.monotonic() + SECONDS)
    try:
        answer: _Answer = retry_target(
            lambda: call(deadline.remaining(time.monotonic())),
            is_passing,
            exponential_sleep_generator(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS),
            timeout=SECONDS,
        )
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        if beside and isinstance(error, CONFLICT):
            raise
        raise explained(where, error) from error
    return answer


def explained(where: str, error: Exception) -> OperationError:
    """Return what people are told of a failure."""
    text = "{}: the book of operations cannot be used: {}. {}."
    if isinstance(error, UNREACHABLE):
        return SilentError(text.format(where, *UNREACHED))
    told = ((happened, mend) for kinds, happened, mend in TEXTS if isinstance(error, kinds))
    refused = (f"Firestore refused ({error})", "Mend what it says, and try again")
    return OperationError(text.format(where, *next(told, refused)))
