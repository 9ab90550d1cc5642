"""Which sources of rules are taken."""

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.standins.google_rest.frame import RestRefusalError
from scripts.local.standins.google_rest.rules_source import MOST_BYTES, issues, read_source


def found(content: str) -> list[tuple[int, int, str]]:
    read = read_source({"source": {"files": [{"name": "a.rules", "content": content}]}})
    at = [(each["sourcePosition"], each["description"]) for each in issues(read)]
    return [(where["line"], where["column"], told) for where, told in at]


def test_our_own_rules() -> None:
    """The rules of this project have nothing wrong."""
    assert found((ROOT / "firestore.rules").read_text()) == []


def test_brackets_in_texts() -> None:
    """Brackets count in code only, not in texts and comments."""
    assert found("service cloud.firestore { // }\n '}' /* ) */ \"(\" }") == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("service cloud.firestore {\n  match (a] }", (2, 11, "Unexpected ']'.")),
        ("service cloud.firestore { } }", (1, 29, "Unexpected '}'.")),
        ("rules_version = '2';", (1, 1, "Missing service declaration.")),
    ],
)
def test_a_problem(content: str, problem: tuple[int, int, str]) -> None:
    """What is wrong is told with its line and column."""
    assert found(content) == [problem]


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"files": []},
        {"files": [{"content": "x"}]},
        {"files": [{"name": "a", "text": "x"}]},
        {"files": [{"name": "a", "content": "x" * (MOST_BYTES + 1)}]},
    ],
)
def test_no_source(source: object) -> None:
    """A source has files with names, none of them too large."""
    with pytest.raises(RestRefusalError):
        read_source({"source": source})
