"""Texts are judged by OpenAI's moderation, over the wire."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from conteur.adapters.api_key import ApiKey
from conteur.adapters.openai_api.client import connect_models
from conteur.adapters.openai_api.moderation import OpenAIModerator, connect_moderator, verdicts_in
from conteur.adapters.openai_api.sdk import OpenAISdk
from conteur.domain.deadline import Deadline
from conteur.domain.moderation import Verdict
from conteur.errors import ModerationUnavailableError, OpenAIError, SecretUnavailableError
from conteur.use_cases.guard_ports import Moderator
from scripts.local.standins.moderation import Breakage, ModerationFault, ModerationStandIn
from tests.adapters.conftest import CLOCK, FOREVER
from tests.adapters.fake_secrets import FakeSecrets
from tests.adapters.scripted_server import ScriptedServer, answer, drip
from tests.fake_moderator import FakeModerator
from tests.fakes import FakeClock

HARMFUL = {"blood": "violence/graphic", "hate": "hate"}
MODEL = "omni-moderation-latest"
SHORT = 0.2
RESULT: Mapping[str, object] = {"flagged": False, "categories": {"hate": False, "illicit": None}}


def result(**changed: object) -> dict[str, object]:
    """Return an answer on one text that is harmless, but for what is changed in its result."""
    return {"results": [{**RESULT, **changed}]}


@dataclass
class Judging:
    """A moderator, and the stand-in that it asks."""

    standin: ModerationStandIn
    moderator: OpenAIModerator
    seconds: float = FOREVER
    texts: list[str] = field(default_factory=lambda: ["a fox"])

    def fails(self) -> ModerationUnavailableError:
        with pytest.raises(ModerationUnavailableError) as caught:
            self.moderator.judge(self.texts, Deadline(CLOCK.monotonic() + self.seconds))
        return caught.value

    def judge(self, *texts: str) -> list[Verdict]:
        deadline = Deadline(CLOCK.monotonic() + self.seconds)
        return list(self.moderator.judge(texts or self.texts, deadline))


@pytest.fixture
def judging(key: ApiKey) -> Iterator[Judging]:
    standin = ModerationStandIn(HARMFUL, key="test-key")
    with standin.serve() as url, closing(moderator_at(url, key)) as moderator:
        yield Judging(standin, moderator)


def moderator_at(url: str, key: ApiKey, seconds: float = FOREVER) -> OpenAIModerator:
    (model,) = connect_models(["asked-model"], url, key, CLOCK)
    return connect_moderator(MODEL, "", model, key, CLOCK, seconds)


def test_texts_are_judged_in_their_order(judging: Judging) -> None:
    """One request judges all texts, and each has its categories."""
    verdicts = judging.judge("a fox", "blood and hate", "hate")
    assert verdicts == [
        Verdict(),
        Verdict(frozenset({"violence/graphic", "hate"})),
        Verdict(frozenset({"hate"})),
    ]
    assert judging.standin.asked == [["a fox", "blood and hate", "hate"]]


def test_the_fake_judges_alike(judging: Judging) -> None:
    """The fake moderator and the real one, asked the same, say the same."""
    texts = ["a fox", "blood", "hate, blood", "狐 « hate »"]
    moderators: list[Moderator] = [judging.moderator, FakeModerator(HARMFUL)]
    deadline = Deadline(CLOCK.monotonic() + FOREVER)
    real, fake = (list(each.judge(texts, deadline)) for each in moderators)
    assert real == fake


def test_the_story_s_connection_is_shared(server: ScriptedServer, key: ApiKey) -> None:
    """At the story model's server both are asked over one connection."""
    server.will(answer(200, result()), answer(200, {"data": []}))
    (model,) = connect_models(["asked-model"], server.url, key, CLOCK)
    with closing(connect_moderator(MODEL, "", model, key, CLOCK, FOREVER)) as moderator:
        moderator.judge(["a fox"], Deadline(CLOCK.monotonic() + FOREVER))
        model.reach(FOREVER)
    assert server.connections == 1


def test_a_server_of_its_own(server: ScriptedServer, key: ApiKey) -> None:
    """With an address of its own, the story model's server is not asked."""
    (model,) = connect_models(["asked-model"], "http://127.0.0.1:1/v1", key, CLOCK)
    server.will(answer(200, result()))
    with closing(connect_moderator(MODEL, server.url, model, key, CLOCK, FOREVER)) as moderator:
        moderator.judge(["a fox"], Deadline(CLOCK.monotonic() + FOREVER))
    (received,) = server.received
    assert received.body == {"model": MODEL, "input": ["a fox"]}
    assert received.headers["authorization"] == "Bearer test-key"


@pytest.mark.parametrize(
    "fault",
    [
        *(ModerationFault(status=status) for status in (400, 404, 408, 409, 422, 429, 500, 503)),
        ModerationFault(breakage=Breakage.GARBAGE),
        ModerationFault(breakage=Breakage.CUT),
        ModerationFault(breakage=Breakage.CLOSE),
    ],
    ids=str,
)
def test_every_failure_is_one_error(judging: Judging, fault: ModerationFault) -> None:
    """Whatever fails, texts cannot be moderated for the moment, and apps come back later."""
    judging.standin.fault = fault
    error = judging.fails()
    assert error.retry_after_seconds == 30
    assert "Texts cannot be moderated" in error.message


def test_a_server_without_moderation(judging: Judging) -> None:
    """The operator hears which settings name what is not there."""
    judging.standin.fault = ModerationFault(status=404)
    assert "MODERATION_MODEL and MODERATION_BASE_URL" in judging.fails().message


def test_the_server_s_own_wait_is_passed_on(judging: Judging) -> None:
    """A Retry-After, also of no seconds, is kept."""
    for sent, waits in (("7", 7), ("0", 0)):
        judging.standin.fault = ModerationFault(status=429, retry_after=sent)
        assert judging.fails().retry_after_seconds == waits


def test_a_silent_server_is_left(judging: Judging) -> None:
    """A server that does not answer is left at the deadline."""
    judging.standin.fault = ModerationFault(breakage=Breakage.HANG)
    judging.seconds = SHORT
    assert "in time" in judging.fails().message


def test_its_own_limit_comes_before_the_deadline(key: ApiKey) -> None:
    """A judgement takes no longer than its setting, however long the story may take."""
    standin = ModerationStandIn(fault=ModerationFault(breakage=Breakage.HANG))
    with standin.serve() as url, closing(moderator_at(url, key, SHORT)) as moderator:
        assert "in time" in Judging(standin, moderator).fails().message


def test_the_limit_is_for_all_of_it(
    secrets: FakeSecrets, key: ApiKey, clock: FakeClock, ssl_context: ssl.SSLContext
) -> None:
    """The time that the key takes is part of it: nobody is asked once it is used up."""
    secrets.on_read = lambda: clock.advance(2 * SHORT)
    standin = ModerationStandIn()
    with standin.serve() as url, closing(OpenAISdk(url, ssl_context, clock)) as sdk:
        moderator = OpenAIModerator(sdk, key, MODEL, SHORT, clock)
        with pytest.raises(ModerationUnavailableError):
            moderator.judge(["a fox"], Deadline(clock.monotonic() + FOREVER))
    assert standin.requests == 0


def test_a_drip_is_left(server: ScriptedServer, key: ApiKey) -> None:
    """Bytes that keep coming, and never end, are left too."""
    server.will(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + b" " * 9999))
    with closing(moderator_at(server.url, key, SHORT)) as moderator:
        judging = Judging(ModerationStandIn(), moderator)
        judging.fails()


def test_no_time_asks_nobody(judging: Judging) -> None:
    """Past the deadline no request is sent."""
    judging.seconds = 0
    judging.fails()
    assert judging.standin.requests == 0


@pytest.mark.parametrize("breakage", [Breakage.CLOSE, Breakage.CUT])
def test_a_connection_that_breaks_is_made_again(judging: Judging, breakage: Breakage) -> None:
    """A kept connection that the server has closed costs one more request, and no story."""
    judging.judge()
    judging.standin.fault = ModerationFault(breakage=breakage, times=1)
    assert judging.judge() == [Verdict()]
    assert judging.standin.requests == 3


def test_it_is_made_again_once(judging: Judging) -> None:
    """A server that breaks every connection is asked twice."""
    judging.standin.fault = ModerationFault(breakage=Breakage.CLOSE)
    judging.fails()
    assert judging.standin.requests == 2


def test_a_refusal_is_not_asked_again(judging: Judging) -> None:
    """A status is an answer: it is not asked for again."""
    judging.standin.fault = ModerationFault(status=503)
    judging.fails()
    assert judging.standin.requests == 1


def test_a_refused_key_is_replaced_once(
    judging: Judging, secrets: FakeSecrets, key: ApiKey, clock: FakeClock
) -> None:
    """A 401 after the key has rotated is sent again with the new key."""
    key.get(FOREVER)
    secrets.values.append("newer-test-key")
    clock.advance(30)
    judging.standin.key = "newer-test-key"
    assert judging.judge() == [Verdict()]
    assert judging.standin.requests == 2


def test_a_key_that_stays_refused(judging: Judging) -> None:
    """Where there is no newer key, the operator learns which one to renew."""
    judging.standin.key = "another key"
    assert "OPENAI_SECRET" in judging.fails().message
    assert judging.standin.requests == 1


def test_without_a_key(judging: Judging, secrets: FakeSecrets) -> None:
    """Where the key cannot be read, nobody can moderate."""
    secrets.error = SecretUnavailableError("no secret")
    assert "no secret" in judging.fails().message


def test_a_category_that_a_model_does_not_know() -> None:
    """A category of null is none."""
    assert verdicts_in(json.dumps(result()).encode(), 1) == [Verdict()]


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"results": []},
        {"results": {}},
        {"results": [None]},
        {"results": [RESULT, RESULT]},
        result(flagged=None),
        result(flagged="false"),
        result(flagged=True),
        result(categories=None),
        result(categories=["hate"]),
        result(categories={"hate": "no"}),
        result(categories={"hate": 0}),
        result(categories={"hate": True}),
    ],
)
def test_any_other_answer_is_none(document: object) -> None:
    """A verdict is taken only from an answer that is whole and agrees with itself."""
    with pytest.raises(OpenAIError):
        verdicts_in(json.dumps(document).encode(), 1)


@pytest.mark.parametrize("answer", [b"", b"{", b"\xff", b"[" * 100_000], ids=len)
def test_an_answer_that_is_no_json(answer: bytes) -> None:
    """What cannot be parsed is no verdict either, nor what goes too deep."""
    with pytest.raises(OpenAIError):
        verdicts_in(answer, 1)
