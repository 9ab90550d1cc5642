"""Which route a path and a method lead to."""

import pytest

from conteur.entrypoints.store_routes import ROUTES, store_routes
from conteur.errors import MethodNotAllowedError, RouteNotFoundError

NO_PATHS = {
    "another": "/api/nothing",
    "the root": "/",
    "a slash at the end": "/api/store/publish/",
    "a double slash": "/api//store/publish",
    "a double slash within": "/api/onboarding//complete",
    "another case": "/API/store/publish",
    "a parent": "/api/store/../store/publish",
    "a line end": "/api/store/publish\n",
    "a NUL": "/api/store/publish\0",
    "a NUL in a step": "/api/onboarding/pay\0ments/complete",
    "SQL in a step": "/api/onboarding/x';drop table users;--/complete",
    "SQL in a slug": "/api/stores/' or 1=1--",
    "a step of 65 characters": f"/api/onboarding/{'s' * 65}/complete",
    "a slug that begins with -": "/api/stores/-foxes",
    "a slug in another script": "/api/stores/ｆｏｘ",
}


@pytest.mark.parametrize("path", NO_PATHS.values(), ids=NO_PATHS)
def test_no_route(path: str) -> None:
    """What is not exactly a route's path is no route's."""
    with pytest.raises(RouteNotFoundError):
        store_routes().find("POST", path, path)


@pytest.mark.parametrize(
    "raw",
    ["/api/onboarding/a%2Fb/complete", "/api/%73tore/publish", "//api/store/publish", "%"],
)
def test_escapes(raw: str) -> None:
    """A path with an escape, or a double slash before it, is no route's, whatever it becomes."""
    with pytest.raises(RouteNotFoundError):
        store_routes().find("POST", "/api/store/publish", raw)


def test_parameters() -> None:
    """A route's parameters are what stands in the path."""
    path = "/api/onboarding/payments/complete"
    match = store_routes().find("POST", path, path)
    assert (match.route.name, match.parameters) == ("complete_step", {"step": "payments"})


def test_slug_of_one_character() -> None:
    """A slug may be as short as the database lets it be."""
    match = store_routes().find("GET", "/api/stores/a", "/api/stores/a")
    assert match.parameters == {"slug": "a"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "post", "X"])
def test_method(method: str) -> None:
    """A method that the path does not answer is refused with those that it does."""
    with pytest.raises(MethodNotAllowedError) as refused:
        store_routes().find(method, "/api/store/publish", "/api/store/publish")
    assert refused.value.allowed == ("POST", "OPTIONS")


def test_paths_are_unambiguous() -> None:
    """No two routes have one path or one name."""
    assert len({route.path for route in ROUTES}) == len(ROUTES)
    assert len({route.name for route in ROUTES}) == len(ROUTES)
