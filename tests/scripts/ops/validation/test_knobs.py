"""What is said of parts that were turned off, by the document of knobs and its history."""

from dataclasses import dataclass, field
from typing import cast

import pytest

from scripts.ops.config_change import Turned
from scripts.ops.config_errors import ConfigError
from scripts.ops.config_store import ConfigStore, Record, Stored
from scripts.ops.validation.errors import FoundError
from scripts.ops.validation.knobs import GENERATION, STORE, turned_off


@dataclass
class Book:
    """Stands for the document and its history."""

    fields: dict[str, object] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    is_there: bool = True

    def read(self) -> Stored:
        if not self.is_there:
            raise ConfigError("staging: you have no right to read it.")
        return Stored(self.fields, len(self.records), None)

    def history(self, most: int) -> list[Record]:
        return self.records[:most]


def off(book: Book) -> dict[str, str]:
    return dict(turned_off(cast("ConfigStore", book)))


def change(knob: str, by: str, reason: str, *, after: object) -> Record:
    return Record(1, None, by, reason, (Turned(knob, None, after),))


@pytest.mark.parametrize("fields", [{}, {"store": {"enabled": True}}, {"generation": {}}], ids=str)
def test_nothing_is_off(fields: dict[str, object]) -> None:
    """Knobs that nobody has turned, or that are on, turn nothing off."""
    assert off(Book(fields)) == {}


@pytest.mark.parametrize("knob", [STORE, GENERATION])
def test_who_and_why(knob: str) -> None:
    """It is said of the newest change that turned this very knob off, on one line."""
    section = knob.partition(".")[0]
    records = [
        change("limits.perDay", "eve", "a limit", after=3),
        change(knob, "ada", "it did\nharm", after=False),
        change(knob, "bob", "it is well", after=True),
        change(knob, "bob", "long ago", after=False),
    ]
    said = f"{knob}: turned off on purpose by ada: it did harm (scripts/config get)"
    assert off(Book({section: {"enabled": False}}, records)) == {knob: said}


def test_by_whom_is_not_on_record() -> None:
    """What a hand wrote into the document counts too."""
    said = off(Book({"store": {"enabled": False}}))[STORE]
    assert "on purpose, by whom is not on record" in said


def test_it_cannot_be_read() -> None:
    """Whoever may not read the knobs is told what is not known by that."""
    with pytest.raises(FoundError, match="is not known: staging: you have no right"):
        off(Book(is_there=False))
