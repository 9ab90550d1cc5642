"""The stand-in for Firebase Hosting."""

import gzip
import hashlib
from http import HTTPStatus

import pytest

from scripts.local.standins.firebase_deploy.hosting import Hosting, HostingUploads
from scripts.local.standins.google_rest.projects import Projects
from tests.scripts.local.standins.firebase_deploy.asking import ask, refusal

SITE = "/v1beta1/projects/demo-conteur/sites/demo-conteur"
FILE = gzip.compress(b"<p>hello", mtime=0)
HASH = hashlib.sha256(FILE).hexdigest()
FINAL = {"status": "FINALIZED"}


@pytest.fixture
def hosting() -> Hosting:
    return Hosting(Projects("demo-conteur"), HostingUploads())


def version(hosting: Hosting) -> str:
    """Begin a version with one file, and return its name."""
    name: str = ask(hosting, "POST", f"{SITE}/versions", {"status": "CREATED"})[1]["name"]
    path = f"/v1beta1/{name}:populateFiles"
    answer = ask(hosting, "POST", path, {"files": {"/index.html": HASH}})[1]
    assert answer["uploadRequiredHashes"] == [HASH]
    return name


def upload(hosting: Hosting, name: str, data: bytes = FILE) -> HTTPStatus:
    site = name.partition("/sites/")[2]
    return ask(hosting.uploads, "POST", f"/upload/sites/{site}/files/{HASH}", data)[0]


def test_released(hosting: Hosting) -> None:
    """A site shows a version's files from its release on."""
    name = version(hosting)
    upload(hosting, name)
    ask(hosting, "PATCH", f"/v1beta1/{name}?updateMask=status", FINAL)
    assert hosting.live("demo-conteur") == {}
    ask(hosting, "POST", f"{SITE}/channels/live/releases?versionName={name}", {})
    assert hosting.live("demo-conteur") == {"/index.html": b"<p>hello"}


def test_not_uploaded(hosting: Hosting) -> None:
    """A version whose files are not there cannot be made final."""
    path = f"/v1beta1/{version(hosting)}?updateMask=status"
    assert "never uploaded" in refusal(hosting, "PATCH", path, FINAL)


def test_other_content(hosting: Hosting) -> None:
    """A file that has not its hash is refused."""
    assert upload(hosting, version(hosting), gzip.compress(b"other")) == HTTPStatus.BAD_REQUEST


def test_not_final(hosting: Hosting) -> None:
    """Only a final version can be released, and it cannot be changed."""
    name = version(hosting)
    path = f"{SITE}/channels/live/releases?versionName={name}"
    assert "not final" in refusal(hosting, "POST", path, {})
    upload(hosting, name)
    ask(hosting, "PATCH", f"/v1beta1/{name}?updateMask=status", FINAL)
    again = f"/v1beta1/{name}:populateFiles"
    assert "is final" in refusal(hosting, "POST", again, {"files": {}})


def test_known_files(hosting: Hosting) -> None:
    """What was uploaded for a version before is not asked for again."""
    upload(hosting, version(hosting))
    name = ask(hosting, "POST", f"{SITE}/versions", {"status": "CREATED"})[1]["name"]
    path = f"/v1beta1/{name}:populateFiles"
    assert ask(hosting, "POST", path, {"files": {"/a": HASH}})[1]["uploadRequiredHashes"] == []


def test_no_such_site(hosting: Hosting) -> None:
    """A project has its default site only."""
    assert ask(hosting, "GET", SITE)[0] == HTTPStatus.OK
    assert ask(hosting, "GET", f"{SITE}-2")[0] == HTTPStatus.NOT_FOUND
