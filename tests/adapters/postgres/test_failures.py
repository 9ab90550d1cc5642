"""What PostgreSQL's failures mean."""

import psycopg
import pytest
from psycopg import errors

from conteur.adapters.postgres.failures import translated
from conteur.errors import BugError, ConteurError, DatabaseUnavailableError, StoreTimeoutError

PASSING = (
    *("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300", "08000", "08006", "25006"),
    *("25P02", "25P03", "57P05", "28P01", "28000", "53100", "58030"),
)
BUGS = ("23505", "23514", "23503", "42601", "42P01", "42501", "22P02", "22001")


def _told(error: psycopg.Error) -> ConteurError:
    with pytest.raises(ConteurError) as caught, translated():
        raise error
    return caught.value


@pytest.mark.parametrize("state", PASSING)
def test_passing(state: str) -> None:
    """What a repeated transaction may not meet is said to pass, with its SQLSTATE."""
    error = _told(errors.lookup(state)("of a row"))
    assert isinstance(error, DatabaseUnavailableError)
    assert error.facts == {"failure": state}


@pytest.mark.parametrize("kind", [psycopg.OperationalError, psycopg.InterfaceError])
def test_no_connection(kind: type[psycopg.Error]) -> None:
    """An error that is not the server's is the connection's."""
    error = _told(kind("10.0.0.1"))
    assert isinstance(error, DatabaseUnavailableError)
    assert error.facts == {"failure": "connection"}


def test_time() -> None:
    """A statement that was ended for its time is not repeated."""
    assert isinstance(_told(errors.QueryCanceled("of a row")), StoreTimeoutError)


@pytest.mark.parametrize("state", BUGS)
def test_bugs(state: str) -> None:
    """What no request may cause is a bug."""
    error = _told(errors.lookup(state)("of a row"))
    assert isinstance(error, BugError)
    assert state in error.message


@pytest.mark.parametrize("state", [*PASSING, "57014", *BUGS])
def test_no_row_is_quoted(state: str) -> None:
    """No text of the server is passed on, nor chained for a log to find."""
    error = _told(errors.lookup(state)("of a row"))
    assert "row" not in str(error).replace("give up", "")
    assert error.__suppress_context__
