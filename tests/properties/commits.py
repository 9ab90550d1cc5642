"""A database of stores that looks at each commit: what may change, and what must come with it."""

from collections import Counter
from collections.abc import Callable, Sequence

from conteur.domain.deadline import Deadline
from conteur.domain.store.author import Store
from conteur.domain.store.events import EventType
from conteur.domain.store.onboarding import Step, StepStatus, requirements
from conteur.errors import DatabaseUnavailableError
from tests.fake_store_database import FakeStoreDatabase, FakeTransaction
from tests.fake_store_tables import Tables

_FOR_EVER = Deadline(float("inf"))


class WatchedDatabase(FakeStoreDatabase):
    """Asserts of each commit that it is one author's own, and whole."""

    def __init__(self) -> None:
        super().__init__()
        self.acting = ""
        self.publications = 0

    def calm(self) -> None:
        """Let nothing more go wrong."""
        self._failures.clear()
        self._lost_commits = 0

    def _commit(self, writes: Sequence[Callable[[Tables], object]]) -> None:
        before = self.tables.copy()
        try:
            super()._commit(writes)
        except DatabaseUnavailableError:
            self._look(before)
            raise
        self._look(before)

    def _look(self, before: Tables) -> None:
        after = self.tables
        assert of_others(after, self.acting) == of_others(before, self.acting)
        assert after.events[: len(before.events)] == before.events
        self._look_at_publications(before, after)
        _look_at_progress(before, after)

    def _look_at_publications(self, before: Tables, after: Tables) -> None:
        """Each publication comes with its event and its mail, and through an open gate."""
        new = [store for store in after.stores.values() if _is_newly_public(store, before)]
        events = Counter(event.type for event in after.events[len(before.events) :])
        assert events[EventType.STORE_PUBLISHED] == len(new)
        mailed = [store for store in new if after.authors[store.author_id].email]
        assert len(after.mails) - len(before.mails) == len(mailed)
        for store in new:
            assert self.is_open(store.author_id)
            assert after.events[-1].metadata == {"publication": str(store.publication)}
        self.publications += len(new)

    def steps_of(self, author_id: str) -> Sequence[Step]:
        """Return the author's steps, as they are committed."""
        return FakeTransaction(self, _FOR_EVER).steps(author_id, self.clock.now())

    def is_open(self, author_id: str) -> bool:
        """Tell whether the author may publish, as it is committed."""
        market = self.tables.authors[author_id].market
        return not requirements(self.steps_of(author_id), market).currently_due


def of_others(tables: Tables, author_id: str) -> list[object]:
    """Return all rows that are not the author's."""
    return [
        {key: row for key, row in tables.stores.items() if key != author_id},
        {key: row for key, row in tables.progress.items() if key[0] != author_id},
        {key: row for key, row in tables.kept.items() if key[0] != author_id},
        [event for event in tables.events if event.author_id != author_id],
        {key: row for key, row in tables.mails.items() if row.mail.author_id != author_id},
        (tables.authors, tables.steps),
    ]


def _is_newly_public(store: Store, before: Tables) -> bool:
    return store.published_at is not None and before.stores[store.author_id].published_at is None


def _look_at_progress(before: Tables, after: Tables) -> None:
    """What is done keeps its time, and only providers complete what they verify."""
    for (author, step), progress in after.progress.items():
        if progress.status is not StepStatus.DONE:
            continue
        earlier = before.progress.get((author, step))
        if earlier and earlier.status is StepStatus.DONE and earlier.version == progress.version:
            assert progress.completed_at == earlier.completed_at
        else:
            definition = after.steps[step, progress.version].definition
            assert definition.completer.value == progress.completed_by
