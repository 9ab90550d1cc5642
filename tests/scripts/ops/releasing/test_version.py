import pytest

from scripts.ops.operations.errors import RefusedError
from scripts.ops.releasing.version import before, read_version, refuse_older, versions_of


def test_versions_are_in_the_order_that_semver_gives() -> None:
    """Numbers count as numbers, and a suffix comes before the version without it."""
    rising = [
        *("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2"),
        *("1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.10", "1.2.0", "2.0.0"),
    ]
    tags = [f"v{each}" for each in reversed(rising)]
    assert [str(each) for each in reversed(versions_of(tags))] == rising


def test_a_version_names_its_tag_and_its_branch() -> None:
    """The guide's `v1.0.0-store-publish` is a tag, a branch, and a version for Python."""
    version = read_version("v1.0.0-store-publish")
    named = (version.tag, version.branch, version.for_python)
    assert named == (
        *("v1.0.0-store-publish", "release/v1.0.0-store-publish"),
        "1.0.0+store.publish",
    )


@pytest.mark.parametrize("text", ["1.0", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "latest", ""])
def test_what_is_no_version_is_refused(text: str) -> None:
    """Leading zeros, missing numbers and empty suffixes are refused, with an example."""
    with pytest.raises(RefusedError, match=r"1\.4\.0"):
        read_version(text)


def test_an_older_version_is_refused() -> None:
    """What is not newer than the newest tag is refused, and the tag is named."""
    with pytest.raises(RefusedError, match=r"not newer than v1\.2\.0"):
        refuse_older(read_version("1.1.9"), ["v1.2.0", "v1.0.0", "nightly"])


def test_a_version_that_is_tagged_is_not_older_than_itself() -> None:
    """Asked for again, a version is let through: its own tag is looked at elsewhere."""
    refuse_older(read_version("1.2.0"), ["v1.2.0", "v1.0.0"])


def test_the_version_before_is_the_newest_older_one() -> None:
    """Of all tags the one before counts, and a first version has none."""
    tags = ["v1.0.0", "v1.1.0", "v2.0.0", "v1.1.0-rc.1"]
    assert before(read_version("1.2.0"), tags) == read_version("1.1.0")
    assert before(read_version("0.1.0"), tags) is None
