"""The signals of what the service leans on: traffic, objectives, models, budget, schedules."""

from conteur.errors import Code, kinds
from conteur.telemetry.guard_metrics import (
    BUDGET_LIMIT_MICROS,
    BUDGET_LOAD_MICROS,
    BUDGET_STOPPED,
)
from conteur.telemetry.library_metrics import RATING_CHANGES, RATINGS
from conteur.telemetry.operation_metrics import ANNOUNCEMENTS, ROLLED_BACK, TEST
from conteur.telemetry.registry import (
    CIRCUIT_STATE,
    EXECUTIONS,
    JOB_RUNS,
)
from scripts.ops.monitoring.promql import SCOPE, events, highest, selector, share, total
from scripts.ops.monitoring.signal import Signal, Unit

OF = "service"
OBJECTIVE = 0.99
"""Executions that do not fail, of all that are not refused: guide A wants errors below 1 %."""
LEAST_BEFORE = 60
LEAST_OF_OBJECTIVE = 50
_UNAUTHORIZED = "|".join(
    sorted({error.reason for error in kinds() if error.code is Code.UNAUTHENTICATED})
)


def _errors(over: str) -> str:
    failed = events(EXECUTIONS, "function", over=over, outcome="failed")
    return share(failed, events(EXECUTIONS, "function", over=over, outcome="!refused"))


def _burn(short: str, long: str) -> str:
    """Return how many times faster than allowed errors come: in both windows, so the lower one.

    Where there were no executions in one of them it is no number, and passes no threshold.
    Source: https://sre.google/workbook/alerting-on-slos/ (6: multiwindow, multi-burn-rate alerts)
    """
    lately, longer = f"({_errors(short)})", f"({_errors(long)})"
    lower = f"{lately} * ({lately} < bool {longer}) + {longer} * ({longer} <= bool {lately})"
    return f"({lower}) / {1 - OBJECTIVE:.2g}"


def _slo(name: str, short: str, long: str) -> Signal:
    return Signal(
        of=OF,
        name=name,
        title=f"Error budget, burn rate over {long}",
        what=f"How many times faster than {1 - OBJECTIVE:.0%} of executions fail, over {long} and "
        f"over the last {short} as well, by function.",
        unit=Unit.COUNT,
        query=_burn(short, long),
        metrics=(EXECUTIONS,),
        samples=events(EXECUTIONS, "function", over=long, outcome="!refused"),
        least=LEAST_OF_OBJECTIVE,
    )


SLO_BURN_FAST = _slo("slo_burn_fast", "5m", "1h")
SLO_BURN_SLOW = _slo("slo_burn_slow", "30m", "6h")

_LATELY = events(EXECUTIONS, over="10m")
_BEFORE = total(f"increase({selector(EXECUTIONS)}[1h] offset 10m)")
_STOP = f"{_BEFORE} unless {_LATELY} >= 1"
"""Calls of the hour before, at a moment whose last ten minutes had none."""
_REMEMBERED = "3h"
_LAST_HOURS = f"{events(EXECUTIONS, over=_REMEMBERED)} > 0"
_SWEPT_BY_ANY = selector(JOB_RUNS, function="sweep_stories")
_DEPLOYED = highest(
    f"last_over_time({_SWEPT_BY_ANY}[10m]) unless on ({', '.join((*SCOPE, 'revision'))}) "
    f"last_over_time({_SWEPT_BY_ANY}[1h] offset 2h)"
)
"""Something where sweep_stories, which runs every minute, is of a revision less than 2 h old."""


def _once(condition: str) -> str:
    """Return the highest that an expression was in the hours that are remembered."""
    return f"max_over_time(({condition})[{_REMEMBERED}:1m])"


def _stopped(condition: str) -> str:
    """Return the calls of the hour before the silence: a window that slid would forget them."""
    return f"{_once(condition)} and {_LAST_HOURS}"


TRAFFIC = Signal(
    of=OF,
    name="traffic",
    title="Calls in ten minutes",
    what="Calls of all functions in ten minutes, where there were any in three hours; the samples "
    "are the calls of the hour before they stopped.",
    unit=Unit.COUNT,
    # Nothing at all is sent where there are no calls, so that no series may be left to add up.
    query=f"{_LATELY} or 0 * ({_LAST_HOURS})",
    metrics=(EXECUTIONS,),
    samples=_stopped(_STOP),
    least=LEAST_BEFORE,
)
TRAFFIC_AFTER_DEPLOY = Signal(
    of=OF,
    name="traffic_after_deploy",
    title="Calls in ten minutes, after a deploy",
    what="Calls of all functions in ten minutes, in five hours after a deploy of sweep_stories; "
    "the samples are the calls of the hour before they stopped, within two hours of the deploy.",
    unit=Unit.COUNT,
    query=f"({TRAFFIC.query}) and {_once(_DEPLOYED)}",
    metrics=(EXECUTIONS, JOB_RUNS),
    samples=_stopped(f"({_STOP}) and {_DEPLOYED}"),
    least=LEAST_BEFORE,
)

UNAUTHORIZED = Signal(
    of=OF,
    name="unauthorized",
    title="Calls without a valid token in five minutes",
    what="Calls that were refused for a missing, expired, wrong or revoked token, by function, in "
    "five minutes.",
    unit=Unit.COUNT,
    query=events(EXECUTIONS, "function", reason=f"~{_UNAUTHORIZED}"),
    metrics=(EXECUTIONS,),
)

BREAKER = Signal(
    of=OF,
    name="breaker",
    title="Circuit breaker",
    what="The state of a model's circuit breaker in the instance where it is worst, the highest of "
    "two minutes: 0 closed, 1 half open, 2 open.",
    unit=Unit.COUNT,
    # An open circuit is half open for a moment every 30 s: a point may tell of just that one.
    query=highest(f"max_over_time({selector(CIRCUIT_STATE)}[2m])", "model"),
    metrics=(CIRCUIT_STATE,),
)

BUDGET = Signal(
    of=OF,
    name="budget",
    title="Budget used",
    what="The share of the day's budget that stories have reserved or cost.",
    unit=Unit.SHARE,
    query=f"{highest(selector(BUDGET_LOAD_MICROS))} / {highest(selector(BUDGET_LIMIT_MICROS))}",
    metrics=(BUDGET_LOAD_MICROS, BUDGET_LIMIT_MICROS),
)

STOPPED = Signal(
    of=OF,
    name="stopped",
    title="Stopped for the budget",
    what="1 while an instance refuses stories because the day's budget is spent.",
    unit=Unit.COUNT,
    query=highest(selector(BUDGET_STOPPED)),
    metrics=(BUDGET_STOPPED,),
)

_SWEPT = selector(JOB_RUNS, function="sweep_stories", result="done")
SWEEPS = Signal(
    of=OF,
    name="sweeps",
    title="Sweeps in ten minutes",
    what="Runs of sweep_stories that ended as they should, in ten minutes; ten are due.",
    unit=Unit.COUNT,
    # Where no instance is left that sweeps, there is no series; where none ever was, no scope.
    query=f"{events(JOB_RUNS, over='10m', function='sweep_stories', result='done')} "
    f"or 0 * {highest(f'last_over_time({_SWEPT}[6h])')} or 0 * absent_over_time({_SWEPT}[6h])",
    metrics=(JOB_RUNS,),
)

SATISFACTION = Signal(
    of=OF,
    name="satisfaction",
    title="Ratings of 4 and 5 stars, four weeks",
    what="The share of 4 and 5 stars in the ratings of four weeks, changes counted when made.",
    unit=Unit.SHARE,
    query="({} + ({} or 0 * {}) - ({} or 0 * {})) / {}".format(
        events(RATINGS, over="28d", stars="~4|5"),
        events(RATING_CHANGES, over="28d", after="~4|5"),
        events(RATINGS, over="28d"),
        events(RATING_CHANGES, over="28d", before="~4|5"),
        events(RATINGS, over="28d"),
        events(RATINGS, over="28d"),
    ),
    metrics=(RATINGS, RATING_CHANGES),
)

# A point that nothing follows is the newest for five minutes: so such an alert ends by itself.
ROLLED_BACK_NOW = Signal(
    of=OF,
    name="rolled_back",
    title="Rolled back",
    what="1 in the five minutes after a service was rolled back, by a person or by itself.",
    unit=Unit.COUNT,
    query=highest(selector(ANNOUNCEMENTS, kind=ROLLED_BACK)),
    metrics=(ANNOUNCEMENTS,),
)

TEST_NOW = Signal(
    of=OF,
    name="test_of_alerts",
    title="Test of the alerts",
    what="1 while a validation looks whether an alert fires, which tells of nothing else.",
    unit=Unit.COUNT,
    query=highest(selector(ANNOUNCEMENTS, kind=TEST)),
    metrics=(ANNOUNCEMENTS,),
)

SIGNALS = tuple(each for each in list(vars().values()) if isinstance(each, Signal))
