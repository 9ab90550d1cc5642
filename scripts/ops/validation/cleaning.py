"""Leaves nothing of the synthetic user: neither stories nor an account."""

from collections.abc import Callable
from typing import Protocol

from scripts.ops.operations.errors import OperationError
from scripts.ops.validation.answers import refusal
from scripts.ops.validation.desk import Desk
from scripts.ops.validation.errors import FoundError
from scripts.ops.validation.story_checks import documents_of

ERASE = "delete_my_data"
TIMES = 5  # as often as a user with very many stories would have to ask
_DONE = 200


class Accounts(Protocol):
    """Who deletes accounts."""

    def delete(self, uid: str) -> None:
        """Delete an account. Raises OperationError."""


def erase(desk: Desk) -> str:
    """Have all that is kept of the user deleted, as the user would, and see it gone."""
    deleted = 0
    for _ in range(TIMES):
        reply = desk.call(ERASE, {"confirm": True})
        result = reply.body.get("result") or {}
        if reply.status != _DONE:
            raise FoundError(refusal(reply), _left(desk))
        deleted += int(result.get("deleted", 0))
        if result.get("complete"):
            break
    if desk.seen.story and documents_of(desk, desk.seen.story) is not None:
        raise FoundError("the story is still in Firestore", _left(desk))
    return f"{deleted} documents deleted, the story is gone"


def delete_account(accounts: Accounts, uid: str) -> Callable[[Desk], str]:
    """Return the check that deletes the account."""

    def delete(_: Desk) -> str:
        try:
            accounts.delete(uid)
        except OperationError as error:
            raise FoundError(
                str(error), f"Delete the user {uid} in the console, below Authentication"
            ) from error
        return "deleted"

    return delete


def _left(desk: Desk) -> str:
    return f"What is left is below users/{desk.user.uid} in Firestore: delete it there"
