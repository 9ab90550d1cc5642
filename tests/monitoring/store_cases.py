"""How series look for the alerts on publishing a store."""

from functools import partial

from tests.monitoring.alert_case import Case, steady
from tests.monitoring.loads import PRODUCTION, STAGING, Amount, Load, distribution, series

BOUNDS = (
    *("0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "3", "5", "7.5", "10", "15", "20"),
    *("30", "+Inf"),
)
STORE = "store-api"


def publishes(result: str, instance: int = 1, namespace: str = PRODUCTION) -> str:
    return series("store_publishes", instance, namespace, STORE, result=result)


BESIDE: Load = {publishes("refused"): 20_000, publishes("published", namespace=STAGING): 20_000}


def ending(result: str, part: int) -> Load:
    """Have two instances, of whose thousand requests so many a minute end like this."""
    return {
        **BESIDE,
        publishes("published"): 300,
        publishes("already"): 100,
        publishes(result): part // 3,
        publishes(result, 2): part - part // 3,
        publishes("published", 2): 600 - part,
    }


def rarely(result: str, others: tuple[int, ...]) -> Load:
    return {**BESIDE, publishes(result): (2, 1, 1, 1, 1), publishes("published", 2): others}


def share(alert: str, result: str, thousandth: int) -> Case:
    return Case(
        alert=alert,
        at=steady(ending(result, thousandth)),
        past=steady(ending(result, thousandth + 1)),
        calm=ending(result, 0),
        few=steady(rarely(result, (1, 1, 1, 0, 0))),
        enough=steady(rarely(result, (1, 1, 1, 1, 0))),
    )


def took(bound: str, instance: int, below: int, above: Amount, namespace: str = PRODUCTION) -> Load:
    """Have an instance answer in the bucket that ends at `bound` seconds, or in the next one."""
    one = partial(series, instance=instance, namespace=namespace, job=STORE)
    return distribution(one, "store_publish_seconds", BOUNDS, bound, below, above)


def slow(alert: str, bound: str) -> Case:
    here = partial(took, bound)
    return Case(
        alert=alert,
        at=steady(here(1, 30, 0) | here(2, 27, 3) | here(3, 5000, 0, STAGING)),
        past=steady(here(1, 500, 0) | here(2, 449, 51) | here(3, 5000, 0, STAGING)),
        calm=here(1, 500, 0) | here(2, 500, 0),
        few=steady(here(1, 0, 1) | here(2, 0, (1, 1, 1, 1, 0))),
        enough=steady(here(1, 0, 1) | here(2, 0, 1)),
    )


def retried(part: int | tuple[int, ...], load: Load) -> Load:
    one, other = (series("store_retried_publishes", each, job=STORE) for each in (1, 2))
    return {**load, one: part, other: 10}


def repeated(alert: str, thousandth: int) -> Case:
    return Case(
        alert=alert,
        at=steady(retried(thousandth - 10, ending("blocked", 100))),
        past=steady(retried(thousandth - 9, ending("blocked", 100))),
        calm=retried(0, ending("blocked", 100)),
        few=steady(retried(5, rarely("failed", (1, 1, 1, 0, 0)))),
        enough=steady(retried(5, rarely("failed", (1, 1, 1, 1, 0)))),
    )


CASES = (
    share("store_publish_high_error_rate", "failed", 50),
    share("store_publish_gating_blocks", "blocked", 200),
    share("store_publish_gating_wall", "blocked", 500),
    share("store_publish_errors_p3", "failed", 10),
    slow("store_publish_slow_response", "10"),
    slow("store_publish_slow_p3", "5"),
    repeated("store_publish_high_retry_rate", 200),
    repeated("store_publish_retries_p3", 100),
)
