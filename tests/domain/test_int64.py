"""Integers wrapped as the mobile SDKs wrap them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.int64 import decode_wrappers
from conteur.errors import InvalidFieldError

TYPE = "type.googleapis.com/google.protobuf."
INT64 = TYPE + "Int64Value"
UINT64 = TYPE + "UInt64Value"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("@type"), inner),
)


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("kind", "digits"),
    [
        (INT64, "500"),
        (INT64, "-9223372036854775808"),
        (INT64, "9223372036854775807"),
        (UINT64, "18446744073709551615"),
        (UINT64, "0"),
    ],
)
def test_a_wrapper_becomes_its_integer(kind: str, digits: str) -> None:
    """The whole range of 64 bits is read exactly, wherever the wrapper stands."""
    wrapper = {"@type": kind, "value": digits}
    assert decode_wrappers(wrapper) == int(digits)
    assert decode_wrappers({"a": [wrapper]}) == {"a": [int(digits)]}


@pytest.mark.parametrize(
    "wrapper",
    [
        {"@type": INT64},
        {"@type": INT64, "value": 500},
        {"@type": INT64, "value": None},
        {"@type": INT64, "value": ""},
        {"@type": INT64, "value": "5e2"},
        {"@type": INT64, "value": " 500"},
        {"@type": INT64, "value": "٥٠٠"},
        {"@type": INT64, "value": "9223372036854775808"},
        {"@type": UINT64, "value": "-1"},
        {"@type": UINT64, "value": "9" * 5000},
        {"@type": INT64, "value": "500", "more": 1},
    ],
)
def test_a_malformed_wrapper_is_refused_by_its_path(wrapper: dict[str, object]) -> None:
    """The error names the field that holds the wrapper, and not what the wrapper holds."""
    with pytest.raises(InvalidFieldError) as caught:
        decode_wrappers({"length": {"words": wrapper}})
    assert caught.value.facts["field"] == "length.words"


@pytest.mark.parametrize("kind", ["other", 7, ["x"], None])
def test_an_object_of_another_type_is_left_as_it_is(kind: object) -> None:
    """Only the two integer wrappers are decoded."""
    assert decode_wrappers({"@type": kind, "value": "5"}) == {"@type": kind, "value": "5"}


@pytest.mark.parametrize("depth", [65, 1_000, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    """More than 64 levels are refused by the field `data`, however many there are."""
    with pytest.raises(InvalidFieldError) as caught:
        decode_wrappers(nested(depth))
    assert caught.value.facts["field"] == "data"


def test_nesting_within_the_bound_is_kept() -> None:
    """64 levels pass."""
    assert decode_wrappers(nested(64)) == nested(64)


@given(json_values)
def test_data_without_wrappers_comes_out_as_it_was(data: object) -> None:
    """What json.loads can give passes unchanged when it has no wrapper."""
    assert repr(decode_wrappers(data)) == repr(data)
