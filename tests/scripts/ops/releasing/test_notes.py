import pytest

from scripts.ops.operations.errors import RefusedError
from scripts.ops.releasing.notes import notes
from scripts.ops.releasing.version import read_version
from tests.scripts.ops.releasing.world import CHANGELOG

VERSION, PREVIOUS = read_version("1.0.0"), read_version("0.1.0")
LOG = CHANGELOG.replace("## [Unreleased]\n", "## [Unreleased]\n\n## [1.0.0] - 2026-11-23\n")


def test_notes_have_the_changelog_and_what_to_do() -> None:
    """Both parts stand in the notes, the operators' below the users'."""
    text = notes(LOG, VERSION, PREVIOUS, ["Migrate."], "c0ffee")
    assert text.index("- Stores can be published.") < text.index("(since v0.1.0)\n\n- Migrate.")


def test_a_first_release_points_to_the_whole_page() -> None:
    """Without a version before, all of docs/deploy.md is to be done, which is not nothing."""
    text = notes(LOG, VERSION, None, [], "c0ffee")
    assert "(the first release)\n\nAll of docs/deploy.md" in text
    assert "Nothing beyond" not in text


def test_notes_of_nothing_are_refused() -> None:
    """What is not released yet stands below no version, so it is no version's notes."""
    with pytest.raises(RefusedError, match=r"says nothing of 1\.0\.0"):
        notes(CHANGELOG, VERSION, PREVIOUS, [], "c0ffee")
