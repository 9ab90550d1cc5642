"""`scripts/test` hands to pytest what it was asked for."""

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.testing import in_python, main


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        (
            "tests/integration/api/store-publish.test.ts",
            "tests/integration/api/test_store_publish.py",
        ),
        ("story.test.ts", "test_story.py"),
        ("tests/domain", "tests/domain"),
        ("-k", "-k"),
        ("words and not ts", "words and not ts"),
    ],
)
def test_a_test_by_its_name_in_typescript(argument: str, path: str) -> None:
    """The path of a TypeScript test means the Python test of that name; all else stays."""
    assert in_python(argument) == path


def test_the_integration_test_of_the_guide_is_there() -> None:
    """The path that the deployment guide names means a test that exists."""
    path = in_python("tests/integration/api/store-publish.test.ts")
    assert (ROOT / path).is_file()


def test_pytest_is_given_the_python_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is named as TypeScript's is run beside what else is asked for."""
    runs: list[list[str]] = []

    def run(arguments: list[str]) -> int:
        runs.append(arguments)
        return 0

    monkeypatch.setattr("pytest.main", run)
    assert main(["-x", "tests/integration/api/store-publish.test.ts"]) == 0
    assert runs[0][-2:] == ["-x", "tests/integration/api/test_store_publish.py"]
