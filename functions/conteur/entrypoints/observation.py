"""What is logged and counted of every call."""

from conteur.errors import ConteurError
from conteur.telemetry import context, logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.context import Headers
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.registry import (
    EXECUTION_SECONDS,
    EXECUTIONS,
    Function,
    outcome_of,
    reason_of,
)


class CallObserver:
    """Observes the calls of one function; implements the edge's Observer."""

    def __init__(
        self, function: Function, project: str, meter: Aggregate, flusher: Flusher
    ) -> None:
        self._function = function
        self._project = project
        self._meter = meter
        self._flusher = flusher

    def started(self, headers: Headers, request_id: str) -> None:
        """Begin the call's log context; what is due of the metrics is sent beside it."""
        trace = context.trace_of(headers, self._project)
        context.enter(context.RequestContext(request_id, self._function, trace=trace))
        self._flusher.on_request_start()

    def identified(self, request_id: str) -> None:
        """Log under the request id that the app chose."""
        context.amend(request_id=request_id)

    def failed(self, error: ConteurError, cause: BaseException | None) -> None:
        """Log why: what is ours to mend at ERROR, with the stack of what nobody foresaw."""
        facts = {**error.facts, "code": error.code.value, "problem": error.message}
        if cause is not None:
            logs.error("call.bug", cause, **facts)
        elif error.ours:
            logs.error("call.failed", reason=error.reason, **facts)
        else:
            logs.warning("call.refused", reason=error.reason, **facts)

    def ended(self, error: ConteurError | None, seconds: float) -> None:
        """Count the call, and close its log context."""
        outcome = outcome_of(error)
        reason = reason_of(error)
        self._meter.count(EXECUTIONS, function=self._function, outcome=outcome, reason=reason)
        self._meter.observe(EXECUTION_SECONDS, seconds, function=self._function, outcome=outcome)
        logs.info("call.ended", outcome=outcome, reason=reason, ms=round(1000 * seconds))
        self._flusher.on_request_end()
        context.leave()
