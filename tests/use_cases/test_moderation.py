"""What is moderated when, by audience, and what happens where nobody can."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from conteur.domain.knobs import Knobs
from conteur.domain.model_events import Finish, Finished, ModelEvent, TextDelta, Usage
from conteur.domain.moderation import UNMODERATED, ModerationMode
from conteur.domain.story import State
from conteur.domain.story_request import Audience, Character, StoryRequest
from conteur.errors import (
    ConteurError,
    ModerationUnavailableError,
    OutputBlockedError,
    PromptBlockedError,
)
from conteur.telemetry.aggregate import DistributionValue
from conteur.telemetry.guard_metrics import LEAKS_STOPPED, MODERATION_SECONDS, MODERATIONS
from conteur.telemetry.registry import STORY_COST_MICROS, STORY_TOKENS
from tests.fakes import ScriptedModel, SerialModel
from tests.use_cases.conftest import PROMPTS, REQUEST, STORY, Counters, StoryWorld

END = Finished(Finish.STOP, Usage(10, 20), "scripted-1")
CHILD = replace(REQUEST, words=100)
TEEN = replace(CHILD, audience=Audience.TEENS)
ADULT = replace(CHILD, audience=Audience.ADULTS)
DOWN = ModerationUnavailableError("down", retry_after_seconds=30)
FIRST, SECOND = "The fox woke up.", " She saw blood on the snow."
LAST = " Then she slept."
SAD = (TextDelta("The Fox\n\n" + FIRST), TextDelta(SECOND), TextDelta(LAST), END)


@pytest.fixture
def world() -> StoryWorld:
    world = StoryWorld()
    world.turned = Knobs(models=(), moderation=ModerationMode.OPENAI)
    world.moderator.harmful = {
        "blood": "violence",
        "gore": "violence/graphic",
        "bomb": "illicit/violent",
    }
    world.model = ScriptedModel(SAD)
    return world


def fails(world: StoryWorld, request: StoryRequest = CHILD) -> ConteurError:
    with pytest.raises(ConteurError) as caught:
        world.tell(request)
    return caught.value


def told(*pieces: str) -> ScriptedModel:
    return ScriptedModel([TextDelta("The Fox\n\n"), *map(TextDelta, pieces), END])


def events(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def kept(world: StoryWorld) -> tuple[State, str]:
    (story,) = world.stories.kept.values()
    return story.state, story.released


# What is asked for.


def test_what_a_person_wrote_is_judged_at_once(world: StoryWorld) -> None:
    """The wish, and each character's name and traits, are judged in one request, and first."""
    characters = (Character("Zéphyr", "kind, quick"), Character("Ada"))
    world.moderator.on_judge = lambda: asked.append(len(world.model.asked))
    asked: list[int] = []
    world.model = told(FIRST)
    world.tell(replace(CHILD, characters=characters))
    assert world.moderator.asked[0] == [REQUEST.prompt, "Zéphyr: kind, quick", "Ada"]
    assert asked[0] == 0


@pytest.mark.parametrize("character", [Character("bomb"), Character("Bo", "has a bomb")])
def test_a_blocked_character(world: StoryWorld, character: Character) -> None:
    """A name or a trait that does not suit the readers blocks the request like its wish."""
    for audience in Audience:
        request = replace(CHILD, audience=audience, characters=(character,))
        assert isinstance(fails(another(world), request), PromptBlockedError)


def another(world: StoryWorld) -> StoryWorld:
    """Return another world, moderated alike."""
    other = StoryWorld()
    other.turned, other.moderator = world.turned, world.moderator
    return other


def test_a_blocked_prompt(world: StoryWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """No model is asked for it, and the log has the categories, but not the wish."""
    fails(world, replace(CHILD, prompt="blood everywhere"))
    assert world.model.asked == []
    assert world.counted(MODERATIONS) == {("prompt", "blocked"): 1}
    _, line = events(capsys)
    assert (line["event"], line["categories"]) == ("moderation.blocked", "violence")
    assert (line["judged"], line["audience"]) == ("prompt", "6-8")
    assert "everywhere" not in str(line)


def test_what_older_readers_may_ask_for(world: StoryWorld) -> None:
    """A wish that is blocked for children may be told to teenagers and adults."""
    for request in (TEEN, ADULT):
        other = another(world)
        other.tell(replace(request, prompt="blood everywhere"))
        assert other.counted(MODERATIONS) == {("prompt", "clean"): 1, ("story", "clean"): 1}


def test_nobody_to_judge_a_child_s_prompt(world: StoryWorld) -> None:
    """Where nobody can moderate, no story is told to a child."""
    world.moderator.error = DOWN
    assert fails(world) is DOWN
    assert (world.model.asked, kept(world)) == ([], (State.FAILED, ""))


def test_nobody_to_judge_another_s(world: StoryWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """Others hear their story all the same, with a flag, a log line and a count."""
    world.moderator.error = DOWN
    story = world.tell(TEEN).story
    assert UNMODERATED in story.quality.flags
    assert story.quality.flags.count(UNMODERATED) == 1
    assert world.counted(MODERATIONS) == {("prompt", "failed"): 1, ("story", "failed"): 1}
    lines = [line for line in events(capsys) if line["event"] == "moderation.unavailable"]
    assert [(line["judged"], line["problem"]) for line in lines] == [
        ("prompt", "down"),
        ("story", "down"),
    ]


def test_the_time_is_measured(world: StoryWorld) -> None:
    """How long a judgement took is observed, also of one that fails."""
    world.moderator.error = DOWN
    world.moderator.on_judge = lambda: world.clock.advance(2)
    fails(world)
    (series,) = (s for s in world.meter.snapshot().series if s.metric is MODERATION_SECONDS)
    assert isinstance(series.value, DistributionValue)
    assert (series.value.count, series.value.mean) == (1, 2)


def test_moderation_off(world: StoryWorld) -> None:
    """Where moderation is off nobody is asked, not even for children."""
    world.turned = Knobs(models=())
    world.tell(replace(CHILD, prompt="a bomb"))
    assert (world.moderator.asked, world.listener.text) == ([], FIRST + SECOND + LAST)


# What children hear.


def test_a_child_hears_what_was_judged(world: StoryWorld) -> None:
    """Each window is judged, with what came before it, and only then let out."""
    world.model = told("The fox woke", " up. She saw", " snow. Then she slept.")
    out: list[str] = []
    world.moderator.on_judge = lambda: out.append(world.listener.text)
    world.tell(CHILD)
    assert world.moderator.asked[1:] == [
        ["The fox woke up."],
        ["The fox woke up. She saw snow. Then she slept.", "The Fox"],
    ]
    assert out[1:] == ["", "The fox woke up."]
    assert world.listener.text == "The fox woke up. She saw snow. Then she slept."


def test_a_blocked_window_is_never_heard(
    world: StoryWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """The story stops before what does not suit a child; what was judged before it stays."""
    error = fails(world)
    assert isinstance(error, OutputBlockedError)
    assert (world.listener.text, world.listener.taken_back_after) == (FIRST, [])
    assert kept(world) == (State.FAILED, FIRST)
    assert world.counted(MODERATIONS)["story", "blocked"] == 1
    blocked = next(line for line in events(capsys) if line["event"] == "moderation.blocked")
    assert (blocked["judged"], blocked["categories"]) == ("story", "violence")
    assert "snow" not in str(blocked)


def test_a_blocked_story_is_not_tried_again(world: StoryWorld) -> None:
    """Another attempt, or another model, is not asked for what was blocked."""
    world.models = [SerialModel([ScriptedModel(SAD)], name) for name in ("one", "two")]
    fails(world)
    assert [model.asked for model in world.models] == [1, 0]


def test_a_title_is_judged(world: StoryWorld) -> None:
    """A title that does not suit a child blocks the story, before its last words."""
    world.model = ScriptedModel([TextDelta(f"The blood\n\n{FIRST} She slept."), END])
    assert isinstance(fails(world), OutputBlockedError)
    assert "slept" not in world.listener.text


def test_harm_in_two_windows_together(world: StoryWorld) -> None:
    """What came right before a window is judged with it."""
    world.moderator.harmful = {"up. She": "violence"}
    world.model = told(FIRST, " She slept.")
    assert isinstance(fails(world), OutputBlockedError)
    assert world.listener.text == FIRST


def test_nobody_to_judge_a_child_s_story(world: StoryWorld) -> None:
    """Where moderation goes down in the middle, nothing more is let out, and the app may repeat."""
    world.moderator.error, world.moderator.error_after = DOWN, 2
    world.model = told(FIRST, " She slept.", " It snowed. " * 50)
    error = fails(world)
    assert (error, error.retryable) == (DOWN, True)
    assert world.listener.text == FIRST
    assert kept(world) == (State.FAILED, FIRST)


def test_a_window_that_waits_is_in_no_checkpoint(world: StoryWorld) -> None:
    """While a window waits for its judgement, only what was released is kept, however long."""
    kept_texts: list[str] = []

    def wait() -> None:
        world.timers.pass_time(6)
        kept_texts.append(kept(world)[1])

    world.moderator.on_judge = wait
    world.model = told(FIRST, " She saw snow.", LAST)
    world.tell(CHILD)
    assert kept_texts == ["", "", FIRST]


def test_a_held_sentence_is_in_no_checkpoint(world: StoryWorld) -> None:
    """A sentence without its end is neither heard nor kept."""

    def told_slowly() -> Iterator[ModelEvent]:
        yield TextDelta("The Fox\n\n" + FIRST + " She saw")
        world.timers.pass_time(6)
        assert kept(world) == (State.PROCESSING, FIRST)
        yield END

    world.model = ScriptedModel(told_slowly())
    world.tell(CHILD)
    assert world.listener.text == FIRST + " She saw"


# What others hear.


@pytest.mark.parametrize("request_", [TEEN, ADULT])
def test_others_hear_the_story_as_it_comes(world: StoryWorld, request_: StoryRequest) -> None:
    """Teenagers and adults wait for nobody, and the whole story is judged once, at its end."""
    heard: list[str] = []
    world.moderator.on_judge = lambda: heard.append(world.listener.text)
    story = world.tell(request_).story
    assert heard == ["", FIRST + SECOND + LAST]
    assert world.listener.pieces == [FIRST, SECOND, LAST]
    title, *windows = world.moderator.asked[1]
    assert (title, "".join(windows)) == ("The Fox", FIRST + SECOND + LAST)
    assert UNMODERATED not in story.quality.flags


def test_a_blocked_story_is_withdrawn(world: StoryWorld) -> None:
    """What was let out is taken back, and the document keeps none of it."""
    world.model = told(FIRST, " Then came the gore.")
    error = fails(world, TEEN)
    assert isinstance(error, OutputBlockedError)
    assert error.withdrawn
    assert (world.listener.text, world.listener.blocked) == ("", True)
    assert world.listener.taken_back_after == [FIRST + " Then came the gore."]
    assert kept(world) == (State.FAILED, "")


def test_a_blocked_story_is_paid_for(world: StoryWorld) -> None:
    """A story that was read before it was blocked counts, and costs what the model has said."""
    world.model = told(FIRST, " Then came the gore.")
    fails(world, TEEN)
    cost = world.counted(STORY_COST_MICROS)[(world.model.name,)]
    assert world.counters() == Counters(
        stories=1, reserved=100, settled=cost, given_back=100 - cost
    )
    assert cost > 0
    assert len(world.counted(STORY_TOKENS)) == 2


def test_a_blocked_prompt_is_not_paid_for(world: StoryWorld) -> None:
    """What was never told costs nothing, and leaves its user the day's story."""
    fails(world, replace(CHILD, prompt="gore"))
    assert world.counters() == Counters(reserved=100, given_back=100)


def test_a_withdrawn_story_loses_its_checkpoints(world: StoryWorld) -> None:
    """What a checkpoint has kept is overwritten."""
    world.model = told(FIRST, " Then came the gore.")
    world.listener.on_heard = lambda: world.timers.pass_time(6)
    fails(world, TEEN)
    assert world.stories.writes > 2
    assert kept(world) == (State.FAILED, "")


def test_a_story_that_cannot_be_judged_stays(world: StoryWorld) -> None:
    """Where moderation goes down before the end, the story is flagged."""
    world.moderator.error, world.moderator.error_after = DOWN, 1
    assert UNMODERATED in world.tell(ADULT).story.quality.flags
    assert world.listener.text == FIRST + SECOND + LAST


def test_a_long_story_is_judged_in_pieces(world: StoryWorld) -> None:
    """A long text goes in one request, as texts that are short enough to be judged well."""
    world.model = told("The small fox ran along the river. " * 60)
    world.tell(replace(ADULT, words=1000))
    _, *windows = world.moderator.asked[1]
    assert len(world.moderator.asked) == 2
    assert max(len(window) for window in windows) <= 1000


# What tells of the instructions.


@pytest.mark.parametrize("mode", ModerationMode)
@pytest.mark.parametrize("request_", [CHILD, TEEN])
def test_a_leak_is_stopped(
    world: StoryWorld,
    mode: ModerationMode,
    request_: StoryRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A text that tells of its instructions is stopped in any mode; what came before it stays."""
    world.turned = Knobs(models=(), moderation=mode)
    instructions = PROMPTS.compose(request_, None, None).instructions
    world.model = told(FIRST, " She said: ", instructions)
    error = fails(world, request_)
    assert isinstance(error, OutputBlockedError)
    assert not error.withdrawn
    assert world.counted(LEAKS_STOPPED) == {(): 1}
    assert "story.leak_stopped" in [line["event"] for line in events(capsys)]
    assert world.listener.text.startswith(FIRST)
    assert "storyteller" not in world.listener.text
    assert kept(world) == (State.FAILED, world.listener.text)


def test_what_is_held_back_is_heard_at_the_end(world: StoryWorld) -> None:
    """Words of the instructions that come to nothing are told as they were written."""
    world.turned = Knobs(models=())
    world.model = told(FIRST, " “You are a storyteller,”", " he said.", " “You are a storyteller.”")
    story = world.tell(CHILD).story.story
    assert world.listener.text == story.text
    assert story.text.endswith("said. “You are a storyteller.”")


def test_a_leak_in_the_title(world: StoryWorld) -> None:
    """A title that tells of the instructions stops the story: it would stand in the result."""
    world.model = ScriptedModel([TextDelta(f"{PROMPTS.watermark}\n\n{FIRST}"), END])
    assert isinstance(fails(world), OutputBlockedError)
    assert world.counted(LEAKS_STOPPED) == {(): 1}


def test_a_leak_is_not_tried_again(world: StoryWorld) -> None:
    """Another model is not asked for it."""
    leak = ScriptedModel([TextDelta(f"Fox\n\n{PROMPTS.watermark}"), END])
    world.models = [SerialModel([leak], "one"), SerialModel([ScriptedModel(STORY)], "two")]
    fails(world)
    assert [model.asked for model in world.models] == [1, 0]
