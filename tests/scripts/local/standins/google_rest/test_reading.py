"""How the stand-ins for REST services read fields, parameters and pages."""

import pytest

from scripts.local.standins.google_rest.frame import Asked, RestRefusalError
from scripts.local.standins.google_rest.reading import fields, page, parameters


def asked(path: str = "/v1/things", **query: str) -> Asked:
    return Asked("GET", path, {}, {name: [value] for name, value in query.items()}, {}, b"")


def refusal(call: object, *args: object, **kinds: object) -> str:
    with pytest.raises(RestRefusalError) as raised:
        call(*args, **kinds)  # type: ignore[operator]
    assert raised.value.name == "INVALID_ARGUMENT"
    return raised.value.message


def test_fields() -> None:
    """Names come in either case; null is no value."""
    read = fields({"debug_token": "x", "limitedUse": None}, debugToken=str, limitedUse=bool)
    assert read == {"debugToken": "x"}


def test_unknown_field() -> None:
    """A name that the message has not is refused, in Google's words."""
    told = refusal(fields, {"nmae": 1}, name=str)
    assert told == 'Invalid JSON payload received. Unknown name "nmae": Cannot find field.'


def test_wrong_kind() -> None:
    """A value of another kind is refused."""
    assert refusal(fields, {"name": 1}, name=str) == "Invalid value at 'name' (TYPE_STRING), 1"


def test_parameters() -> None:
    """Google's own parameters pass everywhere, an unknown one nowhere."""
    parameters(asked(key="k", alt="json", filter="x"), "filter")
    assert "Cannot bind query parameter" in refusal(parameters, asked(filtre="x"), "filter")


def test_pages() -> None:
    """Pages follow each other to the last, which has no token; a large one is cut."""
    first, more = page(asked(pageSize="2"), [1, 2, 3], 50, 100)
    second, end = page(asked(pageSize="2", pageToken=more["nextPageToken"]), [1, 2, 3], 50, 100)
    assert (first, second, end) == ([1, 2], [3], {})
    assert page(asked(pageSize="9"), [1, 2, 3], 1, 2)[0] == [1, 2]
    assert page(asked(), [1, 2, 3], 1, 2)[0] == [1]


@pytest.mark.parametrize("size", ["-1", "many", "1.5"])
def test_no_size(size: str) -> None:
    """A page's size is a number that is not negative."""
    assert "page_size" in refusal(page, asked(pageSize=size), [1], 50, 100)


def test_a_token_of_another_question() -> None:
    """A page's token goes with the question that it was given for."""
    _, more = page(asked(pageSize="1"), [1, 2], 50, 100)
    other = asked(pageSize="1", filter="x", pageToken=more["nextPageToken"])
    for wrong in (other, asked(pageToken="2")):
        assert refusal(page, wrong, [1, 2], 50, 100) == "The page token is invalid."
