"""What a served product asks of the services that it needs."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore import FirestoreClient

from tests.adapters.firestore_relay import FirestoreRelay
from tests.clients.backends import Gunicorn, gunicorn
from tests.crashes.calls import PATIENCE_SECONDS
from tests.issuer import Issuer

KNOBS = "/config/runtime"
BUDGET = "shards"  # the collection of its counters


class CountingFirestore(FirestoreRelay):
    """Counts calls and documents.

    Not the readings of the budget and the operator's knobs: a clock begins these.
    """

    def __init__(self, upstream: FirestoreClient) -> None:
        super().__init__(upstream)
        self.counts: Counter[str] = Counter()
        self._counting = threading.Lock()

    def _count(self, **counts: int) -> None:
        with self._counting:
            self.counts.update(counts)

    def _commit(self, request: types.CommitRequest) -> types.CommitResponse:
        self._count(commits=1, writes=len(request.writes))
        return super()._commit(request)

    def _query(self, request: types.RunQueryRequest) -> Iterable[types.RunQueryResponse]:
        if request.structured_query.from_[0].collection_id != BUDGET:
            self._count(queries=1)
        return super()._query(request)

    def _get(
        self, request: types.BatchGetDocumentsRequest
    ) -> list[types.BatchGetDocumentsResponse]:
        if not request.documents[0].endswith(KNOBS):
            self._count(gets=1, reads=len(request.documents))
        return super()._get(request)


@dataclass(frozen=True)
class Counted:
    """The product over services that count."""

    backend: Gunicorn
    firestore: CountingFirestore

    def counts(self) -> Counter[str]:
        """Return what was asked so far; the key is read beside calls, and is not in it."""
        services = self.backend
        return self.firestore.counts + Counter(
            upstream=len(services.model.asked),
            tasks=len(services.tasks.tasks),
        )


@contextmanager
def counted(folder: Path, issuer: Issuer, emulator: str, **settings: str) -> Iterator[Counted]:
    """Serve the product until the block ends."""
    with ExitStack() as running:
        firestore = running.enter_context(CountingFirestore.to(emulator))
        host = running.enter_context(firestore.serve())
        backend = running.enter_context(gunicorn(folder, issuer, host, **settings))
        yield Counted(backend, firestore)


def ask(url: str, method: str, path: str = "/") -> str:
    """Return the answer to a request without a token."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_SECONDS)
    body = b'{"data": {}}' if method == "POST" else None
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        return connection.getresponse().read().decode()
    finally:
        connection.close()
