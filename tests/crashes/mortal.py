"""The product as it is served, which dies by SIGKILL at the step that a test orders.

functions-framework serves this file in place of `functions/main.py`. It wraps the methods of all
adapters that stand behind a port of `steps.EFFECTS`, and finds these in what the composition root
has built. Two more paths run the jobs, which have functions of their own in production.
"""

import json
import os
import signal
from collections.abc import Callable, Generator, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import firebase_admin.functions
import google.cloud.firestore
import openai
from flask import Request, Response

import main
from conteur.adapters.unsaved_stories import unsaved_story_in
from conteur.domain.deadline import Deadline
from conteur.domain.lease import CHECKPOINT_SECONDS
from conteur.domain.model_events import Finished, ModelEvent
from conteur.domain.story import Checkpoint
from conteur.errors import DeadlineError, Phase
from conteur.use_cases import budget_watch, checkpoints, ports
from tests.crashes.orders import (
    BE_LATE,
    DIE,
    FOLDER,
    GROUP,
    HURRY,
    SAVE,
    STEPS,
    SWEEP,
    Orders,
)
from tests.crashes.steps import EFFECTS, TEXT, methods

SHORT_SECONDS, READ_EVERY_SECONDS = 0.02, budget_watch.READ_EVERY_SECONDS
JOB_SECONDS = 30.0

# Imported in gunicorn's master, so that the worker after a killed one is there at once.
SLOW = (firebase_admin.functions, google.cloud.firestore, openai)

Method = Callable[..., Any]

orders = Orders(Path(os.environ[FOLDER]))
services = main.application.services
armed: set[str] = set()
orders.folder.with_name(GROUP).write_text(str(os.getpgrp()))


def meet(step: str) -> None:
    """Do what was ordered for this step."""
    if orders.take(f"{DIE} {step}"):
        os.kill(os.getpid(), signal.SIGKILL)
    if orders.take(f"{BE_LATE} {step}"):
        raise DeadlineError("the store is late, as the test has ordered", Phase.STORE)


def mortal(name: str, method: Method) -> Method:
    """Return the method, with a step before and one after it.

    A checkpoint that only renews the lease, for no text was released yet, is none.
    """

    @wraps(method)
    def call(*args: object, **named: object) -> object:
        if any(isinstance(each, Checkpoint) and not each.text for each in args):
            return method(*args, **named)
        meet(f"{name} before")
        answer = method(*args, **named)
        meet(f"{name} after")
        return answer

    return call


def mortal_stream(name: str, method: Method) -> Method:
    """Return the model's method, with a step before the request, each text and the end."""

    @wraps(method)
    def tell(*args: object, **named: object) -> Generator[ModelEvent]:
        meet(f"{name} before")
        for event in method(*args, **named):
            meet(f"{name} {'after' if isinstance(event, Finished) else TEXT}")
            yield event

    return tell


def arm(root: object) -> None:
    """Wrap the methods of every adapter in `root` that has effects, once."""
    kinds = {type(part) for part in parts(root)}
    for kind in (kind for kind in kinds if kind.__module__.startswith("conteur.adapters.")):
        for port in EFFECTS:
            if all(hasattr(kind, method) for method in methods(port)):
                for method in methods(port):
                    _arm(kind, port, method)


def _arm(kind: type, port: type, method: str) -> None:
    name, found = f"{port.__name__}.{method}", getattr(kind, method)
    if not hasattr(found, "__wrapped__"):
        make = mortal_stream if port is ports.Model else mortal
        setattr(kind, method, make(name, found))
    armed.add(name)


def parts(root: object) -> Iterator[object]:
    """Yield `root` and all of the product's objects that it is made of."""
    waiting, seen = [root], {id(root)}
    while waiting:
        part = waiting.pop()
        yield part
        for child in _children(part):
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append(child)


def _children(part: object) -> Iterator[object]:
    if isinstance(part, list | tuple):
        yield from part
    elif isinstance(part, dict):
        yield from part.values()
    elif type(part).__module__.startswith("conteur."):
        names = (*getattr(part, "__slots__", ()), *getattr(part, "__dict__", {}))
        yield from (getattr(part, name) for name in names if hasattr(part, name))


def _arming(build: Callable[[], object]) -> Callable[[], object]:
    def built() -> object:
        service = build()
        arm(service)
        return service

    return built


for lazy in (services.generate_story, services.sweep_stories, services.save_story):
    vars(lazy)["_build"] = _arming(vars(lazy)["_build"])


def generate_story(request: Request) -> Response:
    """Tell a story, or run a job, or say which steps there are."""
    job = {STEPS: _steps, SWEEP: _sweep, SAVE: _save}.get(request.path)
    if job is not None:
        return Response(json.dumps(job(request)), content_type="application/json")
    hurry = orders.take(HURRY)
    vars(checkpoints)["CHECKPOINT_SECONDS"] = SHORT_SECONDS if hurry else CHECKPOINT_SECONDS
    vars(budget_watch)["READ_EVERY_SECONDS"] = 0.0 if hurry else READ_EVERY_SECONDS
    return main.generate_story(request)


def _steps(_request: Request) -> object:
    for build in (services.generate_story, services.sweep_stories, services.save_story):
        build()
    return sorted(armed)


def _sweep(_request: Request) -> object:
    sweep = services.sweep_stories()
    return sweep(Deadline(services.clock.monotonic() + JOB_SECONDS)).ended


def _save(request: Request) -> object:
    services.save_story()(unsaved_story_in(request.get_data()))
    return None
