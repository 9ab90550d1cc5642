import pytest

from scripts.ops.operations.errors import RefusedError
from scripts.ops.releasing.notes import notes
from scripts.ops.releasing.version import read_version
from tests.scripts.ops.releasing.world import CHANGELOG

VERSION, PREVIOUS = read_version("1.0.0"), read_version("0.1.0")


def test_notes_have_the_changelog_and_what_to_do() -> None:
    """Both parts stand in the notes, the operators' below the users'."""
    text = notes(CHANGELOG, VERSION, PREVIOUS, ["Migrate."], "c0ffee")
    assert text.index("- Stores can be published.") < text.index("(since v0.1.0)\n\n- Migrate.")


def test_a_first_release_points_to_the_whole_page() -> None:
    """Without a version before, all of docs/deploy.md is to be done."""
    assert "docs/deploy.md, all of it" in notes(CHANGELOG, VERSION, None, [], "c0ffee")


def test_notes_of_nothing_are_refused() -> None:
    """A changelog that says nothing of the version has no notes."""
    with pytest.raises(RefusedError, match=r"says nothing of 1\.0\.0"):
        notes("# Changelog\n", VERSION, PREVIOUS, [], "c0ffee")
