from datetime import date

import pytest

from scripts.ops.operations.errors import RefusedError
from scripts.ops.releasing.changelog import released, section
from scripts.ops.releasing.version import read_version
from tests.scripts.ops.releasing.world import CHANGELOG

ON = date(2026, 11, 23)
VERSION = read_version("1.0.0")
LINKS = "[Unreleased]: https://example.com/compare/v0.1.0...HEAD\n"


def test_what_was_unreleased_gets_version_and_date() -> None:
    """The entries move below the version's heading, and Unreleased is empty again."""
    text = released(CHANGELOG, VERSION, ON)
    assert "## [Unreleased]\n\n## [1.0.0] - 2026-11-23\n\n### Added\n\n- Stores" in text
    assert section(text, "Unreleased") == ""
    assert text.endswith("## [0.1.0]\n\n### Added\n\n- A story.\n")


def test_nothing_else_of_the_changelog_changes() -> None:
    """Every line that was there is there, in its order."""
    lines = [line for line in released(CHANGELOG, VERSION, ON).splitlines() if line]
    lines.remove("## [1.0.0] - 2026-11-23")
    assert lines == [line for line in CHANGELOG.splitlines() if line]


def test_a_second_time_changes_nothing() -> None:
    """A changelog that has the version is left as it is, on another day too."""
    once = released(CHANGELOG, VERSION, ON)
    assert released(once, VERSION, date(2026, 11, 30)) == once


@pytest.mark.parametrize("body", ["", "### Added\n", "### Added\n\n### Fixed\n", "Soon.\n"])
def test_a_release_of_nothing_is_refused(body: str) -> None:
    """Without one entry below Unreleased there is nothing to release."""
    with pytest.raises(RefusedError, match="nothing to release"):
        released(f"# Changelog\n\n## [Unreleased]\n\n{body}\n## [0.1.0]\n", VERSION, ON)


def test_a_changelog_without_unreleased_is_refused() -> None:
    """A changelog that has no such heading has nothing to release either."""
    with pytest.raises(RefusedError):
        released("# Changelog\n", VERSION, ON)


def test_groups_without_entries_are_left_out() -> None:
    """A group that nobody wrote into does not get into the version."""
    text = released(CHANGELOG.replace("## [0.1.0]", "### Fixed\n\n## [0.1.0]"), VERSION, ON)
    assert section(text, "1.0.0") == "### Added\n\n- Stores can be published."


def test_links_compare_with_the_version_before() -> None:
    """Where Unreleased is compared with a tag, the version takes its place."""
    text = released(f"{CHANGELOG}\n{LINKS}", VERSION, ON)
    assert text.endswith(
        "[Unreleased]: https://example.com/compare/v1.0.0...HEAD\n"
        "[1.0.0]: https://example.com/compare/v0.1.0...v1.0.0\n"
    )


def test_a_first_version_keeps_the_links() -> None:
    """With no older version below, the links still stand at the end."""
    text = released(f"# C\n\n## [Unreleased]\n\n- One.\n\n{LINKS}", VERSION, ON)
    assert section(text, "1.0.0") == "- One."
    assert "[1.0.0]: https://example.com/compare/v0.1.0...v1.0.0" in text
