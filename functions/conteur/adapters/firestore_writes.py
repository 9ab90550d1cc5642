"""The writes of a commit, in the messages that Firestore's client sends.

The client's own WriteBatch makes a proto-plus object of every value, which takes about ten times
the CPU of filling in the protobuf messages below them, as is done here.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from google.cloud.firestore import DELETE_FIELD
from google.cloud.firestore_v1 import types
from google.protobuf.timestamp_pb2 import Timestamp

Message = Any
"""A protobuf message: the library's are not typed."""

Fence = Any
"""When a document was last written, as the library tells it: a DatetimeWithNanoseconds, and of
what a query found a protobuf Timestamp. The domain keeps it unseen."""

Fields = Mapping[str, Any]
"""Values by their names; in an update, by their dotted paths, and DELETE_FIELD takes one out."""

_Write = types.Write.pb()


def creation(name: str, fields: Fields) -> Message:
    """Return the write that creates the document `name`, which must not be there."""
    write = _Write()
    write.update.name = name
    write.current_document.exists = False
    _fill(write.update.fields, fields)
    return write


def change(name: str, fields: Fields, fence: Fence) -> Message:
    """Return the write that changes fields of a document last written at `fence`."""
    write = _Write()
    write.update.name = name
    write.current_document.update_time.CopyFrom(_timestamp(fence))
    write.update_mask.field_paths.extend(sorted(fields))
    for path, value in fields.items():
        if value is not DELETE_FIELD:
            *above, last = path.split(".")
            place = write.update.fields
            for each in above:
                place = place[each].map_value.fields
            _set(place[last], value)
    return write


def deletion(name: str, fence: Fence) -> Message:
    """Return the write that deletes a document last written at `fence`."""
    write = _Write(delete=name)
    write.current_document.update_time.CopyFrom(_timestamp(fence))
    return write


def increase(name: str, amounts: Mapping[str, int], fields: Fields) -> Message:
    """Return the write that adds to a document's numbers, in this order, and sets `fields`.

    A document or number that is not there counts as zero.
    """
    write = _Write()
    write.update.name = name
    write.update_mask.field_paths.extend(fields)
    _fill(write.update.fields, fields)
    for path, amount in amounts.items():
        write.update_transforms.add(field_path=path).increment.integer_value = amount
    return write


def _timestamp(fence: Fence) -> Message:
    return fence if isinstance(fence, Timestamp) else fence.timestamp_pb()


def _fill(places: Any, fields: Fields) -> None:  # noqa: ANN401 - a protobuf map of messages
    for name, value in fields.items():
        _set(places[name], value)


def _set(place: Message, value: object) -> None:
    """Put `value` into a protobuf Value. Raises TypeError for what Firestore cannot hold."""
    put = _PUTS.get(type(value)) or _put_for(value)
    put(place, value)


def _put_for(value: object) -> "_Put":
    """Return what puts a value of a derived type, such as an enum's."""
    for kind, put in _PUTS.items():
        if isinstance(value, kind):
            return put
    raise TypeError(f"Firestore holds no {type(value).__name__}")


def _set_text(place: Message, value: str) -> None:
    place.string_value = value


def _set_truth(place: Message, value: bool) -> None:  # noqa: FBT001 - the value itself
    place.boolean_value = value


def _set_integer(place: Message, value: int) -> None:
    place.integer_value = value


def _set_double(place: Message, value: float) -> None:
    place.double_value = value


def _set_time(place: Message, value: datetime) -> None:
    place.timestamp_value.FromDatetime(value)


def _set_map(place: Message, value: Fields) -> None:
    place.map_value.SetInParent()
    _fill(place.map_value.fields, value)


def _set_array(place: Message, value: Sequence[object]) -> None:
    place.array_value.SetInParent()
    for each in value:
        _set(place.array_value.values.add(), each)


def _set_null(place: Message, _: None) -> None:
    place.null_value = 0


_Put = Callable[[Message, Any], None]

_PUTS: dict[type, _Put] = {
    str: _set_text,
    bool: _set_truth,
    int: _set_integer,
    float: _set_double,
    datetime: _set_time,
    dict: _set_map,
    list: _set_array,
    type(None): _set_null,
}
