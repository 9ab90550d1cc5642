"""The `openai` package with every wait bounded and every refusal told apart."""

import ssl
from collections.abc import Callable

import httpx2

from conteur.adapters.openai_api.bounds import AttemptBounds
from conteur.adapters.openai_api.deferred_types import deferred_types
from conteur.adapters.openai_api.errors import Refusal, outage, refusal_from
from conteur.adapters.openai_api.transport import BoundedTransport, bounded_by
from conteur.domain.secret import Secret
from conteur.use_cases.ports import Clock

with deferred_types():
    import openai

Answer = httpx2.Response | Refusal

# With it the SDK leaves the body to be read as it comes (openai 3.54.0, `_base_client.py`).
_UNREAD = {"X-Stainless-Raw-Response": "stream"}


class OpenAISdk:
    """The client that a process keeps; it makes its connections when they are needed.

    Requests go through the client's `post` and `get`, with bodies of our own: its resources
    would check each body against its types, and take 60 ms to import. The key goes with each
    request, for it may rotate. Compression is declined: a compressor would hold words back
    until its block is full.
    """

    def __init__(self, base_url: str, ssl_context: ssl.SSLContext, clock: Clock) -> None:
        self._clock = clock
        self._client = openai.OpenAI(
            api_key="sent with each request",
            base_url=base_url,
            max_retries=0,
            timeout=None,  # the transport bounds every wait
            default_headers={"Accept-Encoding": "identity", **_UNREAD},
            http_client=httpx2.Client(transport=BoundedTransport(ssl_context), timeout=None),
        )

    def post(self, path: str, body: object, key: Secret, bounds: AttemptBounds) -> Answer:
        """Return what the server answers as soon as its headers are there.

        A response must be closed. Raises DeadlineError, ClientGoneError, and OpenAIError
        (outage) where no answer comes.
        """
        headers = _headers(key)
        return self._answer(
            lambda: self._client.post(
                path, body=body, cast_to=httpx2.Response, options={"headers": headers}
            ),
            bounds,
        )

    def get(self, path: str, key: Secret, bounds: AttemptBounds) -> Answer:
        """Return what the server answers, as `post` does."""
        headers = _headers(key)
        return self._answer(
            lambda: self._client.get(path, cast_to=httpx2.Response, options={"headers": headers}),
            bounds,
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _answer(self, ask: Callable[[], httpx2.Response], bounds: AttemptBounds) -> Answer:
        bounds.begin()
        try:
            with bounded_by(bounds):
                return ask()
        except openai.APIStatusError as error:
            response = error.response
            return refusal_from(
                error.status_code, response.headers, error.body, response.text, self._clock.now()
            )
        except openai.APIConnectionError:
            raise outage("The address of the model's server cannot be used.") from None


def _headers(key: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {key.value}"}
