"""Telling a story again where that helps, and never where it does not."""

import json
from collections.abc import Iterator

import pytest

from conteur.domain.circuit import CircuitRule
from conteur.domain.model_events import ModelEvent, TextDelta
from conteur.domain.story import State
from conteur.errors import (
    CircuitOpenError,
    ClientGoneError,
    ConteurError,
    DeadlineError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    OutputBlockedError,
    Phase,
    PromptBlockedError,
    SecretUnavailableError,
)
from conteur.telemetry.registry import (
    MODEL_ATTEMPTS,
    MODEL_RETRIES,
    STORY_COST_MICROS,
    STORY_TOKENS,
)
from tests.fakes import ScriptedModel, SerialModel
from tests.use_cases.conftest import COST, REQUEST, STORY, StoryWorld

OUTAGE = OpenAIError("down", OpenAIFailure.OUTAGE)
SILENCE = DeadlineError("slow", Phase.IDLE, own_limit=True)
WHOLE = "Once there was a fox."


def failing(error: ConteurError, *events: ModelEvent) -> ScriptedModel:
    return ScriptedModel(events, error)


def telling(name: str, *attempts: ScriptedModel) -> SerialModel:
    return SerialModel([*attempts, ScriptedModel(STORY)], name)


def limited(seconds: float | None) -> OpenAIRateLimitError:
    return OpenAIRateLimitError("too many", retry_after_seconds=seconds)


@pytest.mark.parametrize(
    "error",
    [
        OUTAGE,
        DeadlineError("slow", Phase.CONNECT, own_limit=True),
        DeadlineError("slow", Phase.FIRST_TOKEN, own_limit=True),
        DeadlineError("slow", Phase.IDLE, own_limit=True),
        limited(None),
    ],
)
def test_what_may_pass_is_tried_again(world: StoryWorld, error: ConteurError) -> None:
    """After an outage, a silence or a rate limit the same call asks again, and tells the story."""
    world.models = [telling("a", failing(error))]
    assert world.tell().story.story.text == world.listener.text == WHOLE
    assert world.counted(MODEL_RETRIES) == {(error.reason, error.kind_label): 1}


@pytest.mark.parametrize(
    "error",
    [
        *(OpenAIError("x", kind) for kind in OpenAIFailure if kind is not OpenAIFailure.OUTAGE),
        OutputBlockedError("refused"),
        PromptBlockedError("refused"),
        SecretUnavailableError("denied"),
        DeadlineError("slow", Phase.SECRET),
        DeadlineError("slow", Phase.STREAM),
    ],
)
def test_what_stays_is_not_tried_again(world: StoryWorld, error: ConteurError) -> None:
    """A bad key, a used-up quota, a bad prompt or a refusal ends the call at its first attempt."""
    world.models = [telling("a", failing(error))]
    with pytest.raises(type(error)):
        world.tell()
    assert world.models[0].asked == 1


def test_each_model_has_its_price(world: StoryWorld) -> None:
    """A story costs what the model that told it takes, and what broke off before is not known."""
    world.models = [telling("a", failing(OUTAGE)), telling("b")]
    assert world.tell().story.cost_micros == COST
    assert world.counted(STORY_COST_MICROS) == {("b",): COST}


def test_each_model_has_its_tokens(world: StoryWorld) -> None:
    """Counted are the tokens that the model reported which told the story, both ways."""
    world.models = [telling("a", failing(OUTAGE)), telling("b")]
    usage = world.tell().story.usage
    assert world.counted(STORY_TOKENS) == {
        ("b", "input"): usage.input_tokens,
        ("b", "output"): usage.output_tokens,
    }


def test_three_attempts_and_no_more(world: StoryWorld) -> None:
    """A model that only fails is asked three times, with waits that grow, and the call fails."""
    world.models = [SerialModel([failing(OUTAGE)])]
    with pytest.raises(OpenAIError):
        world.tell()
    assert world.models[0].asked == 3
    assert world.cancellation.waits == [0.5, 1.0]


def test_retry_after_is_honoured(world: StoryWorld) -> None:
    """A model that asks to be left alone for 4 s is left alone for 4 s."""
    world.models = [telling("a", failing(limited(4.0)))]
    world.tell()
    assert world.cancellation.waits == [4.0]


def test_never_past_the_deadline(world: StoryWorld) -> None:
    """A wait that leaves no time for a story is not begun; the caller learns how long to wait."""
    world.models = [telling("a", failing(limited(25.5)))]
    with pytest.raises(OpenAIRateLimitError) as error:
        world.tell()
    assert error.value.retry_after_seconds == 25.5
    assert (world.cancellation.waits, world.models[0].asked) == ([], 1)


def test_no_attempt_without_time(world: StoryWorld) -> None:
    """A failure that comes with less than a second left is the call's last."""
    world.models = [SerialModel([failing(OUTAGE)], on_asked=lambda: world.clock.advance(25.5))]
    with pytest.raises(OpenAIError):
        world.tell()
    assert world.models[0].asked == 1


def test_no_time_for_a_first_attempt(world: StoryWorld) -> None:
    """A story that was admitted too late is told as late there, and no model is asked or blamed."""
    world.stories.on_call = lambda _method: world.clock.advance(25.5)
    world.models = [telling("a")]
    with pytest.raises(DeadlineError) as error:
        world.tell()
    assert (error.value.phase, world.models[0].asked) == (Phase.ADMISSION, 0)


def test_an_overloaded_instance_does_not_try_again(world: StoryWorld) -> None:
    """What is slow for want of memory here is not made slower by another attempt."""
    world.models = [telling("a", failing(SILENCE))]
    world.load.memory = 0.95
    with pytest.raises(DeadlineError):
        world.tell()
    assert world.models[0].asked == 1


def test_shown_text_is_taken_back(world: StoryWorld) -> None:
    """The text of a broken attempt is taken back when the next one has text of its own."""
    world.models = [telling("a", failing(OUTAGE, TextDelta("Title\n\nA bear ")))]
    world.tell()
    assert world.listener.taken_back_after == ["A bear"]
    assert world.listener.text == WHOLE


def test_shown_text_stays_until_there_is_better(world: StoryWorld) -> None:
    """Where no later attempt tells anything, reader and store keep what was shown."""
    world.models = [SerialModel([failing(OUTAGE, TextDelta("Title\n\nA bear ")), failing(OUTAGE)])]
    with pytest.raises(OpenAIError):
        world.tell()
    failure = world.stories.kept["alice", REQUEST.request_id].failure
    assert failure is not None
    assert failure.released == world.listener.text == "A bear"
    assert world.listener.taken_back_after == []


def test_nothing_shown_nothing_taken_back(world: StoryWorld) -> None:
    """An attempt that broke off before its first prose leaves nothing to take back."""
    world.models = [telling("a", failing(OUTAGE, TextDelta("Title")))]
    world.tell()
    assert world.listener.taken_back_after == []


def test_an_unusable_story_is_told_again(world: StoryWorld) -> None:
    """A story without an end, or without a text, counts as an outage and is told again."""
    world.models = [telling("a", ScriptedModel(STORY[:2]), ScriptedModel(STORY[2:]))]
    assert world.tell().story.story.text == WHOLE
    assert world.counted(MODEL_ATTEMPTS) == {
        ("a", "OPENAI_ERROR", "outage"): 2,
        ("a", "NONE", "NONE"): 1,
    }


def test_a_model_that_does_not_stop(world: StoryWorld) -> None:
    """A story that no document could hold is broken off, and what was shown of it can be kept."""
    endless = [TextDelta("Title\n\n"), *[TextDelta("A fox ran. " * 900)] * 20]
    world.models = [SerialModel([ScriptedModel(endless)])]
    with pytest.raises(OpenAIError, match="does not stop writing"):
        world.tell()
    failure = world.stories.kept["alice", REQUEST.request_id].failure
    assert failure is not None
    assert 80_000 < len(failure.released) <= 100_000


def test_the_other_model_takes_over(world: StoryWorld) -> None:
    """On an outage of the first model the second is asked at once, and the first after a wait."""
    world.models = [telling("a", failing(OUTAGE)), telling("b", failing(OUTAGE))]
    world.tell()
    assert (world.models[0].asked, world.models[1].asked) == (2, 1)
    assert world.cancellation.waits == [0.0, 1.0]


def test_a_limited_model_is_stepped_round(world: StoryWorld) -> None:
    """Where the first model asks for a long wait, the second tells the story."""
    world.models = [telling("a", failing(limited(60.0))), telling("b")]
    world.tell()
    assert (world.models[0].asked, world.models[1].asked) == (1, 1)


def test_a_bad_key_is_nobodys_turn(world: StoryWorld) -> None:
    """What another model could not do better either is not tried with it."""
    world.models = [telling("a", failing(OpenAIError("x", OpenAIFailure.KEY))), telling("b")]
    with pytest.raises(OpenAIError):
        world.tell()
    assert world.models[1].asked == 0


def test_an_open_circuit_is_stepped_round(world: StoryWorld) -> None:
    """A model whose circuit is open is not asked, and the next one tells the story."""
    world.rule = CircuitRule(failures=1)
    world.models = [SerialModel([failing(OUTAGE)], "a"), telling("b")]
    world.tell()
    world.uid = "bob"
    world.tell()
    assert (world.models[0].asked, world.models[1].asked) == (1, 2)


def test_all_circuits_open(world: StoryWorld) -> None:
    """Where every model rests, the call fails at once with the time to wait, and is kept so."""
    world.rule = CircuitRule(failures=1, rest_seconds=30)
    world.models = [SerialModel([failing(OUTAGE)], "a")]
    with pytest.raises(OpenAIError):
        world.tell()
    world.uid = "bob"
    with pytest.raises(CircuitOpenError) as error:
        world.tell()
    assert (error.value.retry_after_seconds, world.models[0].asked) == (30, 1)
    assert world.stories.kept["bob", REQUEST.request_id].state is State.FAILED


def test_the_client_leaves_while_it_waits(world: StoryWorld) -> None:
    """A client that leaves between two attempts ends the call; what was shown is kept."""
    model = failing(OUTAGE, TextDelta("Title\n\nA bear "))
    world.models = [SerialModel([model], on_asked=world.cancellation.cancel)]
    with pytest.raises(ClientGoneError):
        world.tell()
    failure = world.stories.kept["alice", REQUEST.request_id].failure
    assert failure is not None
    assert (failure.reason, failure.released, failure.retryable) == ("CLIENT_GONE", "A bear", True)
    assert world.models[0].asked == 1


def test_each_failed_attempt_is_logged(
    world: StoryWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log says of each failed attempt which model failed, why, and what comes next."""
    world.models = [SerialModel([failing(OUTAGE)], "a")]
    with pytest.raises(OpenAIError):
        world.tell()
    lines = list(_logged(capsys, "model.attempt_failed"))
    assert [line.get("next") for line in lines] == [
        "Retry attempt 2 of 3 in 0.50 s",
        "Retry attempt 3 of 3 in 1.00 s",
        None,
    ]
    assert {(line["model"], line["reason"], line["kind"]) for line in lines} == {
        ("a", "OPENAI_ERROR", "outage")
    }


def _logged(capsys: pytest.CaptureFixture[str], event: str) -> Iterator[dict[str, str]]:
    for text in capsys.readouterr().out.splitlines():
        line = json.loads(text)
        if line["event"] == event:
            yield line
