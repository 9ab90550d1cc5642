"""Leaves nothing of the synthetic user: neither stories nor an account."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from scripts.ops.operations.errors import OperationError
from scripts.ops.validation.answers import Reply, refusal, shortened
from scripts.ops.validation.desk import STORY, Desk
from scripts.ops.validation.errors import ODD, CheckError, FoundError, LeftOutError
from scripts.ops.validation.story_checks import documents_of

ERASE = "delete_my_data"
TIMES = 5  # as often as a user with very many stories would have to ask
_DONE = 200


class Accounts(Protocol):
    """Who deletes accounts."""

    def delete(self, uid: str) -> None:
        """Delete an account. Raises OperationError."""


def erase(desk: Desk) -> str:
    """Have all that is kept of the user deleted, as the user would, and see it gone.

    Raises LeftOutError where nothing was kept: that shows nothing of how data is deleted.
    """
    try:
        deleted = _erased(desk)
    except (CheckError, OperationError, *ODD) as error:
        raise FoundError(
            str(error),
            f"What is left is below users/{desk.user.uid} in Firestore: delete it there",
        ) from error
    if not deleted and desk.seen.story is None and not desk.seen.calls[STORY]:
        raise LeftOutError("no story was made, and nothing was there to delete")
    return f"{deleted} documents deleted, the story is gone"


def delete_account(accounts: Accounts, uid: str) -> Callable[[Desk], str]:
    """Return the check that deletes the account."""

    def delete(_: Desk) -> str:
        try:
            accounts.delete(uid)
        except (OperationError, *ODD) as error:
            raise FoundError(str(error), by_hand(uid)) from error
        return "deleted"

    return delete


def by_hand(uid: str) -> str:
    """Return what a person does about an account that could not be deleted."""
    return f"Delete the user {uid} in the console, below Authentication"


def _erased(desk: Desk) -> int:
    deleted = 0
    for _ in range(TIMES):
        result = _result(desk.call(ERASE, {"confirm": True}))
        deleted += int(result.get("deleted", 0))
        if result.get("complete"):
            break
    if desk.seen.story and documents_of(desk, desk.seen.story) is not None:
        raise FoundError("the story is still in Firestore")
    return deleted


def _result(reply: Reply) -> Mapping[str, Any]:
    if reply.status != _DONE:
        raise FoundError(refusal(reply))
    result = reply.body.get("result")
    if not isinstance(result, dict):
        raise FoundError(f"{ERASE} has answered {shortened(reply.body)}")
    return result
