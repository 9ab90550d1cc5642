"""Calls of libraries that keep to no time-out, made beside the caller."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from conteur.use_cases.ports import Background

_Answer = TypeVar("_Answer")


def begun(background: Background, call: Callable[[], _Answer]) -> "Future[_Answer]":
    """Have `call` begin; the caller waits for its answer, or its error, as long as they want."""
    answered: Future[_Answer] = Future()

    def run() -> None:
        try:
            answered.set_result(call())
        except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
            answered.set_exception(error)

    background(run)
    return answered
