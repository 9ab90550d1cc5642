"""The readers of single members, where the request's own tests do not reach."""

import pytest

from conteur.domain.fields import (
    check_shape,
    read_integer,
    read_list,
    read_object,
    read_text,
    read_visible_text,
)
from conteur.errors import InvalidFieldError


def test_an_object_is_sorted_into_known_and_unknown_members() -> None:
    """Known nulls are absent; unknown names are given as paths."""
    members = read_object({"a": 1, "b": None, "c": 2}, "outer", frozenset({"a", "b"}))
    assert members.known == {"a": 1}
    assert members.unknown == ("outer.c",)


def test_a_text_is_composed() -> None:
    """Texts are kept in NFC, so that equal texts are equal."""
    assert read_text("e\N{COMBINING ACUTE ACCENT}", "name", 1) == "é"


def test_a_text_that_nfc_makes_longer_is_measured_after_it() -> None:
    """Some characters have no composed form: the length counts what they become."""
    with pytest.raises(InvalidFieldError):
        read_text("\N{DEVANAGARI LETTER QA}" * 2, "name", 3)


def test_an_empty_text_is_a_text() -> None:
    """Only where something must show is an empty text refused."""
    assert read_text("", "traits", 5) == ""
    with pytest.raises(InvalidFieldError):
        read_visible_text("", "name", 5)


def test_a_symbol_newer_than_this_python_is_visible() -> None:
    """A code point without a category yet counts as something to see."""
    assert read_visible_text("\U0001fae8", "name", 5) == "\U0001fae8"


def test_bounds_are_part_of_the_range() -> None:
    """Least and most themselves are accepted, and given back as integers."""
    assert [read_integer(value, "words", 1, 3) for value in (1, 2.0, 3)] == [1, 2, 3]


def test_a_truth_value_is_no_number() -> None:
    """Python counts True as 1; the contract does not."""
    with pytest.raises(InvalidFieldError):
        read_integer(value=True, path="words", least=0, most=1)


def test_a_list_has_a_bounded_length() -> None:
    """As many items as allowed pass; one more is refused."""
    assert read_list([1, 2], "items", 2) == [1, 2]
    with pytest.raises(InvalidFieldError):
        read_list([1, 2, 3], "items", 2)


def test_a_shape_within_bounds_passes() -> None:
    """Wide and moderately deep data is none of the check's business."""
    check_shape({"a": [[{"b": list(range(10_000))}]]})
