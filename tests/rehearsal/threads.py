"""A server that answers on a thread of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from threading import Thread


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    """Have it answer until the block ends."""
    thread = Thread(target=server.serve_forever, args=(0.01,), name="series")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
