"""Apps that get a story which the store did not take."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.clients.app import App, new_app
from tests.clients.backends import Gunicorn, gunicorn
from tests.clients.client import Client
from tests.faults.proxy import Proxy
from tests.issuer import Issuer

pytestmark = pytest.mark.server

TEXT = "A fox slept."


@dataclass(frozen=True)
class Shop:
    """The product, and its way to the store."""

    backend: Gunicorn
    store: Proxy


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str
) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("unsaved")
    with (
        Proxy(firestore_host).serve() as store,
        gunicorn(folder, issuer, firestore_host, FIRESTORE_EMULATOR_HOST=store.address) as backend,
    ):
        yield Shop(backend, store)


@pytest.fixture
def app(client: Client, shop: Shop) -> Iterator[App]:
    yield new_app(client, shop.backend)
    shop.store.mend()
    shop.backend.tasks.down = False


def unsaved(app: App, shop: Shop, prompt: str, scenario: str) -> dict[str, Any]:
    """Return the result of a story that ends when the store is gone."""
    telling = app.model.telling(prompt)
    call = app.start(scenario, {"prompt": prompt})
    telling.wait_until_asked()
    shop.store.refuse()
    telling.titles().says(TEXT).ends()
    result: dict[str, Any] = call.record()["result"]["value"]
    return result


@pytest.mark.parametrize("scenario", ["whole", "stream"])
def test_a_story_that_will_be_stored_later_says_so(
    app: App, shop: Shop, prompt: str, scenario: str
) -> None:
    """An app gets the whole story with the status `unsaved`, and it waits in the queue."""
    result = unsaved(app, shop, prompt, scenario)
    assert (result["status"], result["warnings"]) == ("unsaved", [])
    assert (result["story"]["text"], result["usage"]["costMicros"]) == (TEXT, 25)
    queued = [task["data"]["storyId"] for task in shop.backend.tasks.tasks.values()]
    assert result["storyId"] in queued


def test_a_story_that_can_never_be_stored_warns(app: App, shop: Shop, prompt: str) -> None:
    """An app is told to keep the text of a story that neither the store nor the queue takes."""
    shop.backend.tasks.down = True
    result = unsaved(app, shop, prompt, "stream")
    assert result["status"] == "unsaved"
    assert result["warnings"] == ["the story could not be stored, now or later: keep its text"]
    assert result["story"]["text"] == TEXT
