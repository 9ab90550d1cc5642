"""Looks at the boxes: those that only ask side by side, commands one after another.

A look that cannot be made is a box that failed; the others go on. A thread that waits for what
nobody sends is left behind once its time is up: looking changes nothing.
"""

import queue
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from threading import Thread

from scripts.local.errors import LocalStackError
from scripts.ops.boxes.box import Box
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, passed
from scripts.ops.database import DatabaseError
from scripts.ops.monitoring.alert import AlertsError
from scripts.ops.monitoring.cloud.deploy_errors import DeployError
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.google_rest import RestError
from scripts.ops.operations.outcome import Outcome, Report, Verdict
from scripts.ops.place import PlaceError
from scripts.ops.secrets import SecretError

TOLD = (
    OperationError,
    PlaceError,
    SecretError,
    DeployError,
    AlertsError,
    QueryError,
    DatabaseError,
    LocalStackError,
)
"""What a look raises where it cannot be made; the text says why and what to do."""
_STRANGE = (KeyError, TypeError, ValueError, OSError)  # of an answer that is not as documented
_AGAIN = "Give the command again."
MOST = 4_000
"""Characters of what is told of a box: all boxes are kept in one record."""

Show = Callable[[Outcome], object]
"""Is called with each box as it ends."""
Begin = Callable[[Box], object]
"""Is called with each command as it begins: it takes minutes."""
Confirmed = Mapping[str, str]
"""Who has confirmed what, by boxes' keys."""


def run(
    boxes: Sequence[Box],
    desk: Desk,
    confirmed: Confirmed,
    show: Show,
    begin: Begin = lambda _: None,
) -> Report:
    """Return how all boxes are, in their order."""
    ended: dict[str, Outcome] = {}
    for outcome in _outcomes(boxes, desk, begin):
        told = _confirmed(outcome, confirmed)
        ended[told.key] = told
        show(told)
    return Report([ended[box.key] for box in boxes])


def unknown(keys: Collection[str], boxes: Sequence[Box]) -> list[str]:
    """Return the keys that no box has."""
    return sorted({*keys} - {box.key for box in boxes})


def _outcomes(boxes: Sequence[Box], desk: Desk, begin: Begin) -> Iterator[Outcome]:
    yield from _side_by_side([box for box in boxes if not box.is_command], desk)
    # In the main thread, where Ctrl-C ends the command too; who runs it keeps its time.
    for box in boxes:
        if box.is_command:
            begin(box)
            yield _ended(box, desk)


def _side_by_side(boxes: Sequence[Box], desk: Desk) -> Iterator[Outcome]:
    """Yield boxes as they end, or as their time is up."""
    answers: queue.SimpleQueue[Outcome | BaseException] = queue.SimpleQueue()
    began = time.monotonic()
    for box in boxes:
        # A daemon: the command may end while it waits still.
        Thread(target=_answer, args=(box, desk, answers), daemon=True).start()
    waiting = {box.key: box for box in boxes}
    while waiting:
        next_end = min(box.seconds for box in waiting.values())
        try:
            ended = answers.get(timeout=max(began + next_end - time.monotonic(), 0))
        except queue.Empty:
            for box in [box for box in waiting.values() if box.seconds == next_end]:
                del waiting[box.key]
                yield _outcome(box, _late(box), box.seconds)
            continue
        if isinstance(ended, BaseException):
            raise ended
        if ended.key in waiting:
            del waiting[ended.key]
            yield ended


def _answer(box: Box, desk: Desk, answers: "queue.SimpleQueue[Outcome | BaseException]") -> None:
    try:
        answers.put(_ended(box, desk))
    except BaseException as error:  # noqa: BLE001 - it is raised again where the boxes are waited for
        answers.put(error)


def _ended(box: Box, desk: Desk) -> Outcome:
    began = time.monotonic()
    found = _looked(box, desk)
    return _outcome(box, found, time.monotonic() - began)


def _looked(box: Box, desk: Desk) -> Finding:
    try:
        return box.look(desk)
    except TOLD as error:
        said, _, mend = str(error).partition(". ")
        return failed(f"cannot be looked at: {said.rstrip('.')}", mend or _mend(error))
    except _STRANGE as error:
        # Only its kind: the text may repeat what was read.
        return failed(
            f"cannot be looked at: {type(error).__name__} while the answer was read",
            f"It is not what the service's documentation says. {_AGAIN}",
        )


def _mend(error: Exception) -> str:
    if isinstance(error, RestError) and error.status == HTTPStatus.FORBIDDEN:
        return (
            "Ask an owner of the project for roles/viewer and roles/iam.securityReviewer, with "
            f"which all of it can be looked at. {_AGAIN}"
        )
    return _AGAIN


def _late(box: Box) -> Finding:
    return failed(f"no answer within {box.seconds:.0f} s", f"Look whether it hangs. {_AGAIN}")


def _outcome(box: Box, found: Finding, seconds: float) -> Outcome:
    said, mend = found.said[:MOST], found.mend[:MOST]
    return Outcome(box.key, box.title, found.verdict, said, mend, seconds)


def _confirmed(outcome: Outcome, confirmed: Confirmed) -> Outcome:
    who = confirmed.get(outcome.key)
    if who is None or outcome.verdict is not Verdict.CONFIRM:
        return outcome
    by_hand = passed(f"confirmed by {who} ({outcome.said})")
    return replace(outcome, verdict=by_hand.verdict, said=by_hand.said, mend="")
