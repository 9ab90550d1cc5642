"""docs/api/callables.md, made of the contract of the callables (docs/api/callables.json)."""

from collections.abc import Iterator

from scripts.ops.documents.tables import Json, form, members, table, told

NAME = "docs/api/callables.md"
SOURCE = "docs/api/callables.json"
_PARTS = ("request", "result", "chunk", "error")
_INTRODUCTION = """\
# Callables

<!-- Made by `python -m scripts.ops.documents write` from callables.json, do not edit. -->

What apps send to the callables and what they get, from [callables.json](callables.json), a
[JSON Schema](https://json-schema.org/draft/2020-12). What it means, and how streams, retries and
lost connections go, is told in [the API](../api.md) and [the library](../library.md). Members that
are not named here are ignored in a request, and never sent in an answer."""


def page(contract: Json) -> str:
    """Return the page of a contract."""
    parts = [
        _INTRODUCTION,
        told(contract),
        _overview(contract["callables"]),
        *(part for name, it in contract["callables"].items() for part in _callable(name, it)),
        "## Schemas",
        *(part for name, it in contract["$defs"].items() for part in _schema(name, it)),
    ]
    return "\n\n".join(parts) + "\n"


def _overview(callables: Json) -> str:
    rows = (
        (f"[`{name}`](#{name})", it["summary"], *(_part(it, part) for part in _PARTS))
        for name, it in callables.items()
    )
    return table(("callable", "what", *_PARTS), rows)


def _part(it: Json, part: str) -> str:
    return form(it[part]) if part in it else "none"


def _callable(name: str, it: Json) -> Iterator[str]:
    yield f"## {name}"
    yield it["summary"]
    yield table(("part", "form"), ((part, form(it[part])) for part in _PARTS if part in it))
    reasons = ", ".join(f"[`{reason}`](../errors.md#{reason.lower()})" for reason in it["reasons"])
    yield f"Reasons of its errors: {reasons}."


def _schema(name: str, schema: Json) -> Iterator[str]:
    yield f"### {name}"
    if told(schema):
        yield told(schema)
    if schema.get("properties"):
        yield members(schema)
    elif "oneOf" in schema or schema.get("type") == "string":
        yield f"Form: {form(schema)}."
