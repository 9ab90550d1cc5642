"""What the log says of a story's way, from its admission to its end."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from conteur.domain.budget import BudgetRule
from conteur.domain.quota import Limits, QuotaRule
from conteur.domain.story_request import StoryRequest
from conteur.errors import (
    BudgetError,
    ConteurError,
    DeadlineError,
    OpenAIError,
    OpenAIFailure,
    Phase,
    UserQuotaError,
)
from tests.fakes import ScriptedModel, SerialModel
from tests.use_cases.conftest import COST, GOOD_STORY, REQUEST, STORY, StoryWorld

COUNTERS = ("stories", "stories_limit", "running", "running_limit")
OUTAGE = OpenAIError("down", OpenAIFailure.OUTAGE)

Lines = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """Return the lines of one event."""

    def of(event: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line for line in found if line["event"] == event]

    return of


def counters(line: dict[str, Any]) -> tuple[int, ...]:
    return tuple(line[name] for name in COUNTERS)


def refused(
    world: StoryWorld, error: type[ConteurError], request: StoryRequest = REQUEST
) -> dict[str, Any]:
    with pytest.raises(error) as raised:
        world.tell(request)
    return raised.value.traits


def test_admitted(world: StoryWorld, lines: Lines) -> None:
    """A story that begins is told with its attempt, the time it took, and its user's counters."""
    world.stories.on_call = lambda _method: world.clock.advance(0.25)
    world.tell()
    (line,) = lines("story.admitted")
    assert (line["severity"], line["ms"], line["attempt_number"]) == ("INFO", 250, 1)
    assert counters(line) == (1, 20, 1, 2)


def test_admitted_again(world: StoryWorld, lines: Lines) -> None:
    """A story that failed, and is taken over, says that it is its second attempt."""
    world.break_off(DeadlineError("late", Phase.STREAM))
    with pytest.raises(DeadlineError):
        world.tell()
    world.model = ScriptedModel(STORY)
    world.tell()
    assert [line["attempt_number"] for line in lines("story.admitted")] == [1, 2]


def test_completed(world: StoryWorld, lines: Lines) -> None:
    """A story that was told is one line with its model, its size, its cost and its times."""
    world.model = ScriptedModel(GOOD_STORY)
    told = world.tell().story
    (line,) = lines("story.completed")
    assert (line["model"], line["finish"], line["kept"]) == ("scripted-1", "stop", "completed")
    assert (line["words"], line["cost_micros"]) == (told.story.words, COST)
    assert (line["input_tokens"], line["output_tokens"]) == (10, 20)
    assert (line["first_token_ms"], line["total_ms"]) == (told.first_token_ms, told.total_ms)
    assert "flags" not in line


def test_completed_with_flags(world: StoryWorld, lines: Lines) -> None:
    """What is doubtful about a story is in its line."""
    flags = world.tell().story.quality.flags
    (line,) = lines("story.completed")
    assert flags
    assert line["flags"] == ",".join(flags)


@pytest.mark.parametrize(("outbox", "kept"), [(None, "queued"), (OUTAGE, "lost")])
def test_completed_and_not_stored(
    world: StoryWorld, lines: Lines, outbox: ConteurError | None, kept: str
) -> None:
    """A story that the store did not take says where it is instead."""
    world.stories.failures["complete"] = DeadlineError("slow", Phase.STORE)
    world.outbox.error = outbox
    world.tell()
    assert [line["kept"] for line in lines("story.completed")] == [kept]


def test_no_story_is_told_in_a_line(world: StoryWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """No line has the wish, the title or the text."""
    world.tell()
    printed = capsys.readouterr().out
    assert "story.completed" in printed
    assert [text for text in (REQUEST.prompt, "Brave", "Once there") if text in printed] == []


def test_replayed(world: StoryWorld, lines: Lines) -> None:
    """A story that was told before is no new one: its line says so, with its user's counters."""
    world.tell()
    lines("all so far are read")
    world.tell()
    (line,) = lines("story.replayed")
    assert counters(line) == (1, 20, 0, 2)


def test_over_the_days_limit(world: StoryWorld) -> None:
    """A refusal for the day's quota has what its user had had without it, the next one too."""
    world.quota = QuotaRule(signed_in=Limits(stories_a_day=1, at_once=2))
    world.tell()
    for number in range(2):
        asked = replace(REQUEST, request_id=f"another-{number}")
        assert counters(refused(world, UserQuotaError, asked)) == (1, 1, 0, 2)


def test_over_the_budget(world: StoryWorld) -> None:
    """A refusal for the budget says how much of it is in use."""
    world.budget = BudgetRule(micros_a_day=99)
    traits = refused(world, BudgetError)
    assert (traits["load_micros"], traits["limit_micros"]) == (0, 99)


def test_what_the_log_knows_stays_there(world: StoryWorld) -> None:
    """Neither the app nor a document is told what is noted for the log."""
    world.quota = QuotaRule(signed_in=Limits(stories_a_day=0, at_once=2))
    with pytest.raises(UserQuotaError) as raised:
        world.tell()
    assert set(raised.value.details()) == {"reason", "retryable", "retryAfterSec"}
    assert raised.value.facts == {}


def test_attempts_say_how_long_they_took(world: StoryWorld, lines: Lines) -> None:
    """A failed attempt has its own time, and the wait before the next, where there is one."""
    model = SerialModel([ScriptedModel((), OUTAGE)], "a")
    model.on_asked = lambda: world.clock.advance(1.5)
    world.models = [model]
    with pytest.raises(OpenAIError):
        world.tell()
    told = lines("model.attempt_failed")
    assert [line["ms"] for line in told] == [1500, 1500, 1500]
    assert [line.get("wait_ms") for line in told] == [500, 1000, None]
