"""The embedded model, through the client that the product uses."""

import os
import re
from collections.abc import Iterator

import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionChunk

from scripts.local.commands import EMBEDDED_NAME, EMBEDDED_PYTHON
from scripts.local.firebase_project import ROOT
from scripts.local.processes import Command, running
from scripts.local.readiness import ready_line

pytestmark = pytest.mark.server

MODULE = ("-m", "scripts.local.model.server", "--port", "0")
START_SECONDS = 120
WISH = "<wish>\nA fox who is afraid of the dark\n</wish>\nWrite this story in English."


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAI]:
    if not EMBEDDED_PYTHON.is_file():
        pytest.skip("the embedded model is not installed: run scripts/setup")
    env = {"PATH": os.environ["PATH"]}
    command = Command("The model", (str(EMBEDDED_PYTHON), *MODULE), env, ROOT, grace_seconds=0)
    with running(command, tmp_path_factory.mktemp("model") / "log") as server:
        address = server.wait_for(ready_line(server), "ready", START_SECONDS)
        with OpenAI(base_url=f"http://{address}/v1", api_key="test-key", max_retries=0) as made:
            yield made


def _chunks(client: OpenAI, max_tokens: int) -> list[ChatCompletionChunk]:
    return list(
        client.chat.completions.create(
            model=EMBEDDED_NAME,
            messages=[
                {"role": "system", "content": "You are a storyteller."},
                {"role": "user", "content": WISH},
            ],
            stream=True,
            stream_options={"include_usage": True},
            max_completion_tokens=max_tokens,
            seed=1,
        )
    )


def _text(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def test_a_story_has_a_title_paragraphs_and_an_end(client: OpenAI) -> None:
    """A story is a title on the first line, an empty line, and paragraphs of whole sentences."""
    title, empty, *paragraphs = _text(_chunks(client, 700)).split("\n")
    assert re.fullmatch(r"[A-Z][A-Za-z' ]{2,100}", title)
    assert empty == ""
    assert len([each for each in paragraphs if each]) >= 3
    assert re.search(r'[.!?]"?$', paragraphs[-1])


def test_a_stream_ends_with_its_reason_and_usage(client: OpenAI) -> None:
    """A stream says why it ended, and its last chunk says how many tokens it took."""
    *told, last = _chunks(client, 12)
    assert [choice.finish_reason for chunk in told for choice in chunk.choices][-1] == "length"
    assert last.usage is not None
    assert last.usage.completion_tokens == 12
    assert last.usage.prompt_tokens > 100


def test_a_whole_answer_has_its_usage(client: OpenAI) -> None:
    """Without streaming, the answer comes whole, with the tokens that it took."""
    answer = client.chat.completions.create(
        model=EMBEDDED_NAME, messages=[{"role": "user", "content": WISH}], max_tokens=12
    )
    assert answer.choices[0].message.content
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 12
