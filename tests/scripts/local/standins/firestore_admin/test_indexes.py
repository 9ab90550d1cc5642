"""The indexes and fields of a database, and what is refused as one."""

from collections.abc import Sequence

import pytest
from google.cloud.firestore_admin_v1 import types

from scripts.local.standins.firestore_admin.indexes import Indexes
from scripts.local.standins.server import RefusalError
from tests.scripts.local.standins.firestore_admin.clients import DATABASE

A, B = {"field_path": "a", "order": "ASCENDING"}, {"field_path": "b", "order": "DESCENDING"}
TAGS = {"field_path": "tags", "array_config": "CONTAINS"}


def index(*fields: object, scope: str = "COLLECTION") -> types.Index:
    return types.Index(query_scope=scope, fields=fields or (A, B))


def expiring(group: str, path: str = "expiresAt") -> types.Field:
    return types.Field(name=f"{DATABASE}/collectionGroups/{group}/fields/{path}", ttl_config={})


@pytest.fixture
def indexes() -> Indexes:
    return Indexes(DATABASE)


def paths(made: types.Index) -> Sequence[tuple[str, int]]:
    return [(field.field_path, field.order) for field in made.fields]


def test_the_name_is_added(indexes: Indexes) -> None:
    """An index ends with the document's name, in the order of the last field that has one."""
    assert paths(indexes.create("stories", index()))[-1] == ("__name__", 2)
    assert paths(indexes.create("stories", index(A, TAGS)))[-1] == ("__name__", 1)
    own = {"field_path": "__name__", "order": "ASCENDING"}
    assert len(indexes.create("stories", index(A, B, own)).fields) == 3


def test_an_index_twice(indexes: Indexes) -> None:
    """The same index of the same group and scope is there once."""
    indexes.create("stories", index())
    indexes.create("quota", index())
    indexes.create("stories", index(scope="COLLECTION_GROUP"))
    with pytest.raises(RefusalError, match="already exists"):
        indexes.create("stories", index())


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (index(A), "not necessary"),
        (index(A, {"field_path": "__name__", "order": "ASCENDING"}), "not necessary"),
        (index(A, A), "once only"),
        (index(A, {"field_path": "b"}), "an order or an array_config"),
        (index(TAGS, {**TAGS, "field_path": "more"}), "at most one field with an array"),
        (index(scope="QUERY_SCOPE_UNSPECIFIED"), "query_scope"),
        (index(*({**A, "field_path": f"f{n}"} for n in range(101))), "at most 100"),
    ],
)
def test_no_index(indexes: Indexes, made: types.Index, told: str) -> None:
    """What the real service makes no composite index of is refused."""
    with pytest.raises(RefusalError, match=told):
        indexes.create("stories", made)


def test_building(indexes: Indexes) -> None:
    """What is made while indexes are being built is ready when that ends."""
    indexes.is_building = True
    made = indexes.create("stories", index())
    field = indexes.update_field(expiring("stories"))
    assert (made.state, field.ttl_config.state) == (1, 1)
    indexes.finish()
    field = indexes.field(field.name)
    assert (indexes.get(made.name).state, field.ttl_config.state) == (2, 2)


def test_deleting(indexes: Indexes) -> None:
    """An index that is deleted is not found."""
    made = indexes.create("stories", index())
    indexes.delete(made.name)
    with pytest.raises(RefusalError, match="No such index"):
        indexes.get(made.name)


def test_a_field_of_its_own(indexes: Indexes) -> None:
    """A field inherits its three indexes unless it says otherwise."""
    name = expiring("stories", "text").name
    assert len(indexes.field(name).index_config.indexes) == 3
    indexes.update_field(types.Field(name=name, index_config={}))
    field = indexes.field(name).index_config
    assert (field.uses_ancestor_config, len(field.indexes)) == (False, 0)
    indexes.update_field(types.Field(name=name))
    assert indexes.field(name).index_config.uses_ancestor_config
    assert len(indexes.fields()) == 1


def test_one_half_of_a_field(indexes: Indexes) -> None:
    """An update may leave the indexes or the time to live as they are."""
    given = expiring("stories")
    indexes.update_field(given, indexes=False)
    indexes.update_field(types.Field(name=given.name, index_config={}), ttl=False)
    field = indexes.field(given.name)
    assert ("ttl_config" in field, field.index_config.uses_ancestor_config) == (True, False)


def test_one_time_to_live(indexes: Indexes) -> None:
    """A collection group expires by one field, and never by all of them."""
    indexes.update_field(expiring("stories"))
    indexes.update_field(expiring("stories"))
    indexes.update_field(expiring("quota", "until"))
    with pytest.raises(RefusalError, match="has a TTL field: expiresAt"):
        indexes.update_field(expiring("stories", "until"))
    with pytest.raises(RefusalError, match="single field level"):
        indexes.update_field(expiring("shards", "*"))
