"""Callers that keep their connections, and note how each answer ended."""

import http.client
import json
import uuid
from collections import Counter, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from conteur.telemetry.registry import EXECUTIONS, Function
from tests.private_texts import note_text

PATIENCE_SECONDS = 60.0
STREAM = "text/event-stream"
STORY_EVERY = 50  # of so many calls one has a story told, and two rate one

Labels = tuple[str, ...]
"""A call's function, outcome, reason and kind, in the order of `EXECUTIONS`."""

_OUTCOMES = {
    (function, reason, kind): outcome for function, outcome, reason, kind in EXECUTIONS.known
}


@dataclass(frozen=True)
class Sent:
    """A call of a function; nobody is signed in where there is no token."""

    data: dict[str, Any] = field(default_factory=dict)
    function: Function = Function.GENERATE_STORY
    token: str = ""
    accept: str = "*/*"

    @property
    def headers(self) -> dict[str, str]:
        """The headers, but for what the connection adds."""
        signed_in = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Content-Type": "application/json", "Accept": self.accept, **signed_in}


class Caller:
    """One user's app, that calls one instance after the other, and again if nobody answers.

    `seen` counts what it was answered, `answered` by whom. Of an answer that breaks off nobody
    could say whether it counts: it raises http.client.HTTPException.
    """

    def __init__(self, urls: Collection[str], token: str) -> None:
        self.seen: Counter[Labels] = Counter()
        self.answered: Counter[str] = Counter()
        self._token = token
        self._story = ""
        self._ways = deque(
            (url, http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_SECONDS))
            for url in urls
        )

    def call(self, number: int) -> None:
        """Make the call that has this number, and note its answer."""
        sent = self._sent(number)
        answer = next(answer for answer in self._answers(sent) if answer is not None)
        self.seen[_labels(sent.function, answer)] += 1
        if "story" in answer.get("result", {}):
            self._story = sent.data["requestId"]

    def hang_up(self) -> None:
        """Close the connections."""
        for _url, connection in self._ways:
            connection.close()

    def _sent(self, number: int) -> Sent:
        """Return a call: most are refused, which costs an instance least."""
        match number % STORY_EVERY:
            case 0:
                prompt = f"A fox who is number {number}"
                note_text(prompt)
                request = {"prompt": prompt, "requestId": str(uuid.uuid4())}
                accept = "*/*" if number % (2 * STORY_EVERY) else STREAM
                return Sent(request, token=self._token, accept=accept)
            case 1 if self._story:
                rating = {"storyId": self._story, "rating": 5}
                return Sent(rating, Function.RATE_STORY, self._token)
            case 2:
                rating = {"storyId": str(uuid.uuid4()), "rating": 1}
                return Sent(rating, Function.RATE_STORY, self._token)
            case remainder if remainder % 5 == 3:
                return Sent({"prompt": ""}, token=self._token)
        return Sent()

    def _answers(self, sent: Sent) -> Iterator[dict[str, Any] | None]:
        """Yield what each instance answers in turn; None where it has hung up before."""
        while self._ways:
            url, connection = self._ways[0]
            self._ways.rotate(-1)
            try:
                answer = _exchange(connection, sent)
            except ConnectionRefusedError:
                self._ways.remove((url, connection))
                yield None
            except ConnectionError:
                connection.close()
                yield None
            else:
                self.answered[url] += 1
                yield answer


def _exchange(connection: http.client.HTTPConnection, sent: Sent) -> dict[str, Any]:
    body = json.dumps({"data": sent.data}).encode()
    connection.request("POST", f"/{sent.function}", body, sent.headers)
    text = connection.getresponse().read().decode()
    answer: dict[str, Any] = json.loads(text.rpartition("data: ")[2])
    return answer


def _labels(function: Function, answer: dict[str, Any]) -> Labels:
    details = answer["error"]["details"] if "error" in answer else {}
    reason = details.get("reason", "NONE")
    kind = details.get("kind") or details.get("phase") or "NONE"
    return function, _OUTCOMES[function, reason, kind], reason, kind
