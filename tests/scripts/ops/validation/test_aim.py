"""Which environment a name or a URL means."""

import pytest

from scripts.ops.operations.errors import RefusedError
from scripts.ops.validation.aim import environment_of

ALIASES = {"default": "demo-one", "staging": "one-staging", "production": "one-production"}
REGION = "europe-west1"


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("local", ("local", 0)),
        ("staging", ("staging", 0)),
        ("https://one-production.web.app", ("production", 0)),
        ("https://one-staging.firebaseapp.com/health", ("staging", 0)),
        ("https://europe-west1-one-staging.cloudfunctions.net/health", ("staging", 0)),
        ("http://127.0.0.1:5001/demo-one/europe-west1", ("local", 5001)),
    ],
)
def test_what_is_meant(named: str, meant: tuple[str, int]) -> None:
    """A name is an environment's; a URL is of the environment whose project it names."""
    assert environment_of(named, ALIASES, REGION) == meant


@pytest.mark.parametrize(
    "named",
    [
        "default",
        "prod",
        "https://another.web.app",
        "https://us-central1-one-staging.cloudfunctions.net",
        "http://127.0.0.1:5001/another/europe-west1",
        "https://one-staging.web.app.example.com",
    ],
)
def test_what_nobody_means(named: str) -> None:
    """Whatever is no environment's is refused, with what could have been named."""
    with pytest.raises(RefusedError, match="Name one of local, production, staging"):
        environment_of(named, ALIASES, REGION)
