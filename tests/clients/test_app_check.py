"""Apps that have to attest themselves, as in production."""

from collections.abc import Iterator

import pytest

from tests.clients.app import App, new_app
from tests.clients.backends import Gunicorn, gunicorn
from tests.clients.client import Client
from tests.issuer import Issuer

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def enforcing(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str
) -> Iterator[Gunicorn]:
    folder = tmp_path_factory.mktemp("app-check")
    with gunicorn(folder, issuer, firestore_host, APP_CHECK="enforced") as backend:
        yield backend


@pytest.fixture
def app(client: Client, enforcing: Gunicorn) -> App:
    return new_app(client, enforcing)


def test_an_attested_app_gets_its_story(app: App, issuer: Issuer, prompt: str) -> None:
    """A signed-in user of an app with a good App Check token is served."""
    app.model.tells(prompt, "A fox slept.")
    attested = app.connected(appCheckToken=issuer.app_check_token())
    record = attested.play("stream", {"prompt": prompt})
    assert record["result"]["value"]["story"]["text"] == "A fox slept."


def test_an_app_without_attestation_is_refused(app: App, prompt: str) -> None:
    """A signed-in user of an app without an App Check token is not served."""
    error = app.play("stream", {"prompt": prompt})["result"]["error"]
    assert error["code"] == "functions/unauthenticated"
    assert error["details"]["reason"] == "APP_CHECK"


def test_a_forged_attestation_is_refused(app: App, prompt: str) -> None:
    """An App Check token that somebody else signed is worth nothing."""
    forger = app.connected(appCheckToken=Issuer().app_check_token())
    error = forger.play("whole", {"prompt": prompt})["result"]["error"]
    assert error["details"]["reason"] == "APP_CHECK"
