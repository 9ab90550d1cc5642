"""The Responses dialect: what is asked, and how an answer is read."""

import pytest

from conteur.adapters.openai_api.responses import ResponsesDialect, ResponsesReader
from conteur.domain.model_events import Finish, Finished, Usage
from conteur.errors import (
    ConteurError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    OutputBlockedError,
    PromptBlockedError,
)
from tests.adapters.conftest import MakeTeller
from tests.adapters.events import event, response_delta, response_end
from tests.adapters.scripted_server import ScriptedServer, answer, stream

STORY = (response_delta("Once "), response_delta("upon"), response_end())


def read(*events: bytes) -> tuple[str, Finished]:
    reader = ResponsesReader("asked-model")
    text = "".join(reader.feed(sent.removeprefix(b"data: ").strip()) for sent in events)
    return text, reader.finished()


def error_of(*events: bytes) -> ConteurError:
    with pytest.raises(ConteurError) as caught:
        read(*events)
    return caught.value


def test_a_whole_answer_is_text_finish_usage_and_model() -> None:
    """The deltas make the text; usage and model come with the terminal event."""
    assert read(*STORY) == ("Once upon", Finished(Finish.STOP, Usage(7, 9), "told-model"))


def test_events_of_other_kinds_are_passed_over() -> None:
    """Events about the response's life, its items and its reasoning hold no text."""
    other = [
        event({"type": kind}) for kind in ("response.created", "response.reasoning_text.delta")
    ]
    assert read(*other, *STORY)[0] == "Once upon"


def test_an_answer_that_met_its_limit_finishes_by_length() -> None:
    """An incomplete response for want of tokens is a story that was cut at its length."""
    end = response_end("incomplete", incomplete_details={"reason": "max_output_tokens"})
    assert read(response_delta("Once"), end)[1].finish is Finish.LENGTH


@pytest.mark.parametrize(
    "sent",
    [
        event({"type": "response.refusal.delta", "delta": "I would"}),
        event({"type": "response.refusal.done", "refusal": "I would rather not"}),
        response_end("incomplete", incomplete_details={"reason": "content_filter"}),
    ],
)
def test_a_refused_story_is_blocked_output(sent: bytes) -> None:
    """A refusal and a content filter are the model's decision, not a failure."""
    assert isinstance(error_of(sent), OutputBlockedError)


@pytest.mark.parametrize("sent", [(), STORY[:2]], ids=["nothing", "no terminal event"])
def test_an_answer_without_its_end_is_an_outage(sent: tuple[bytes, ...]) -> None:
    """Without its terminal event an answer is cut short, never a story."""
    error = error_of(*sent)
    assert isinstance(error, OpenAIError)
    assert error.facts["kind"] == OpenAIFailure.OUTAGE


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("server_error", OpenAIError),
        ("rate_limit_exceeded", OpenAIRateLimitError),
        ("invalid_prompt", PromptBlockedError),
    ],
)
def test_a_failed_response_is_told_by_its_code(code: str, kind: type[ConteurError]) -> None:
    """A failed response and an error event mean the same refusal."""
    error = {"code": code, "message": "quoting a fox"}
    assert type(error_of(response_end("failed", error=error))) is kind
    assert type(error_of(event({"type": "error", **error}))) is kind
    assert type(error_of(event({"type": "error", "error": error}))) is kind


@pytest.mark.parametrize(
    "payload",
    [
        b"{}",
        b'{"type": "response.output_text.delta"}',
        b'{"type": "response.output_text.delta", "delta": 7}',
        b'{"type": "response.completed"}',
        b'{"type": "response.completed", "response": {"usage": 7}}',
        b'{"type": "response.incomplete", "response": {}}',
        b"not json",
    ],
)
def test_a_malformed_event_is_an_outage(payload: bytes) -> None:
    """Whatever is not an event of the API is an outage, and quoted nowhere."""
    error = error_of(payload)
    assert isinstance(error, OpenAIError)
    assert error.facts["kind"] == OpenAIFailure.OUTAGE


def test_an_unknown_reason_to_stop_is_an_outage() -> None:
    """A response that is incomplete for another reason is never a story."""
    assert isinstance(
        error_of(response_end("incomplete", incomplete_details={"reason": "new"})), OpenAIError
    )


def test_what_is_asked_of_the_server(server: ScriptedServer, teller: MakeTeller) -> None:
    """The response is streamed, bounded and not kept; the user is a hash; little is reasoned."""
    server.will(stream(*STORY))
    teller(ResponsesDialect()).tell()
    request = server.received[0]
    assert request.path == "/v1/responses"
    assert request.headers["authorization"] == "Bearer test-key"
    assert request.body == {
        "model": "asked-model",
        "instructions": "Be kind.",
        "input": "A shy fox",
        "max_output_tokens": 100,
        "safety_identifier": "user-hash",
        "reasoning": {"effort": "minimal"},
        "store": False,
        "stream": True,
    }


def test_a_model_gets_the_least_effort_that_it_knows(
    server: ScriptedServer, teller: MakeTeller
) -> None:
    """A refused effort is replaced by the next one, then and ever after."""
    refused = {"error": {"param": "reasoning.effort", "code": "unsupported_value"}}
    server.will(answer(400, refused), answer(400, refused), stream(*STORY), stream(*STORY))
    asking = teller(ResponsesDialect())
    asking.tell()
    asking.tell()
    efforts = [request.body["reasoning"]["effort"] for request in server.received]
    assert efforts == ["minimal", "none", "low", "low"]


def test_a_model_that_does_not_reason_is_asked_without_effort(
    server: ScriptedServer, teller: MakeTeller
) -> None:
    """Where the parameter itself is unknown, no other value is tried."""
    refused = {"error": {"param": "reasoning.effort", "code": "unsupported_parameter"}}
    server.will(answer(400, refused), stream(*STORY))
    teller(ResponsesDialect()).tell()
    assert "reasoning" not in server.received[1].body
