"""Integers as the Android and iOS SDKs send them.

JSON numbers lose 64-bit integers, so both SDKs wrap a long as
`{"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": "500"}`
(Firebase's protocol specification for https.onCall, "Serialization").
"""

import re

from conteur.domain.paths import MAX_DEPTH, ROOT, child
from conteur.errors import InvalidFieldError

_TYPE = "type.googleapis.com/google.protobuf."
_RANGES = {
    _TYPE + "Int64Value": range(-(2**63), 2**63),
    _TYPE + "UInt64Value": range(2**64),
}
_WRAPPER_KEYS = {"@type", "value"}
_DECIMAL = re.compile(r"-?[0-9]{1,20}")


def decode_wrappers(value: object) -> object:
    """Return `value`, as json.loads gives it, with every wrapped integer as an int.

    Raises InvalidFieldError for a malformed wrapper, by its path, and for arrays and objects
    nested deeper than 64 levels (field `data`), which also keeps this recursion shallow.
    """
    return _decode(value, "", 1) if isinstance(value, (dict, list)) else value


def _decode(value: dict[str, object] | list[object], path: str, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise InvalidFieldError(ROOT, f"must not be nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, list):
        return [_decode_member(item, path, i, depth) for i, item in enumerate(value)]
    kind = value.get("@type")
    if isinstance(kind, str) and kind in _RANGES:
        return _integer(value, kind, path)
    return {key: _decode_member(member, path, key, depth) for key, member in value.items()}


def _decode_member(member: object, path: str, key: str | int, depth: int) -> object:
    if isinstance(member, (dict, list)):
        return _decode(member, child(path, key), depth + 1)
    return member


def _integer(wrapper: dict[str, object], kind: str, path: str) -> int:
    digits = wrapper.get("value")
    if (
        wrapper.keys() == _WRAPPER_KEYS
        and isinstance(digits, str)
        and _DECIMAL.fullmatch(digits)
        and int(digits) in _RANGES[kind]
    ):
        return int(digits)
    raise InvalidFieldError(
        path or ROOT,
        f"must be a {kind.removeprefix(_TYPE)} with one member, value: "
        "a whole number of 64 bits, as text",
    )
