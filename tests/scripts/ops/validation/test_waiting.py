"""Waiting with a limit."""

from scripts.ops.validation.waiting import Waiting


class Time:
    """A clock that goes on by the pauses that are made."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at

    def pause(self, seconds: float) -> None:
        self.at += seconds


def test_what_comes() -> None:
    """What is found ends the wait at once."""
    time, told = Time(), list[str]()
    found = Waiting(time, time.pause, told.append).until(
        "it", lambda: "here" if time.at >= 3 else None, seconds=10
    )
    assert (found, time.at, told) == ("here", 3, [])


def test_what_never_comes() -> None:
    """After its time nothing is found, and whoever waited has been told what for."""
    time, told = Time(), list[str]()
    assert Waiting(time, time.pause, told.append).until("it", lambda: None, seconds=20) is None
    assert time.at == 20
    assert told == ["  waiting for it: 15 of at most 20 s"]


def test_who_waits_goes_on() -> None:
    """Each round says that the wait goes on, so that nobody takes it for dead."""
    time, rounds = Time(), list[float]()
    waiting = Waiting(time, time.pause, lambda _: None, lambda: rounds.append(time.at))
    waiting.until("it", lambda: None, seconds=3)
    assert rounds == [0, 1, 2, 3]
