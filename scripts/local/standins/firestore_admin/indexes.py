"""The indexes of one database, as the stand-in for Firestore's administration keeps them.

https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1#index,
https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1#field
"""

from collections.abc import Sequence
from itertools import count

import grpc
from google.cloud.firestore_admin_v1 import types as api

from scripts.local.standins.firestore_admin.names import EVERY_GROUP, FIELD_NAME, INDEX_NAME, split
from scripts.local.standins.firestore_admin.rules import (
    check_index,
    check_ttl,
    default_indexes,
    is_same,
    with_name_field,
)
from scripts.local.standins.pages import check
from scripts.local.standins.server import RefusalError

READY = api.Index.State(api.Index.State.READY)
CREATING = api.Index.State(api.Index.State.CREATING)
ACTIVE = api.Field.TtlConfig.State(api.Field.TtlConfig.State.ACTIVE)
APPLYING = api.Field.TtlConfig.State(api.Field.TtlConfig.State.CREATING)
ANCESTOR = f"collectionGroups/{EVERY_GROUP}/fields/*"


class Indexes:
    """The composite indexes and the fields with a configuration of their own.

    What is made is ready at once, or, while `is_building`, being made until `finish`.
    """

    def __init__(self, database: str) -> None:
        self.database = database
        self.is_building = False
        self._ids = count(1)
        self._composite: dict[str, api.Index] = {}
        default = f"{database}/{ANCESTOR}"
        config = api.Field.IndexConfig(indexes=default_indexes("*"))
        self._fields = {default: api.Field(name=default, index_config=config)}

    def all(self) -> Sequence[api.Index]:
        """Return the composite indexes, the oldest first."""
        return list(self._composite.values())

    def get(self, name: str) -> api.Index:
        """Return a composite index. Raises RefusalError."""
        check(INDEX_NAME, name)
        if name not in self._composite:
            raise _not_found(name)
        return self._composite[name]

    def create(self, group: str, given: api.Index) -> api.Index:
        """Make a composite index of a collection group. Raises RefusalError."""
        check_index(given)
        index = api.Index(
            name=f"{self.database}/collectionGroups/{group}/indexes/CIC{next(self._ids):010d}",
            query_scope=given.query_scope,
            fields=with_name_field(given.fields),
            density=api.Index.Density.SPARSE_ALL,
            state=CREATING if self.is_building else READY,
        )
        if any(split(each.name).group == group and is_same(each, index) for each in self.all()):
            raise RefusalError(grpc.StatusCode.ALREADY_EXISTS, "index already exists")
        self._composite[index.name] = index
        return index

    def delete(self, name: str) -> None:
        """Delete a composite index. Raises RefusalError."""
        self.get(name)
        del self._composite[name]

    def fields(self) -> Sequence[api.Field]:
        """Return the fields with a configuration of their own; the first is everybody's."""
        return list(self._fields.values())

    def field(self, name: str) -> api.Field:
        """Return a field, with what it inherits where it has nothing of its own."""
        check(FIELD_NAME, name)
        return self._fields.get(name) or self._inheriting(name)

    def update_field(
        self, given: api.Field, *, indexes: bool = True, ttl: bool = True
    ) -> api.Field:
        """Replace what is named of a field's configuration. Raises RefusalError.

        A field without `index_config` inherits again; one without `ttl_config` does not expire.
        https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.collectionGroups.fields/patch
        """
        check(FIELD_NAME, given.name)
        made = api.Field(self.field(given.name))
        if indexes:
            made.index_config = self._config(given)
        if ttl:
            del made.ttl_config
            if "ttl_config" in given:
                check_ttl(given.name, self.fields())
                state = APPLYING if self.is_building else ACTIVE
                made.ttl_config = api.Field.TtlConfig(state=state)
        self._keep(made)
        return made

    def finish(self) -> None:
        """End all that is being made."""
        self.is_building = False
        for index in self._composite.values():
            index.state = READY
        for field in self._fields.values():
            for index in field.index_config.indexes:
                index.state = READY
            if "ttl_config" in field:
                field.ttl_config.state = ACTIVE

    def _keep(self, field: api.Field) -> None:
        self._fields.pop(field.name, None)
        if "ttl_config" in field or not field.index_config.uses_ancestor_config:
            self._fields[field.name] = field

    def _config(self, given: api.Field) -> api.Field.IndexConfig:
        if "index_config" not in given:
            return self._inheriting(given.name).index_config
        path = split(given.name).last
        indexes = [
            api.Index(
                query_scope=each.query_scope,
                fields=[_on(path, one) for one in each.fields],
                state=CREATING if self.is_building else READY,
            )
            for each in given.index_config.indexes
        ]
        return api.Field.IndexConfig(indexes=indexes, ancestor_field=f"{self.database}/{ANCESTOR}")

    def _inheriting(self, name: str) -> api.Field:
        config = api.Field.IndexConfig(
            indexes=default_indexes(split(name).last),
            uses_ancestor_config=True,
            ancestor_field=f"{self.database}/{ANCESTOR}",
        )
        return api.Field(name=name, index_config=config)


def _on(path: str, given: api.Index.IndexField) -> api.Index.IndexField:
    made = api.Index.IndexField(given)
    made.field_path = path
    return made


def _not_found(name: str) -> RefusalError:
    return RefusalError(grpc.StatusCode.NOT_FOUND, f"No such index: {name}")
