"""Comparing what we state with what is there."""

import pytest

from scripts.ops.monitoring.cloud.compared import Field, compared


@pytest.mark.parametrize(
    ("want", "have", "differs"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1}, {}, [Field("a", None, 1)]),
        ({"a": {"b": 1}}, {"a": {"b": 2, "c": 3}}, [Field("a.b", 2, 1)]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [Field("a[1]", 3, 2)]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [Field("a[0].b", 2, 1)]),
        ({"a": [1]}, {"a": [1, 2]}, [Field("a", [1, 2], [1])]),
        ({"a": []}, {"a": []}, []),
        ({"a": {}}, {}, [Field("a", None, {})]),
        ({"a": 80}, {"a": 80.0}, []),
        ({"a": False}, {"a": True}, [Field("a", before=True, after=False)]),
    ],
)
def test_what_differs(want: object, have: object, differs: list[Field]) -> None:
    """Only what we state is compared, and each difference has its path."""
    assert list(compared(want, have)) == differs


@pytest.mark.parametrize("path", ["conditions", "conditions[0].query", "conditions.a[1]"])
def test_the_field_to_update(path: str) -> None:
    """The field that a call names is the uppermost."""
    assert Field(path, 1, 2).top == "conditions"
