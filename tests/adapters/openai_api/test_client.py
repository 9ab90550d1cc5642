"""Where a model comes from, tried on a server that others wrote."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from llmock.pytest_plugin import LLMock

from conteur.adapters.api_key import ApiKey
from conteur.adapters.openai_api.bounds import ModelLimits
from conteur.adapters.openai_api.client import connect_models
from conteur.domain.model_events import Finish
from conteur.errors import (
    DeadlineError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    Phase,
)
from tests.adapters.conftest import CLOCK, Teller
from tests.adapters.fake_secrets import FakeSecrets


@pytest.fixture
def llmock_teller(llmock: LLMock, key: ApiKey) -> Iterator[Teller]:
    limits = ModelLimits(idle=1.0)
    with closing(connect_models(["gpt-4o"], llmock.base_url(), key, CLOCK, limits)[0]) as model:
        yield Teller(model)


def test_connecting_asks_nobody(key: ApiKey, secrets: FakeSecrets) -> None:
    """To have a model costs no request: neither the key nor the server is asked yet."""
    with closing(connect_models(["asked-model"], "", key, CLOCK)[0]) as model:
        assert model.name == "asked-model"
    assert secrets.reads == []


def test_a_whole_story_is_told(llmock: LLMock, llmock_teller: Teller) -> None:
    """A scripted story arrives as it was written, with its usage."""
    llmock.reply("Once upon a time there was a shy fox.")
    finished = llmock_teller.tell()
    assert llmock_teller.text == "Once upon a time there was a shy fox."
    assert finished.finish is Finish.STOP
    assert finished.usage.output_tokens > 0


@pytest.mark.parametrize("fault", ["disconnect", "truncate", "corrupt"])
def test_a_broken_stream_is_an_outage(llmock: LLMock, llmock_teller: Teller, fault: str) -> None:
    """A stream that is cut, ends early or holds a broken chunk is never a story."""
    llmock.reply("Once upon a time there was a shy fox.")
    getattr(llmock, fault)(after_chunks=3)
    error = llmock_teller.fails()
    assert isinstance(error, OpenAIError)
    assert error.facts["kind"] == OpenAIFailure.OUTAGE


def test_a_stalled_stream_is_left(llmock: LLMock, llmock_teller: Teller) -> None:
    """A stream that stops in the middle is left after the idle limit."""
    llmock.stall(after_chunks=3, seconds=5)
    error = llmock_teller.fails()
    assert isinstance(error, DeadlineError)
    assert error.facts["phase"] == Phase.IDLE


def test_a_rate_limit_keeps_the_wait(llmock: LLMock, llmock_teller: Teller) -> None:
    """A 429 tells its Retry-After and is not tried again here."""
    llmock.rate_limit(retry_after=2)
    error = llmock_teller.fails()
    assert isinstance(error, OpenAIRateLimitError)
    assert error.retry_after_seconds == 2


def test_a_context_overflow_is_the_prompt_s(llmock: LLMock, llmock_teller: Teller) -> None:
    """A prompt that is too long for the model is refused for good."""
    llmock.context_overflow()
    error = llmock_teller.fails()
    assert isinstance(error, OpenAIError)
    assert error.facts["kind"] == OpenAIFailure.PROMPT
    assert "shorten it" in error.message
