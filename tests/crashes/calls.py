"""Calls for stories over plain HTTP, which show when a connection breaks."""

import http.client
import json
import uuid
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from tests.issuer import Issuer

PATIENCE_SECONDS = 60.0

Answer = dict[str, Any]


def token_for(issuer: Issuer, project: str, uid: str) -> str:
    """Return an ID token of a user of `project`."""
    return issuer.id_token(uid, iss=f"https://securetoken.google.com/{project}", aud=project)


@dataclass
class Call:
    """One request of one user, which may be sent any number of times."""

    uid: str
    token: str
    prompt: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    _connection: http.client.HTTPConnection | None = None

    def send(self, url: str) -> Self:
        """Send the request, and wait for nothing."""
        self._connection = http.client.HTTPConnection(
            urlsplit(url).netloc, timeout=PATIENCE_SECONDS
        )
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        data = {"prompt": self.prompt, "requestId": self.request_id}
        self._connection.request("POST", "/", json.dumps({"data": data}), headers)
        return self

    def answer(self) -> Answer | None:
        """Return the whole answer, a result or an error; None where the connection breaks."""
        assert self._connection
        try:
            answer: Answer = json.load(self._connection.getresponse())
        except (http.client.HTTPException, ConnectionError, ValueError):
            return None
        finally:
            self._connection.close()
        return answer

    def ask(self, url: str) -> Answer | None:
        """Send the request and wait for its answer; None where nobody gives one."""
        try:
            return self.send(url).answer()
        except ConnectionError:
            return None


def text(answer: Answer) -> str:
    """Return the story that was answered."""
    told: str = answer["result"]["story"]["text"]
    return told


def reason(answer: Answer | None) -> str | None:
    """Return why an answer is no story; None for a story, or where the connection broke."""
    error = (answer or {}).get("error")
    return error["details"]["reason"] if error else None
