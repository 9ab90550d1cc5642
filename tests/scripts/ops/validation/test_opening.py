"""What a validation opens, and whom it leaves behind where something cannot be opened."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conteur.adapters.firestore_config import DOCUMENT
from scripts.local.standins.google_rest.api import RestApi
from scripts.ops.operations.site import REST_URL, Site
from scripts.ops.place import PlaceError
from scripts.ops.validation import opening
from scripts.ops.validation.around import Around
from scripts.ops.validation.endpoints import Aimed, Endpoint
from scripts.ops.validation.knobs import STORE
from tests.scripts.ops.boxes.checkout import make_checkout

PROJECT = "demo-conteur-production"
NOBODY = "127.0.0.1:1"
ENVIRONMENT = {
    "FIRESTORE_EMULATOR_HOST": NOBODY,
    "LOGGING_ENDPOINT": NOBODY,
    "PROMETHEUS_URL": f"http://{NOBODY}",
}


@pytest.fixture
def api() -> RestApi:
    return RestApi(PROJECT, mint=lambda *_: "a token", mint_app_check=lambda *_: "a token")


@pytest.fixture
def site(tmp_path: Path, api: RestApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A project of whose services only those by REST answer."""
    found = Aimed({"health": Endpoint("https://health")}, ("tend_store",))
    monkeypatch.setattr(opening, "find_endpoints", lambda *_: found)
    with api.serve() as url:
        root = make_checkout(tmp_path / "checkout")
        yield Site(root, "production", PROJECT, {**ENVIRONMENT, REST_URL: url})


def made(api: RestApi) -> int:
    """Return how many users were made."""
    return sum(call.endswith("/accounts") for call in api.accounts.calls)


def test_what_cannot_be_opened_leaves_nobody(site: Site, api: RestApi) -> None:
    """Where no alert can be raised, no user is made before that is known."""
    with pytest.raises(PlaceError), opening.opened(site, "", 1, 0, Around()):
        pass
    assert made(api) == 0


@pytest.mark.server
def test_the_knobs_are_the_place_s_own(site: Site, api: RestApi, firestore_host: str) -> None:
    """What somebody has turned off in the project's Firestore is known."""
    environ = {**site.environ, "MONITORING_ENDPOINT": NOBODY}
    whole = replace(site, environ={**environ, "FIRESTORE_EMULATOR_HOST": firestore_host})
    with opening.opened(whole, "", 1, 0, Around()) as (desk, _):
        document = desk.firestore.document(DOCUMENT)
        document.set({"store": {"enabled": False}})
        try:
            assert set(desk.knobs()) == {STORE}
        finally:
            document.delete()
    assert made(api) == 1


def test_all_is_open(site: Site, api: RestApi) -> None:
    """A desk has a user who is signed in, and knows what is on trial and not looked at."""
    whole = replace(site, environ={**site.environ, "MONITORING_ENDPOINT": NOBODY})
    with opening.opened(whole, "canary", 1, 0, Around()) as (desk, accounts):
        assert (desk.user.token, desk.untried) == ("a token", ("tend_store",))
        accounts.delete(desk.user.uid)
    assert made(api) == 1
