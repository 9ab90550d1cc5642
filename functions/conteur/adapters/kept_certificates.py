"""Public keys that are asked for with each token, kept for a minute.

firebase-admin asks for Google's certificates whenever it checks a token. An HTTP cache below
answers it, but only after `requests` has prepared a request, looked for proxies and read ~/.netrc:
three quarters of the CPU that a token takes.

Importing this module imports google-auth: the composition root does so in the worker.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from google.auth.transport import Request

KEPT_SECONDS = 60.0  # longer than the HTTP cache would, at most: Google announces keys days ahead

_MAX_AGE = re.compile(r"max-age=(\d+)")


Answer = Any
"""google-auth's Response, whose members are not typed."""


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Answer
    until: float


class KeptCertificates(Request):
    """A google-auth transport over another one, which it asks once a minute for each address.

    Only what may be cached for longer than that is kept: an error's page never is.
    """

    def __init__(self, request: Request, monotonic: Callable[[], float]) -> None:
        self._request = request
        self._monotonic = monotonic
        self._kept: dict[str, _Kept] = {}

    def __call__(self, url: str, *place: object, **rest: object) -> Answer:
        """Return the answer to a GET of `url`. Raises what the other transport raises."""
        now = self._monotonic()
        kept = self._kept.get(url)
        if kept is not None and now < kept.until:
            return kept.answer
        answer = self._request(url, *place, **rest)
        if _may_be_kept(answer):
            self._kept[url] = _Kept(answer, now + KEPT_SECONDS)
        return answer


def _may_be_kept(answer: Answer) -> bool:
    max_age = _MAX_AGE.search(answer.headers.get("cache-control", ""))
    return answer.status == HTTPStatus.OK and max_age is not None and int(max_age[1]) > KEPT_SECONDS
