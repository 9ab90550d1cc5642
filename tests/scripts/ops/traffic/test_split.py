"""How traffic is split: values that Cloud Run would take."""

import pytest

from scripts.ops.traffic.split import CANARY, Split, all_on, between, follows_latest


@pytest.mark.parametrize(
    ("shares", "latest"), [({"a": 99}, 0), ({"a": 60, "b": 60}, 0), ({"a": 101}, -1), ({}, 0)]
)
def test_what_is_not_the_whole(shares: dict[str, int], latest: int) -> None:
    """Shares that are not 100 % together, or below nothing, cannot be made."""
    with pytest.raises(ValueError, match="are not 100 %"):
        Split(shares, latest)


def test_pinned() -> None:
    """A split is pinned where nothing follows the latest revision."""
    assert all_on("a").is_pinned
    assert not follows_latest().is_pinned
    assert not Split({"a": 90}, latest=10).is_pinned


def test_who_leads() -> None:
    """The revision with the most traffic leads; nobody does where the latest one has it."""
    assert between("old", "new", 20).leading == "old"
    assert between("old", "new", 80).leading == "new"
    assert follows_latest().leading == ""
    assert Split({"a": 40}, latest=60).leading == ""


def test_a_share_of_nothing_is_left_out() -> None:
    """At 0 and at 100 percent one revision has it all."""
    assert between("old", "new", 0) == all_on("old")
    assert between("old", "new", 100) == all_on("new")
    assert between("old", "new", 5).shares == {"old": 95, "new": 5}


def test_tags() -> None:
    """A tag is put on and taken off, and the shares and the other tags stay."""
    split = between("old", "new", 5, {"other": "old"})
    tagged = split.tagged(CANARY, "new")
    assert (tagged.shares, tagged.tags) == (split.shares, {"other": "old", CANARY: "new"})
    assert tagged.untagged(CANARY) == split
    assert split.untagged(CANARY) == split
