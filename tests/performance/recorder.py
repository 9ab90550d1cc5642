"""The product as it is served, which says which modules it has loaded.

functions-framework serves this file in place of `functions/main.py`. What is built beside calls
waits for `/go-on`, so that the lists do not hang on which thread is faster.
"""

import os
import sys
import threading

from flask import Request, Response

from conteur.bootstrap import Lazy

BESIDE = {"warm-up", "metrics"}

bound: list[str] = []
held, going_on = threading.Event(), threading.Event()


def hold() -> None:
    """Let no service be built until all may go on."""
    with Lazy._building:  # noqa: SLF001 - the lock that serves all services
        held.set()
        going_on.wait()


def hold_worker() -> None:
    """Begin a worker before the product does."""
    threading.Thread(target=hold, name="hold", daemon=True).start()
    held.wait()


# gunicorn forks once its port is bound.
os.register_at_fork(before=lambda: bound.extend(sys.modules), after_in_child=hold_worker)

import main  # noqa: E402 - so the product's own hook comes second


def generate_story(request: Request) -> Response:
    """Tell a story, or say what is loaded."""
    match request.path:
        case "/bound":
            return Response("\n".join(bound))
        case "/refused":
            return Response("\n".join(list(sys.modules)))
        case "/go-on" | "/story":
            going_on.set()
            join_threads()
            return Response("\n".join(list(sys.modules)))
    return main.generate_story(request)


def join_threads() -> None:
    """Wait for what is built beside calls."""
    for thread in threading.enumerate():
        if thread.name in BESIDE:
            thread.join()
