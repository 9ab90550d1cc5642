"""The stand-in for Cloud Storage's signed uploads."""

from http import HTTPStatus

import pytest

from scripts.local.standins.firebase_deploy.storage import Storage
from scripts.local.standins.google_rest.frame import RestRefusalError
from tests.scripts.local.standins.firebase_deploy.asking import ask

ZIP = b"PK\x03\x04 all of it"


@pytest.fixture
def storage() -> Storage:
    return Storage()


def test_upload(storage: Storage) -> None:
    """What was uploaded where it was asked for is there."""
    offer = storage.offer("1", "europe-west1")
    path = offer["uploadUrl"].partition(storage.host)[2]
    assert ask(storage, "PUT", path, ZIP)[0] == HTTPStatus.OK
    assert storage.source(offer["storageSource"]["bucket"], offer["storageSource"]["object"]) == ZIP


def test_refused(storage: Storage) -> None:
    """Elsewhere, unsigned or no archive: an upload is refused."""
    path = storage.offer("1", "europe-west1")["uploadUrl"].partition(storage.host)[2]
    assert ask(storage, "PUT", "/bucket/object?Signature=x", ZIP)[0] == HTTPStatus.FORBIDDEN
    assert ask(storage, "PUT", path.partition("?")[0], ZIP)[0] == HTTPStatus.FORBIDDEN
    assert ask(storage, "PUT", path, b"no zip")[0] == HTTPStatus.BAD_REQUEST


def test_offered_only(storage: Storage) -> None:
    """A place that was offered, and never used, has no source."""
    place = storage.offer("1", "europe-west1")["storageSource"]
    with pytest.raises(RestRefusalError, match="does not exist"):
        storage.source(place["bucket"], place["object"])
