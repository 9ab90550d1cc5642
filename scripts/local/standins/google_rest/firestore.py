"""Firestore's administration over REST, as `firebase deploy --only firestore` calls it.

https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from google.cloud.firestore_admin_v1 import types as api
from google.protobuf import json_format

from scripts.local.standins.firestore_admin.names import split
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.local.standins.google_rest.frame import Asked, Body, RestStandIn, Route
from scripts.local.standins.google_rest.grpc import over_rest
from scripts.local.standins.google_rest.reading import invalid, parameters
from scripts.local.standins.server import Message, RefusalError

_DATABASE = r"(?P<name>projects/[^/]+/databases/[^/]+)"
_GROUP = r"(?P<parent>projects/[^/]+/databases/[^/]+/collectionGroups/[^/]+)"
_MASKS = {"indexConfig", "ttlConfig", "index_config", "ttl_config"}


class FirestoreRestStandIn(RestStandIn):
    """The databases of the stand-in that answers over gRPC."""

    host = "firestore.googleapis.com"

    def __init__(self, admin: FirestoreAdminStandIn) -> None:
        super().__init__()
        self._admin = admin
        self._databases = admin.databases

    def routes(self) -> Sequence[Route]:
        """Return what firebase-tools calls."""
        return (
            ("GET", rf"/v1/{_DATABASE}", self._told(self._database)),
            ("GET", rf"/v1/{_GROUP}/indexes", self._told(self._indexes)),
            ("POST", rf"/v1/{_GROUP}/indexes", self._told(self._create)),
            ("DELETE", rf"/v1/(?P<name>{_GROUP}/indexes/[^/]+)", self._told(self._delete)),
            ("GET", rf"/v1/{_GROUP}/fields", self._told(self._fields)),
            ("PATCH", rf"/v1/(?P<name>{_GROUP}/fields/[^/]+)", self._told(self._update)),
        )

    def _told(self, answer: Callable[[Asked], Body]) -> Callable[[Asked], Body]:
        def told(asked: Asked) -> Body:
            try:
                with self._databases.lock:
                    return answer(asked)
            except RefusalError as refusal:
                raise over_rest(refusal) from refusal

        return told

    def _database(self, asked: Asked) -> Body:
        parameters(asked)
        return _json(self._databases.database(asked.parts["name"]))

    def _indexes(self, asked: Asked) -> Body:
        parameters(asked, "filter", "pageSize", "pageToken")
        return _json(self._admin.call("ListIndexes", _listing(api.ListIndexesRequest, asked)))

    def _fields(self, asked: Asked) -> Body:
        parameters(asked, "filter", "pageSize", "pageToken")
        return _json(self._admin.call("ListFields", _listing(api.ListFieldsRequest, asked)))

    def _create(self, asked: Asked) -> Body:
        database, group, _ = split(asked.parts["parent"])
        index = self._databases.indexes(database).create(group, _read(api.Index, asked.body))
        return _operation(database, "IndexOperationMetadata", index.name, "index")

    def _delete(self, asked: Asked) -> Body:
        database = split(asked.parts["name"]).database
        self._databases.indexes(database).delete(asked.parts["name"])
        return {}

    def _update(self, asked: Asked) -> Body:
        """Replace a field's configuration: all of it, or what `updateMask` names."""
        parameters(asked, "updateMask")
        mask = {part for part in asked.one("updateMask").split(",") if part}
        if mask - _MASKS:
            raise invalid(f"Invalid field in update mask: {', '.join(sorted(mask - _MASKS))}")
        field = _read(api.Field, asked.body)
        field.name = asked.parts["name"]
        database = split(field.name).database
        self._databases.indexes(database).update_field(
            field,
            indexes=not mask or bool(mask & {"indexConfig", "index_config"}),
            ttl=not mask or bool(mask & {"ttlConfig", "ttl_config"}),
        )
        return _operation(database, "FieldOperationMetadata", field.name, "field")


def _listing(kind: Any, asked: Asked) -> Message:  # noqa: ANN401 - a message's type carries none
    size = asked.one("pageSize", "0")
    if not re.fullmatch(r"\d+", size):
        raise invalid(f"Invalid value at 'page_size' (TYPE_INT32), \"{size}\"")
    return kind(
        parent=asked.parts["parent"],
        filter=asked.one("filter"),
        page_size=int(size),
        page_token=asked.one("pageToken"),
    )


def _read(kind: Any, body: Body) -> Message:  # noqa: ANN401 - a message's type carries none
    try:
        return kind.wrap(json_format.ParseDict(body, kind.pb(kind())))
    except json_format.ParseError as error:
        raise invalid(f"Invalid JSON payload received. {error}") from error


def _json(message: Message) -> Body:
    return json_format.MessageToDict(type(message).pb(message))


def _operation(database: str, kind: str, name: str, what: str) -> Body:
    meta = f"type.googleapis.com/google.firestore.admin.v1.{kind}"
    return {
        "name": f"{database}/operations/{name.rpartition('/')[2]}",
        "metadata": {"@type": meta, what: name, "state": "SUCCESSFUL"},
    }
