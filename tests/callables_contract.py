"""The callables' contract as a validator, and requests that are drawn from it."""

import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
from hypothesis import strategies as st
from schemathesis.generation.jsonschema.builder import build

FILE = Path(__file__).parents[1] / "docs/api/callables.json"
CONTRACT: dict[str, Any] = json.loads(FILE.read_text())
CALLABLES: dict[str, dict[str, Any]] = CONTRACT["callables"]

Part = Literal["request", "result", "chunk", "error"]


@cache
def validator(name: str, part: Part) -> jsonschema_rs.Draft202012Validator:
    """Return what tells whether a value is the callable's request, result, chunk or error."""
    return jsonschema_rs.Draft202012Validator(_schema(name, part))


def check(name: str, part: Part, value: object) -> None:
    """Raise jsonschema_rs.ValidationError for what the contract does not allow."""
    validator(name, part).validate(value)


@cache
def requests(name: str) -> st.SearchStrategy[Any]:
    """Draw requests that the contract allows, their texts in NFC, as it measures them."""
    schema = _schema(name, "request")
    drawn = build(schema, draft=jsonschema_rs.Draft202012, formats={}).map(composed)
    return drawn.filter(validator(name, "request").is_valid)


def composed(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the value with all its texts in NFC."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [composed(each) for each in value]
    if isinstance(value, dict):
        return {composed(name): composed(each) for name, each in value.items()}
    return value


def _schema(name: str, part: Part) -> dict[str, Any]:
    return {
        "$schema": CONTRACT["$schema"],
        "$defs": CONTRACT["$defs"],
        **CALLABLES[name][part],
    }
