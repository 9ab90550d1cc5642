"""What Firestore's administration takes as an index, a field, and a filter.

https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1
"""

import re
from collections.abc import Callable, Sequence

from google.cloud.firestore_admin_v1 import types as api

from scripts.local.standins.firestore_admin.names import split
from scripts.local.standins.pages import invalid

MOST_FIELDS = 100
"""https://cloud.google.com/firestore/quotas#indexes"""
NAME = "__name__"
Scope = api.Index.QueryScope
Order = api.Index.IndexField.Order
_OWN = r"index(?:Config\.usesA|_config\.uses_a)ncestor(?:C|_c)onfig\s*[:=]\s*false"
_EXPIRING = r"ttl(?:C|_c)onfig\s*:\s*\*"
_UID = re.compile(r"database_uid\s*=\s*\"?([0-9a-fA-F-]{36})\"?")


def check_index(index: api.Index) -> None:
    """Raise RefusalError for what is no composite index."""
    if index.query_scope == Scope.QUERY_SCOPE_UNSPECIFIED:
        raise invalid("query_scope must be set.")
    names = [field.field_path for field in index.fields]
    if len([name for name in names if name != NAME]) < 2:  # noqa: PLR2004 - that is what composite means
        # https://github.com/firebase/firebase-tools/issues/1483
        raise invalid("this index is not necessary, configure using single field index controls")
    if len(names) > MOST_FIELDS:
        raise invalid(f"An index can have at most {MOST_FIELDS} fields.")
    if len(set(names)) < len(names):
        raise invalid("A field can be in an index once only.")
    if any(not (_is_ordered(field) or _is_array(field)) for field in index.fields):
        raise invalid("Each field must have an order or an array_config.")
    if sum(_is_array(field) for field in index.fields) > 1:
        # https://firebase.google.com/docs/firestore/query-data/index-overview
        raise invalid("An index can have at most one field with an array_config.")


def with_name_field(
    fields: Sequence[api.Index.IndexField],
) -> Sequence[api.Index.IndexField]:
    """Return an index's fields with the document's name at the end, in the last one's order.

    https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1#index
    """
    if fields[-1].field_path == NAME:
        return list(fields)
    orders = [field.order for field in fields if _is_ordered(field)]
    last = orders[-1] if orders else Order.ASCENDING
    return [*fields, api.Index.IndexField(field_path=NAME, order=last)]


def is_same(one: api.Index, other: api.Index) -> bool:
    """Return whether two indexes of a collection group index the same."""
    return (one.query_scope, list(one.fields)) == (other.query_scope, list(other.fields))


def check_ttl(name: str, fields: Sequence[api.Field]) -> None:
    """Raise RefusalError for a second field of a collection group by which documents expire.

    https://firebase.google.com/docs/firestore/ttl#limitations
    """
    asked = split(name)
    if asked.last == "*":
        raise invalid("Updating ttl other than single field level is not supported")
    for field in fields:
        if "ttl_config" in field and field.name != name and split(field.name).group == asked.group:
            raise invalid(
                f"The collection group {asked.group} has a TTL field: {split(field.name).last}."
            )


def default_indexes(path: str) -> Sequence[api.Index]:
    """Return how a field is indexed unless it says otherwise.

    https://firebase.google.com/docs/firestore/query-data/index-overview#automatic_indexing
    """
    contains = api.Index.IndexField.ArrayConfig.CONTAINS
    kinds = ({"order": Order.ASCENDING}, {"order": Order.DESCENDING}, {"array_config": contains})
    return [
        api.Index(
            query_scope=Scope.COLLECTION,
            fields=[{"field_path": path, **kind}],
            state=api.Index.State.READY,
        )
        for kind in kinds
    ]


def _is_ordered(field: api.Index.IndexField) -> bool:
    return field.order != Order.ORDER_UNSPECIFIED


def _is_array(field: api.Index.IndexField) -> bool:
    return field.array_config != api.Index.IndexField.ArrayConfig.ARRAY_CONFIG_UNSPECIFIED


def field_matcher(text: str) -> Callable[[api.Field], bool]:
    """Return which fields a filter asks for. Raises RefusalError for another filter than two.

    Both are in https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1#listfieldsrequest,
    and firebase-tools joins them by OR.
    """
    parts = [part.strip() for part in re.split(r"\sOR\s", text)]
    if not all(re.fullmatch(f"{_OWN}|{_EXPIRING}", part) for part in parts):
        raise invalid(
            "ListFields only lists fields that have been overridden: the filter must include "
            f"indexConfig.usesAncestorConfig:false or ttlConfig:*, and is {text!r}."
        )
    wants_own = any(re.fullmatch(_OWN, part) for part in parts)
    wants_expiring = any(re.fullmatch(_EXPIRING, part) for part in parts)
    return lambda field: (
        (wants_own and not field.index_config.uses_ancestor_config)
        or (wants_expiring and "ttl_config" in field)
    )


def backup_matcher(text: str) -> Callable[[api.Backup], bool]:
    """Return which backups a filter asks for, which can name a database's uid only.

    https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1#listbackupsrequest
    Raises RefusalError.
    """
    if not text:
        return lambda _: True
    found = _UID.fullmatch(text.strip())
    if found is None:
        raise invalid(f"Invalid filter: {text!r}. Backups can be filtered by database_uid = only.")
    return lambda backup: backup.database_uid == found[1].lower()
