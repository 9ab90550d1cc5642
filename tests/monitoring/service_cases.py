"""How series look for the alerts on the service as a whole."""

from tests.monitoring.alert_case import Case, steady
from tests.monitoring.loads import PRODUCTION, STAGING, Amount, Load, executions, series
from tests.monitoring.story_cases import FUNCTION, failing

ALL_FAIL: Load = {
    executions("failed", "BUG"): (1, 0),
    executions("failed", "BUG", instance=2): (0, 1),
}


def burn(pace: str, thousandth: int) -> Case:
    """Errors come at one rate from the start, so that both windows see it."""
    return Case(
        alert=f"slo_burn_{pace}",
        labels=FUNCTION,
        at=steady(failing(thousandth)),
        past=steady(failing(thousandth + 1)),
        calm=failing(0),
        few=((49, ALL_FAIL), (1, {})),
        enough=steady(ALL_FAIL),
        enough_begins=50,
        ends=35,
    )


def calls(amount: Amount) -> Load:
    """Have as many calls of each of two functions; another environment is never idle."""
    return {
        executions("completed"): amount,
        executions("refused", "QUOTA", function="rate_story", instance=2): amount,
        executions("completed", namespace=STAGING): 100,
    }


def tokenless(missing: Amount, expired: int) -> Load:
    """Have calls without a valid token; elsewhere there are nearly as many."""
    return {
        executions("refused", "NO_TOKEN"): missing,
        executions("refused", "TOKEN_EXPIRED", instance=2): expired,
        executions("refused", "QUOTA"): 5000,
        executions("refused", "NO_TOKEN", function="rate_story"): 18,
        executions("refused", "NO_TOKEN", namespace=STAGING): 18,
    }


def breaker(state: int) -> Load:
    name = "model_circuit_state"
    return {
        series(name, 1, model="gpt-4o-mini"): 0,
        series(name, 2, model="gpt-4o-mini"): state,
        series(name, 3, STAGING, model="gpt-4o-mini"): 1,
        series(name, 1, model="gpt-4o"): 1,
    }


def budget(load: int) -> Load:
    """Have a budget of 10 dollars; another instance has read it earlier."""
    return {
        series("budget_load_micros", 1): load,
        series("budget_limit_micros", 1): 10_000_000,
        series("budget_load_micros", 2): 5_000_000,
        series("budget_limit_micros", 2): 10_000_000,
        series("budget_limit_micros", 3, STAGING): 1,
    }


def stopped(state: int) -> Load:
    return {
        series("budget_stopped", 1): 0,
        series("budget_stopped", 2): state,
        series("budget_stopped", 3, STAGING): 0,
    }


def announced(kind: str, state: int) -> Load:
    """Have an operation announce something; another environment has announced it before."""
    name = "operations_announcements"
    return {
        series(name, 1, job="operations", kind=kind): state,
        series(name, 2, STAGING, job="operations", kind=kind): 0,
        series(name, 3, job="operations", kind="another"): 1,
    }


def announcement(alert: str, kind: str) -> Case:
    """The first point decides, and the next one ends it."""
    return Case(
        alert=alert,
        at=steady(announced(kind, 0)),
        past=((2, announced(kind, 0)), (1, announced(kind, 1))),
        calm=announced(kind, 0),
        begins=3,
        gauge=True,
    )


def sweeps(amount: Amount, namespace: str = PRODUCTION) -> Load:
    def runs(instance: int, function: str, result: str) -> str:
        job = function.replace("_", "-")
        return series("jobs_runs", instance, namespace, job, function=function, result=result)

    return {
        runs(1, "sweep_stories", "done"): amount,
        runs(1, "sweep_stories", "again"): 1,
        runs(2, "savestory", "done"): 5,
    }


def silence(alert: str, beside: Load) -> Case:
    """After a stop of twelve minutes, one call in any ten minutes is at the threshold."""
    rare = calls((1, *[0] * 19)) | {executions("completed"): (*[0] * 10, 1, *[0] * 9)}
    one_less = calls(1) | {executions("completed"): 0}
    return Case(
        alert=alert,
        at=((60, calls(10) | beside), (12, calls(0) | beside), (1, rare | beside)),
        past=((60, calls(10) | beside), (1, calls(0) | beside)),
        calm=calls(10) | beside,
        begins=70,
        few=(
            (30, calls(0) | beside),
            (29, calls(1) | beside),
            (1, one_less | beside),
            (1, calls(0) | beside),
        ),
        enough=((30, calls(0) | beside), (30, calls(1) | beside), (1, calls(0) | beside)),
        enough_begins=70,
    )


CASES = (
    burn("fast", 144),
    burn("slow", 60),
    silence("traffic_stopped", {}),
    silence("no_traffic_after_deploy", sweeps(1)),
    Case(
        alert="unauthorized_burst",
        labels=FUNCTION,
        at=steady(tokenless(12, 8)),
        past=steady(tokenless((13, 12, 12, 12, 12), 8)),
        calm=tokenless(0, 0),
        begins=5,
    ),
    Case(
        alert="breaker_open",
        labels={"model": "gpt-4o-mini"},
        at=steady(breaker(1)),
        past=steady(breaker(2)),
        calm=breaker(0),
        begins=0,
        gauge=True,
    ),
    Case(
        alert="budget_nearly_spent",
        at=steady(budget(8_000_000)),
        past=steady(budget(8_000_001)),
        calm=budget(0),
        begins=0,
        gauge=True,
    ),
    Case(
        alert="budget_spent",
        at=steady(stopped(0)),
        past=steady(stopped(1)),
        calm=stopped(0),
        begins=0,
        gauge=True,
    ),
    announcement("service_rolled_back", "rolled_back"),
    announcement("test_alert", "test"),
    Case(
        alert="sweep_not_run",
        at=((20, sweeps(1) | sweeps(1, STAGING)), (1, sweeps((*[0] * 9, 1)) | sweeps(1, STAGING))),
        past=((20, sweeps(1) | sweeps(1, STAGING)), (1, sweeps(0) | sweeps(1, STAGING))),
        calm=sweeps(1) | sweeps(1, STAGING),
        begins=30,
    ),
)
