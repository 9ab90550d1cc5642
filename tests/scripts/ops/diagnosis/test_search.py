"""Finding a request's lines."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from conteur.entrypoints.http.headers import CORRELATION_ID
from scripts.ops.diagnosis.findings import find
from scripts.ops.diagnosis.search import (
    MOST_OF_A_REQUEST,
    KeptLog,
    mentioned,
    not_found,
    opened_book,
    search,
)
from scripts.ops.diagnosis.sentence import cause
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.query import Query
from scripts.ops.logbook.source import Source
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import ID, line, printed

LONG_AGO = scenes.BEGAN - timedelta(days=7)
DEATH = Line(
    time=scenes.BEGAN + timedelta(seconds=5),
    severity="DEFAULT",
    message="[7] [ERROR] Worker (pid:9) was sent SIGKILL! Perhaps out of memory?",
    service="",
    revision="",
    fields={},
)


@pytest.mark.parametrize("named", [ID, scenes.CORRELATION])
def test_a_request_is_found_by_any_of_its_ids(named: str) -> None:
    """Its own, or the one by which its caller knows it."""
    book = KeptLog([*scenes.gating_block(), line("call.ended", 50, request_id="another")])
    found = search(book, named, LONG_AGO, scenes.LATER)
    assert found
    assert len(found.case.lines) == 4


def test_a_storys_id_finds_what_others_did_to_it() -> None:
    """The sweep's line is under an id of its own."""
    found = search(KeptLog(scenes.killed(swept=True)), ID, LONG_AGO, scenes.LATER)
    assert found
    assert [one.event for one in found.case.lines] == ["story.admitted", "story.swept"]


def test_what_is_older_than_asked_for_is_not_found() -> None:
    """The window can be widened."""
    book = KeptLog(scenes.success())
    assert search(book, ID, scenes.LATER, scenes.LATER) is None
    assert search(book, ID, LONG_AGO, scenes.LATER)


def test_only_a_call_without_an_end_needs_the_lines_of_others() -> None:
    """They may say what its instance died of; else they are not read."""
    killed = search(KeptLog([*scenes.killed(swept=False), DEATH]), ID, LONG_AGO, scenes.LATER)
    ended = search(KeptLog([*scenes.success(), DEATH]), ID, LONG_AGO, scenes.LATER)
    assert killed
    assert DEATH in killed.window
    assert ended
    assert not ended.window


def test_only_the_time_of_the_call_without_an_end_is_looked_at() -> None:
    """A request may be sent again days later, when other instances end."""
    again = scenes.ended(2 * 86_400_000, ms=900)
    late = replace(DEATH, time=again.time - timedelta(hours=1))
    book = KeptLog([*scenes.killed(swept=False), DEATH, late, again])
    found = search(book, ID, LONG_AGO, again.time + timedelta(hours=1))
    assert found
    assert [line for line in found.window if not line.event] == [DEATH]


@pytest.mark.parametrize("more", [0, 1])
def test_a_case_that_is_cut_says_so(more: int) -> None:
    """An id may have more lines than are read: the call that failed may be among the others."""
    many = [scenes.ended(100 * n, ms=50) for n in range(MOST_OF_A_REQUEST + more)]
    found = search(KeptLog(many), ID, LONG_AGO, scenes.LATER)
    assert found
    assert len(found.case.lines) == MOST_OF_A_REQUEST
    told = cause(find(found.case, (), scenes.WORDS, "production", scenes.LATER))
    assert told.endswith("Only the newest 500 lines of this id were read.") is bool(more)


def test_what_others_tell_steers_no_terminal() -> None:
    """Neither a message nor an id, which a file has from anyone."""
    swept = line("story.swept", 10, request_id="a\x1b[2J", story_id=ID, text="b\x9b2J\rc")
    found = search(KeptLog([swept]), ID, LONG_AGO, scenes.LATER)
    assert found
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", mentioned(found, "--local"))


def test_a_text_in_a_file_may_be_of_any_function() -> None:
    """Lines of another function are not of this one."""
    book = KeptLog([DEATH, *scenes.success(), *scenes.gating_block()])
    query = Query(since=LONG_AGO, functions=("generate_story",))
    assert book.newest(query, 10)[0] is DEATH
    assert "store-api" not in {one.service for one in book.newest(query, 10)}


def test_a_kept_log_has_an_end() -> None:
    """To follow it is to read what is there."""
    assert len([*KeptLog(scenes.success()).follow(Query(since=LONG_AGO), 2)]) == 2


def test_a_file_can_be_read_again_and_again(tmp_path: Path) -> None:
    """Although its stream comes once: the surroundings ask it too."""
    path = tmp_path / "app.log"
    path.write_text(printed("call.ended", 10) + "\n")
    with opened_book(Source(file=str(path))) as book:
        read = [len(book.newest(Query(since=LONG_AGO), 5)) for _ in range(2)]
    assert read == [1, 1]


def test_not_to_find_a_request_is_explained() -> None:
    """With the window that was looked at, and how to widen it."""
    said = not_found(ID, Source(file="app.log"), LONG_AGO, "--file app.log")
    assert "since 2026-11-15 10:00 UTC in app.log" in said
    assert "--since 30d" in said


def test_the_ids_that_answers_have_are_named() -> None:
    """Only those that there are: whoever looks for another finds nothing."""
    said = not_found(ID, Source(file="app.log"), LONG_AGO, "--file app.log")
    names = set(re.findall(r"X-[\w-]+|\w+Id\b", said))
    assert names == {"requestId", "correlationId", CORRELATION_ID}
