"""What the Cloud Logging stand-in has taken in: the newest entries, and who follows them."""

from collections import deque
from collections.abc import Callable, Iterator
from threading import Lock

from scripts.local.standins.server import Message

KEPT_ENTRIES = 20_000
KEPT_BYTES = 32 * 1024 * 1024  # on the wire; in memory it is about twice as much

Key = tuple[int, str, str]
"""By which entries are ordered and told apart: nanoseconds, insert id, parent."""

Follower = Callable[[Message], None]


def parent_of(log_name: str) -> str:
    """Return whose log it is: `projects/ID` of `projects/ID/logs/NAME`."""
    return log_name.partition("/logs/")[0]


def key_of(entry: Message) -> Key:
    """Return an entry's key.

    Entries of one project with the same time and insert id are one.
    Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
    """
    return entry.timestamp.ToNanoseconds(), entry.insert_id, parent_of(entry.log_name)


class Store:
    """Entries (protobuf's) of every project; the oldest to come in go when there is no room."""

    def __init__(self) -> None:
        self._entries: deque[Message] = deque()
        self._keys: set[Key] = set()
        self._bytes = 0
        self._followers: list[Follower] = []
        self._lock = Lock()

    def add(self, entry: Message) -> None:
        """Keep an entry, and hand it to all followers, unless it is there already."""
        with self._lock:
            if key_of(entry) in self._keys:
                return
            self._entries.append(entry)
            self._keys.add(key_of(entry))
            self._bytes += entry.ByteSize()
            while len(self._entries) > KEPT_ENTRIES or self._bytes > KEPT_BYTES:
                self._forget(self._entries.popleft())
            for follower in self._followers:
                follower(entry)

    def all(self) -> list[Message]:
        """Return all entries, in the order in which they came."""
        with self._lock:
            return list(self._entries)

    def delete(self, log_name: str) -> int:
        """Drop a log's entries and return how many there were."""
        with self._lock:
            gone = [entry for entry in self._entries if entry.log_name == log_name]
            self._entries = deque(one for one in self._entries if one.log_name != log_name)
            for entry in gone:
                self._forget(entry)
            return len(gone)

    def follow(self, follower: Follower) -> None:
        """Call a follower, which must not wait, with each entry from now on."""
        with self._lock:
            self._followers.append(follower)

    def unfollow(self, follower: Follower) -> None:
        """Leave a follower alone from now on."""
        with self._lock:
            self._followers.remove(follower)

    def _forget(self, entry: Message) -> None:
        self._keys.remove(key_of(entry))
        self._bytes -= entry.ByteSize()

    def __iter__(self) -> Iterator[Message]:
        """Yield the entries by time, then by insert id."""
        return iter(sorted(self.all(), key=key_of))
