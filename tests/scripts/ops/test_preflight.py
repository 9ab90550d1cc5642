"""`scripts/preflight`: what it prints and records, and how it ends."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.ops.boxes.box import Box
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, asked, passed
from scripts.ops.operations.audit import opened_book
from scripts.ops.operations.book import Book
from scripts.ops.operations.commands import Ran
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.git import commit_of
from scripts.ops.operations.record import Kind, State
from scripts.ops.operations.site import Site, find_site
from scripts.ops.preflight import Around, main
from tests.scripts.ops.boxes.checkout import ADA, commit, make_checkout
from tests.scripts.ops.boxes.world import NOON, PEOPLE, Programs, World, healthy
from tests.scripts.ops.operations.made_up import MemoryBook

CONFIRMED = ("--confirm", ",".join(PEOPLE))
FEW = (
    Box("good", "Good", lambda _: passed("fine")),
    Box("team", "Team told", lambda _: asked("nobody knows", "Tell them."), asks=True),
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    root = make_checkout(tmp_path / "checkout")
    with healthy(root, monkeypatch.setenv) as made:
        yield made


def around(world: World) -> Around:
    return Around(world.root, world.site.environ, world.programs, world.clock, world.books)


def preflights(book: MemoryBook) -> list[State]:
    return [each.state for each in book.newest(Kind.PREFLIGHT)]


@pytest.fixture
def few(tmp_path: Path) -> tuple[Around, MemoryBook]:
    """Two boxes, one of which asks a person."""
    book = MemoryBook()

    @contextmanager
    def books(_: Site) -> Iterator[Book]:
        yield book

    root = make_checkout(tmp_path / "checkout")
    return Around(root, {}, Programs(), lambda: NOON, books, FEW), book


def test_a_green_one_is_recorded(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A healthy project is green: exit code 0, a table, and a record with all that was found."""
    assert main(["production", *CONFIRMED, "--reason", "a release"], around(world)) == 0
    (record,) = world.book.newest(Kind.PREFLIGHT)
    assert (record.state, record.reason, record.by) == (State.DONE, "a release", ADA)
    assert record.facts["green"] is True
    assert record.facts["confirmed"]["team"] == ADA
    assert {each["verdict"] for each in record.facts["outcomes"]} == {"passed"}
    printed = capsys.readouterr()
    assert "42 passed" in printed.out
    assert "Bound on the model's bill" in printed.err


def test_one_that_is_not_green_ends_with_one(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """What failed and what nobody has confirmed is told with what to do, and recorded."""
    world.programs.ends["--quick"] = Ran((), 1, "1 failed")
    assert main(["production"], around(world)) == 1
    (record,) = world.book.newest(Kind.PREFLIGHT)
    assert (record.state, record.facts["green"]) == (State.FAILED, False)
    printed = capsys.readouterr()
    assert "1 failed, 6 to confirm" in printed.out
    assert "-> Run `scripts/test --quick`, and mend what it says." in printed.out
    assert "Not green" in printed.err


def test_it_goes_on_after_an_interruption(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C is recorded, ends with 130, and the next run runs only what had not passed."""
    world.programs.ends["test tests/load"] = KeyboardInterrupt()
    assert main(["production", *CONFIRMED], around(world)) == 130
    assert preflights(world.book) == [State.STOPPED]
    assert "What has passed is kept" in capsys.readouterr().err
    world.programs.ends.clear()
    world.programs.ran.clear()
    assert main(["production", *CONFIRMED], around(world)) == 0
    assert world.programs.lines == ["scripts/test tests/load", "scripts/test --live"]


def test_fresh_runs_everything_again(world: World) -> None:
    """--fresh believes nothing of what has passed before."""
    arguments = ["production", "--only", "unit,lint"]
    assert main(arguments, around(world)) == 0
    assert main([*arguments, "--fresh"], around(world)) == 0
    assert world.programs.lines == ["scripts/check lint", "scripts/test --quick"] * 2


def test_a_dry_run_runs_and_records_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """--dry-run looks at the project, lists the commands, and leaves no record."""
    assert main(["production", *CONFIRMED, "--dry-run"], around(world)) == 0
    assert (world.programs.lines, preflights(world.book)) == ([], [])
    printed = capsys.readouterr().out
    assert "would run scripts/build" in printed
    assert "Nothing was recorded (--dry-run): no deploy goes on by this." in printed


def test_a_part_is_never_green(
    few: tuple[Around, MemoryBook], capsys: pytest.CaptureFixture[str]
) -> None:
    """--only looks at some boxes, and no deploy goes on by it."""
    its, book = few
    assert main(["staging", "--only", "good", "--json"], its) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["green"], told["record"]) == (False, None)
    assert book.saved == []


@pytest.mark.parametrize("how", ["another commit", "another file"])
def test_a_checkout_that_is_changed_on_the_way_is_never_green(
    few: tuple[Around, MemoryBook], capsys: pytest.CaptureFixture[str], how: str
) -> None:
    """Who switches the branch while tests run has tested something else than is recorded."""
    its, book = few

    def tests(_: Desk) -> Finding:
        (its.root / "new.txt").write_text("new")
        if how == "another commit":
            commit(its.root, "Another one")
        return passed("fine")

    boxes = (Box("tests", "Tests", tests, is_command=True),)
    begun = commit_of(its.root)
    changing = Around(its.root, {}, its.runners, its.clock, its.books, boxes)
    assert main(["staging"], changing) == 1
    (record,) = book.newest(Kind.PREFLIGHT)
    assert (record.commit, record.state, record.facts["green"]) == (begun, State.FAILED, False)
    assert f"was not the clean commit {begun[:12]} until the end" in capsys.readouterr().out


def test_json_is_for_programs(
    few: tuple[Around, MemoryBook], capsys: pytest.CaptureFixture[str]
) -> None:
    """--json prints one object with all that is recorded, and nothing else."""
    its, book = few
    assert main(["staging", "--confirm", "team", "--json"], its) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["record"] == book.newest()[0].id
    assert (told["environment"], told["green"]) == ("staging", True)
    assert [each["key"] for each in told["outcomes"]] == ["good", "team"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "tests"], "There is no box tests"),
        (["--confirm", "good"], "Nobody can confirm good"),
        (["--confirm", "nothing"], "those that ask a person are team"),
    ],
)
def test_what_is_asked_for_wrongly_is_refused(
    few: tuple[Around, MemoryBook],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    """A key that is none, or that asks nobody, ends with 2, and nothing was looked at."""
    its, book = few
    assert main(["staging", *arguments], its) == 2
    assert words in capsys.readouterr().err
    assert book.saved == []


def test_the_list_needs_no_project(capsys: pytest.CaptureFixture[str]) -> None:
    """--list prints all boxes, and asks nobody."""
    assert main(["--list"]) == 0
    assert "way-back         Revision to go back to" in capsys.readouterr().out


def test_no_environment_is_no_preflight(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an environment nothing is guessed."""
    with pytest.raises(SystemExit, match="2"):
        main([])
    assert "name an environment: staging or production" in capsys.readouterr().err


def test_a_book_out_of_reach_ends_it_at_once(
    few: tuple[Around, MemoryBook], capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be recorded is not begun: no test runs for an hour in vain."""
    its, _ = few

    def away(_: Site) -> object:
        raise OperationError("The book cannot be used. Try again.")

    its = Around(its.root, {}, its.runners, its.clock, away, FEW)  # type: ignore[arg-type]  # it only raises
    assert main(["staging"], its) == 4
    assert "The book cannot be used" in capsys.readouterr().err


def test_help_has_examples_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """--help shows how it is used, and how it ends."""
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    told = capsys.readouterr().out
    assert "scripts/preflight production --confirm" in told
    assert "exit codes: 0 done" in told


@pytest.mark.server
def test_the_record_is_in_firestore(few: tuple[Around, MemoryBook], firestore_host: str) -> None:
    """The project's own Firestore keeps who found what."""
    its, _ = few
    environ = {"FIRESTORE_EMULATOR_HOST": firestore_host}
    real = Around(its.root, environ, its.runners, its.clock, opened_book, FEW)
    assert main(["staging", "--confirm", "team"], real) == 0
    with opened_book(find_site(its.root, "staging", environ)) as book:
        (record,) = book.newest(Kind.PREFLIGHT, most=1)
    assert (record.state, record.facts["green"]) == (State.DONE, True)
    assert record.facts["confirmed"] == {"team": ADA}
