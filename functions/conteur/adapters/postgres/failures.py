"""What PostgreSQL's failures mean, in the product's terms.

The codes: https://www.postgresql.org/docs/18/errcodes-appendix.html. No text of the server is
passed on: it may quote rows, or the address and the user of the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from conteur.errors import BugError, ConteurError, DatabaseUnavailableError, StoreTimeoutError

CONNECTION = "connection"
STALE = "stale"
QUERY_CANCELED = "57014"
NO_TIME = "no_time"  # none was left before the server was asked
SILENT = "silent"  # the server, or the network, did not even say that it gives up
# Deadlocks, lock timeouts, a shutdown, no connection left, a server that has become a standby.
_PASSING = frozenset({"40001", "40003", "40P01", "55P03", "57P01", "57P02", "57P03", "25006"})
# A transaction that stood still, and one that took too long: the server has ended it.
_ENDED = frozenset({"25P02", "25P03", "25P04", "57P05"})
# A prepared statement that the server does not have, or whose tables have changed since.
LOST_PLANS = frozenset({"26000", "0A000"})
# Connections, credentials that were rotated, no resources, errors of the server's system.
_PASSING_CLASSES = ("08", "28", "53", "58")


@contextmanager
def translated() -> Iterator[None]:
    """Raise an error of the tree for every one of psycopg's.

    DatabaseUnavailableError, whose fact `failure` is the SQLSTATE or `connection`, for what a
    repeated transaction may not meet; StoreTimeoutError; BugError for the rest, which no
    request can cause.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _told(error) from None


def unavailable(failure: str) -> DatabaseUnavailableError:
    """Return the error of a transaction that may be repeated; `failure` says why."""
    return DatabaseUnavailableError(
        f"the database has given the transaction up ({failure}): send the same request again",
        failure=failure,
    )


def timed_out(failure: str = NO_TIME) -> StoreTimeoutError:
    """Return the error of a request whose time is up; the log is told what ended it."""
    error = StoreTimeoutError("the database did not answer in time: send the same request again")
    return error.noting(failure=failure)


def _told(error: psycopg.Error) -> ConteurError:
    state = error.sqlstate
    if state == QUERY_CANCELED:
        return timed_out(QUERY_CANCELED)
    if state is None and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return unavailable(CONNECTION)
    if state is not None and _is_passing(state):
        return unavailable(state)
    kind, rule = type(error).__name__, error.diag.constraint_name
    return BugError(f"the database refused a statement: {kind} {state}, constraint {rule}")


def _is_passing(state: str) -> bool:
    return state in _PASSING | _ENDED | LOST_PLANS or state.startswith(_PASSING_CLASSES)
