"""What requests look up first: the author, their store, one of their steps."""

from collections.abc import Sequence
from datetime import datetime

from conteur.domain.store.author import Author, Store, Subject
from conteur.domain.store.onboarding import Step, of_market
from conteur.errors import (
    AuthorBlockedError,
    GatingUnavailableError,
    StepNotFoundError,
    StoreNotFoundError,
    UnknownAuthorError,
    VersionMismatchError,
)
from conteur.use_cases.store.ports import Transaction

ANY_VERSION = "*"


def author_of(transaction: Transaction, subject: Subject) -> Author:
    """Return who asks. Raises UnknownAuthorError and AuthorBlockedError."""
    author = transaction.author(subject)
    if author is None:
        raise UnknownAuthorError(
            "you are signed in, but no author is known by your token: sign up as an author first,"
            " then the same token works"
        )
    if author.blocked:
        raise AuthorBlockedError("the operator has blocked this author")
    return author


def store_of(transaction: Transaction, author: Author, *, lock: bool) -> Store:
    """Return the author's store. Raises StoreNotFoundError."""
    store = transaction.store_of(author.id, lock=lock)
    if store is None:
        raise StoreNotFoundError("you have no store yet: create one first")
    return store


def steps_of(transaction: Transaction, author: Author, now: datetime) -> Sequence[Step]:
    """Return all active steps. Raises GatingUnavailableError, where there is none as well.

    A gate without any step has lost its data: it would be open to everybody.
    """
    steps = transaction.steps(author.id, now)
    if not steps:
        raise GatingUnavailableError("no step of the onboarding is active")
    return steps


def step_of(transaction: Transaction, author: Author, step_id: str, now: datetime) -> Step:
    """Return a step that authors of this market have.

    Raises StepNotFoundError, and what steps_of does.
    """
    for step in of_market(steps_of(transaction, author, now), author.market):
        if step.definition.id == step_id:
            return step
    raise StepNotFoundError(
        "your onboarding has no such step: read `GET /api/onboarding` for those that it has"
    )


def check_version(store: Store, if_match: frozenset[str] | None) -> None:
    """Raise VersionMismatchError where the store is none of those that `If-Match` names.

    https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
    """
    if if_match is not None and not if_match & {store.etag, ANY_VERSION}:
        raise VersionMismatchError(
            "the store has changed since you have read it: read `GET /api/store/status`, and send"
            " its `ETag` as `If-Match`"
        )
