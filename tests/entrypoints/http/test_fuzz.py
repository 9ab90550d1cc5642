"""Requests that nobody has thought of."""

import contextlib
import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.entrypoints.store_world import AUTHORIZED, GOOD, World

_ROUTES = st.sampled_from(sorted(GOOD))
_HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
_NAMES = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-Correlation-Id")
_MORE_NAMES = ("Content-Encoding", "Conteur-Signature", "traceparent", "X-Cloud-Trace-Context")
_HEADERS = st.dictionaries(st.sampled_from((*_NAMES, *_MORE_NAMES)), _HEADER)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
_FIELDS = ("confirmPublish", "days", "eventId", "userId", "status", "reason")
_BODIES = st.dictionaries(st.sampled_from(_FIELDS) | st.text(), _JSON)


def _is_documented(answer: TestResponse) -> bool:
    """Tell whether it is no failure, and a problem that names its reason where it is a refusal."""
    if answer.status_code < 400:
        return True
    problem = answer.get_json(force=True)
    return answer.status_code < 500 and problem["status"] == answer.status_code


@settings(max_examples=100)
@given(route=_ROUTES, body=st.binary(max_size=200), headers=_HEADERS)
def test_bytes(route: str, body: bytes, headers: dict[str, str]) -> None:
    """Whatever the body and the headers are, the answer is none of a server that fails."""
    method, path, _ = GOOD[route]
    with contextlib.redirect_stdout(io.StringIO()):
        assert _is_documented(World().call(method, path, body, headers))


@settings(max_examples=100)
@given(route=_ROUTES, body=_BODIES)
def test_fields(route: str, body: dict[str, object]) -> None:
    """Whatever an object of JSON holds, it is taken or refused."""
    with contextlib.redirect_stdout(io.StringIO()):
        assert _is_documented(World().send(route, json.dumps(body).encode()))


@settings(max_examples=100)
@given(method=st.sampled_from(["GET", "POST", "PUT", "X", "OPTIONS"]), path=st.text())
def test_paths(method: str, path: str) -> None:
    """Whatever the path is, there is such a route, or there is none."""
    with contextlib.redirect_stdout(io.StringIO()):
        answer = World().call(method, "/" + path.lstrip("/"), b"", AUTHORIZED)
    assert answer.status_code in (200, 204, 308, 404, 405, 415)
