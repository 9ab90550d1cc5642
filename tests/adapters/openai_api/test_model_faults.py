"""One attempt at a story against a server that fails in every way."""

import socket
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest

from conteur.adapters.api_key import ApiKey
from conteur.adapters.openai_api.bounds import ModelLimits
from conteur.adapters.openai_api.client import connect_models
from conteur.domain.deadline import Deadline
from conteur.errors import (
    ConteurError,
    DeadlineError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    Phase,
    PromptBlockedError,
)
from tests.adapters.conftest import AMPLE, CLOCK, FOREVER, Teller, Telling
from tests.adapters.events import STORY, STORY_END, chat_chunk
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

HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
SHORT = 0.05


def outage(teller: Teller) -> bool:
    error = teller.fails()
    return isinstance(error, OpenAIError) and error.facts["kind"] == OpenAIFailure.OUTAGE


def timeout(teller: Teller, seconds: float = FOREVER) -> tuple[Phase, str | None]:
    error = teller.fails(seconds)
    assert isinstance(error, DeadlineError)
    return Phase(error.facts["phase"]), error.facts.get("cause")


@pytest.mark.parametrize(
    "reply",
    [
        hang_up,
        then(open_stream(chat_chunk("Once")), hang_up),
        stream(chat_chunk("Once")),
        stream(chat_chunk("Once"), b"data: {broken\n\n", *STORY_END),
        answer(200, {"choices": []}),
        answer(200, b"<html>", "Content-Type: text/html\r\n"),
        answer(200, b"no gzip", "Content-Encoding: gzip\r\n"),
        answer(500, b"no gzip", "Content-Encoding: gzip\r\n"),
        drip(b"nonsense, not HTTP\r\n\r\n"),
        *(answer(status, {}) for status in (408, 409, 500, 502, 503, 504)),
    ],
)
def test_a_server_that_fails_is_an_outage(
    server: ScriptedServer, telling: Telling, reply: Reply
) -> None:
    """Cut lines, missing ends, broken chunks, foreign bodies and 5xx are all an outage."""
    server.will(reply)
    assert outage(telling())


def test_a_refused_connection_is_an_outage(key: ApiKey) -> None:
    """A server that does not listen is an outage, in the system's own words."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    with closing(connect_models(["asked-model"], url, key, CLOCK)[0]) as model:
        error = Teller(model).fails()
    assert "Connection refused" in error.message


@pytest.mark.parametrize(
    ("reply", "limits", "phase", "cause"),
    [
        (silence, replace(AMPLE, first_token=0.5), Phase.FIRST_TOKEN, "slow_model"),
        (
            then(open_stream(b": thinking\n\n"), silence),
            replace(AMPLE, first_token=0.5),
            Phase.FIRST_TOKEN,
            "slow_model",
        ),
        (
            then(open_stream(chat_chunk("Once")), silence),
            replace(AMPLE, idle=0.5),
            Phase.IDLE,
            "slow_model",
        ),
        (drip(HEADERS * 9), replace(AMPLE, first_token=0.5), Phase.FIRST_TOKEN, "slow_model"),
    ],
    ids=["black hole", "no token", "stall", "drip"],
)
def test_each_wait_has_its_limit(
    server: ScriptedServer,
    telling: Telling,
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
    server: ScriptedServer, telling: Telling, reply: Reply, phase: Phase
) -> None:
    """Neither a black hole nor a drip, before the headers or after, goes past the deadline."""
    server.will(reply)
    assert timeout(telling(), seconds=0.5)[0] is phase


def test_a_kept_connection_has_the_bounds_of_its_new_request(
    server: ScriptedServer, telling: Telling
) -> None:
    """A story on a connection that is kept from another one has limits of its own."""
    server.will(stream(chat_chunk("Once"), *STORY_END), silence)
    telling().tell()
    assert timeout(telling(replace(AMPLE, first_token=SHORT)))[0] is Phase.FIRST_TOKEN
    assert server.connections == 1


def test_a_redirect_is_not_followed(server: ScriptedServer, telling: Telling) -> None:
    """Prompt and key go to no other server than the one of the settings."""
    server.will(answer(307, {}, "Location: /elsewhere\r\n"))
    error = telling().fails()
    assert isinstance(error, OpenAIError)
    assert error.facts["kind"] == OpenAIFailure.PROMPT
    assert len(server.received) == 1


def test_no_time_at_all_is_a_timeout(server: ScriptedServer, telling: Telling) -> None:
    """With the deadline past, neither key nor connection is waited for, and nothing is sent."""
    assert timeout(telling(), seconds=-1) == (Phase.CONNECT, None)
    assert server.connections == 0


def test_no_time_at_all_leaves_kept_connections_alone(
    server: ScriptedServer, telling: Telling
) -> None:
    """A request that comes too late neither uses a kept connection nor closes it."""
    server.will(stream(*STORY), stream(*STORY))
    telling().tell()
    timeout(telling(), seconds=-1)
    telling().tell()
    assert (server.connections, len(server.received)) == (1, 2)


def test_a_key_that_comes_too_late_is_not_used(
    server: ScriptedServer, telling: Telling, secrets: FakeSecrets, clock: FakeClock
) -> None:
    """Where the deadline passes while the key is read, no request follows."""
    secrets.on_read = partial(clock.advance, 31)
    story = telling(clock=clock).story(Deadline(clock.monotonic() + 30))
    with pytest.raises(DeadlineError):
        next(story)
    assert server.connections == 0


def test_an_endless_answer_is_an_outage(server: ScriptedServer, telling: Telling) -> None:
    """An answer beyond the largest size is cut, with or without line ends."""
    server.will(then(open_stream(b"x" * 5000), silence))
    assert outage(telling(replace(AMPLE, answer_bytes=4000)))


def test_a_rate_limit_keeps_the_wait(server: ScriptedServer, telling: Telling) -> None:
    """A 429 is not tried again here: the error says when to."""
    server.will(answer(429, {}, "Retry-After: 7\r\n"))
    error = telling().fails()
    assert isinstance(error, OpenAIRateLimitError)
    assert error.retry_after_seconds == 7
    assert len(server.received) == 1


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
    server: ScriptedServer, telling: Telling, status: int, code: str, kind: type[ConteurError]
) -> None:
    """What cannot succeed is not sent again, and the error holds nothing of request or answer."""
    server.will(answer(status, {"error": {"code": code, "message": "A shy fox, test-key"}}))
    error = telling().fails()
    assert type(error) is kind
    assert len(server.received) == 1
    assert not {"fox", "test-key"} & set(f"{error} {error!r} {error.details()}".split())
    assert error.__cause__ is None
