"""One connection over which Cloud Logging sends lines as they come."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Event, Thread

from google.api_core.exceptions import DeadlineExceeded
from google.cloud.logging_v2 import types as api
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client

SESSION_SECONDS = 3600.0  # as long as the real service keeps one
QUIET_SECONDS = 3.0  # after which the service listens, also where it has sent nothing yet


@contextmanager
def listening(
    client: LoggingServiceV2Client, request: api.TailLogEntriesRequest
) -> Iterator[Iterator[api.TailLogEntriesResponse]]:
    """Give what the service sends until the session ends. Its iterator raises GoogleAPICallError.

    The service does not say when it begins to listen. The first answer shows that it does; where
    none comes for a while, an empty one is given.
    """
    came: SimpleQueue[api.TailLogEntriesResponse | Exception | None] = SimpleQueue()
    closed = Event()

    def requests() -> Iterator[api.TailLogEntriesRequest]:
        yield request
        closed.wait()  # an end of the requests would mean that nobody listens any more

    def listen() -> None:
        try:
            # The client gives nothing, not even a way to end the call, before the first answer.
            for each in client.tail_log_entries(requests(), retry=None, timeout=SESSION_SECONDS):
                came.put(each)
        except DeadlineExceeded:
            came.put(None)
        except Exception as error:  # noqa: BLE001 - raised again where answers are awaited
            came.put(error)
        else:
            came.put(None)

    # It ends with the session, or with the client.
    Thread(target=listen, name="logbook-listening", daemon=True).start()
    try:
        yield _answers(came)
    finally:
        closed.set()


def _answers(
    came: SimpleQueue[api.TailLogEntriesResponse | Exception | None],
) -> Iterator[api.TailLogEntriesResponse]:
    patience: float | None = QUIET_SECONDS
    while True:
        try:
            answer = came.get(timeout=patience)
        except Empty:
            answer = api.TailLogEntriesResponse()
        patience = None
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            return
        yield answer
