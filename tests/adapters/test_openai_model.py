"""One attempt at a story against a server that fails in every way."""

import gzip
import socket
from dataclasses import replace
from functools import partial

import pytest

from conteur.adapters.api_key import ApiKey
from conteur.adapters.model_bounds import ModelLimits
from conteur.adapters.openai_chat import ChatDialect
from conteur.adapters.openai_client import connect_model
from conteur.domain.deadline import Deadline
from conteur.domain.model_events import Finished, TextDelta
from conteur.errors import (
    ConteurError,
    DeadlineError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    Phase,
    PromptBlockedError,
)
from tests.adapters.conftest import AMPLE, CLOCK, PROMPT, MakeTeller, Teller
from tests.adapters.events import DONE, chat_chunk, chat_usage, event
from tests.adapters.fake_secrets import FakeSecrets
from tests.adapters.scripted_server import (
    PATIENCE,
    Reply,
    ScriptedServer,
    answer,
    drip,
    hang_up,
    open_stream,
    silence,
    stream,
    then,
)
from tests.fakes import FakeClock

END = (chat_chunk(finish="stop"), chat_usage(5, 2), DONE)
STORY = (chat_chunk("Once "), chat_chunk("upon"), *END)
HEADERS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)
SHORT = 0.05


@pytest.fixture
def telling(teller: MakeTeller) -> MakeTeller:
    return partial(teller, ChatDialect())


def failure(teller: Teller, seconds: float = 30.0) -> ConteurError:
    with pytest.raises(ConteurError) as caught:
        teller.tell(seconds)
    return caught.value


def outage(teller: Teller) -> bool:
    error = failure(teller)
    return isinstance(error, OpenAIError) and error.kind is OpenAIFailure.OUTAGE


def timeout(teller: Teller, seconds: float = 30.0) -> tuple[Phase, str | None]:
    error = failure(teller, seconds)
    assert isinstance(error, DeadlineError)
    return error.phase, error.facts.get("cause")


def test_a_story_comes_in_pieces_and_ends(server: ScriptedServer, telling: MakeTeller) -> None:
    """Each delta is an event, and the last one is the terminal event."""
    server.will(stream(*STORY))
    teller = telling()
    teller.tell()
    assert [type(heard) for heard in teller.heard] == [TextDelta, TextDelta, Finished]
    assert teller.text == "Once upon"


def test_a_delta_is_told_before_the_next_one_comes(
    server: ScriptedServer, telling: MakeTeller
) -> None:
    """Nothing waits for the end of the answer."""
    server.will(then(open_stream(chat_chunk("Once ")), silence))
    story = telling().model.tell(PROMPT, Deadline(CLOCK.monotonic() + 30), "user")
    assert next(story) == TextDelta("Once ")
    story.close()


def test_closing_early_closes_the_connection_at_once(
    server: ScriptedServer, telling: MakeTeller
) -> None:
    """A story that nobody listens to any more is not paid for to its end."""
    server.will(then(open_stream(chat_chunk("Once ")), silence))
    story = telling().model.tell(PROMPT, Deadline(CLOCK.monotonic() + 30), "user")
    next(story)
    story.close()
    assert server.hung_up.wait(PATIENCE)


def test_connections_are_kept(server: ScriptedServer, telling: MakeTeller) -> None:
    """The next story uses the same connection, even after a refusal."""
    server.will(stream(*STORY), answer(500, {}), stream(*STORY))
    teller = telling()
    teller.tell()
    failure(teller)
    teller.tell()
    assert server.connections == 1


def test_a_server_that_never_closes_its_body_delays_nothing(
    server: ScriptedServer, telling: MakeTeller
) -> None:
    """After `[DONE]` the story is whole, whatever the connection does."""
    server.will(then(open_stream(*STORY), silence))
    teller = telling(replace(AMPLE, ending=SHORT))
    teller.tell()
    assert teller.text == "Once upon"


def test_text_cut_within_characters_comes_out_whole(
    server: ScriptedServer, telling: MakeTeller
) -> None:
    """UTF-8 cut between packets and surrogates cut between events are joined."""
    raw = 'data: {"choices": [{"delta": {"content": "é🦊"}}]}\r\n\r\n'.encode()
    halves = [event({"choices": [{"delta": {"content": half}}]}) for half in ("\ud83e", "\udd8a")]
    packets = [raw[start : start + 1] for start in range(len(raw))]
    server.will(stream(b": thinking\n\n", *packets, *halves, *END))
    teller = telling()
    teller.tell()
    assert teller.text == "é🦊🦊"


@pytest.mark.parametrize(
    "reply",
    [
        hang_up,
        then(open_stream(chat_chunk("Once")), hang_up),
        stream(chat_chunk("Once")),
        stream(chat_chunk("Once"), b"data: {broken\n\n", *END),
        answer(200, {"choices": []}),
        answer(200, b"<html>", "Content-Type: text/html\r\n"),
        answer(200, b"no gzip", "Content-Encoding: gzip\r\n"),
        answer(500, b"no gzip", "Content-Encoding: gzip\r\n"),
        drip(b"nonsense, not HTTP\r\n\r\n"),
        *(answer(status, {}) for status in (408, 409, 500, 502, 503, 504)),
    ],
)
def test_a_server_that_fails_is_an_outage(
    server: ScriptedServer, telling: MakeTeller, reply: Reply
) -> None:
    """Cut lines, missing ends, broken chunks, foreign bodies and 5xx are all an outage."""
    server.will(reply)
    assert outage(telling())


def test_a_compressed_answer_is_read_though_none_is_asked_for(
    server: ScriptedServer, telling: MakeTeller
) -> None:
    """Compression is declined, for it holds words back, but understood."""
    packed = gzip.compress(b"".join(STORY))
    server.will(stream(packed, headers="Content-Encoding: gzip\r\n"))
    teller = telling()
    teller.tell()
    assert teller.text == "Once upon"
    assert server.received[0].headers["accept-encoding"] == "identity"


def test_a_refused_connection_is_an_outage(key: ApiKey) -> None:
    """A server that does not listen is an outage, in the system's own words."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    error = failure(Teller(connect_model("asked-model", url, key, CLOCK)))
    assert "Connection refused" in error.message


@pytest.mark.parametrize(
    ("reply", "limits", "phase", "cause"),
    [
        (silence, replace(AMPLE, first_token=SHORT), Phase.FIRST_TOKEN, None),
        (
            then(open_stream(b": thinking\n\n"), silence),
            replace(AMPLE, first_token=0.3),
            Phase.FIRST_TOKEN,
            "slow_model",
        ),
        (
            then(open_stream(chat_chunk("Once")), silence),
            replace(AMPLE, idle=SHORT),
            Phase.IDLE,
            None,
        ),
        (drip(HEADERS * 9), replace(AMPLE, first_token=0.2), Phase.FIRST_TOKEN, "slow_model"),
    ],
    ids=["black hole", "no token", "stall", "drip"],
)
def test_each_wait_has_its_limit(
    server: ScriptedServer,
    telling: MakeTeller,
    reply: Reply,
    limits: ModelLimits,
    phase: Phase,
    cause: str | None,
) -> None:
    """A server that is silent, thinks for ever, stalls or drips is left in its own phase."""
    server.will(reply)
    assert timeout(telling(limits)) == (phase, cause)
    assert server.hung_up.wait(PATIENCE)


@pytest.mark.parametrize(
    ("reply", "phase"),
    [
        (silence, Phase.FIRST_TOKEN),
        (drip(HEADERS * 9), Phase.FIRST_TOKEN),
        (then(open_stream(chat_chunk("Once")), drip(b"1\r\n:\r\n" * 99)), Phase.STREAM),
        (then(open_stream(chat_chunk("Once")), silence), Phase.STREAM),
    ],
    ids=["black hole", "dripped headers", "dripped body", "stall"],
)
def test_nothing_outlives_the_deadline(
    server: ScriptedServer, telling: MakeTeller, reply: Reply, phase: Phase
) -> None:
    """Neither a black hole nor a drip, before the headers or after, goes past the deadline."""
    server.will(reply)
    assert timeout(telling(), seconds=0.2)[0] is phase


def test_no_time_at_all_is_a_timeout(server: ScriptedServer, telling: MakeTeller) -> None:
    """With the deadline past, not even the key is waited for, and nothing is sent."""
    assert timeout(telling(), seconds=-1)[0] is Phase.SECRET
    assert server.received == []


def test_a_slow_listener_does_not_use_up_the_model_s_time(
    server: ScriptedServer, telling: MakeTeller, clock: FakeClock
) -> None:
    """The limit between two pieces is for the wait on the model, not for their use."""
    server.will(stream(*STORY))
    story = telling(clock=clock).model.tell(PROMPT, Deadline(clock.monotonic() + 30), "user")
    next(story)
    clock.advance(20)
    assert isinstance(list(story)[-1], Finished)


def test_an_endless_answer_is_an_outage(server: ScriptedServer, telling: MakeTeller) -> None:
    """An answer beyond the largest size is cut, with or without line ends."""
    server.will(then(open_stream(b"x" * 5000), silence))
    assert outage(telling(replace(AMPLE, answer_bytes=4000)))


def test_a_refused_key_is_replaced_once(
    server: ScriptedServer, telling: MakeTeller, secrets: FakeSecrets, key: ApiKey, clock: FakeClock
) -> None:
    """A 401 after the key has rotated is sent again with the new key, and the story is told."""
    key.get(PATIENCE)
    secrets.values.append("newer-test-key")
    clock.advance(30)
    server.will(answer(401, {}), stream(*STORY))
    telling().tell()
    sent = [request.headers["authorization"] for request in server.received]
    assert sent == ["Bearer test-key", "Bearer newer-test-key"]


def test_a_refused_key_is_an_error_of_the_key(server: ScriptedServer, telling: MakeTeller) -> None:
    """A 401 with the latest key is not tried again."""
    server.will(answer(401, {"error": {"code": "invalid_api_key", "message": "Bad test-key"}}))
    error = failure(telling())
    assert isinstance(error, OpenAIError)
    assert error.kind is OpenAIFailure.KEY
    assert len(server.received) == 1


def test_a_rate_limit_keeps_the_wait(server: ScriptedServer, telling: MakeTeller) -> None:
    """A 429 is not tried again here: the error says when to."""
    server.will(answer(429, {}, "Retry-After: 7\r\n"))
    error = failure(telling())
    assert isinstance(error, OpenAIRateLimitError)
    assert error.retry_after_seconds == 7
    assert len(server.received) == 1


def test_reaching_the_server_is_free(server: ScriptedServer, telling: MakeTeller) -> None:
    """To look whether the server is there, its list of models is asked for."""
    server.will(answer(200, {"data": []}))
    telling().model.reach(PATIENCE)
    assert server.received[0].path == "/v1/models"


def test_reaching_a_server_that_refuses_says_why(
    server: ScriptedServer, telling: MakeTeller
) -> None:
    """A refused key shows when the server is reached, not only when a story is asked for."""
    server.will(answer(401, {}))
    with pytest.raises(OpenAIError, match="OPENAI_SECRET"):
        telling().model.reach(PATIENCE)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "", OpenAIError),
        (429, "insufficient_quota", OpenAIError),
        (400, "invalid_prompt", PromptBlockedError),
        (404, "model_not_found", OpenAIError),
    ],
)
def test_a_refusal_is_sent_once_and_quotes_nothing(
    server: ScriptedServer, telling: MakeTeller, status: int, code: str, kind: type[ConteurError]
) -> None:
    """What cannot succeed is not sent again, and the error holds nothing of request or answer."""
    server.will(answer(status, {"error": {"code": code, "message": "A shy fox, test-key"}}))
    error = failure(telling())
    assert type(error) is kind
    assert len(server.received) == 1
    assert not {"fox", "test-key"} & set(f"{error} {error!r} {error.details()}".split())
    assert error.__cause__ is None
