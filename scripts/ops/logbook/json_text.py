"""JSON of anyone's making: whatever it is, it can be shown and counted with."""

import json
import math
import re
from typing import Any

MOST_EXACT = 2**53  # above it a floating point number does not tell whole ones apart
DEEPEST = 100  # objects and lists within each other: Cloud Logging takes fewer
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def loads(text: str) -> Any:  # noqa: ANN401 - whatever JSON has
    """Return what a text says, `?` for half of a surrogate pair, which no text can hold.

    Raises ValueError for what is no JSON, such as NaN, is nested too deeply, or is no number that
    there is.
    """
    try:
        told = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        if _HALF.search(text):
            told = json.loads(json.dumps(told, ensure_ascii=False).encode(errors="replace"))
        if text.count("[") + text.count("{") > DEEPEST:
            whole(told)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return told


def whole(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - whatever JSON has
    """Return a value with the whole numbers that Cloud Logging knows as floating point.

    Raises ValueError where it is nested too deeply; `depth` is how deeply it stands itself.
    """
    if depth > DEEPEST:
        raise ValueError("it is nested too deeply")
    match value:
        case float() if value.is_integer() and abs(value) <= MOST_EXACT:
            return int(value)
        case dict():
            return {name: whole(each, depth + 1) for name, each in value.items()}
        case list():
            return [whole(each, depth + 1) for each in value]
    return value


def _finite(number: str) -> float:
    if math.isinf(told := float(number)):
        raise ValueError(f"{number} is too large")
    return told


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
