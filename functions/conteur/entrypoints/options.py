"""How the functions are deployed. firebase-tools reads this when it discovers them.

A serving process skips it all: importing `firebase_functions.https_fn` costs a third of a
cold start's CPU, and nothing of it is needed to answer a call.

Concurrency is the same setting as gunicorn's threads (`THREADS` in `functions/.env`), so the
two cannot differ: fewer threads than concurrent requests would queue them inside the instance.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from conteur.domain.deadline import LONGEST_CALL_SECONDS
from conteur.settings import is_serving

# What firebase_functions.private.serving looks for: how to deploy it, and the APIs that it needs.
ENDPOINT, REQUIRED_APIS = "__firebase_endpoint__", "__required_apis"
MEMORY_MB = 512

EVERY_MINUTE = "* * * * *"
SWEEP_INSTANCES = 1
SAVE_INSTANCES = 2

# A task is given up once it is older than RETRY_SECONDS and was tried ATTEMPTS times, so never
# before: https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#retryconfig
RETRY_SECONDS = 3 * 24 * 3600
ATTEMPTS = 100
FIRST_PAUSE_SECONDS = 10
LONGEST_PAUSE_SECONDS = 300
DOUBLINGS = 5
SAVES_AT_ONCE = 10
SAVES_A_SECOND = 5

_Function = TypeVar("_Function", bound=Callable[..., Any])


def callable_function(function: _Function) -> _Function:
    """Deploy `function` as a callable: public, and checked by its own tokens."""
    return _deployed(function, _on_call)


def http_function(function: _Function) -> _Function:
    """Deploy `function` as a public HTTP endpoint."""
    return _deployed(function, _on_request)


def task_function(function: _Function) -> _Function:
    """Deploy `function` with a queue of its name, which takes letters, digits and hyphens only.

    Only service accounts of the project that may invoke it can.
    """
    return _deployed(function, _on_task)


def scheduled_function(function: _Function) -> _Function:
    """Deploy `function` to run every minute; only Cloud Scheduler's service account may call it."""
    return _deployed(function, _on_schedule)


def store_function(function: _Function) -> _Function:
    """Deploy `function` as a public HTTP endpoint that reaches the store's database."""
    return _deployed(function, _on_store_request)


def store_schedule(function: _Function) -> _Function:
    """Deploy `function` to run every minute, where it reaches the store's database."""
    return _deployed(function, _on_store_schedule)


_Decorate = Callable[[Callable[..., Any]], Any]


def _deployed(function: _Function, trigger: Callable[[], _Decorate]) -> _Function:
    if not is_serving():
        decorated = trigger()(function)
        for name in (ENDPOINT, REQUIRED_APIS):
            if hasattr(decorated, name):
                setattr(function, name, getattr(decorated, name))
    return function


def _on_call() -> _Decorate:
    from firebase_functions import https_fn

    return https_fn.on_call(**_options(), max_instances=_most_instances())


def _on_request() -> _Decorate:
    from firebase_functions import https_fn

    return https_fn.on_request(**_options(), max_instances=_most_instances())


def _on_task() -> _Decorate:
    from firebase_functions import options, tasks_fn

    return tasks_fn.on_task_dispatched(
        **_options(),
        max_instances=SAVE_INSTANCES,
        retry_config=options.RetryConfig(
            max_attempts=ATTEMPTS,
            max_retry_seconds=RETRY_SECONDS,
            min_backoff_seconds=FIRST_PAUSE_SECONDS,
            max_backoff_seconds=LONGEST_PAUSE_SECONDS,
            max_doublings=DOUBLINGS,
        ),
        rate_limits=options.RateLimits(
            max_concurrent_dispatches=SAVES_AT_ONCE, max_dispatches_per_second=SAVES_A_SECOND
        ),
    )


def _on_schedule(**more: Any) -> _Decorate:  # noqa: ANN401 - options of firebase_functions, which is not imported here
    from firebase_functions import options, scheduler_fn

    return scheduler_fn.on_schedule(
        **_options(),
        **more,
        max_instances=SWEEP_INSTANCES,
        schedule=EVERY_MINUTE,
        timezone=options.Timezone("UTC"),
        retry_count=0,  # the next run is a minute away
    )


def _on_store_request() -> _Decorate:
    from firebase_functions import https_fn, params

    # The database has only so many connections: this many times STORE_POOL_SIZE of them.
    most = params.IntParam("STORE_MAX_INSTANCES")
    return https_fn.on_request(**_options(), **_private_network(), max_instances=most)


def _on_store_schedule() -> _Decorate:
    return _on_schedule(**_private_network())


@cache  # a parameter may be declared once
def _private_network() -> dict[str, Any]:
    """Return the way to the database's private address; an empty connector is none."""
    from firebase_functions import options, params

    return {
        "vpc_connector": params.StringParam("VPC_CONNECTOR"),
        "vpc_connector_egress_settings": options.VpcEgressSetting.PRIVATE_RANGES_ONLY,
    }


@cache  # a parameter may be declared once
def _most_instances() -> Any:  # noqa: ANN401 - a parameter of firebase_functions, which is not imported here
    from firebase_functions import params

    return params.IntParam("MAX_INSTANCES")


@cache  # likewise
def _options() -> dict[str, Any]:
    from firebase_functions import params

    return {
        "region": params.StringParam("CONTEUR_REGION"),
        "cpu": 1,  # the default, "gcf_gen1", is a fraction of a CPU and one request at a time
        "memory": MEMORY_MB,
        "timeout_sec": LONGEST_CALL_SECONDS,
        "concurrency": params.IntParam("THREADS"),
    }
