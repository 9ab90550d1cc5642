"""`scripts/rollback` and its book: in Firestore, in files, or not to be had; and the knobs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.ops.going_back.around import Around
from scripts.ops.operations.audit import FOLDER, opened_book
from scripts.ops.operations.file_book import FileBook
from scripts.ops.operations.record import Kind, State
from scripts.ops.place import FIRESTORE
from scripts.ops.rollback import main

from .config_operator import Operator
from .going_back.world import DONE, NOT_DONE, REFUSED, STORIES, World, world_in

OLDEST, OLDER, NEWEST = STORIES
FLAG = ("--flag", "generation.enabled")
WHY = ("--yes", "--reason", "the provider is down")


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    with world_in(tmp_path, capsys) as made:
        yield made


def around(world: World, firestore: str) -> Around:
    """Return the world with the books of a terminal."""
    its = world.around
    return replace(
        its,
        environ={**its.environ, FIRESTORE: firestore},
        books=lambda site, in_files: opened_book(site, in_files=in_files),
    )


def test_firestore_is_down(world: World) -> None:
    """It says that nothing was done, and the way without it."""
    assert main(["staging"], around(world, "127.0.0.1:1")) == NOT_DONE
    told = world.refused()
    assert "Firestore could not be reached in time" in told
    assert "--without-record" in told


def test_without_a_record(world: World) -> None:
    """It goes back though, where a person accepts what is not known then; files keep the record."""
    its = around(world, "127.0.0.1:1")
    given = ["staging", "--without-record", *WHY]
    assert main(given, its) == REFUSED
    assert main([*given, "--without-migration-check"], its) == DONE
    assert world.serving() == {OLDER: 100}
    book = FileBook(world.root / FOLDER / "staging")
    [record] = book.newest(Kind.ROLLBACK)
    assert (record.state, NEWEST in book.quarantined()) == (State.DONE, True)


@pytest.fixture
def desk(world: World, ada: Operator, firestore_host: str) -> Around:
    """Have staging be Ada's project in the emulator."""
    aliases = {"default": "demo-conteur", "staging": ada.project}
    (world.root / ".firebaserc").write_text(json.dumps({"projects": aliases}))
    return around(world, firestore_host)


@pytest.mark.server
def test_a_flag_without_yes(world: World, ada: Operator, desk: Around) -> None:
    """It shows what would be turned off, and turns nothing."""
    assert main(["staging", *FLAG], desk) == DONE
    assert "generation.enabled would be turned off" in world.told()
    assert ada.fields() == {}


@pytest.mark.server
def test_a_flag(world: World, ada: Operator, desk: Around) -> None:
    """The knob is off, with a record, people are told, and how to turn it on again."""
    assert main(["staging", *FLAG, *WHY], desk) == DONE
    assert ada.fields()["generation"] == {"enabled": False}
    told = world.told()
    assert "in force within 10 s" in told
    assert "scripts/config set -P staging generation.enabled=true --reason TEXT" in told
    assert world.announced == ["told"]


@pytest.mark.server
def test_the_record_of_a_flag(world: World, ada: Operator, desk: Around) -> None:
    """Both histories say who and why: the operations', and the knobs'."""
    assert main(["staging", *FLAG, *WHY, "--json"], desk) == DONE
    record = json.loads(world.told())["record"]
    assert (record["asked"], record["reason"]) == ({"flag": FLAG[1]}, "the provider is down")
    [turned] = ada.json("history")
    assert (turned["changedBy"], turned["reason"]) == ("ada@example.com", "the provider is down")


@pytest.mark.server
def test_a_flag_that_is_off(world: World, ada: Operator, desk: Around) -> None:
    """A second time changes nothing, and still says how to turn it on again."""
    ada.set("generation.enabled=false")
    assert main(["staging", *FLAG, *WHY], desk) == DONE
    assert "There already: generation.enabled is off" in world.told()
    assert (ada.records(), world.announced) == (["00000001"], [])
