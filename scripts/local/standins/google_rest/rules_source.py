"""Which sources of rules the stand-in for Firebase Rules takes.

Only the shape is looked at: files that are named, brackets that close, and a service. Expressions
are the Firestore emulator's, which has the real compiler.
https://firebase.google.com/docs/reference/rules/rest/v1/Source
"""

import re
from collections.abc import Iterator, Sequence

from scripts.local.standins.google_rest.frame import Body
from scripts.local.standins.google_rest.reading import fields, invalid

MOST_BYTES = 256 * 1024  # https://firebase.google.com/docs/firestore/quotas#security_rules
_SKIPPED = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"", re.DOTALL)
_CLOSING = {")": "(", "]": "[", "}": "{"}


def read_source(given: Body) -> Body:
    """Return the source of a request. Raises RestRefusalError where it is none."""
    files = fields(given.get("source", {}), files=list, language=str).get("files", [])
    if not files:
        raise invalid("source.files must have at least one file.")
    read = [fields(each, name=str, content=str, fingerprint=str) for each in files]
    for each in read:
        if not each.get("name"):
            raise invalid("A file of the source has no name.")
        if len(each.get("content", "").encode()) > MOST_BYTES:
            raise invalid(f"{each['name']} is larger than {MOST_BYTES} bytes.")
    return {"files": [{"name": one["name"], "content": one.get("content", "")} for one in read]}


def issues(source: Body) -> Sequence[Body]:
    """Return what is wrong with a source, as Firebase Rules tells it."""
    return [
        _issue(file["name"], file["content"], at, problem)
        for file in source["files"]
        for at, problem in _problems(file["content"])
    ]


def _problems(content: str) -> Iterator[tuple[int, str]]:
    code = _SKIPPED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), content)
    yield from _brackets(code)
    if not re.search(r"\bservice\s+[\w.]+\s*\{", code):
        yield 0, "Missing service declaration."


def _brackets(code: str) -> Iterator[tuple[int, str]]:
    opened: list[tuple[str, int]] = []
    for at, sign in enumerate(code):
        if sign in _CLOSING.values():
            opened.append((sign, at))
        elif sign in _CLOSING and (not opened or opened.pop()[0] != _CLOSING[sign]):
            yield at, f"Unexpected '{sign}'."
            return
    if opened:
        yield opened[-1][1], f"'{opened[-1][0]}' is never closed."


def _issue(name: str, content: str, at: int, problem: str) -> Body:
    before = content[:at]
    position = {
        "fileName": name,
        "line": before.count("\n") + 1,
        "column": at - (before.rfind("\n") + 1) + 1,
    }
    return {"sourcePosition": position, "description": problem, "severity": "ERROR"}
