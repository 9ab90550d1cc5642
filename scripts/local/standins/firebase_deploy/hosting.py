"""A stand-in for Firebase Hosting: versions, their files, and releases.

https://firebase.google.com/docs/reference/hosting/rest
"""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import ClassVar

from scripts.local.standins.firebase_deploy.function_rules import masked
from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)
from scripts.local.standins.google_rest.projects import Projects
from scripts.local.standins.google_rest.reading import fields, invalid, not_found, parameters

_SITE = r"/v1beta1/projects/(?P<project>[a-z0-9-]+)/sites/(?P<site>[a-z0-9-]+)"
_VERSION = r"(?P<name>projects/[a-z0-9-]+/sites/[a-z0-9-]+/versions/[a-z0-9]+)"
_FILE = r"/upload/sites/[a-z0-9-]+/versions/[a-z0-9]+/files/(?P<hash>[0-9a-f]{64})"
_UPLOADS = "upload-firebasehosting.googleapis.com"
_FINAL = "FINALIZED"


@dataclass
class HostingUploads(RestStandIn):
    """Takes the files of versions, each gzipped and named by the SHA-256 of that."""

    host: ClassVar[str] = _UPLOADS
    files: dict[str, bytes] = field(default_factory=dict, init=False)

    def routes(self) -> Sequence[Route]:
        """Return the one that takes a file."""
        return [("POST", _FILE, self._upload)]

    def _upload(self, asked: Asked) -> Body:
        if hashlib.sha256(asked.raw).hexdigest() != asked.parts["hash"]:
            raise invalid("The file's content does not match its hash.")
        self.files[asked.parts["hash"]] = gzip.decompress(asked.raw)
        return {}


@dataclass
class Hosting(RestStandIn):
    """The default site of each project. `live` has what is released, by its site."""

    host: ClassVar[str] = "firebasehosting.googleapis.com"
    projects: Projects
    uploads: HostingUploads
    versions: dict[str, Body] = field(default_factory=dict, init=False)
    releases: list[Body] = field(default_factory=list, init=False)
    _paths: dict[str, dict[str, str]] = field(default_factory=dict, init=False)
    _numbers: "count[int]" = field(default_factory=lambda: count(1), init=False)

    def routes(self) -> Sequence[Route]:
        """Return what a deploy asks, in its order."""
        return [
            ("GET", _SITE, self._site),
            ("POST", f"{_SITE}/versions", self._create),
            ("POST", rf"/v1beta1/{_VERSION}:populateFiles", self._populate),
            ("PATCH", rf"/v1beta1/{_VERSION}", self._patch),
            ("POST", f"{_SITE}/channels/(?P<channel>[a-z0-9-]+)/releases", self._release),
            ("GET", f"{_SITE}/channels/(?P<channel>[a-z0-9-]+)/releases", self._releases),
        ]

    def live(self, site: str) -> dict[str, bytes]:
        """Return the files that a site shows, by their paths; none before its first release."""
        released = [each for each in self.releases if f"/sites/{site}/" in each["name"]]
        paths = self._paths.get(released[-1]["version"]["name"], {}) if released else {}
        return {path: self.uploads.files[digest] for path, digest in paths.items()}

    def _site(self, asked: Asked) -> Body:
        project = self.projects.find(asked.parts["project"])
        if asked.parts["site"] != project:
            raise not_found("Requested entity was not found.")
        url = f"https://{project}.web.app"
        name = f"projects/{project}/sites/{project}"
        return {"name": name, "defaultUrl": url, "type": "DEFAULT_SITE"}

    def _create(self, asked: Asked) -> Body:
        sent = fields(asked.body, status=str, labels=dict, config=dict)
        name = f"{self._site(asked)['name']}/versions/{next(self._numbers):016x}"
        self.versions[name] = {**sent, "name": name, "status": "CREATED"}
        return self.versions[name]

    def _populate(self, asked: Asked) -> Body:
        """Note the files of a version; answer which of them have to be uploaded."""
        version = self._open(asked)
        paths = fields(asked.body, files=dict).get("files", {})
        self._paths.setdefault(version["name"], {}).update(paths)
        missing = sorted({digest for digest in paths.values() if digest not in self.uploads.files})
        site = version["name"].partition("/sites/")[2]
        url = f"http://{_UPLOADS}/upload/sites/{site}/files"
        return {"uploadRequiredHashes": missing, "uploadUrl": url}

    def _patch(self, asked: Asked) -> Body:
        parameters(asked, "updateMask")
        version = masked(self._open(asked), asked.body, asked.one("updateMask"))
        missing = set(self._paths.get(version["name"], {}).values()) - set(self.uploads.files)
        if version["status"] == _FINAL and missing:
            raise invalid(f"{len(missing)} files were never uploaded.")
        self.versions[version["name"]] = version
        return version

    def _open(self, asked: Asked) -> Body:
        version = self._version(asked.parts["name"])
        if version["status"] == _FINAL:
            raise RestRefusalError(
                HTTPStatus.BAD_REQUEST, "The version is final.", "FAILED_PRECONDITION"
            )
        return version

    def _version(self, name: str) -> Body:
        if name not in self.versions:
            raise not_found("Requested entity was not found.")
        return self.versions[name]

    def _release(self, asked: Asked) -> Body:
        parameters(asked, "versionName")
        version = self._version(asked.one("versionName"))
        if version["status"] != _FINAL:
            raise RestRefusalError(
                HTTPStatus.BAD_REQUEST, "The version is not final.", "FAILED_PRECONDITION"
            )
        sent = fields(asked.body, message=str)
        parent = f"{self._site(asked)['name']}/channels/{asked.parts['channel']}"
        name = f"{parent}/releases/{next(self._numbers):016x}"
        self.releases.append({**sent, "name": name, "version": version, "type": "DEPLOY"})
        return self.releases[-1]

    def _releases(self, asked: Asked) -> Body:
        begin = f"{self._site(asked)['name']}/channels/{asked.parts['channel']}/"
        return {"releases": [r for r in reversed(self.releases) if r["name"].startswith(begin)]}
