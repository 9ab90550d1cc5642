"""Paths that errors name fields by."""

import pytest

from conteur.domain.paths import LONGEST, child


def test_paths_read_as_javascript_reads_them() -> None:
    """Members follow a dot, items stand in brackets, and an item of the root is `data`'s."""
    assert child("", "prompt") == "prompt"
    assert child("length", "words") == "length.words"
    assert child(child("characters", 2), "name") == "characters[2].name"
    assert child("", 0) == "data[0]"


@pytest.mark.parametrize("name", ["my secret wish", "naïve", "", "a" * 41, "a\nb", "1st"])
def test_a_name_that_may_hold_private_words_is_not_shown(name: str) -> None:
    """The nearest ancestor stands for it."""
    assert child("length", name) == "length"


def test_a_path_stays_short() -> None:
    """However deep the member, its path has a bounded length."""
    path = ""
    for _ in range(1_000):
        path = child(path, "deep")
    assert len(path) <= LONGEST
