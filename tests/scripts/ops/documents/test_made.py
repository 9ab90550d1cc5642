"""Pages that are made of contracts."""

import json
import shutil
from pathlib import Path

import pytest

from scripts.ops.documents import callables_page, http_page, links, made, markdown
from scripts.ops.documents.__main__ import ROOT
from scripts.ops.documents.tables import Json, form

PAGES = [http_page, callables_page]


def contract(source: str) -> Json:
    found: Json = json.loads((ROOT / source).read_text())
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for page in PAGES:
        (tmp_path / page.SOURCE).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / page.SOURCE, tmp_path / page.SOURCE)
    return tmp_path


def test_the_repository_is_up_to_date() -> None:
    """The pages say what their contracts say."""
    assert list(made.check(ROOT)) == []


def test_pages_out_of_date_are_named_and_written(root: Path) -> None:
    """A missing page, and one that was edited by hand, is named, and `write` mends it."""
    assert made.write(root) == [page.NAME for page in PAGES]
    edited = root / callables_page.NAME
    edited.write_text(edited.read_text().replace("prompt", "promt", 1))
    assert [finding.page for finding in made.check(root)] == [callables_page.NAME]
    assert made.write(root) == [callables_page.NAME]
    assert made.write(root) == []


def test_a_change_of_a_contract_makes_its_page_stale(root: Path) -> None:
    """One more reason in the contract, and the page is out of date."""
    made.write(root)
    source = root / http_page.SOURCE
    source.write_text(source.read_text().replace('"STEP_NOT_FOUND"', '"STEP_GONE"', 1))
    assert [finding.page for finding in made.check(root)] == [http_page.NAME]


def test_the_page_of_routes_is_complete() -> None:
    """Every route, parameter, status and reason of the contract is on the page."""
    document = contract(http_page.SOURCE)
    page = http_page.page(document)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            section = page.partition(f"\n## {method.upper()} {path}\n")[2].partition("\n## ")[0]
            shown = [f"| {status} |" in section for status in operation["responses"]]
            assert method == "options" or (shown and all(shown)), f"{method} {path}"
    reasons = set(_reasons(document))
    assert len(reasons) > 20
    assert all(f"[`{reason}`](../errors.md#{reason.lower()})" in page for reason in reasons)


def _reasons(part: object) -> list[str]:
    if isinstance(part, dict):
        own = part.get("properties", {}).get("error", {}).get("enum", [])
        return [*own, *(reason for each in part.values() for reason in _reasons(each))]
    return [r for each in part for r in _reasons(each)] if isinstance(part, list) else []


def test_the_page_of_callables_is_complete() -> None:
    """Every callable, schema and member of the contract is on the page."""
    document = contract(callables_page.SOURCE)
    page = callables_page.page(document)
    for name, it in document["callables"].items():
        assert f"\n## {name}\n\n{it['summary']}\n" in page
    for name, schema in document["$defs"].items():
        section = page.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        assert all(f"| `{member}` |" in section for member in schema.get("properties", {})), name


def test_links_of_made_pages_lead_somewhere() -> None:
    """Every link between their parts, and to the page of errors, leads to a heading."""
    pages = {page.name: page for page in markdown.pages(ROOT)}
    chosen = {page.NAME for page in PAGES}
    assert [each for each in links.check(pages, ROOT) if each.page in chosen] == []


TEXT = {"type": "string"}
IN_WORDS: list[tuple[Json, str]] = [
    ({"$ref": "#/$defs/Step"}, "[Step](#step)"),
    ({"type": ["string", "null"], "format": "date-time"}, "string (date-time) or null"),
    (
        {"type": "integer", "minimum": 1, "maximum": 9, "default": 7},
        "integer, 1 to 9, `7` by default",
    ),
    ({"enum": ["a", None]}, '`"a"`, `null`'),
    ({"type": "array", "items": TEXT, "maxItems": 8}, "array of string, at most 8 of them"),
    (
        {"anyOf": [{**TEXT, "maxLength": 5}, {"type": "null"}]},
        "string, at most 5 characters or null",
    ),
    ({**TEXT, "pattern": "^a$"}, "string, as `^a$`"),
    ({**TEXT, "pattern": "\\p{Cc}"}, "string"),
    ({}, "anything"),
]


@pytest.mark.parametrize(("schema", "words"), IN_WORDS)
def test_a_schema_in_words(schema: Json, words: str) -> None:
    """What a value has to be is told in words."""
    assert form(schema) == words
