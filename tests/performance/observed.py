"""The product as it is served, which counts what its own threads do.

functions-framework serves this file in place of `functions/main.py`. Calls of Python functions
are counted from the worker's start on, until `/calls` tells and stops; `/count` begins anew.
`/held` ends all counting.
"""

import gc
import json
import sys
import threading
import tracemalloc
from collections import Counter
from types import FrameType

from flask import Request, Response

import main

REQUESTS = "ThreadPoolExecutor"  # the name of gunicorn's threads begins so

counting, over = True, False
counted: dict[int, Counter[str]] = {}


def count(frame: FrameType, event: str, _argument: object) -> None:
    """Count the call of a Python function, by its thread and its dotted name."""
    if over:
        sys.setprofile(None)
    elif counting and event == "call":
        calls = counted.setdefault(threading.get_native_id(), Counter())
        calls[f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}"] += 1


threading.setprofile(count)  # of each thread that is started from now on


def generate_story(request: Request) -> Response:
    """Tell a story, or say what was counted."""
    match request.path:
        case "/count":
            return _begin()
        case "/calls":
            return _calls()
        case "/held":
            return _held()
    return main.generate_story(request)


def _begin() -> Response:
    global counting  # noqa: PLW0603 - the threads of the whole process look at it
    counted.clear()
    counting = True
    return Response("")


def _calls() -> Response:
    """Return the calls by threads of requests, and those by all."""
    global counting  # noqa: PLW0603 - as above
    counting = False
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    requests, everywhere = Counter[str](), Counter[str]()
    for thread, calls in list(counted.items()):
        everywhere.update(calls)
        if names.get(thread, "").startswith(REQUESTS):
            requests.update(calls)
    return Response(json.dumps([requests, everywhere]))


def _held() -> Response:
    """Return the bytes held of what was allocated since this was first asked, and our objects.

    Without the events that wait to be added up, as they do for a minute at most.
    """
    global over  # noqa: PLW0603 - as above
    over = True
    if not tracemalloc.is_tracing():
        tracemalloc.start()
    main.application.services.meter.snapshot()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    kinds = (type(each) for each in gc.get_objects())
    ours = Counter(kind.__qualname__ for kind in kinds if kind.__module__.startswith("conteur."))
    return Response(json.dumps([held, ours]))
