"""The product as it is served, with a back door for what no client can do or see.

functions-framework serves this file in place of `functions/main.py`; every call but one to DOOR
goes to the product, to the function that its path names. The door answers the worker's metrics,
and changes what the worker finds around it: its names, its wall clock, how soon it may read its
key again, how old the knobs are that it knows and whether they can be read, how full its memory
is, where calls come from, and how long it takes over a user's stories.
"""

import json
import socket
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

from flask import Request, Response

import main
from conteur.adapters import firestore_config, kept_secret
from conteur.adapters.instance_load import InstanceLoad
from conteur.entrypoints import library_handlers
from conteur.telemetry.aggregate import DistributionValue, Series
from conteur.telemetry.registry import Counter, Distribution, Gauge
from conteur.use_cases.memory_guard import MemoryGuard

DOOR = "/back-door"
KEY_RESTS = kept_secret.AGAIN_SECONDS  # at least, between two readings of the model's key
KNOBS = firestore_config.DOCUMENT
LIBRARY_SECONDS = library_handlers.CALL_SECONDS
NAME = "model.test"  # RFC 6761: no real name ends so


class Names:
    """A resolver of NAME: it finds this machine, knows no such name, or never answers."""

    def __init__(self) -> None:
        self._ask = socket.getaddrinfo
        self._answering = threading.Event()
        self._answering.set()
        self._known = True

    def change(self, state: str) -> None:
        self._known = state != "unknown"
        if state == "silent":
            self._answering.clear()
        else:
            self._answering.set()

    def look_up(self, host: str, *place: Any, **hints: Any) -> Any:  # noqa: ANN401 - as getaddrinfo
        if host != NAME:
            return self._ask(host, *place, **hints)
        self._answering.wait()
        if not self._known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self._ask("127.0.0.1", *place, **hints)


class WallClock(ModuleType):
    """The `time` and the wall clock of all the product's modules, set forward or back by seconds.

    Of the product's alone: gRPC hands moments of Python's own `time.time` to its core, which has
    a clock of its own.
    """

    def __init__(self) -> None:
        super().__init__("time")
        self._ahead = 0.0

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)  # what is monotonic goes on

    def change(self, ahead: float) -> None:
        """Set the clock, in whatever modules the product has loaded by now."""
        self._ahead = ahead
        for name, module in list(sys.modules.items()):
            if name.startswith("conteur.") and "time" in vars(module):
                vars(module)["time"] = self

    def time(self) -> float:
        return time.time() + self._ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead)


class Memory:
    """How much of the instance's memory is used: a share, or None for what really is."""

    def __init__(self, load: InstanceLoad, guard: MemoryGuard) -> None:
        self._ask = load.memory_ratio
        self._guard = guard
        self._ratio: float | None = None
        vars(load)["memory_ratio"] = self.ratio

    def change(self, ratio: float | None) -> None:
        """Have the next call find so much used, however short ago another one has looked."""
        self._ratio = ratio
        vars(self._guard)["_looked"] = float("-inf")

    def ratio(self) -> float | None:
        return self._ask() if self._ratio is None else self._ratio


class Origin:
    """Where calls come from, as Google's front end has it in a header."""

    def __init__(self) -> None:
        self._address = ""

    def change(self, address: str) -> None:
        self._address = address

    def put_on(self, request: Request) -> None:
        if self._address:
            request.environ["HTTP_X_FORWARDED_FOR"] = self._address


services = main.application.services
names, wall_clock, origin = Names(), WallClock(), Origin()
memory = Memory(vars(services)["_process"].load, services.memory)
vars(socket)["getaddrinfo"] = names.look_up
vars(services.clock)["now"] = wall_clock.now


def generate_story(request: Request) -> Response:
    """Have the function answer that the path names, or open the back door."""
    if request.path != DOOR:
        origin.put_on(request)
        function = getattr(main, request.path.strip("/"), main.generate_story)
        answer: Response = function(request)
        return answer
    if request.method == "POST":
        _change(request.get_json())
    return Response(json.dumps(_counts()), content_type="application/json")


def _change(changes: dict[str, Any]) -> None:
    names.change(changes.get("names", "known"))
    wall_clock.change(changes.get("ahead", 0.0))
    origin.change(changes.get("address", ""))
    memory.change(changes.get("memory"))
    vars(kept_secret)["AGAIN_SECONDS"] = changes.get("key_rests", KEY_RESTS)
    vars(firestore_config)["DOCUMENT"] = changes.get("knobs", KNOBS)
    vars(library_handlers)["CALL_SECONDS"] = changes.get("library_seconds", LIBRARY_SECONDS)
    _age_knobs(changes.get("knobs_age", 0.0))
    _forget_failed_look_ups()


def _age_knobs(seconds: float) -> None:
    """Have the last reading of the knobs begun so much earlier."""
    watch = vars(services.guards.knobs())
    watch["_known_at"] -= seconds
    watch["_latest"].begun -= seconds


def _forget_failed_look_ups() -> None:
    """Have the next user's account looked up, however short ago that failed for another one."""
    check = vars(services.guards.check_account())
    check["_rested"], check["_is_out"] = float("-inf"), False


def _counts() -> dict[str, int]:
    """Return what was counted, by the metric's path and its labels."""
    series = services.meter.snapshot().series
    return {
        " ".join((one.metric.path, *one.labels)): _count(one)
        for one in series
        if isinstance(one.metric, Counter | Distribution | Gauge)
    }


def _count(series: Series) -> int:
    value = series.value
    return value.count if isinstance(value, DistributionValue) else int(value)
