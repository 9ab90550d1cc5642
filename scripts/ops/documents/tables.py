"""What pages that are made of contracts have in common: tables, links, JSON schemas in words."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Json = dict[str, Any]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a `|` in a cell is escaped."""
    lines = [head, *rows]
    shown = [_row(cells) for cells in lines]
    return "\n".join([shown[0], "|" + "---|" * len(head), *shown[1:]])


def _row(cells: Sequence[str]) -> str:
    return "|" + "".join(f" {cell} |".replace("  |", " |") for cell in map(_escaped, cells))


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def example(value: object) -> str:
    """Return a value as a block of JSON."""
    return f"```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```"


def name_of(reference: str) -> str:
    """Return the last name of a `$ref`."""
    return reference.rpartition("/")[2]


def form(schema: Json) -> str:
    """Say in words what a value has to be; a schema with a name of its own is linked."""
    parts = [*_kinds(schema), *_bounds(schema)]
    return ", ".join(parts) or "anything"


def _kinds(schema: Json) -> list[str]:
    if "$ref" in schema:
        name = name_of(schema["$ref"])
        return [f"[{name}](#{name.lower()})"]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return [" or ".join(form(each) for each in schema[several])]
    if "const" in schema:
        return [_code(schema["const"])]
    if "enum" in schema:
        return [", ".join(map(_code, schema["enum"]))]
    kinds = schema.get("type", [])
    names = [kinds] if isinstance(kinds, str) else kinds
    return [" or ".join(_kind(name, schema) for name in names)] if names else []


def _kind(name: str, schema: Json) -> str:
    if name == "array":
        return f"array of {form(schema['items'])}"
    if name == "object" and "additionalProperties" in schema and "properties" not in schema:
        return f"object whose members are each {form(schema['additionalProperties'])}"
    return f"{name} ({schema['format']})" if "format" in schema and name != "null" else name


_RANGES = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " of them"),
)
_LONGEST_PATTERN = 60


def _bounds(schema: Json) -> Iterator[str]:
    for least, most, what in _RANGES:
        if least in schema and most in schema:
            yield f"{schema[least]:,} to {schema[most]:,}{what}"
        elif least in schema:
            yield f"at least {schema[least]:,}{what}"
        elif most in schema:
            yield f"at most {schema[most]:,}{what}"
    if _can_be_read(schema.get("pattern", "\\")):
        yield f"as `{schema['pattern']}`"
    if "default" in schema:
        yield f"{_code(schema['default'])} by default"


def _can_be_read(pattern: str) -> bool:
    """Tell a pattern that helps a person from one whose description says it better."""
    return len(pattern) <= _LONGEST_PATTERN and "\\" not in pattern.replace("\\*", "")


def _code(value: object) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def members(schema: Json) -> str:
    """Return the table of an object's members."""
    required = schema.get("required", [])
    rows = [
        (f"`{name}`", form(member), "yes" if name in required else "no", told(member))
        for name, member in schema.get("properties", {}).items()
    ]
    return table(("member", "form", "required", "what"), rows)


def told(schema: Json) -> str:
    """Return a schema's description."""
    return str(schema.get("description", ""))
