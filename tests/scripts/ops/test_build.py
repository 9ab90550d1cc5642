"""`scripts/build` finds what a deploy would trip over."""

from pathlib import Path

import pytest

from scripts.ops import build


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    (tmp_path / "functions/conteur").mkdir(parents=True)
    (tmp_path / "functions/main.py").write_text("import conteur\n")
    (tmp_path / "functions/conteur/__init__.py").write_text("")
    return tmp_path / "functions"


def test_every_file_that_is_deployed_is_compiled(functions: Path) -> None:
    """The entry point and all below the package are compiled, and nothing else."""
    (functions / "venv").mkdir()
    (functions / "venv/broken.py").write_text("def")
    names = [str(file.relative_to(functions)) for file in build.sources(functions)]
    assert names == ["conteur/__init__.py", "main.py"]


@pytest.mark.parametrize(("text", "line"), [("x = 1\ndef", 2), ("x = '\0'", 1)])
def test_a_file_that_does_not_compile_fails_the_build(
    functions: Path, capsys: pytest.CaptureFixture[str], text: str, line: int
) -> None:
    """A mistake is named with its file and line, before any function is loaded."""
    (functions / "conteur/late.py").write_text(text)
    assert build.main([], functions.parent) == 1
    assert f"conteur/late.py:{line}: " in capsys.readouterr().out


def test_nothing_is_written(functions: Path) -> None:
    """Compiling leaves no file."""
    before = sorted(functions.rglob("*"))
    assert build.mistakes(build.sources(functions)) == []
    assert sorted(functions.rglob("*")) == before


@pytest.mark.server
def test_functions_without_a_plan_are_an_error(
    functions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Code that compiles and cannot be planned for says what is missing."""
    (functions.parent / ".firebaserc").write_text('{"projects": {}}')
    assert build.main([], functions.parent) == 2
    assert ".firebaserc names no project 'staging'" in capsys.readouterr().err
