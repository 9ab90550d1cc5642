"""A user's account in Firebase Auth and block in Firestore, by a person's own rights."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import firebase_admin
from firebase_admin import auth
from firebase_admin.credentials import ApplicationDefault
from firebase_admin.exceptions import FirebaseError, PermissionDeniedError
from google.api_core.exceptions import GoogleAPICallError, PermissionDenied, RetryError
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore import SERVER_TIMESTAMP, Client

from scripts.ops.place import Place, emulated

SECONDS = 10.0

Record = dict[str, Any]
"""What is known of a user, for people and as JSON."""


NOBODY = "There is no such user in this project: check the id, and -P."


class UsersError(Exception):
    """It was not done; the text says what happened, what it means and what to do."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Users:
    """The users of one project. Methods raise UsersError."""

    auth: auth.Client
    firestore: Client

    def show(self, uid: str) -> Record:
        """Return the account and the block; an e-mail address or a name is not shown."""
        with _explained():
            block = self.firestore.document(f"blocked/{uid}").get(retry=None, timeout=SECONDS)
            return {"uid": uid, **self._account(uid), "block": block.to_dict()}

    def block(self, uid: str, block: Mapping[str, object]) -> None:
        """Block the user, in place of any block there is."""
        with _explained():
            self.firestore.document(f"blocked/{uid}").set(
                {**block, "at": SERVER_TIMESTAMP}, retry=None, timeout=SECONDS
            )

    def unblock(self, uid: str) -> None:
        """Delete the user's block."""
        with _explained():
            self.firestore.document(f"blocked/{uid}").delete(retry=None, timeout=SECONDS)

    def revoke(self, uid: str) -> None:
        """End all of the user's sessions."""
        with _explained():
            self.auth.revoke_refresh_tokens(uid)

    def _account(self, uid: str) -> Record:
        try:
            user = self.auth.get_user(uid)
        except auth.UserNotFoundError:
            return {"exists": False}
        times = user.user_metadata
        return {
            "exists": True,
            "disabled": user.disabled,
            "created": _moment(times.creation_timestamp),
            "lastSignIn": _moment(times.last_sign_in_timestamp),
            "sessionsValidAfter": _moment(user.tokens_valid_after_timestamp),
            "providers": [each.provider_id for each in user.provider_data] or ["anonymous"],
        }


@contextmanager
def connected(place: Place) -> Iterator[Users]:
    """Yield a place's users. Raises UsersError."""
    with emulated(place):
        with _explained():
            options = {"projectId": place.project, "httpTimeout": SECONDS}
            app = firebase_admin.App("users", ApplicationDefault(), options)
            users = Users(auth.Client(app), Client(project=place.project))
        yield users
        users.firestore.close()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except auth.UserNotFoundError as error:
        raise UsersError(NOBODY) from error
    except (PermissionDenied, PermissionDeniedError) as error:
        raise UsersError(
            "You may not do that here. Ask an owner of the project for roles/firebaseauth.admin and"
            " roles/datastore.user."
        ) from error
    except GoogleAuthError as error:
        raise UsersError(
            "There are no credentials that Google accepts: run `gcloud auth application-default"
            " login`, and try again."
        ) from error
    except (FirebaseError, GoogleAPICallError, RetryError) as error:
        raise UsersError(
            f"Google did not do it ({type(error).__name__}). Look with `scripts/users show`, and"
            " try again."
        ) from error
    except ValueError as error:
        raise UsersError(f"That is no user's id: {error}") from error


def _moment(milliseconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
