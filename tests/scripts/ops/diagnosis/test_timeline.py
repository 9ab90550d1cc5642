"""Phases, attempts and waits, as the lines tell them."""

import pytest

from scripts.ops.diagnosis.calls import Calls
from scripts.ops.diagnosis.timeline import (
    CLOSED,
    ENTERED,
    ENTRANCE,
    PREPARED,
    UNEXPLAINED,
    Kind,
    Step,
    Timeline,
    timeline_of,
)
from scripts.ops.logbook.line import Line
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import admitted, case, ended, line


def timeline(*lines: Line) -> Timeline:
    return timeline_of(Calls.of(case(*lines)).all[0])


def steps(*lines: Line) -> list[tuple[str, int, int | None]]:
    return [(step.name, step.at_ms, step.ms) for step in timeline(*lines).steps]


def test_a_story_that_is_told_has_every_phase() -> None:
    """From the queue to the save, each with its beginning and its length."""
    assert steps(*scenes.success()) == [
        ("queued for a thread", 0, 120),
        (ENTRANCE, 120, 80),
        ("admission", 200, 100),
        ("attempt 1 (small)", 300, 4_700),
        ("saving", 5_000, 200),
        ("ended: completed", 5_210, None),
    ]


def test_attempts_that_fail_are_told_with_the_wait_between_them() -> None:
    """What lies between them and has no line is named."""
    assert steps(*scenes.failed("OPENAI_ERROR", kind="outage")) == [
        (ENTRANCE, 0, 200),
        ("admission", 200, 100),
        ("attempt 1 (small)", 300, 1_000),
        ("before attempt 2", 1_300, 500),
        ("attempt 2 (small)", 1_800, 1_000),
        (CLOSED, 2_800, 110),
        ("call.failed", 2_900, None),
        ("ended: failed", 2_910, None),
    ]


def test_an_attempt_says_why_it_failed() -> None:
    """With the kind of the error."""
    told = [step.told for step in timeline(*scenes.failed("OPENAI_ERROR", kind="key")).steps]
    assert told.count("OPENAI_ERROR key") == 2


def test_a_prompt_that_is_judged_first_keeps_the_model_waiting() -> None:
    """Between the claim and the first attempt the time is moderation's."""
    slow = scenes.attempt_failed(2_300, "TIMEOUT", 1_000)
    assert (PREPARED, 300, 1_000) in steps(admitted(), slow, ended(2_310, "TIMEOUT", "failed"))


def test_the_attempt_after_a_failed_one_begins_after_the_wait() -> None:
    """A story that was told at the second attempt shows both."""
    first = scenes.attempt_failed(1_300, "TIMEOUT", 1_000, wait_ms=500)
    shown = steps(admitted(), first, scenes.completed(5_200, 5_000), ended(5_210))
    assert ("attempt 1 (small)", 300, 1_000) in shown
    assert ("attempt 2 (small)", 1_800, 3_200) in shown


def test_another_model_is_asked_at_once() -> None:
    """No wait is shown where there was none."""
    first = scenes.attempt_failed(1_300, "OPENAI_ERROR", 1_000, wait_ms=0)
    shown = steps(admitted(), first, scenes.completed(5_200, 5_000), ended(5_210))
    assert ("attempt 2 (small)", 1_300, 3_700) in shown
    assert not [name for name, _, _ in shown if name.startswith("before")]


def test_a_claim_that_took_a_story_over_says_so() -> None:
    """With its number."""
    shown = timeline(admitted(attempt_number=2), ended(900)).steps
    told = "claim 2: it took the story over from an earlier one"
    assert Step(Kind.WORK, "admission", 200, 100, told) in shown


def test_a_killed_call_shows_the_attempt_that_was_open() -> None:
    """It has a beginning, and nothing after it is guessed."""
    shown = timeline(*scenes.killed(swept=False))
    assert shown.ms is None
    assert [(step.name, step.at_ms, step.ms) for step in shown.steps] == [
        ("admission", 0, 100),
        ("attempt 1", 100, None),
    ]


@pytest.mark.parametrize("lines", [scenes.replay(), scenes.refused("USER_QUOTA")])
def test_what_no_line_explains_is_said(lines: tuple[Line, ...]) -> None:
    """A call without phases is a gap, and its lines are moments."""
    [gap, *moments] = timeline(*lines).steps
    assert (gap.kind, gap.name, gap.at_ms) == (Kind.GAP, UNEXPLAINED, 0)
    assert {step.kind for step in moments} == {Kind.MOMENT}


def test_the_stores_transactions_are_told_with_their_waits() -> None:
    """Three attempts, each as long as its line says, what was before them, and the answer."""
    shown = [step for step in steps(*scenes.store_retries()) if step[2] is not None]
    assert shown == [
        (ENTERED, 0, 60),
        ("transaction, attempt 1", 60, 140),
        ("before attempt 2", 200, 300),
        ("transaction, attempt 2", 500, 200),
        ("before attempt 3", 700, 900),
        ("transaction, attempt 3", 1_600, 380),
        ("answer", 1_980, 20),
    ]


@pytest.mark.parametrize(
    ("lines", "until", "told"),
    [
        (scenes.published(), 100, "published"),
        (scenes.gating_block(), 40, "blocked PRECONDITION_REQUIRED payments"),
    ],
)
def test_a_publication_at_once_is_told_with_its_result(
    lines: tuple[Line, ...], until: int, told: str
) -> None:
    """No line tells its checks from its transaction; all else is known."""
    shown = timeline(*lines)
    assert Step(Kind.WORK, "checks, and transaction, attempt 1", 0, until, told) in shown.steps
    assert Step(Kind.WORK, "answer", until, (shown.ms or 0) - until) in shown.steps
    assert UNEXPLAINED not in [step.name for step in shown.steps]


def test_a_publication_that_was_killed_in_a_wait_is_open() -> None:
    """What followed is not guessed."""
    retry = scenes.of_store("Retry attempt", 200, attempt=2, ms=200, delay_ms=300)
    last = timeline(retry).steps[-1]
    assert (last.name, last.at_ms, last.ms) == ("transaction, attempt 2", 300, None)


def test_a_moment_says_what_its_line_says() -> None:
    """Without the request's id, which the report has already."""
    told = {step.name: step.told for step in timeline(*scenes.gating_block()).steps}
    assert "missingStep=payments" in told["Gating check blocked"]
    assert scenes.ID not in told["Gating check blocked"]


def test_a_line_that_is_not_the_products_is_a_moment() -> None:
    """Nothing that was logged is left out."""
    foreign = line("", 400)
    assert "(a line that is not the product's)" in [step.name for step in timeline(foreign).steps]
