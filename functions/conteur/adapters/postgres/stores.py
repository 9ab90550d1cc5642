"""The tables `users` and `stores`."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from conteur.adapters.postgres.failures import STALE, unavailable
from conteur.adapters.postgres.session import Session
from conteur.domain.store.author import Author, Store, Subject, SubjectKind

_AUTHOR: LiteralString = "SELECT id, coalesce(email, ''), market, role, blocked FROM users WHERE "
_AUTHOR_BY: dict[SubjectKind, LiteralString] = {
    SubjectKind.AUTHOR: _AUTHOR + "id = %(id)s",
    SubjectKind.FIREBASE: _AUTHOR + "firebase_uid = %(id)s",
}
_STORE: LiteralString = """
SELECT id, user_id, slug, name, row_version, synthetic, published_at, publication_id
FROM stores WHERE """
_STORE_OF = _STORE + "user_id = %(author)s"
_STORE_OF_LOCKED = _STORE_OF + " FOR UPDATE"
_STORE_AT = _STORE + "slug = %(slug)s"
_SET_PUBLICATION: LiteralString = """
UPDATE stores
SET published_at = %(at)s, publication_id = %(publication)s, row_version = row_version + 1
WHERE id = %(store)s AND user_id = %(author)s AND row_version = %(version)s
RETURNING id, user_id, slug, name, row_version, synthetic, published_at, publication_id
"""


def author(session: Session, subject: Subject) -> Author | None:
    """Return the author of that id."""
    if not _can_be_kept(subject.id):
        return None
    row = session.row(_AUTHOR_BY[subject.kind], {"id": subject.id})
    return None if row is None else Author(*row)


def store_of(session: Session, author_id: str, *, lock: bool) -> Store | None:
    """Return the author's store; a `lock` waits for whoever changes it and sees the change."""
    row = session.row(_STORE_OF_LOCKED if lock else _STORE_OF, {"author": author_id})
    return None if row is None else Store(*row)


def store_at(session: Session, slug: str) -> Store | None:
    """Return the store of that slug."""
    if not _can_be_kept(slug):
        return None
    row = session.row(_STORE_AT, {"slug": slug})
    return None if row is None else Store(*row)


def set_publication(
    session: Session, store: Store, publication: UUID | None, at: datetime | None
) -> Store:
    """Publish the store, or with None make it private, unless it has changed since it was read."""
    row = session.row(
        _SET_PUBLICATION,
        {
            "store": store.id,
            "author": store.author_id,
            "version": store.version,
            "publication": publication,
            "at": at,
        },
    )
    if row is None:
        raise unavailable(STALE)
    return Store(*row)


def _can_be_kept(text: str) -> bool:
    """Tell whether PostgreSQL has such a text at all: none has NUL or half a character."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
