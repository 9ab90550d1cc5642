import json
import re
from pathlib import Path
from typing import Any

import pytest

from conteur.errors import kinds
from scripts.ops import error_texts
from scripts.ops.error_pages import ROOT, check, main, make

API_PAGE = f"# The API\n\nBefore.\n\n{error_texts.BEGIN}\n{error_texts.END}\n\nAfter.\n"
LINK = re.compile(r"\]\((?:errors\.md)?#([\w-]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/api.md").write_text(API_PAGE)
    return tmp_path


def contents(root: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in root.rglob("*") if path.is_file()}


def for_apps() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(error_texts.for_apps())["errors"]
    return entries


def test_the_repository_is_up_to_date() -> None:
    """What is published about errors is what their catalogue says."""
    assert check(ROOT, update=False) == 0


def test_out_of_date_files_are_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --update nothing is written, and each file that should be is named."""
    before = contents(root)
    assert check(root, update=False) == 1
    told = capsys.readouterr().out
    assert all(f"- {name}" in told for name in make(root))
    assert "scripts/errors --update" in told
    assert contents(root) == before


@pytest.mark.parametrize("name", ["docs/errors.md", "docs/api.md", "public/errors.json"])
def test_an_edit_by_hand_is_found(
    root: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One changed word in one file is out of date."""
    check(root, update=True)
    edited = root / name
    edited.write_text(edited.read_text().replace("TOKEN_EXPIRED", "TOKEN_OLD", 1))
    capsys.readouterr()
    assert check(root, update=False) == 1
    assert [line for line in capsys.readouterr().out.splitlines() if line[0] == "-"] == [
        f"- {name}"
    ]


def test_update_is_idempotent(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After one --update all is up to date, and a second one writes nothing."""
    assert check(root, update=True) == 0
    written = contents(root)
    assert check(root, update=False) == 0
    capsys.readouterr()
    assert check(root, update=True) == 0
    assert "written" not in capsys.readouterr().out
    assert contents(root) == written


def test_the_rest_of_the_page_stays(root: Path) -> None:
    """The table goes between its marks, and what stands around them is left as it is."""
    check(root, update=True)
    page = (root / "docs/api.md").read_text()
    assert page.startswith("# The API\n\nBefore.\n\n<!--")
    assert page.endswith("-->\n\nAfter.\n")
    assert "| [`TOKEN_EXPIRED`](errors.md#token_expired) | yes | Fetch a new token" in page


def test_missing_marks(root: Path) -> None:
    """Where the marks of the table are gone, nothing is written, and the error names the page."""
    (root / "docs/api.md").write_text("# The API\n")
    with pytest.raises(ValueError, match=re.escape("docs/api.md: the marks")):
        check(root, update=True)
    assert list(contents(root).values()) == ["# The API\n"]


def test_main(capsys: pytest.CaptureFixture[str]) -> None:
    """The command says that all is well, and succeeds."""
    assert main([]) == 0
    assert "is what their catalogue says" in capsys.readouterr().out


@pytest.mark.parametrize("text", [error_texts.page(), error_texts.client_table()])
def test_links_lead_somewhere(text: str) -> None:
    """Each link of a table leads to a heading of the page of errors."""
    headings = HEADING.findall(error_texts.page())
    anchors = {re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")) for title in headings}
    assert LINK.findall(text)
    assert set(LINK.findall(text)) <= anchors


@pytest.mark.parametrize("text", [error_texts.page(), error_texts.client_table()])
def test_tables_are_even(text: str) -> None:
    """Every table is in one piece, with as many cells in each of its rows."""
    blocks = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    assert blocks
    assert all(
        len({line.count(" |") + line.count("-|") for line in block}) == 1 for block in blocks
    )


def test_an_app_finds_every_ending() -> None:
    """An app looks up the reason and kind, else the reason, and finds texts in both languages."""
    found = {(entry["reason"], entry.get("kind")): entry["show"] for entry in for_apps()}
    for error in kinds():
        for kind in error.kind_labels:
            shown = found.get((error.reason, kind)) or found[error.reason, None]
            assert set(shown) == {"en", "fr"}


def test_what_apps_do_is_plain_text() -> None:
    """In JSON there is no Markdown, and each entry tells all that an app decides by."""
    for entry in for_apps():
        assert {"reason", "code", "retryable", "show", "do"} <= set(entry)
        assert "`" not in json.dumps(entry)


def test_hosting_serves_the_texts() -> None:
    """The texts are on the Hosting site, for an hour in caches, and for apps of any origin."""
    hosting = json.loads((ROOT / "firebase.json").read_text())["hosting"]
    (rule,) = [rule for rule in hosting["headers"] if rule["source"] == "/errors.json"]
    assert (ROOT / hosting["public"] / "errors.json").is_file()
    assert {header["key"]: header["value"] for header in rule["headers"]} == {
        "Cache-Control": "public, max-age=3600",
        "Access-Control-Allow-Origin": "*",
    }
