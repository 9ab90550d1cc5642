"""One attempt at a story: what is told, which connection and which key it uses."""

import gzip
from dataclasses import replace

import pytest

from conteur.adapters.api_key import ApiKey
from conteur.domain.deadline import Deadline
from conteur.domain.model_events import Finished, TextDelta
from conteur.errors import OpenAIError, OpenAIFailure
from tests.adapters.conftest import AMPLE, CLOCK, Telling
from tests.adapters.events import STORY, STORY_END, chat_chunk, event
from tests.adapters.fake_secrets import FakeSecrets
from tests.adapters.scripted_server import (
    PATIENCE,
    ScriptedServer,
    answer,
    open_stream,
    silence,
    stream,
    then,
)
from tests.fakes import FakeClock

SHORT = 0.05


def test_a_story_comes_in_pieces_and_ends(server: ScriptedServer, telling: Telling) -> None:
    """What came is passed on, and the last event is the terminal one."""
    server.will(stream(*STORY))
    teller = telling()
    teller.tell()
    *deltas, last = [type(heard) for heard in teller.heard]
    assert (set(deltas), last) == ({TextDelta}, Finished)
    assert teller.text == "Once upon"


def test_a_delta_is_told_before_the_next_one_comes(
    server: ScriptedServer, telling: Telling
) -> None:
    """Nothing waits for the end of the answer."""
    server.will(then(open_stream(chat_chunk("Once ")), silence))
    story = telling().story(Deadline(CLOCK.monotonic() + 30))
    assert next(story) == TextDelta("Once ")
    story.close()


def test_closing_early_closes_the_connection_at_once(
    server: ScriptedServer, telling: Telling
) -> None:
    """A story that nobody listens to any more is not paid for to its end."""
    server.will(then(open_stream(chat_chunk("Once ")), silence))
    story = telling().story(Deadline(CLOCK.monotonic() + 30))
    next(story)
    story.close()
    assert server.hung_up.wait(PATIENCE)


def test_connections_are_kept(server: ScriptedServer, telling: Telling) -> None:
    """The next story uses the same connection, even after a refusal."""
    server.will(stream(*STORY), answer(500, {}), stream(*STORY))
    teller = telling()
    teller.tell()
    teller.fails()
    teller.tell()
    assert server.connections == 1


def test_a_server_that_never_closes_its_body_delays_nothing(
    server: ScriptedServer, telling: Telling
) -> None:
    """After `[DONE]` the story is whole, and the connection is waited for but shortly."""
    server.will(then(open_stream(*STORY), silence))
    teller = telling(replace(AMPLE, idle=2 * PATIENCE, ending=SHORT))
    teller.tell()
    assert teller.text == "Once upon"
    assert server.hung_up.wait(PATIENCE)


def test_text_cut_within_characters_comes_out_whole(
    server: ScriptedServer, telling: Telling
) -> None:
    """UTF-8 cut between packets is joined; halves that JSON escapes sent apart pass as they are."""
    raw = 'data: {"choices": [{"delta": {"content": "é🦊"}}]}\r\n\r\n'.encode()
    halves = [event({"choices": [{"delta": {"content": half}}]}) for half in ("\ud83e", "\udd8a")]
    packets = [raw[start : start + 1] for start in range(len(raw))]
    server.will(stream(b": thinking\n\n", *packets, *halves, *STORY_END))
    teller = telling()
    teller.tell()
    assert teller.text == "é🦊\ud83e\udd8a"


def test_a_compressed_answer_is_read_though_none_is_asked_for(
    server: ScriptedServer, telling: Telling
) -> None:
    """Compression is declined, for it holds words back, but understood."""
    packed = gzip.compress(b"".join(STORY))
    server.will(stream(packed, headers="Content-Encoding: gzip\r\n"))
    teller = telling()
    teller.tell()
    assert teller.text == "Once upon"
    assert server.received[0].headers["accept-encoding"] == "identity"


def test_a_slow_listener_does_not_use_up_the_model_s_time(
    server: ScriptedServer, telling: Telling, clock: FakeClock
) -> None:
    """The limit between two pieces is for the wait on the model, not for their use."""
    server.will(stream(*STORY))
    story = telling(clock=clock).story(Deadline(clock.monotonic() + 30))
    next(story)
    clock.advance(20)
    assert isinstance(list(story)[-1], Finished)


def test_a_refused_key_is_replaced_once(
    server: ScriptedServer, telling: Telling, secrets: FakeSecrets, key: ApiKey, clock: FakeClock
) -> None:
    """A 401 after the key has rotated is sent again with the new key, and the story is told."""
    key.get(PATIENCE)
    secrets.values.append("newer-test-key")
    clock.advance(30)
    server.will(answer(401, {}), stream(*STORY))
    telling().tell()
    sent = [request.headers["authorization"] for request in server.received]
    assert sent == ["Bearer test-key", "Bearer newer-test-key"]


def test_a_refused_key_is_an_error_of_the_key(server: ScriptedServer, telling: Telling) -> None:
    """A 401 with the latest key is not tried again."""
    server.will(answer(401, {"error": {"code": "invalid_api_key", "message": "Bad test-key"}}))
    error = telling().fails()
    assert isinstance(error, OpenAIError)
    assert error.facts["kind"] == OpenAIFailure.KEY
    assert len(server.received) == 1


def test_reaching_the_server_is_free(server: ScriptedServer, telling: Telling) -> None:
    """To look whether the server is there, its list of models is asked for."""
    server.will(answer(200, {"data": []}))
    telling().model.reach(PATIENCE)
    assert server.received[0].path == "/v1/models"


def test_reaching_a_server_that_refuses_says_why(server: ScriptedServer, telling: Telling) -> None:
    """A refused key shows when the server is reached, not only when a story is asked for."""
    server.will(answer(401, {}))
    with pytest.raises(OpenAIError, match="OPENAI_SECRET"):
        telling().model.reach(PATIENCE)
