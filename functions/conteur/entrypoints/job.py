"""What the platform has done in the background: a task of a queue, a run of a schedule."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from flask import Request, Response

from conteur.entrypoints.callable.edge import EMULATOR_HEALTH_PATH
from conteur.errors import ConteurError, MalformedRequestError
from conteur.telemetry import context, logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.context import RequestContext
from conteur.telemetry.flushing import SEND_SECONDS, Flusher
from conteur.telemetry.logs import Field
from conteur.telemetry.registry import JOB_RUNS, Outcome, outcome_of

RETRIES = "X-CloudTasks-TaskRetryCount"

Action = Callable[[], Mapping[str, Field]]
"""Does the work, and returns what the log says of it."""


class Ending(Enum):
    """How a job ended, as the log and the platform hear of it."""

    DONE = ("done", 200)
    # Cloud Tasks repeats whatever is not answered with 2xx, for as long as the queue says.
    DROPPED = ("dropped", 200)
    AGAIN = ("again", 503)
    BUG = ("bug", 500)

    def __init__(self, result: str, status: int) -> None:
        self.result = result
        self.status = status


class _Run(NamedTuple):
    ending: Ending
    outcome: Outcome
    done: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Job:
    """Runs the jobs of one function; `function` is its name in the logs and metrics."""

    function: str
    project: str
    meter: Aggregate
    flusher: Flusher
    monotonic: Callable[[], float]

    def answer(self, request: Request, action: Action) -> Response:
        """Run `action`, and tell the platform whether to repeat it.

        It is repeated after a ConteurError and after a bug, which the next revision may have
        mended; not after a MalformedRequestError, which nothing mends.
        """
        if request.path == EMULATOR_HEALTH_PATH:
            return Response("OK")
        self._enter(request)
        outcome = Outcome.FAILED
        try:
            ending, outcome = self._run(action)
        finally:
            # Nobody waits for the answer, and after it the instance has no CPU: metrics go first.
            try:
                self.flusher.on_request_end(outcome, SEND_SECONDS)
            finally:
                context.leave()
        body = '{"result": null}' if ending.status == Ending.DONE.status else ""
        return Response(body, ending.status, content_type="application/json")

    def _enter(self, request: Request) -> None:
        retries = request.headers.get(RETRIES, type=int)
        trace = context.trace_of(request.headers, self.project)
        attempt = 0 if retries is None else retries + 1
        context.enter(RequestContext(str(uuid.uuid4()), self.function, attempt, trace))
        self.flusher.on_request_start()

    def _run(self, action: Action) -> tuple[Ending, Outcome]:
        began = self.monotonic()
        ending, outcome, done = _ended(action)
        ms = round(1000 * (self.monotonic() - began))
        self.meter.count(JOB_RUNS, function=self.function, result=ending.result)
        logs.info("job.ended", result=ending.result, ms=ms, **done)
        return ending, outcome


def _ended(action: Action) -> _Run:
    try:
        return _Run(Ending.DONE, Outcome.COMPLETED, action())
    except MalformedRequestError as error:
        logs.error("job.dropped", problem=error.message)
        return _Run(Ending.DROPPED, outcome_of(error), {})
    except ConteurError as error:
        log = logs.error if error.ours else logs.warning
        log("job.failed", reason=error.reason, problem=error.message, **error.traits)
        return _Run(Ending.AGAIN, outcome_of(error), {})
    except Exception as error:  # noqa: BLE001 - the edge: the platform repeats the job, and the log tells why
        logs.error("job.bug", error)
        return _Run(Ending.BUG, Outcome.FAILED, {})
