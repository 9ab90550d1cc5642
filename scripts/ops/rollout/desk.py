"""What a deploy works with: its ports, its journal, and what its record knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from scripts.ops.operations.book import Book
from scripts.ops.operations.journal import Journal, Tell
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.ports import Announce, Validator
from scripts.ops.rollout import course
from scripts.ops.rollout.course import Course
from scripts.ops.rollout.firebase import Firebase
from scripts.ops.rollout.ports import Building, Rates, Schema, Wait
from scripts.ops.rollout.wish import Wish
from scripts.ops.traffic.platform import Platform
from scripts.ops.traffic.split import follows_latest


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies outside of the deploy itself."""

    platform: Platform
    firebase: Firebase
    book: Book
    schema: Schema
    building: Building
    validate: Validator
    validate_whole: Callable[[], Report]
    rates: Rates
    announce: Announce
    wait: Wait
    tell: Tell
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Desk:
    """One deploy at work. `functions` are those it deploys."""

    outside: Outside
    journal: Journal
    wish: Wish
    functions: tuple[str, ...]

    @property
    def pins(self) -> Mapping[str, str]:
        """What served before, by function, where a canary has pinned it."""
        return dict(self.journal.record.facts.get("pins", {}))

    @property
    def revisions(self) -> Mapping[str, str]:
        """The new revisions, by function."""
        return dict(self.journal.record.facts.get("revisions", {}))

    @property
    def on_trial(self) -> tuple[str, ...]:
        """The functions that go through the canary: pinned, and with a new revision."""
        return tuple(
            each for each in self.functions if each in self.pins and each in self.revisions
        )

    def newest(self, function: str) -> str:
        """Return the revision that has to be the newest: the new one, or what was left alone."""
        before = self.journal.record.facts.get("latest", {})
        return str(
            self.revisions.get(function) or self.pins.get(function) or before.get(function, "")
        )

    def course(self, function: str) -> Course:
        """Return the way of a function's traffic."""
        kept = self.journal.record.facts["previous"].get(function)
        previous = course.read(kept) if kept else follows_latest()
        new = self.revisions.get(function, "")
        return Course(previous, self.pins.get(function, ""), new, self.wish.percents)
