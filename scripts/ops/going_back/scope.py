"""Which functions go back together: a decision without I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from scripts.ops.operations.record import Record
from scripts.ops.traffic.commits import came_with

TOGETHER = timedelta(minutes=15)
"""How far apart revisions of one deploy are made: `firebase deploy` of all takes some minutes."""


@dataclass(frozen=True, slots=True)
class Serving:
    """The revision of a function that serves now: the newest that has traffic."""

    function: str
    revision: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """The functions, and why these, for people."""

    functions: tuple[str, ...]
    why: str


def scope_of(serving: Iterable[Serving], records: Iterable[Record]) -> Scope:
    """Return the functions whose serving revision came with the newest one's deploy.

    Where no deploy has written that down, those whose revision was made within TOGETHER of it.
    """
    all_ = sorted(serving, key=lambda each: each.created, reverse=True)
    if not all_:
        return Scope((), "no function is deployed")
    newest = all_[0]
    made = came_with(newest.revision, records)
    if made:
        found = [each.function for each in all_ if _came(each, made)]
        why = f"those whose serving revision came with {newest.revision}, by the deploy's record"
    else:
        found = [each.function for each in all_ if newest.created - each.created <= TOGETHER]
        why = (
            f"those whose serving revision was made within {TOGETHER.seconds // 60} min of "
            f"{newest.revision}; no deploy has written down what came together"
        )
    left = sorted({each.function for each in all_} - {*found})
    out = f"; not {', '.join(left)}" if left else ""
    return Scope(tuple(sorted(found)), f"{why}{out}")


def _came(serving: Serving, made: Mapping[str, str]) -> bool:
    return made.get(serving.function) == serving.revision
