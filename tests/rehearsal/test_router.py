"""Where requests go by their paths."""

import pytest

from tests.rehearsal.router import Route, route_of


@pytest.mark.parametrize(
    ("target", "route"),
    [
        ("/health", Route("health", "", "/health")),
        ("/health?deep=1", Route("health", "", "/health?deep=1")),
        ("/api/store/status?a=b", Route("store-api", "", "/api/store/status?a=b")),
        ("/store-api/api/store/status", Route("store-api", "", "/api/store/status")),
        ("/generate-story", Route("generate-story", "", "/")),
        ("/generate-story?a=b", Route("generate-story", "", "/?a=b")),
        ("/canary---health/?deep=1", Route("health", "canary", "/?deep=1")),
        ("/canary---store-api/api/health", Route("store-api", "canary", "/api/health")),
    ],
)
def test_routes(target: str, route: Route) -> None:
    """Hosting's routes keep their paths, Cloud Run's lose the service and its tag."""
    assert route_of(target) == route
