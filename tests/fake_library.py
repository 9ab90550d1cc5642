"""A store in memory that also keeps what users do with their stories, as Firestore does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conteur.domain.charge import erase
from conteur.domain.data_page import DataDocument, DataPage, page_of
from conteur.domain.rating import Rating
from conteur.domain.story import KeptStory, State
from conteur.use_cases.library_ports import Erased, ShelvedStory
from tests.fake_store import FakeStore, Key

STORIES, QUOTA = "stories/", "quota/"


@dataclass
class FakeLibrary(FakeStore):
    """Implements library_ports.Library as well. An erasure takes `erased_at_once` documents."""

    ratings: dict[Key, Rating] = field(default_factory=dict)
    notes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    erased_at_once: int = 1_000_000

    def find(self, uid: str, story_id: str, timeout: float) -> ShelvedStory | None:
        with self._call("find", timeout):
            kept = self.kept.get((uid, story_id))
            return ShelvedStory(kept, self.ratings.get((uid, story_id))) if kept else None

    def rate(self, kept: KeptStory, rating: Rating, timeout: float) -> bool:
        with self._call("rate", timeout):
            if not self._is_fenced(kept):
                return False
            self._write(kept)
            self.ratings[kept.uid, kept.story_id] = rating
            return True

    def remove(self, kept: KeptStory, timeout: float) -> bool:
        with self._call("remove", timeout):
            if not self._is_fenced(kept):
                return False
            self._remove(kept, is_told=False)
            return True

    def page(self, uid: str, after: str, most: int, timeout: float) -> DataPage:
        with self._call("page", timeout):
            found = [DataDocument(path, {}) for path in sorted(self._paths(uid)) if path > after]
            return page_of(found, most)

    def blocked(self, uid: str, timeout: float) -> Mapping[str, Any] | None:
        with self._call("blocked", timeout):
            return self.notes.get(uid)

    def erase(self, uid: str, kept_days: frozenset[str], now: datetime, timeout: float) -> Erased:
        with self._call("erase", timeout):
            left = sorted(
                (path for path in self._paths(uid) if path.removeprefix(QUOTA) not in kept_days),
                key=lambda path: path.startswith(QUOTA),
            )
            erased = left[: self.erased_at_once]
            for path in erased:
                self._erase(uid, path, now)
            stories = sum(path.startswith(STORIES) for path in erased)
            return Erased(len(erased), stories, complete=erased == left)

    def _paths(self, uid: str) -> Iterator[str]:
        yield from (f"{STORIES}{story_id}" for owner, story_id in self.kept if owner == uid)
        yield from (f"{QUOTA}{day}" for owner, day in self.standings if owner == uid)

    def _erase(self, uid: str, path: str, now: datetime) -> None:
        if path.startswith(QUOTA):
            del self.standings[uid, path.removeprefix(QUOTA)]
        else:
            kept = self.kept[uid, path.removeprefix(STORIES)]
            self._remove(kept, is_told=kept.lease_until > now)

    def _remove(self, kept: KeptStory, *, is_told: bool) -> None:
        del self.kept[kept.uid, kept.story_id]
        self.ratings.pop((kept.uid, kept.story_id), None)
        if kept.charge and kept.state is State.PROCESSING:
            self._post(kept.uid, erase(kept.charge, is_told=is_told))
