"""A stand-in for the part of Cloud Storage that takes a zipped source at a signed URL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import ClassVar

from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)

_OBJECT = r"/(?P<bucket>[a-z0-9._-]+)/(?P<object>[A-Za-z0-9._-]+)"
_ZIP = b"PK\x03\x04"


@dataclass
class Storage(RestStandIn):
    """Objects by bucket and name. A source is taken only where a URL was given for it.

    https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/generateUploadUrl
    """

    host: ClassVar[str] = "storage.googleapis.com"
    _objects: dict[tuple[str, str], bytes] = field(default_factory=dict, init=False)
    _numbers: "count[int]" = field(default_factory=lambda: count(1), init=False)

    def routes(self) -> Sequence[Route]:
        """Return the one that takes an upload."""
        return [("PUT", _OBJECT, self._put)]

    def offer(self, number: str, location: str) -> Body:
        """Return where to upload a source to, and what it is called then."""
        bucket = f"gcf-v2-uploads-{number}.{location}.cloudfunctions.appspot.com"
        name = f"source-{next(self._numbers):06d}.zip"
        self._objects[bucket, name] = b""
        signed = f"http://{self.host}/{bucket}/{name}?GoogleAccessId=nobody&Signature=none"
        return {"uploadUrl": signed, "storageSource": {"bucket": bucket, "object": name}}

    def source(self, bucket: str, name: str) -> bytes:
        """Return an uploaded source. Raises RestRefusalError where there is none."""
        if found := self._objects.get((bucket, name)):
            return found
        raise RestRefusalError(
            HTTPStatus.BAD_REQUEST, f"Cloud Storage object gs://{bucket}/{name} does not exist"
        )

    def _put(self, asked: Asked) -> Body:
        place = asked.parts["bucket"], asked.parts["object"]
        if place not in self._objects or "Signature" not in asked.query:
            raise RestRefusalError(HTTPStatus.FORBIDDEN, "Access denied.")
        if not asked.raw.startswith(_ZIP):
            raise RestRefusalError(HTTPStatus.BAD_REQUEST, "Invalid argument: no zip archive")
        self._objects[place] = asked.raw
        return {}
