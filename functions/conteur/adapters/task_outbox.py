"""The outbox: a queue of Cloud Tasks, filled by firebase-admin.

Importing this module imports firebase-admin: the composition root does so in the worker.
"""

import hashlib
from concurrent.futures import Future
from functools import cached_property

import firebase_admin
from firebase_admin.credentials import ApplicationDefault
from firebase_admin.exceptions import (
    AlreadyExistsError,
    ConflictError,
    FirebaseError,
    NotFoundError,
    PermissionDeniedError,
)
from firebase_admin.functions import TaskOptions, TaskQueue, _FunctionsService

from conteur.adapters.background import BackgroundThreads
from conteur.adapters.unsaved_stories import Task, task_of
from conteur.domain.story import UnsavedStory
from conteur.errors import DeadlineError, Phase
from conteur.telemetry import logs

# Of main.py's function, and so of its queue, whose name takes letters, digits and hyphens only.
FUNCTION = "savestory"
THREADS = 32  # stories that cannot be stored come together
REQUEST_SECONDS = 3.0
UNREADABLE = "Invalid resource name format."  # the library's words

_QUEUED_BEFORE = (AlreadyExistsError, ConflictError)  # Cloud Tasks' 409, and the emulator's
_MENDS: tuple[tuple[type[Exception], str], ...] = (
    (
        PermissionDeniedError,
        "let the function's service account enqueue, and act as itself: docs/deploy.md, step 4",
    ),
    (ValueError, "check that the function's service account is there and enabled"),
    (NotFoundError, f"deploy the function {FUNCTION}, which creates the queue"),
)


class TaskOutbox:
    """Implements ports.Outbox.

    The library repeats a request up to four times, with its own time-out for each, and asks the
    metadata server for credentials with another one; so it works on threads beside the caller,
    who waits no longer than they said. What comes through after that is stored all the same.
    """

    def __init__(self, project: str, region: str) -> None:
        self._project = project
        self._region = region
        self._beside = BackgroundThreads(THREADS)

    def put(self, unsaved: UnsavedStory, timeout: float) -> None:
        """Queue the story, once for each claim, within `timeout` seconds."""
        body, options = task_of(unsaved), TaskOptions(task_id=_task_id(unsaved))
        answered: Future[None] = Future()
        self._beside(lambda: self._enqueue(body, options, answered))
        try:
            answered.result(timeout)
        except TimeoutError:
            logs.warning("outbox.late", story_id=unsaved.story_id, seconds=timeout)
            raise _not_taken() from None
        except Exception as error:  # noqa: BLE001 - a story is at stake, and whatever it is, is logged
            _log(unsaved, error)
            raise _not_taken() from None

    def _enqueue(self, body: Task, options: TaskOptions, answered: "Future[None]") -> None:
        try:
            self._ask(body, options)
        except _QUEUED_BEFORE:
            answered.set_result(None)
        except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
            answered.set_exception(error)
        else:
            answered.set_result(None)

    def _ask(self, body: Task, options: TaskOptions) -> None:
        try:
            self._queue.enqueue(body, options)
        except ValueError as error:
            if str(error) != UNREADABLE:
                raise
            # The library (7.7.0) cannot read the emulator's answer for a task that has a name;
            # asked again, the emulator knows the task.
            self._queue.enqueue(body, options)

    @cached_property
    def _queue(self) -> TaskQueue:
        # Not initialize_app: it registers the name for good, and a second try would be refused.
        app = firebase_admin.App("outbox", ApplicationDefault(), {"projectId": self._project})
        service = _FunctionsService(app)
        # The only way to bound a wait of 120 s: the app's `httpTimeout` is for other services.
        service._http_client._timeout = REQUEST_SECONDS  # noqa: SLF001
        return service.task_queue(f"locations/{self._region}/functions/{FUNCTION}")


def _task_id(unsaved: UnsavedStory) -> str:
    """Return an id that spreads evenly, as Cloud Tasks wants it: similar ids are slow to store."""
    claim = f"{unsaved.uid}/{unsaved.story_id}/{unsaved.holder}"
    return hashlib.sha256(claim.encode()).hexdigest()


def _log(unsaved: UnsavedStory, error: Exception) -> None:
    """Log the failure without its text, which could quote the request."""
    logs.error(
        "outbox.failed",
        error,
        story_id=unsaved.story_id,
        code=error.code if isinstance(error, FirebaseError) else "NONE",
        mend=_mend(error),
    )


def _mend(error: Exception) -> str:
    for kind, mend in _MENDS:
        if isinstance(error, kind):
            return mend
    return "look at https://status.cloud.google.com, and report the error if all is well there"


def _not_taken() -> DeadlineError:
    return DeadlineError("the outbox did not take the story in time", Phase.STORE)
