"""How series look for the alerts on stories."""

from functools import partial

from tests.monitoring.alert_case import Case, steady
from tests.monitoring.loads import (
    PRODUCTION,
    STAGING,
    STORY,
    Amount,
    Load,
    distribution,
    executions,
    series,
)

FUNCTION = {"function": STORY}
BOUNDS = ("1", "2", "5", "8", "10", "12", "15", "20", "25", "30", "45", "60", "90", "+Inf")
# What must not be added up with it: refusals, other functions, other environments.
BESIDE: Load = {
    executions("refused", "QUOTA"): 5000,
    executions("completed", function="rate_story"): 5000,
    executions("completed", namespace=STAGING): 5000,
}
STORE_FAILS: Load = {executions("failed", "DATABASE", function="store_api"): 5000}


def failing(failed: int, of: int = 1000) -> Load:
    """Have two instances, of whose executions so many a minute fail."""
    one = failed // 3
    return {
        **BESIDE,
        executions("failed", "OPENAI_ERROR", "SERVER"): one,
        executions("completed"): of // 2 - one,
        executions("failed", "BUG", instance=2): failed - one,
        executions("completed", instance=2): of // 2 - failed + one,
    }


def rarely(completed: tuple[int, ...], reason: str = "BUG") -> Load:
    """Have five failures in five minutes, and so many that completed."""
    return {
        **BESIDE,
        executions("failed", reason): (1, 1, 1, 1, 1),
        executions("completed", instance=2): completed,
    }


def error_rate(level: str, thousandth: int) -> Case:
    return Case(
        alert=f"stories_error_rate_{level}",
        labels=FUNCTION,
        at=steady(failing(thousandth) | STORE_FAILS),
        past=steady(failing(thousandth + 1) | STORE_FAILS),
        calm=failing(0),
        few=steady(rarely((3, 3, 3, 3, 2))),
        enough=steady(rarely((3, 3, 3, 3, 3))),
    )


def out_of_time(thousandth: int) -> Load:
    """Have so many of a thousand time out, in two phases, and more fail otherwise."""
    return {
        **failing(300),
        executions("failed", "TIMEOUT", "MODEL"): thousandth - 5,
        executions("failed", "TIMEOUT", "STORE", instance=2): 5,
        executions("completed"): 400 - thousandth,
    }


def timed(bound: str, below: int, above: int) -> Load:
    """Have so many stories a minute in the bucket below the bound, and so many in that above."""
    return {
        **took(bound, ("completed", 1), (below // 2, above)),
        **took(bound, ("failed", 2), (below - below // 2, 0)),
        **took("1", ("refused", 1), (5000, 0)),
        **took("1", ("completed", 1), (5000, 0), function="rate_story"),
        **took("1", ("completed", 1), (5000, 0), namespace=STAGING),
    }


def took(
    bound: str,
    ending: tuple[str, int],
    values: tuple[int, Amount],
    function: str = STORY,
    namespace: str = PRODUCTION,
) -> Load:
    """Have so many executions take as long as is just below a bound, and just above it."""
    outcome, instance = ending
    job = function.replace("_", "-")
    labels = {"job": job, "function": function, "outcome": outcome}
    one = partial(series, instance=instance, namespace=namespace, **labels)
    return distribution(one, "execution_seconds", BOUNDS, bound, *values)


def slow(level: str, bound: str) -> Case:
    return Case(
        alert=f"stories_slow_{level}",
        at=steady(timed(bound, 57, 3)),
        past=steady(timed(bound, 949, 51)),
        calm=timed("1", 60, 0),
        few=steady(
            took(bound, ("completed", 1), (0, 2)) | took(bound, ("failed", 2), (0, (2, 2, 2, 2, 1)))
        ),
        enough=steady(took(bound, ("completed", 1), (0, 2)) | took(bound, ("failed", 2), (0, 2))),
    )


def retried(retries: int) -> Load:
    """Have 300 stories a minute, and so many retries."""
    reason = {"reason": "OPENAI_ERROR"}
    return {
        **took("5", ("completed", 1), (200, 0)),
        **took("5", ("failed", 2), (100, 0)),
        **took("5", ("refused", 1), (5000, 0)),
        series("model_retries", 1, **reason, kind="SERVER"): retries - 60,
        series("model_retries", 2, reason="TIMEOUT", kind="MODEL"): 60,
    }


def memory(level: str, percent: int) -> Case:
    def full(percent: int) -> Load:
        return {
            series("memory_used_percent", 1): 41,
            series("memory_used_percent", 2): percent,
            series("memory_used_percent", 3, job="store-api"): 42,
            series("memory_used_percent", 4, STAGING): 43,
        }

    return Case(
        alert=f"memory_{level}",
        labels={"job": "generate-story"},
        at=steady(full(percent)),
        past=steady(full(percent + 1)),
        calm=full(40),
        begins=0,
        gauge=True,
    )


def in_row(failures: int) -> Load:
    name = "executions_failures_in_row"
    return {
        series(name, 1, function=STORY): 1,
        series(name, 2, function=STORY): failures,
        series(name, 3, function="rate_story"): 1,
    }


def few_retried(stories: tuple[int, ...]) -> Load:
    return {
        **took("5", ("completed", 1), (0, 2)),
        **took("5", ("failed", 2), (0, stories)),
        series("model_retries", 1, reason="TIMEOUT", kind="MODEL"): 4,
    }


CASES = (
    *(error_rate(*each) for each in (("p1", 50), ("p2", 20), ("p3", 10))),
    *(slow(*each) for each in (("p1", "30"), ("p2", "20"), ("p3", "15"))),
    *(memory(*each) for each in (("p1", 80), ("p2", 70), ("p3", 60))),
    Case(
        alert="consecutive_failures_p1",
        labels=FUNCTION,
        at=steady(in_row(3)),
        past=steady(in_row(4)),
        calm=in_row(0),
        begins=0,
        gauge=True,
    ),
    Case(
        alert="retries_p2",
        at=steady(retried(200)),
        past=steady(retried(203)),
        calm=retried(60),
        few=steady(few_retried((2, 2, 2, 2, 1))),
        enough=steady(few_retried((2, 2, 2, 2, 2))),
    ),
    Case(
        alert="timeouts",
        labels=FUNCTION,
        at=steady(out_of_time(20) | STORE_FAILS),
        past=steady(out_of_time(21) | STORE_FAILS),
        calm=failing(0),
        few=steady(rarely((3, 3, 3, 3, 2), "TIMEOUT")),
        enough=steady(rarely((3, 3, 3, 3, 3), "TIMEOUT")),
    ),
)
