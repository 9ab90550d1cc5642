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
from conteur.settings import REGION, is_serving

ENDPOINT = "__firebase_endpoint__"  # what firebase_functions.private.serving looks for
MEMORY_MB = 512

_Function = TypeVar("_Function", bound=Callable[..., Any])


def callable_function(function: _Function) -> _Function:
    """Deploy `function` as a callable: public, and checked by its own tokens."""
    return _deployed("on_call", function)


def http_function(function: _Function) -> _Function:
    """Deploy `function` as a public HTTP endpoint."""
    return _deployed("on_request", function)


def _deployed(trigger: str, function: _Function) -> _Function:
    if not is_serving():
        from firebase_functions import https_fn

        decorate = getattr(https_fn, trigger)(**_options())
        setattr(function, ENDPOINT, getattr(decorate(function), ENDPOINT))
    return function


@cache  # a parameter may be declared once
def _options() -> dict[str, Any]:
    from firebase_functions import params

    return {
        "region": REGION,
        "cpu": 1,  # the default, "gcf_gen1", is a fraction of a CPU and one request at a time
        "memory": MEMORY_MB,
        "timeout_sec": LONGEST_CALL_SECONDS,
        "concurrency": params.IntParam("THREADS"),
        "max_instances": params.IntParam("MAX_INSTANCES"),
    }
