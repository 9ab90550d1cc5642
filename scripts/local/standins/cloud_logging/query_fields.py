"""The fields of a log entry as the Logging query language names them.

What a field is of an entry that lacks it, and what is no field at all, is by
https://cloud.google.com/logging/docs/view/logging-query-language#missing-fields
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from google.cloud.audit import audit_log_pb2  # type: ignore[import-untyped]  # ships no types
from google.cloud.logging_v2.types import LogEntry
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.descriptor_pool import Default

from scripts.local.standins.cloud_monitoring.resources import invalid
from scripts.local.standins.server import Message

ENTRY: Descriptor = LogEntry.pb(LogEntry()).DESCRIPTOR
DURATION = "google.protobuf.Duration"
TIMESTAMP = "google.protobuf.Timestamp"
STRUCT = "google.protobuf.Struct"
ANY = "google.protobuf.Any"
KNOWN_PAYLOADS = (audit_log_pb2,)  # imported for protobuf to know the messages in it

Read = Callable[[Message], list[Any]]
"""Returns the values of a field in an entry; none where it is missing."""


class FieldType(Enum):
    """What is in a field: PAYLOAD is whatever its writer put there, OBJECT has members."""

    TEXT = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    SEVERITY = auto()
    TIMESTAMP = auto()
    DURATION = auto()
    PAYLOAD = auto()
    OBJECT = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `exists` tells whether an entry has it, also where it reads as its default."""

    name: str
    type: FieldType
    read: Read
    exists: Callable[[Message], bool]


def find_field(parts: tuple[str, ...]) -> Field:
    """Return the field of a name. Raises RefusalError if no entry can have it."""
    name = ".".join(parts)
    return _in_message(ENTRY, parts, name, lambda entry: [entry])


def _in_message(kind: Descriptor, parts: tuple[str, ...], name: str, read: Read) -> Field:
    if not parts:
        return Field(name, FieldType.OBJECT, read, lambda entry: any(_is_set(read(entry))))
    found = kind.fields_by_name.get(parts[0]) or kind.fields_by_camelcase_name.get(parts[0])
    if found is None:
        raise invalid(f"Unparseable filter: Field not found: '{name}'.")
    return _of_descriptor(found, parts[1:], name, read)


def _of_descriptor(field: FieldDescriptor, rest: tuple[str, ...], name: str, read: Read) -> Field:
    inner = field.message_type
    if inner is None:
        return _scalar(field, rest, name, read)
    if inner.GetOptions().map_entry:
        return _label(field.name, rest, name, read)
    below = _below(field.name, read)
    if inner.full_name in (STRUCT, ANY):
        return _payload(rest, name, below)
    if inner.full_name in (TIMESTAMP, DURATION):
        return _time(inner.full_name, rest, name, below)
    return _in_message(inner, rest, name, below)


def _below(name: str, read: Read) -> Read:
    """Return what reads a message's message: nothing, where it is not set."""
    return lambda entry: [getattr(one, name) for one in read(entry) if one.HasField(name)]


def _scalar(field: FieldDescriptor, rest: tuple[str, ...], name: str, read: Read) -> Field:
    _must_end(rest, name)
    kind = {
        FieldDescriptor.CPPTYPE_STRING: FieldType.TEXT,
        FieldDescriptor.CPPTYPE_BOOL: FieldType.BOOLEAN,
        FieldDescriptor.CPPTYPE_ENUM: FieldType.SEVERITY,
    }.get(field.cpp_type, FieldType.NUMBER)

    def values(entry: Message) -> list[Any]:
        return [getattr(one, field.name) for one in read(entry)] or [field.default_value]

    return Field(name, kind, values, lambda entry: any(values(entry)))


def _label(of: str, rest: tuple[str, ...], name: str, read: Read) -> Field:
    if not rest:
        return Field(
            name,
            FieldType.OBJECT,
            lambda entry: [getattr(one, of) for one in read(entry)],
            lambda entry: any(getattr(one, of) for one in read(entry)),
        )
    key = ".".join(rest)

    def values(entry: Message) -> list[Any]:
        return [getattr(one, of)[key] for one in read(entry) if key in getattr(one, of)]

    return Field(name, FieldType.TEXT, values, lambda entry: bool(values(entry)))


def _time(kind: str, rest: tuple[str, ...], name: str, read: Read) -> Field:
    _must_end(rest, name)
    field_type = FieldType.TIMESTAMP if kind == TIMESTAMP else FieldType.DURATION

    def values(entry: Message) -> list[Any]:
        return [one.ToNanoseconds() for one in read(entry)] or [0]

    return Field(name, field_type, values, lambda entry: bool(read(entry)))


def _payload(rest: tuple[str, ...], name: str, read: Read) -> Field:
    def values(entry: Message) -> list[Any]:
        return [value for one in read(entry) for value in _inside(plain(one), rest)]

    return Field(name, FieldType.PAYLOAD, values, lambda entry: bool(values(entry)))


def plain(payload: Message) -> Any:  # noqa: ANN401 - whatever its writer put there
    """Return a payload as JSON has it; None of a message that protobuf does not know here."""
    known = payload.DESCRIPTOR.full_name != ANY or _is_known(payload)
    return json_format.MessageToDict(payload) if known else None


def _is_known(payload: Message) -> bool:
    try:
        Default().FindMessageTypeByName(payload.TypeName())
    except KeyError:
        return False
    return True


def _inside(value: object, keys: tuple[str, ...]) -> Iterator[Any]:
    """Yield what is under the keys; each of a list's elements is looked at."""
    if isinstance(value, list):
        for one in value:
            yield from _inside(one, keys)
    elif not keys:
        yield value
    elif isinstance(value, dict) and keys[0] in value:
        yield from _inside(value[keys[0]], keys[1:])


def _must_end(rest: tuple[str, ...], name: str) -> None:
    if rest:
        raise invalid(f"Unparseable filter: Field not found: '{name}'.")


def _is_set(found: list[Any]) -> Iterator[bool]:
    return (bool(one.ByteSize()) for one in found)
