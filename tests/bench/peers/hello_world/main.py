"""The least that a callable function can be: the floor of the stack."""

from typing import Any

from firebase_functions import https_fn


@https_fn.on_call()
def hello_world(_request: https_fn.CallableRequest[Any]) -> str:
    """Greet."""
    return "Hello, world"
