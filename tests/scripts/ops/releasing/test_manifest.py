import pytest

from scripts.ops.operations.errors import RefusedError
from scripts.ops.releasing.manifest import PATHS, changed, disagreeing
from scripts.ops.releasing.version import read_version
from tests.scripts.ops.releasing.world import FILES

VERSION = read_version("1.0.0")


def test_the_version_is_changed_and_nothing_else() -> None:
    """Only the project's own version is written, not that of a tool."""
    before = FILES["pyproject.toml"]
    assert changed("pyproject.toml", before, VERSION) == before.replace('"0.1.0"', '"1.0.0"')


def test_files_that_say_another_version_are_named() -> None:
    """Each file that disagrees with the version is in the list."""
    texts = {path: FILES[path] for path in PATHS}
    assert disagreeing(texts, VERSION) == list(PATHS)
    assert disagreeing(texts, read_version("0.1.0")) == []
    assert disagreeing({PATHS[0]: ""}, VERSION) == [PATHS[0]]


def test_a_file_without_its_line_is_refused() -> None:
    """A file in which the version cannot be found is named."""
    with pytest.raises(RefusedError, match=r"pyproject\.toml says no version"):
        changed("pyproject.toml", '[tool.x]\nversion = "0.1.0"\n', VERSION)
