"""Who publishes, and what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class SubjectKind(StrEnum):
    """Whose id a token carries."""

    AUTHOR = "author"
    FIREBASE = "firebase"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a token was given to: an author's own id, or a Firebase user's."""

    kind: SubjectKind
    id: str

    def __str__(self) -> str:
        """Return a text that no other subject has."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Author:
    """Who may have a store. `email` is empty where none is known; `market` is ISO 3166-1's."""

    id: str
    email: str
    market: str
    role: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class Store:
    """An author's store. `published_at` is None while it is not public.

    `publication` is the id of the request that published it, `version` grows with each change.
    Mail and people's figures leave a `synthetic` one out.
    """

    id: int
    author_id: str
    slug: str
    name: str
    version: int
    synthetic: bool = False
    published_at: datetime | None = None
    publication: UUID | None = None

    @property
    def etag(self) -> str:
        """Return the version as an entity tag."""
        return f'"{self.version}"'
