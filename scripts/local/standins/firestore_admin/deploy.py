"""What `firebase deploy --only firestore:indexes` does to a database, by firestore.indexes.json.

https://github.com/firebase/firebase-tools/blob/master/src/firestore/api.ts
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from google.cloud.firestore_admin_v1 import types as api

from scripts.local.standins.firestore_admin.databases import Databases
from scripts.local.standins.firestore_admin.indexes import Indexes
from scripts.local.standins.firestore_admin.names import DEFAULT, EVERY_GROUP, database_name, split
from scripts.local.standins.firestore_admin.rules import is_same, with_name_field

Spec = Mapping[str, Any]


def deploy_indexes(
    databases: Databases, project: str, file: Path, database: str = DEFAULT, *, force: bool = False
) -> None:
    """Make what a file of indexes asks for and is missing.

    What is there and not in the file is deleted with `force` only. Raises RefusalError.
    """
    spec: Spec = json.loads(file.read_text())
    name = database_name(project, database)
    with databases.lock:
        indexes = databases.indexes(name)
        wanted = [_index(name, each) for each in spec["indexes"]]
        fields = [_field(name, each) for each in spec.get("fieldOverrides", [])]
        for index in wanted:
            if not any(_matches(index, each) for each in indexes.all()):
                indexes.create(split(index.name).group, index)
        if force:
            _delete_others(indexes, wanted, {field.name for field in fields})
        # Time to live is taken from one field before another of its group gets it.
        for field in sorted(fields, key=lambda field: "ttl_config" in field):
            indexes.update_field(field, ttl=_says_ttl(spec, field))


def _delete_others(indexes: Indexes, wanted: list[api.Index], fields: set[str]) -> None:
    for index in indexes.all():
        if not any(_matches(each, index) for each in wanted):
            indexes.delete(index.name)
    for field in indexes.fields():
        if field.name not in fields and split(field.name).group != EVERY_GROUP:
            indexes.update_field(api.Field(name=field.name))


def _matches(wanted: api.Index, there: api.Index) -> bool:
    whole = api.Index(query_scope=wanted.query_scope, fields=with_name_field(wanted.fields))
    return split(wanted.name).group == split(there.name).group and is_same(whole, there)


def _index(database: str, given: Spec) -> api.Index:
    return api.Index(
        name=f"{database}/collectionGroups/{given['collectionGroup']}/indexes/-",
        query_scope=given["queryScope"],
        fields=[dict(_names(each)) for each in given["fields"]],
    )


def _field(database: str, given: Spec) -> api.Field:
    path = given["fieldPath"]
    indexes = [
        {
            "query_scope": each.get("queryScope", "COLLECTION"),
            "fields": [{"field_path": path, **_kind(each)}],
        }
        for each in given["indexes"]
    ]
    field = api.Field(
        name=f"{database}/collectionGroups/{given['collectionGroup']}/fields/{path}",
        index_config={"indexes": indexes},
    )
    if given.get("ttl"):
        field.ttl_config = api.Field.TtlConfig()
    return field


def _says_ttl(spec: Spec, field: api.Field) -> bool:
    """Return whether the file says anything of a field's time to live; else it stays as it is."""
    _, group, path = split(field.name)
    return any(
        "ttl" in each and (each["collectionGroup"], each["fieldPath"]) == (group, path)
        for each in spec["fieldOverrides"]
    )


def _names(given: Spec) -> Iterator[tuple[str, Any]]:
    yield "field_path", given["fieldPath"]
    yield from _kind(given).items()


def _kind(given: Spec) -> dict[str, Any]:
    names = {"order": "order", "arrayConfig": "array_config"}
    return {name: given[key] for key, name in names.items() if key in given}
