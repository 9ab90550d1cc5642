"""Bodies: what is JSON, and what only looks like it."""

import json

import pytest

from conteur.entrypoints.http.reading import check_media, decode
from conteur.errors import MalformedRequestError, UnsupportedMediaTypeError

DEEPEST = b'{"a":' * 20 + b"1" + b"}" * 20

MALFORMED = {
    "half an object": b'{"a": 1',
    "two objects": b"{}{}",
    "white space": b" ",
    "an array": b"[]",
    "a text": b'"a"',
    "null": b"null",
    "invalid UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte-order mark": b"\xef\xbb\xbf{}",
    "a raw NUL": b'{"a": "\0"}',
    "an escaped NUL": b'{"a": "\\u0000"}',
    "a NUL in a name": b'{"\\u0000": 1}',
    "a NUL deep within": b'{"a": [{"b": "\\u0000"}]}',
    "half of a surrogate pair": b'{"a": "\\ud83e"}',
    "half of a pair in a name": b'{"\\udd8a": 1}',
    "a name twice": b'{"confirmPublish": true, "confirmPublish": false}',
    "a name twice, within": b'{"a": {"b": 1, "b": 1}}',
    "a name twice, escaped": b'{"a": 1, "\\u0061": 1}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "-Infinity": b'{"a": -Infinity}',
    "a number beyond a double": b'{"a": 1e999}',
    "a number of 21 digits": b'{"a": ' + b"9" * 21 + b"}",
    "a number of 5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "21 levels": b'{"a":' + DEEPEST + b"}",
    "30,000 levels": b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "30,000 open brackets": b"[" * 30_000,
    "a comment": b"{} // yes",
    "a comma at the end": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "a form": b"confirmPublish=true",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_malformed(body: bytes) -> None:
    """What two readers could take for two things, or nobody for anything, is refused."""
    with pytest.raises(MalformedRequestError):
        decode(body)


@pytest.mark.parametrize(
    "body", [b"", b"{}", DEEPEST, b'{"a": 1e3}', '{"é": "\\ud83e\\udd8a"}'.encode()]
)
def test_well_formed(body: bytes) -> None:
    """All other objects are taken as they are, and no body as an empty one."""
    assert decode(body) == (json.loads(body) if body else {})


@pytest.mark.parametrize(
    "media",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
def test_media(media: str) -> None:
    """JSON in UTF-8 is what is understood, however it is spelled."""
    check_media({"Content-Type": media, "Content-Encoding": "Identity"}, has_body=True)


@pytest.mark.parametrize(
    "media",
    [
        *("", "text/plain", "text/json", "application/x-www-form-urlencoded", "application/json5"),
        *("application/problem+json", "multipart/form-data; boundary=x", "application/json, a/b"),
        *("application/json; charset=latin-1", "application/json; charset=utf-16", "json"),
        "application/json; charset=utf-8; charset=utf-7",
    ],
)
def test_other_media(media: str) -> None:
    """Every other type and character set is refused."""
    with pytest.raises(UnsupportedMediaTypeError):
        check_media({"Content-Type": media}, has_body=True)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "x"])
def test_encoding(encoding: str) -> None:
    """A body that is compressed is refused, so that none can grow when it is read."""
    sent = {"Content-Type": "application/json", "Content-Encoding": encoding}
    with pytest.raises(UnsupportedMediaTypeError):
        check_media(sent, has_body=True)


def test_no_body() -> None:
    """Where there is no body nothing need be said of it, but nothing else either."""
    check_media({}, has_body=False)
    with pytest.raises(UnsupportedMediaTypeError):
        check_media({"Content-Type": "text/plain"}, has_body=False)
