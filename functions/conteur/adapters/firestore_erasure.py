"""Deletes what is kept below a user in Firestore, a batch at a time.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from google.api_core.exceptions import FailedPrecondition, NotFound

from conteur.adapters.firestore_below import Below, below
from conteur.adapters.firestore_client import ReconnectingClient as Client
from conteur.adapters.firestore_commits import Commits
from conteur.adapters.firestore_failures import translated
from conteur.adapters.google_retry import repeated
from conteur.adapters.story_documents import held, is_leased
from conteur.domain.charge import erase
from conteur.domain.deadline import Deadline
from conteur.errors import DeadlineError, Phase
from conteur.use_cases.library_ports import Erased

BATCH = 166  # a commit takes 500 writes, and a story that is being told moves two counters
TRIES = 4  # of one batch: a story that is being told is written to every five seconds
LAST_SECONDS = 2.0  # of an erasure begin no further batch
COUNTERS = "quota"
STORIES = "stories"

_READ = ("status.state", "status.holder", "status.leaseUntil", "charge")

_Choose = Callable[[Below], bool]


class Erasure:
    """One call's deletions. Stories go first: one that holds a charge moves its day's counters.

    Each deletion is fenced, so that what begins or is taken over meanwhile keeps its charge.
    """

    def __init__(
        self, client: Client, uid: str, kept_days: frozenset[str], now: datetime, timeout: float
    ) -> None:
        self._client = client
        self._commits = Commits(client)
        self._uid = uid
        self._kept = frozenset(f"{COUNTERS}/{day}" for day in kept_days)
        self._now = now
        self._deadline = Deadline(time.monotonic() + timeout)
        self._documents = self._stories = 0

    def run(self) -> Erased:
        """Delete what there is time for. Raises DeadlineError where nothing was deleted."""
        try:
            with translated(Phase.STORE):
                complete = [self._pass(_is_no_counter), self._pass(self._is_old_counter)]
        except DeadlineError:
            if not self._documents:
                raise
            complete = [False]
        return Erased(self._documents, self._stories, all(complete))

    def _pass(self, choose: _Choose) -> bool:
        """Delete what is chosen, and return whether none of it is left."""
        after, complete = "", True
        while self._left() > LAST_SECONDS:
            found, gone = self._batch(after, choose)
            complete = complete and gone
            if len(found) < BATCH:
                return complete
            after = found[-1].path
        return False

    def _batch(self, after: str, choose: _Choose) -> tuple[Sequence[Below], bool]:
        """Delete what is chosen of one batch; return the batch, and whether that was all easy.

        Where somebody writes to it at the same time, another call makes sure that it is gone.
        """
        found = self._read(after)
        chosen = {each.name: each for each in found if choose(each)}
        for tried in range(TRIES):
            if not chosen or self._delete(chosen):
                self._count(chosen.values())
                return found, not tried
            there = {each.name: each for each in self._read(after)}
            # What is gone was deleted by a try whose answer was lost, or by another call.
            self._count([each for name, each in chosen.items() if name not in there])
            chosen = {name: there[name] for name in chosen if name in there}
        return found, False

    def _read(self, after: str) -> Sequence[Below]:
        path = f"users/{self._uid}"
        return repeated(
            lambda left: list(below(self._client, path, after, BATCH, left, _READ)),
            self._left(),
            "firestore",
        )

    def _delete(self, chosen: Mapping[str, Below]) -> bool:
        """Delete all or none; False if anything was written to one of them since it was read."""
        fences = {name: each.fence for name, each in chosen.items()}
        postings = [
            erase(charge, is_told=is_leased(each.data, self._now))
            for each in chosen.values()
            if (charge := held(each.data))
        ]
        try:
            self._commits.delete_all(self._uid, fences, postings, self._left())
        except (FailedPrecondition, NotFound):
            return False
        return True

    def _count(self, gone: Collection[Below]) -> None:
        self._documents += len(gone)
        self._stories += sum(_is_story(each) for each in gone)

    def _is_old_counter(self, found: Below) -> bool:
        return not _is_no_counter(found) and found.path not in self._kept

    def _left(self) -> float:
        return self._deadline.remaining(time.monotonic())


def _is_no_counter(found: Below) -> bool:
    return not found.path.startswith(f"{COUNTERS}/")


def _is_story(found: Below) -> bool:
    collection, *ids = found.path.split("/")
    return collection == STORIES and len(ids) == 1
