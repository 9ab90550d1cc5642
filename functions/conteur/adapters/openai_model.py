"""A model behind the OpenAI API: one attempt at a story, every wait of it bounded.

Importing this module takes 300 ms (the `openai` package): see `model_factory`.
The answer is read as bytes through the SDK and decoded here, which takes a third of the
CPU of its typed events.
"""

from collections.abc import Generator, Iterator
from contextlib import closing, suppress

import httpx2
import openai

from conteur.adapters.api_key import ApiKey
from conteur.adapters.bounded_transport import BoundedTransport, bounded, bounded_by
from conteur.adapters.model_bounds import AttemptBounds, ModelLimits
from conteur.adapters.openai_dialect import Dialect, ModelRequest, Reader
from conteur.adapters.openai_errors import Refusal, error_of, outage, refusal_from
from conteur.adapters.sse import payloads
from conteur.adapters.text_joiner import TextJoiner
from conteur.domain.deadline import Deadline
from conteur.domain.model_events import Finished, ModelEvent, TextDelta
from conteur.domain.prompt import Prompt
from conteur.errors import ConteurError
from conteur.use_cases.ports import Clock

OPENAI_URL = "https://api.openai.com/v1"
_UNAUTHORIZED = 401


def connect(base_url: str) -> openai.OpenAI:
    """Return the client that a process keeps. The key goes with each request, not with it.

    Compression is refused: a compressor holds words back until its block is full.
    """
    return openai.OpenAI(
        api_key="sent with each request",
        base_url=base_url or OPENAI_URL,
        max_retries=0,
        timeout=None,
        default_headers={"Accept-Encoding": "identity"},
        http_client=httpx2.Client(
            transport=BoundedTransport(httpx2.create_ssl_context()), timeout=None
        ),
    )


class OpenAIModel:
    """Implements the port Model over one dialect of the OpenAI API."""

    def __init__(
        self, name: str, client: openai.OpenAI, dialect: Dialect, key: ApiKey, clock: Clock
    ) -> None:
        self._name = name
