"""Indexes, exemptions and time-to-live policies as comparable facts: of a file, or as deployed.

A fact's key says of what it is, its value how it is; what is not there has no fact.
https://firebase.google.com/docs/reference/firestore/indexes
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from google.cloud.firestore_admin_v1 import Field, Index

FILE = "firestore.indexes.json"
Facts = Mapping[str, str]
_THERE = "there"
_NAME = "__name__"  # ends each index by itself; a file leaves it out
_DEFAULTS = "__default__"
_READY = {Index.State.READY, Index.State.STATE_UNSPECIFIED}
_ACTIVE = Field.TtlConfig.State.ACTIVE


@dataclass(frozen=True, slots=True)
class Deployed:
    """What is there, and what of it is not ready yet, or was found broken."""

    facts: Facts
    unready: list[str]


def facts_of_file(text: str) -> Facts:
    """Return the facts that a file asks for. Raises KeyError or ValueError for what is none."""
    spec = json.loads(text)
    indexes = {_index_of_file(each): _THERE for each in spec["indexes"]}
    overrides = {
        f"field {each['collectionGroup']}.{each['fieldPath']}": _value(
            [_single(one) for one in each.get("indexes", ())], ttl=bool(each.get("ttl"))
        )
        for each in spec["fieldOverrides"]
    }
    return {**indexes, **overrides}


def facts_deployed(indexes: Iterable[Index], fields: Iterable[Field]) -> Deployed:
    """Return the facts of what Firestore's administration lists."""
    facts: dict[str, str] = {}
    unready: list[str] = []
    for index in indexes:
        key = _key(_group(index.name), index.query_scope.name, map(_part, index.fields))
        facts[key] = _THERE
        unready += [] if index.state in _READY else [f"{key} is {index.state.name}"]
    for field in fields:
        if _group(field.name) != _DEFAULTS:
            key = f"field {_group(field.name)}.{field.name.rpartition('/fields/')[2]}"
            facts[key] = _value_deployed(field)
            unready += [f"{key}: {each}" for each in _unready(field)]
    return Deployed(facts, unready)


def _index_of_file(index: Mapping[str, Any]) -> str:
    parts = (f"{each['fieldPath']} {_how(each)}" for each in index["fields"])
    return _key(index["collectionGroup"], index["queryScope"], parts)


def _key(group: str, scope: str, parts: Iterable[str]) -> str:
    named = [part for part in parts if not part.startswith(f"{_NAME} ")]
    return f"index {group} {scope}: {', '.join(named)}"


def _part(field: Index.IndexField) -> str:
    return f"{field.field_path} {_how_deployed(field)}"


def _how(field: Mapping[str, Any]) -> str:
    return str(field.get("order") or field.get("arrayConfig") or "VECTOR")


def _how_deployed(field: Index.IndexField) -> str:
    if field.order != Index.IndexField.Order.ORDER_UNSPECIFIED:
        return str(field.order.name)
    is_array = field.array_config != Index.IndexField.ArrayConfig.ARRAY_CONFIG_UNSPECIFIED
    return str(field.array_config.name) if is_array else "VECTOR"


def _single(index: Mapping[str, Any]) -> str:
    return f"{index.get('queryScope', 'COLLECTION')} {_how(index)}"


def _value_deployed(field: Field) -> str:
    singles = [
        f"{index.query_scope.name} {_how_deployed(index.fields[0])}"
        for index in field.index_config.indexes
    ]
    return _value(singles, ttl="ttl_config" in field)


def _value(singles: Iterable[str], *, ttl: bool) -> str:
    return f"{', '.join(sorted(singles)) or 'no index'}{'; time to live' if ttl else ''}"


def _unready(field: Field) -> list[str]:
    ttl = "ttl_config" in field and field.ttl_config.state != _ACTIVE
    states = {each.state for each in field.index_config.indexes} - _READY
    return [
        *([f"time to live is {field.ttl_config.state.name}"] if ttl else []),
        *(f"its index is {state.name}" for state in states),
    ]


def _group(name: str) -> str:
    return name.partition("/collectionGroups/")[2].partition("/")[0]
