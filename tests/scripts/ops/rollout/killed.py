"""Plays a canary that is killed at each moment in turn, and gone on with: prints each end.

python -m tests.scripts.ops.rollout.killed FOLDER good|bad
"""

import json
import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.file_book import FileBook
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.outcome import Outcome, Report, Verdict
from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.rollout.desk import Desk, Outside
from scripts.ops.rollout.firebase import Firebase
from scripts.ops.rollout.rollout import roll_out
from scripts.ops.rollout.wish import Wish

from .file_platform import FUNCTIONS, FileFirebase, FilePlatform

NOW = datetime(2026, 11, 23, tzinfo=UTC)
WISH = Wish(percents=(50, 100))
ID = "20261123-090000-deploy-4f2a"


class Death:
    """Ends this process, by SIGKILL, at its nth moment; never where that is 0."""

    def __init__(self, moment: int) -> None:
        self._left = moment

    def __call__(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalBook(FileBook):
    """A FileBook around whose writes the process may end."""

    def __init__(self, folder: Path, death: Death) -> None:
        super().__init__(folder)
        self._death = death

    def save(self, record: Record) -> None:
        self._death()
        super().save(record)
        self._death()


class Schema:
    """A database without migrations to apply."""

    def pending(self) -> list[str]:
        return []

    def apply(self) -> list[str]:
        return []


def deploy(folder: Path, moment: int, *, bad: bool) -> None:
    """Begin a deploy, or go on with it, and be killed at a moment."""
    death = Death(moment)
    platform, book = FilePlatform(folder / "run.json", death), MortalBook(folder / "book", death)

    def validate(tag: str) -> Report:
        state = platform.service("generate_story")
        assert state is not None
        fails = bad and bool(tag) and state.serving.get("generate_story-2", 0) >= 50
        verdict = Verdict.FAILED if fails else Verdict.PASSED
        return Report([Outcome("story", "A story is told", verdict, "503" if fails else "ok")])

    outside = Outside(
        platform=platform,
        firebase=Firebase(FileFirebase(platform), "production", folder / ID),
        book=book,
        schema=Schema(),
        building=list,
        validate=validate,
        validate_whole=lambda: validate(""),
        rates=lambda _, __, ___: None,
        announce=lambda: "an alert tells it",
        wait=lambda _: None,
        tell=lambda _: None,
        clock=lambda: NOW,
    )
    facts = {"functions": list(FUNCTIONS)}
    begun = Record(ID, Kind.DEPLOY, "production", "ada", "", "c0ffee", NOW, facts=facts)
    record = replace(book.find(ID) or begun, state=State.RUNNING, ended=None)
    journal = Journal(record, book, lambda _: None, lambda: NOW)
    try:
        with journal.open(locked=True):
            roll_out(Desk(outside, journal, WISH, FUNCTIONS))
    except OperationError:
        return


def was_killed(folder: Path, moment: int, *, bad: bool) -> bool:
    """Deploy in a process of its own, and tell whether it came to its end."""
    if not (child := os.fork()):
        deploy(folder, moment, bad=bad)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status and not os.WIFSIGNALED(status):
        raise SystemExit(f"moment {moment}: the deploy broke")
    return os.WIFSIGNALED(status)


def end(folder: Path) -> dict[str, Any]:
    """Return all that is left when a deploy is over."""
    book = FileBook(folder / "book")
    record = book.find(ID)
    assert record is not None
    return {
        "services": FilePlatform(folder / "run.json", lambda: None).read(),
        "state": record.state,
        "facts": dict(record.facts),
        "last": record.steps[-1].name,
        "quarantined": sorted(book.quarantined()),
    }


def main(root: Path, *, bad: bool) -> None:
    """Kill at each moment until there is none left, go on each time, and print the ends."""
    ends: list[dict[str, Any]] = []
    for moment in count(1):
        folder = root / str(moment)
        folder.mkdir()
        if not was_killed(folder, moment, bad=bad):
            sys.stdout.write(json.dumps({"whole": end(folder), "resumed": ends}))
            return
        was_killed(folder, 0, bad=bad)
        ends.append(end(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), bad=sys.argv[2] == "bad")
