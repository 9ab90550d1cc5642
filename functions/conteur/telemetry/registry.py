"""Every metric, as data: what is counted here is all that is sent, drawn and alerted on.

A new metric is one more constant below, or in guard_metrics.py, library_metrics.py,
operation_metrics.py or store_metrics.py; `METRICS` finds it. A label never has a value that grows
with the number of requests, users or stories.
"""

from enum import StrEnum

from conteur.errors import (
    NO_KIND,
    AuthUnavailableError,
    BugError,
    ConteurError,
    InvalidFieldError,
    MalformedRequestError,
    NoTokenError,
    SecretUnavailableError,
    ShortMemoryError,
    StoreError,
    TokenExpiredError,
    TokenInvalidError,
    kinds,
)
from conteur.telemetry import (
    guard_metrics,
    library_metrics,
    metric,
    operation_metrics,
    store_metrics,
)

# Whoever counts or reads a metric needs these words as well.
PREFIX = metric.PREFIX
Kind = metric.Kind
ValueType = metric.ValueType
Metric = metric.Metric
Counter = metric.Counter
Gauge = metric.Gauge
Distribution = metric.Distribution

NO_REASON = "NONE"


class Outcome(StrEnum):
    """How an execution ended, as the success rate sees it."""

    COMPLETED = "completed"
    REFUSED = "refused"  # the caller's doing, or a limit: no failure of ours
    FAILED = "failed"


class Function(StrEnum):
    """The deployed functions that count their executions."""

    GENERATE_STORY = "generate_story"
    RATE_STORY = "rate_story"
    DELETE_STORY = "delete_story"
    EXPORT_MY_DATA = "export_my_data"
    DELETE_MY_DATA = "delete_my_data"
    STORE_API = "store_api"


JOBS = ("savestory", "sweep_stories", "tend_store")
JOB_RESULTS = ("done", "dropped", "again", "bug")
DEPLOYED = (*Function, *JOBS, "health")  # of these, health sends points after a deep look only


def outcome_of(error: ConteurError | None) -> Outcome:
    """Return how an execution that ended with `error` counts."""
    if error is None:
        return Outcome.COMPLETED
    return _outcome(ours=error.ours)


def reason_of(error: BaseException | None) -> str:
    """Return the error's reason as the metrics name it; a foreign error is a bug."""
    if error is None:
        return NO_REASON
    return error.reason if isinstance(error, ConteurError) else BugError.reason


def kind_of(error: BaseException | None) -> str:
    """Return what tells errors of one reason apart: OPENAI_ERROR's kind, TIMEOUT's phase."""
    return error.kind_label if isinstance(error, ConteurError) else NO_KIND


def _outcome(*, ours: bool) -> Outcome:
    return Outcome.FAILED if ours else Outcome.REFUSED


_OF_BOTH_DOORS = (
    *(InvalidFieldError, MalformedRequestError, NoTokenError, TokenExpiredError),
    *(TokenInvalidError, AuthUnavailableError, SecretUnavailableError, ShortMemoryError, BugError),
)


def _errors_of(function: Function) -> tuple[type[ConteurError], ...]:
    """Return the errors that the function's callers may meet."""
    if function is Function.STORE_API:
        return (*kinds(StoreError), *_OF_BOTH_DOORS)
    return tuple(error for error in kinds() if not issubclass(error, StoreError))


def _endings(function: Function) -> tuple[tuple[str, str, str], ...]:
    return (
        (Outcome.COMPLETED, NO_REASON, NO_KIND),
        *(
            (_outcome(ours=error.ours), error.reason, kind)
            for error in _errors_of(function)
            for kind in error.kind_labels
        ),
    )


_SECONDS = (1.0, 2.0, 5.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 45.0, 60.0, 90.0)

EXECUTIONS = Counter(
    path="executions",
    unit="1",
    description="Executions of a function by how they ended; `reason` is the error's, or NONE, "
    "and `kind` is OPENAI_ERROR's kind or TIMEOUT's phase, or NONE.",
    labels=("function", "outcome", "reason", "kind"),
    known=tuple((function, *ending) for function in Function for ending in _endings(function)),
)

EXECUTION_SECONDS = Distribution(
    path="execution_seconds",
    unit="s",
    description="Time from a request's arrival to its terminal answer.",
    labels=("function", "outcome"),
    known=tuple((function, outcome) for function in Function for outcome in Outcome),
    bounds=_SECONDS,
)

IN_FLIGHT = Gauge(
    path="requests/in_flight",
    unit="1",
    description="The most requests that an instance served at once since its last points.",
    labels=("function",),
    known=tuple((function,) for function in DEPLOYED),
)

FAILURES_IN_ROW = Gauge(
    path="executions/failures_in_row",
    unit="1",
    description="The longest row of failed executions in an instance since its last points; a "
    "completed one ends a row, a refused one does not.",
    labels=("function",),
    known=tuple((function,) for function in DEPLOYED),
)

JOB_RUNS = Counter(
    path="jobs/runs",
    unit="1",
    description="Runs of schedules and tasks by how they ended: done, dropped (nothing mends "
    "them), again (the platform repeats a task, the next minute a schedule), or by a bug.",
    labels=("function", "result"),
    known=tuple((function, result) for function in JOBS for result in JOB_RESULTS),
)

STORY_WORDS = Distribution(
    path="story/words",
    only=Function.GENERATE_STORY,
    unit="1",
    description="Words of a completed story, by its language's primary tag.",
    labels=("language",),
    bounds=(50, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1200, 1500, 2000),
)

FIRST_TOKEN_SECONDS = Distribution(
    path="story/first_token_seconds",
    only=Function.GENERATE_STORY,
    unit="s",
    description="Time from a request's arrival to the model's first token.",
    known=((),),
    bounds=(0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 8, 10, 15, 20, 30),
)

GENERATION_SECONDS = Distribution(
    path="story/generation_seconds",
    only=Function.GENERATE_STORY,
    unit="s",
    description="Time from a request's arrival to the end of the model's answer.",
    known=((),),
    bounds=_SECONDS,
)

MODEL_ATTEMPTS = Counter(
    path="model/attempts",
    only=Function.GENERATE_STORY,
    unit="1",
    description="Attempts of a model at a story by how they ended, as `executions` says it.",
    labels=("model", "reason", "kind"),
)

MODEL_RETRIES = Counter(
    path="model/retries",
    only=Function.GENERATE_STORY,
    unit="1",
    description="Attempts that followed a failed one in the same call, by what failed.",
    labels=("reason", "kind"),
    known=tuple(
        (error.reason, kind)
        for error in _errors_of(Function.GENERATE_STORY)
        for kind in error.kind_labels
        if error.ours
    ),
)

CIRCUIT_STATE = Gauge(
    path="model/circuit_state",
    only=Function.GENERATE_STORY,
    unit="1",
    description="A model's circuit breaker in one instance: 0 closed, 1 half open, 2 open.",
    labels=("model",),
)

CIRCUIT_CHANGES = Counter(
    path="model/circuit_changes",
    only=Function.GENERATE_STORY,
    unit="1",
    description="Changes of a model's circuit breaker, by the state that it changed to.",
    labels=("model", "state"),
)

STORY_COST_MICROS = Counter(
    path="story/cost_micros",
    only=Function.GENERATE_STORY,
    unit="1",
    description="What stories have cost that the model ended, in micro-dollars, by the model asked "
    "for.",
    labels=("model",),
)

STORY_TOKENS = Counter(
    path="story/tokens",
    only=Function.GENERATE_STORY,
    unit="1",
    description="Tokens that the model reported for the stories whose cost is counted, by the "
    "model asked for; `direction` is input or output.",
    labels=("model", "direction"),
)

STORIES_UNSAVED = Counter(
    path="story/unsaved",
    only=Function.GENERATE_STORY,
    unit="1",
    description="Finished stories that the store did not take in time; `fate` is queued (stored "
    "later) or lost (in the answer only).",
    labels=("fate",),
    known=(("queued",), ("lost",)),
)

STORIES_SAVED_LATE = Counter(
    path="story/saved_late",
    only="savestory",
    unit="1",
    description="Stories taken out of the outbox, by what was done with them.",
    labels=("result",),
    known=(("settled",), ("charged_again",), ("nothing",), ("waiting",)),
)

STORIES_SWEPT = Counter(
    path="story/swept",
    only="sweep_stories",
    unit="1",
    description="Stories whose lease was over: ended by the sweep, changed by somebody else, or "
    "failed to be written, and left to the next sweep.",
    labels=("result",),
    known=(("ended",), ("changed",), ("failed",)),
)

CHECKPOINTS = Counter(
    path="story/checkpoints",
    only=Function.GENERATE_STORY,
    unit="1",
    description="Checkpoints of stories that are being told, by how they ended.",
    labels=("result",),
    known=(("kept",), ("late",), ("lease_lost",)),
)

_MODULES = (guard_metrics, library_metrics, operation_metrics, store_metrics)
METRICS = tuple(
    each
    for module in (vars(), *map(vars, _MODULES))
    for each in list(module.values())
    if isinstance(each, Metric)
)
