"""What is logged and counted of every call."""

from conteur.errors import ConteurError, DeadlineError
from conteur.telemetry import context, logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.context import Headers
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.registry import (
    EXECUTION_SECONDS,
    EXECUTIONS,
    Function,
    Outcome,
    kind_of,
    outcome_of,
    reason_of,
)

NOTABLE_QUEUE_SECONDS = 0.1  # with a free thread a call waits for a few milliseconds


class CallObserver:
    """Observes the calls of one function; implements the edge's Observer."""

    def __init__(
        self, function: Function, project: str, meter: Aggregate, flusher: Flusher
    ) -> None:
        self._function = function
        self._project = project
        self._meter = meter
        self._flusher = flusher

    def started(self, headers: Headers, request_id: str, correlation: str = "") -> None:
        """Begin the call's log context; what is due of the metrics is sent beside it."""
        trace = context.trace_of(headers, self._project)
        context.enter(
            context.RequestContext(request_id, self._function, trace=trace, correlation=correlation)
        )
        self._flusher.on_request_start()

    def identified(self, request_id: str) -> None:
        """Log under the request id that the app chose."""
        context.amend(request_id=request_id)

    def failed(self, error: ConteurError, cause: BaseException | None) -> None:
        """Log why: what is ours to mend at ERROR, with the stack of what nobody foresaw."""
        facts = {**error.traits, "code": error.code.value, "problem": error.message}
        if cause is not None:
            logs.error("call.bug", cause, **facts)
        elif error.ours:
            event = "call.timeout" if isinstance(error, DeadlineError) else "call.failed"
            logs.error(event, reason=error.reason, **facts)
        else:
            logs.warning("call.refused", reason=error.reason, **facts)

    def ended(self, error: ConteurError | None, seconds: float, queued: float) -> None:
        """Count the call, and close its log context; a wait for a thread is logged if it counts.

        The context is closed and the call counted out even where the log takes no line: the
        thread serves others after it.
        """
        outcome = outcome_of(error)
        try:
            self._tell(outcome, error, seconds, queued)
        finally:
            try:
                self._flusher.on_request_end(outcome)
            finally:
                context.leave()

    def _tell(
        self, outcome: Outcome, error: ConteurError | None, seconds: float, queued: float
    ) -> None:
        reason, kind = reason_of(error), kind_of(error)
        self._meter.count(
            EXECUTIONS, function=self._function, outcome=outcome, reason=reason, kind=kind
        )
        self._meter.observe(EXECUTION_SECONDS, seconds, function=self._function, outcome=outcome)
        wait = {"queued_ms": round(1000 * queued)} if queued >= NOTABLE_QUEUE_SECONDS else {}
        logs.info("call.ended", outcome=outcome, reason=reason, ms=round(1000 * seconds), **wait)
