"""Users who have stories told, in two languages, all the time, through the front door."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count, cycle
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

LANGUAGES = ("en", "fr")
FAMILY = 10  # users who take turns
MOST_CALLS = 10_000
PAUSE = 0.1
PATIENCE = 60.0
OK = 200

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """How a call ended."""

    language: str
    status: int
    body: Mapping[str, Any]

    @property
    def well(self) -> bool:
        """Whether there was a story."""
        return self.status == OK and "result" in self.body


@dataclass
class Users:
    """Users of a project. `door` is the front door's URL, `headers` what a user's app sends."""

    door: str
    headers: Callable[[str], Headers]
    told: list[Told] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def call(self, language: str) -> Told:
        """Have one story told."""
        number = next(self._numbers)
        body = {"data": {"prompt": "A lamp", "language": language, "length": {"words": 50}}}
        headers = {**self.headers(f"user-{number % FAMILY}"), "Content-Type": "application/json"}
        address = urlsplit(self.door).netloc
        with closing(HTTPConnection(address, timeout=PATIENCE)) as connection:
            connection.request("POST", "/generate-story", json.dumps(body), headers)
            reply = connection.getresponse()
            told = Told(language, reply.status, _read(reply.read()))
        self.told.append(told)
        return told

    @contextmanager
    def calling(self) -> Iterator["Users"]:
        """Have them call one after the other until the block ends."""
        over = Event()
        thread = Thread(target=self._call_until, args=(over,), name="users")
        thread.start()
        try:
            yield self
        finally:
            over.set()
            thread.join()

    def failures(self, since: int = 0) -> Counter[str]:
        """Return how many of their calls failed, by language, from a call's number on."""
        return Counter(each.language for each in self.told[since:] if not each.well)

    def _call_until(self, over: Event) -> None:
        for _, language in zip(range(MOST_CALLS), cycle(LANGUAGES), strict=False):
            if over.is_set():
                return
            self.call(language)
            over.wait(PAUSE)


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        read: Mapping[str, Any] = json.loads(body)
    except ValueError:
        return {"text": body.decode(errors="replace")}
    return read
