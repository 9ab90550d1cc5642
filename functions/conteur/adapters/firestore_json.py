"""Firestore's values as JSON's, straight from the messages in which they are sent.

Importing this module imports nothing of Firestore's client.
"""

import base64
import math
from collections.abc import Callable, Mapping
from typing import Any

_Read = Callable[[Any], object]


def json_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document's or a map's fields.

    Times are ISO 8601 in UTC, bytes base64, references paths, and numbers that JSON has no word
    for are named as protobuf's JSON names them (https://protobuf.dev/programming-guides/json).
    """
    return {name: _value(value) for name, value in fields.items()}


def _value(value: Any) -> object:  # noqa: ANN401 - a protobuf Value: the library's are not typed
    kind = value.WhichOneof("value_type")
    read = _READERS.get(kind)
    sent = getattr(value, kind)
    return read(sent) if read else sent


def _double(value: float) -> object:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


_READERS: dict[str, _Read] = {
    "null_value": lambda _: None,
    "double_value": _double,
    "timestamp_value": lambda time: time.ToJsonString(),
    "bytes_value": lambda data: base64.b64encode(data).decode(),
    "reference_value": lambda name: name.partition("/documents/")[2],
    "geo_point_value": lambda at: {"latitude": at.latitude, "longitude": at.longitude},
    "array_value": lambda array: [_value(each) for each in array.values],
    "map_value": lambda inner: json_of(inner.fields),
}
