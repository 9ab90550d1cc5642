"""The signals of the functions that apps call, guide B's figures first."""

from conteur.telemetry.guard_metrics import CPU_PERCENT, MEMORY_PERCENT
from conteur.telemetry.registry import (
    EXECUTION_SECONDS,
    EXECUTIONS,
    FAILURES_IN_ROW,
    FIRST_TOKEN_SECONDS,
    GENERATION_SECONDS,
    IN_FLIGHT,
    MODEL_RETRIES,
    STORY_WORDS,
    Function,
)
from scripts.ops.monitoring.promql import (
    WINDOW,
    a_minute,
    events,
    highest,
    mean,
    quantile,
    selector,
    share,
    total,
)
from scripts.ops.monitoring.signal import Signal, Unit

OF = "stories"
LEAST = 20
"""Executions in five minutes below which a share or a percentile is chance."""
ATTEMPTS = 3
"""OPENAI_MAX_ATTEMPTS in functions/.env."""
_TELLING = Function.GENERATE_STORY
_APPS = f"!{Function.STORE_API}"
# A refusal is the caller's doing: it is neither a success nor a failure of ours.
_ANSWERED = events(EXECUTIONS, "function", function=_APPS, outcome="!refused")
_FAILED = events(EXECUTIONS, "function", function=_APPS, outcome="failed")
_TOLD = events(EXECUTION_SECONDS, function=_TELLING, outcome="!refused")

ERROR_RATE = Signal(
    of=OF,
    name="error_rate",
    title="Error rate",
    what="Executions that failed by our doing, of all that were not refused, by function, over "
    "five minutes.",
    unit=Unit.SHARE,
    query=share(_FAILED, _ANSWERED),
    metrics=(EXECUTIONS,),
    samples=_ANSWERED,
    least=LEAST,
)

SUCCESS_RATE = Signal(
    of=OF,
    name="success_rate",
    title="Success rate",
    what="Executions that completed, of all that were not refused, by function, over five minutes.",
    unit=Unit.SHARE,
    query=share(events(EXECUTIONS, "function", function=_APPS, outcome="completed"), _ANSWERED),
    metrics=(EXECUTIONS,),
    samples=_ANSWERED,
    least=LEAST,
)

EXECUTION_TIME = Signal(
    of=OF,
    name="execution_time",
    title="Execution time, 95th percentile",
    what="The seconds within which 95 % of stories were answered, over five minutes.",
    unit=Unit.SECONDS,
    query=quantile(0.95, EXECUTION_SECONDS, function=_TELLING, outcome="!refused"),
    metrics=(EXECUTION_SECONDS,),
    samples=_TOLD,
    least=LEAST,
)

MEAN_EXECUTION_TIME = Signal(
    of=OF,
    name="mean_execution_time",
    title="Execution time, mean",
    what="The mean seconds that a story took to be answered, over five minutes.",
    unit=Unit.SECONDS,
    query=mean(EXECUTION_SECONDS, function=_TELLING, outcome="!refused"),
    metrics=(EXECUTION_SECONDS,),
)

FIRST_TOKEN_TIME = Signal(
    of=OF,
    name="first_token_time",
    title="Time to the first token, 95th percentile",
    what="The seconds within which the model began 95 % of stories, over five minutes.",
    unit=Unit.SECONDS,
    query=quantile(0.95, FIRST_TOKEN_SECONDS),
    metrics=(FIRST_TOKEN_SECONDS,),
)

GENERATION_TIME = Signal(
    of=OF,
    name="mean_generation_time",
    title="Generation time, mean",
    what="The mean seconds until the model had ended a story, over five minutes.",
    unit=Unit.SECONDS,
    query=mean(GENERATION_SECONDS),
    metrics=(GENERATION_SECONDS,),
)

MEMORY = Signal(
    of=OF,
    name="memory",
    title="Memory used",
    what="The share of its memory that the fullest instance of a service uses.",
    unit=Unit.SHARE,
    query=f"{highest(selector(MEMORY_PERCENT), 'job')} / 100",
    metrics=(MEMORY_PERCENT,),
)

CPU = Signal(
    of=OF,
    name="cpu",
    title="CPU used",
    what="The share of its CPU that the busiest instance of a service uses.",
    unit=Unit.SHARE,
    query=f"{highest(selector(CPU_PERCENT), 'job')} / 100",
    metrics=(CPU_PERCENT,),
)

CONSECUTIVE_FAILURES = Signal(
    of=OF,
    name="consecutive_failures",
    title="Failures in a row",
    what="The longest row of failed executions of one instance, by function, in five minutes.",
    unit=Unit.COUNT,
    query=highest(f"max_over_time({selector(FAILURES_IN_ROW)}[{WINDOW}])", "function"),
    metrics=(FAILURES_IN_ROW,),
)

RETRIES = Signal(
    of=OF,
    name="retries",
    title="Retries",
    what=f"The mean retries a story over five minutes, times the {ATTEMPTS} attempts that it may "
    "have: with these, no mean is above 2 by itself; 2 is reached where two of three stories are "
    "retried once.",
    unit=Unit.COUNT,
    query=f"{ATTEMPTS} * ({share(events(MODEL_RETRIES), _TOLD)})",
    metrics=(MODEL_RETRIES, EXECUTION_SECONDS),
    samples=_TOLD,
    least=LEAST,
)

TIMEOUTS = Signal(
    of=OF,
    name="timeouts",
    title="Share of time-outs",
    what="Executions whose time was up, of all that were not refused, by function, over five "
    "minutes.",
    unit=Unit.SHARE,
    query=share(events(EXECUTIONS, "function", function=_APPS, reason="TIMEOUT"), _ANSWERED),
    metrics=(EXECUTIONS,),
    samples=_ANSWERED,
    least=LEAST,
)

REQUESTS_IN_FLIGHT = Signal(
    of=OF,
    name="in_flight",
    title="Requests in flight",
    what="The most requests at once since the last points, added up over the instances of a "
    "function.",
    unit=Unit.COUNT,
    query=total(selector(IN_FLIGHT), "function"),
    metrics=(IN_FLIGHT,),
)

STORIES = Signal(
    of=OF,
    name="stories",
    title="Stories a minute",
    what="Stories that were completed in a minute.",
    unit=Unit.COUNT,
    query=a_minute(STORY_WORDS),
    metrics=(STORY_WORDS,),
)

LENGTH = Signal(
    of=OF,
    name="mean_length",
    title="Words a story, mean",
    what="The mean words of the stories of five minutes.",
    unit=Unit.COUNT,
    query=mean(STORY_WORDS),
    metrics=(STORY_WORDS,),
)

SIGNALS = tuple(each for each in list(vars().values()) if isinstance(each, Signal))
