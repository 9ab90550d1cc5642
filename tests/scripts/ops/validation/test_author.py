"""The synthetic author's token, where a store is set up."""

import pytest
from google.api_core.exceptions import NotFound, PermissionDenied

from scripts.ops.operations.site import Site
from scripts.ops.secrets import SecretError
from scripts.ops.validation.author import Author
from scripts.ops.validation.endpoints import Endpoint
from scripts.ops.validation.errors import CheckError, FoundError, LeftOutError
from tests.scripts.ops.validation.world import ROOT

SITE = Site(ROOT, "staging", "demo-conteur-staging", {})
STORE = {"store_api": Endpoint("https://store")}
KEY = "a key of thirty-two bytes or more"


def refusing(cause: Exception) -> Author:
    def read(name: str) -> str:
        raise SecretError(f"{name} cannot be read") from cause

    return Author(SITE, STORE, read, lambda: 1.8e9)


def test_a_token_made_once() -> None:
    """The secret is read once, however often the token is needed."""
    asked: list[str] = []

    def read(name: str) -> str:
        asked.append(name)
        return KEY

    author = Author(SITE, STORE, read, lambda: 1.8e9)
    assert author() == author()
    assert asked == ["JWT_SECRET"]


@pytest.mark.parametrize(
    ("cause", "kind"),
    [(NotFound("no such secret"), LeftOutError), (PermissionDenied("no"), FoundError)],
)
def test_no_token(cause: Exception, kind: type[CheckError]) -> None:
    """A secret that is not there is no store; one that may not be read is a failure."""
    with pytest.raises(kind):
        refusing(cause)()


def test_a_key_of_no_use() -> None:
    """A key that is too short is told of, and not signed with."""
    with pytest.raises(FoundError, match="is of no use"):
        Author(SITE, STORE, lambda _: "short", lambda: 1.8e9)()


def test_no_function() -> None:
    """Where the store's function is not deployed there is no store."""
    with pytest.raises(LeftOutError):
        Author(SITE, {}, lambda _: KEY, lambda: 1.8e9)()
