"""The `openai` package with every wait bounded and every refusal told apart."""

import ssl
from collections.abc import Callable

import httpx2
import openai

from conteur.adapters.bounded_transport import BoundedTransport, bounded_by
from conteur.adapters.model_bounds import AttemptBounds
from conteur.adapters.openai_errors import Refusal, outage, refusal_from
from conteur.use_cases.ports import Clock

Send = Callable[[openai.OpenAI], httpx2.Response]


class OpenAISdk:
    """The client that a process keeps; it makes its connections when they are needed.

    The key goes with each request, for it may rotate. Compression is declined: a compressor
    would hold words back until its block is full.
    """

    def __init__(self, base_url: str, ssl_context: ssl.SSLContext, clock: Clock) -> None:
        self._clock = clock
        self.client = openai.OpenAI(
            api_key="sent with each request",
            base_url=base_url,
            max_retries=0,
            timeout=None,  # the transport bounds every wait
            default_headers={"Accept-Encoding": "identity"},
            http_client=httpx2.Client(transport=BoundedTransport(ssl_context), timeout=None),
        )

    def ask(self, send: Send, bounds: AttemptBounds) -> httpx2.Response | Refusal:
        """Return what the server answers, a stream as soon as its headers are there.

        Raises DeadlineError, and OpenAIError (outage) where no answer comes.
        """
        bounds.begin()
        try:
            with bounded_by(bounds):
                return send(self.client)
        except openai.APIStatusError as error:
            response = error.response
            return refusal_from(
                error.status_code, response.headers, error.body, response.text, self._clock.now()
            )
        except openai.APIConnectionError:
            raise outage("The address of the model's server cannot be used.") from None

    def close(self) -> None:
        """Close every connection."""
        self.client.close()
