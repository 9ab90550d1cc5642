"""What a call hears of its client's leaving."""

import threading
from functools import partial

import pytest

from conteur.entrypoints.callable.departure import Departure
from conteur.errors import ClientGoneError

PATIENCE = 30.0


def test_somebody_waits() -> None:
    """While the client is there, a wait ends without an error, and no action is called."""
    departure, called = Departure(), threading.Event()
    with departure.calling(called.set):
        departure.wait(0.0)
    assert not called.is_set()


def test_nobody_waits() -> None:
    """Once the client has left, every wait ends at once with ClientGoneError."""
    departure = Departure()
    departure.left()
    for _ in range(2):
        with pytest.raises(ClientGoneError, match="has left"):
            departure.wait(PATIENCE)


def test_leaving_during_a_wait() -> None:
    """A wait that has begun is cut short by the client's leaving."""
    departure = Departure()
    leaving = threading.Thread(target=departure.left)
    leaving.start()
    with pytest.raises(ClientGoneError):
        departure.wait(PATIENCE)
    leaving.join()


def test_actions() -> None:
    """The client's leaving calls the action of each block that has not ended, once."""
    departure, called = Departure(), list[str]()
    with departure.calling(partial(called.append, "ended")):
        pass
    with (
        departure.calling(partial(called.append, "outer")),
        departure.calling(partial(called.append, "inner")),
    ):
        departure.left()
        departure.left()
    assert called == ["outer", "inner"]


def test_action_after_leaving() -> None:
    """An action that comes after the client has left is called at once."""
    departure, called = Departure(), list[str]()
    departure.left()
    with departure.calling(partial(called.append, "late")):
        assert called == ["late"]
    assert called == ["late"]


def test_one_action_fails() -> None:
    """An action that raises keeps no other one from being called."""
    departure, called = Departure(), threading.Event()

    def fail() -> None:
        raise ConnectionResetError

    with departure.calling(called.set), departure.calling(fail):
        with pytest.raises(ConnectionResetError):
            departure.left()
        assert called.is_set()


def test_no_action_outlives_its_block() -> None:
    """The end of a block waits for its action, which so never meets what comes after it."""
    departure, acting, acted = Departure(), threading.Event(), threading.Event()
    block_ends = threading.Event()

    def act() -> None:
        acting.set()
        block_ends.wait(PATIENCE)
        acted.set()

    leaving = threading.Thread(target=departure.left)
    with departure.calling(act):
        leaving.start()
        assert acting.wait(PATIENCE)
        block_ends.set()
    assert acted.is_set()
    leaving.join()
