"""The product as it is served, with a back door through which a test fills its memory.

functions-framework serves this file in place of `functions/main.py`; every call but one to DOOR
goes to the product untouched. Before the product is imported the process joins the memory group
whose files tests/serving/memory_groups.py has made, and the product is told where they are.
"""

import json
import mmap
import os
import resource
from pathlib import Path

from flask import Request, Response

DOOR = "/back-door"
MEBIBYTE = 2**20
# Of private memory, threads' stacks included: no mistake of a test may use the machine's own up.
MOST_BYTES = 2048 * MEBIBYTE


class Ballast:
    """Real memory: each of its pages is written to, and all go back when it gets lighter."""

    def __init__(self) -> None:
        self._pages: mmap.mmap | None = None

    def weigh(self, mebibytes: int) -> None:
        """Hold so much instead of what was held before."""
        if self._pages is not None:
            self._pages.close()
        self._pages = _written(mebibytes * MEBIBYTE) if mebibytes else None

    def drop(self) -> None:
        """Hold nothing, as a cache that is dropped."""
        self.weigh(0)


def _written(size: int) -> mmap.mmap:
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for page in range(0, size, mmap.PAGESIZE):
        pages[page] = 1
    return pages


def _join() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    with Path(os.environ["MEMORY_MEMBERS"]).open("a") as members:
        members.write(f"{os.getpid()}\n")


_join()

import main  # noqa: E402 - what it loads is counted in the group
from conteur.adapters.instance_load import InstanceLoad  # noqa: E402 - likewise
from conteur.telemetry.aggregate import DistributionValue  # noqa: E402 - likewise

memory, meter = main.application.services.memory, main.application.services.meter
vars(memory)["_load"] = InstanceLoad(Path(os.environ["MEMORY_FILES"]))
held, cache = Ballast(), Ballast()
memory.add_cache(cache.drop)


def generate_story(request: Request) -> Response:
    """Tell a story, or open the back door."""
    if request.path != DOOR:
        return main.generate_story(request)
    if request.method == "POST":
        weights = request.get_json()
        held.weigh(weights["held"])
        cache.weigh(weights["cached"])
    return Response(json.dumps(_seen()), content_type="application/json")


def _seen() -> dict[str, int]:
    """Return the worker's process id, and what it has counted without labels, by path."""
    series = meter.snapshot().series
    counts = {
        one.metric.path: one.value
        for one in series
        if not one.labels and not isinstance(one.value, DistributionValue)
    }
    return {**counts, "pid": os.getpid()}
