"""What a comparison of the Logging query language asks of a field.

Source: https://cloud.google.com/logging/docs/view/logging-query-language#comparisons
"""

import operator
import re
from collections.abc import Callable, Iterator
from typing import Any

from google.logging.type import log_severity_pb2  # type: ignore[import-untyped]  # ships no types
from google.protobuf import duration_pb2, timestamp_pb2

from scripts.local.standins.cloud_logging.query_fields import Field, FieldType
from scripts.local.standins.cloud_logging.query_tokens import Token
from scripts.local.standins.cloud_monitoring.resources import invalid
from scripts.local.standins.server import Message

Predicate = Callable[[Message], bool]
"""Tells whether a log entry (protobuf's) is meant."""

Test = Callable[[Any], bool]
"""Tells whether a value of a field is as a comparison asks."""

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
REGEX = {"=~", "!~"}
NOT_OF_RE2 = re.compile(r"\(\?(?:[=!>]|<[=!])|\\[1-9]|\(\?P=")
ANYTHING = "*"
DATE = re.compile(r"\d{4}-\d\d-\d\d")
NULL = "NULL_VALUE"


def compare(field: Field, sign: str, token: Token) -> Predicate:
    """Return what tells whether a field of an entry is as asked. Raises RefusalError.

    A missing field is never as asked, also not where the sign is `!=`.
    """
    if token.text == ANYTHING:
        if sign != ":":
            raise token.error()
        return field.exists
    test = _test(field, sign, token)
    return lambda entry: any(test(value) for value in field.read(entry))


def _test(field: Field, sign: str, token: Token) -> Test:
    if field.type is FieldType.OBJECT:
        raise invalid(
            f"Unparseable filter: '{field.name}' has members: the stand-in knows "
            f"{field.name}:* of it, and comparisons of a member."
        )
    if sign in REGEX:
        return _regex(field, sign, token)
    if field.type is FieldType.PAYLOAD:
        return _of_payload(sign, token)
    if field.type is FieldType.TEXT:
        return _of_text(sign, token.value)
    wanted = _converted(field, token)
    return lambda value: ORDER["=" if sign == ":" else sign](value, wanted)


def _regex(field: Field, sign: str, token: Token) -> Test:
    """Search case-sensitively, and anywhere in the text, by RE2's rules: no look-around."""
    if not token.is_quoted:
        raise token.error()
    if field.type not in (FieldType.TEXT, FieldType.PAYLOAD):
        raise invalid(f"Unparseable filter: '{field.name}' is no text: {sign} does not apply.")
    pattern = token.text[1:-1].replace('\\"', '"')
    if NOT_OF_RE2.search(pattern):
        raise invalid("Unparseable filter: invalid regular expression: no look-around in RE2.")
    try:
        found = re.compile(pattern).search
    except (re.error, OverflowError) as error:
        raise invalid(f"Unparseable filter: invalid regular expression: {error}") from error
    return lambda value: isinstance(value, str) and (found(value) is not None) is (sign == "=~")


def _of_text(sign: str, text: str) -> Test:
    """Compare without regard to upper and lower case; `:` asks for a part."""
    wanted = text.casefold()
    if sign == ":":
        return lambda value: wanted in value.casefold()
    return lambda value: ORDER[sign](value.casefold(), wanted)


def _of_payload(sign: str, token: Token) -> Test:
    """Compare what a writer put there as what it is: a number with a number, a text with a text."""
    of_text = _of_text(sign, token.value)
    number = _number(token.value)
    ordered = ORDER["=" if sign == ":" else sign]

    def test(value: object) -> bool:
        if isinstance(value, str):
            return of_text(value)
        if isinstance(value, bool):
            return ordered(str(value).lower(), token.value.lower())
        if isinstance(value, int | float):
            return number is not None and ordered(value, number)
        if value is None:
            return ordered(NULL, token.value)
        return sign == ":" and any(of_text(text) for text in texts_in(value))

    return test


def texts_in(value: object) -> Iterator[str]:
    """Yield the texts of a value of JSON's, numbers and truths as they are written."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)
    elif isinstance(value, bool):
        yield str(value).lower()
    elif value is not None:
        yield f"{value:g}" if isinstance(value, float) else str(value)


def _converted(field: Field, token: Token) -> Any:  # noqa: ANN401 - of the field's own type
    """Return what the query says, as the field has it. Raises RefusalError if it cannot be."""
    converters: dict[FieldType, Callable[[str], Any]] = {
        FieldType.NUMBER: _number,
        FieldType.BOOLEAN: {"true": True, "false": False}.get,
        FieldType.SEVERITY: _severity,
        FieldType.TIMESTAMP: _timestamp,
        FieldType.DURATION: _duration,
    }
    wanted = converters[field.type](token.value)
    if wanted is None:
        raise invalid(
            f"Unparseable filter: '{field.name}' is a {field.type.name.lower()}: "
            f"'{token.value}' is none."
        )
    return wanted


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _severity(text: str) -> int | None:
    """Return a level's number; levels are compared by their order.

    Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity
    """
    if text.isdecimal():
        return int(text)
    levels: dict[str, int] = dict(log_severity_pb2.LogSeverity.items())
    return levels.get(text.upper())


def _timestamp(text: str) -> int | None:
    """Return nanoseconds since the epoch of RFC 3339, or of a date."""
    read = timestamp_pb2.Timestamp()
    try:
        read.FromJsonString(f"{text}T00:00:00Z" if DATE.fullmatch(text) else text)
    except ValueError:
        return None
    return read.ToNanoseconds()


def _duration(text: str) -> int | None:
    read = duration_pb2.Duration()
    try:
        read.FromJsonString(text)
    except ValueError:
        return None
    return read.ToNanoseconds()
