"""Calls the functions as apps do, over HTTP."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from requests import RequestException, Response, Session
from requests.adapters import HTTPAdapter

from scripts.ops.validation.answers import Event, Reply, messages
from scripts.ops.validation.errors import FoundError

LIMITS = (10.0, 60.0)  # seconds until it must be connected, and until something must come
AT_ONCE = 16
_MEND = "Check the URL, and whether the function is deployed and may be called by everybody"

Headers = Mapping[str, str]


class Caller:
    """Calls URLs. `clock` counts seconds. Methods raise FoundError where nobody answers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._session = Session()
        self._session.trust_env = False  # neither a proxy nor a .netrc is part of what is validated
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE))

    def close(self) -> None:
        """End the connections."""
        self._session.close()

    def get(self, url: str) -> Reply:
        """Return what is at a URL."""
        return self._whole("GET", url, {}, None)

    def post(self, url: str, body: Mapping[str, Any], headers: Headers) -> Reply:
        """Send JSON, and return the answer."""
        return self._whole("POST", url, headers, body)

    def stream(self, url: str, body: Mapping[str, Any], headers: Headers) -> Sequence[Event]:
        """Send JSON, and return the events of the stream that comes, each with its moment."""
        began = self._clock()
        asked = {**headers, "Accept": "text/event-stream"}
        with self._sent("POST", url, asked, body, stream=True) as reply:
            try:
                lines = reply.iter_lines(chunk_size=None, decode_unicode=True)
                return [Event(each, self._clock() - began) for each in messages(lines)]
            except RequestException as error:
                raise FoundError(f"the stream broke: {type(error).__name__}", _MEND) from error

    def _whole(self, method: str, url: str, headers: Headers, body: object) -> Reply:
        began = self._clock()
        with self._sent(method, url, headers, body, stream=False) as reply:
            seconds = self._clock() - began
            try:
                read = reply.json()
            except ValueError:
                read = None
        if not isinstance(read, dict):
            raise FoundError(f"{url} answers {reply.status_code} and no JSON object", _MEND)
        return Reply(reply.status_code, read, seconds)

    def _sent(
        self, method: str, url: str, headers: Headers, body: object, *, stream: bool
    ) -> Response:
        try:
            reply = self._session.request(
                method,
                url,
                json=body,
                headers=dict(headers),
                timeout=LIMITS,
                allow_redirects=False,
                stream=stream,
            )
        except RequestException as error:
            raise FoundError(f"{url} does not answer: {type(error).__name__}", _MEND) from error
        reply.encoding = "utf-8"
        return reply
