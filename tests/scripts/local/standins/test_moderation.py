"""The stand-in for OpenAI's moderation, asked by the real client."""

from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI

from scripts.local.errors import LocalStackError
from scripts.local.standins.moderation import Breakage, ModerationFault, ModerationStandIn
from scripts.local.standins.moderation_rules import CATEGORIES


@pytest.fixture
def standin() -> ModerationStandIn:
    return ModerationStandIn({"blood": "violence"}, key="the-key")


@pytest.fixture
def client(standin: ModerationStandIn) -> Iterator[OpenAI]:
    with (
        standin.serve() as url,
        OpenAI(api_key="the-key", base_url=url, max_retries=0, timeout=10) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("given", "flagged"),
    [("a fox", [False]), ("blood", [True]), (["a fox", "blood", "a bear"], [False, True, False])],
)
def test_texts_are_flagged(client: OpenAI, given: str | list[str], flagged: list[bool]) -> None:
    """A text, or several, have a result each, with every category that there is."""
    answer = client.moderations.create(input=given, model="omni-moderation-latest")
    assert [result.flagged for result in answer.results] == flagged
    named = answer.results[0].categories.model_dump(by_alias=True)
    assert sorted(named) == sorted(CATEGORIES)


def test_the_model_may_be_left_out(client: OpenAI) -> None:
    """The newest model judges unless another is asked for."""
    assert client.moderations.create(input="a fox").model == "omni-moderation-latest"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"input": []}, openai.BadRequestError),
        ({"input": ""}, openai.BadRequestError),
        ({"input": [""]}, openai.BadRequestError),
        ({"input": [1]}, openai.BadRequestError),
        ({}, openai.BadRequestError),
        ([], openai.BadRequestError),
        ({"input": "a fox", "mood": "kind"}, openai.BadRequestError),
        ({"input": "a fox", "model": "gpt-4o"}, openai.NotFoundError),
    ],
)
def test_bad_requests(client: OpenAI, given: object, error: type[Exception]) -> None:
    """What OpenAI refuses is refused, in the form of its errors."""
    with pytest.raises(error):
        client.post("/moderations", body=given, cast_to=object)


def test_bodies_that_are_no_json(client: OpenAI) -> None:
    """A body has to be JSON, and to say so."""
    for content, kind, status in ((b"{", "application/json", 400), (b"{}", "text/plain", 415)):
        headers = {"Content-Type": kind}
        with pytest.raises(openai.APIStatusError) as caught:
            client.post(
                "/moderations", content=content, cast_to=object, options={"headers": headers}
            )
        assert caught.value.status_code == status


def test_another_key(client: OpenAI) -> None:
    """A request with another key, or none, is not let in."""
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="another").moderations.create(input="a fox")


def test_another_path(client: OpenAI) -> None:
    """There is nothing but moderation."""
    with pytest.raises(openai.NotFoundError):
        client.post("/completions", body={}, cast_to=object)


def test_a_status_on_purpose(client: OpenAI, standin: ModerationStandIn) -> None:
    """A fault begins after some requests, ends after some of its own, and may name a wait."""
    standin.fault = ModerationFault(status=429, retry_after="7", after=1, times=1)
    client.moderations.create(input="a fox")
    with pytest.raises(openai.RateLimitError) as caught:
        client.moderations.create(input="a fox")
    assert caught.value.response.headers["retry-after"] == "7"
    client.moderations.create(input="a fox")
    assert (standin.requests, len(standin.asked)) == (3, 2)


@pytest.mark.parametrize("breakage", [Breakage.CUT, Breakage.CLOSE, Breakage.HANG])
def test_breaking_on_purpose(
    client: OpenAI, standin: ModerationStandIn, breakage: Breakage
) -> None:
    """A connection is cut, closed or kept waiting."""
    standin.fault = ModerationFault(breakage=breakage)
    with pytest.raises(openai.APIConnectionError):
        client.with_options(timeout=0.2).moderations.create(input="a fox")


def test_garbage_on_purpose(client: OpenAI, standin: ModerationStandIn) -> None:
    """An answer of status 200 may be no JSON."""
    standin.fault = ModerationFault(breakage=Breakage.GARBAGE)
    answer = client.post("/moderations", body={"input": "a"}, cast_to=str)
    assert answer.startswith("<html>")


def test_a_port_that_is_taken(standin: ModerationStandIn) -> None:
    """A port that another server has is refused in words."""
    with standin.serve() as url:
        port = int(url.split(":")[2].split("/")[0])
        serving = ModerationStandIn().serve(port)
        with pytest.raises(LocalStackError, match="cannot be used"):
            serving.__enter__()
