"""Moves a service's traffic: asked once, waited for, and read again where an answer is lost.

Nothing is asked twice: the etag makes a second try of the same a conflict with the first.
https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/patch
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from google.api_core.exceptions import (
    Aborted,
    FailedPrecondition,
    GoogleAPICallError,
    from_grpc_status,
)
from google.cloud import run_v2 as api
from google.longrunning.operations_pb2 import (  # type: ignore[import-untyped]  # no stubs
    Operation,
)

from scripts.ops.operations.errors import BusyError, OperationError
from scripts.ops.traffic.clients import SECONDS
from scripts.ops.traffic.errors import FAILURES, MOVING, UNANSWERED, told
from scripts.ops.traffic.platform import ServiceState
from scripts.ops.traffic.resources import in_force, targets_of
from scripts.ops.traffic.split import Split

Tell = Callable[[str], None]
"""Prints one line for people."""
_MASK = ["traffic"]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a move is waited for, in `seconds`, looking every `pause`; `clock` counts seconds.

    A move takes Cloud Run some seconds; two minutes are what its own tools show as stuck.
    """

    seconds: float = 120.0
    pause: float = 2.0
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Mover:
    """Moves the traffic of one service, whose full name is `name`; `read` reads it anew."""

    client: api.ServicesClient
    project: str
    name: str
    read: Callable[[], ServiceState]
    tell: Tell
    patience: Patience

    def only_try(self, state: ServiceState, split: Split) -> None:
        """Have Cloud Run check the request and the caller's rights. Raises OperationError."""
        try:
            self._ask(state, split, validate_only=True)
        except FAILURES as error:
            raise self._refused(state, error) from error

    def move(self, state: ServiceState, split: Split) -> ServiceState:
        """Move, and return the service once the split is in force. Raises OperationError."""
        try:
            operation = self._ask(state, split)
        except UNANSWERED as error:
            self.tell(f"{state.function}: no answer from Cloud Run; reading the service again")
            return self._after_silence(state, split, error)
        except FAILURES as error:
            raise self._refused(state, error) from error
        return self._settled(state, split, operation)

    def _ask(self, state: ServiceState, split: Split, *, validate_only: bool = False) -> Operation:
        service = api.Service(name=self.name, etag=state.etag, traffic=targets_of(split))
        request = api.UpdateServiceRequest(
            service=service, update_mask={"paths": _MASK}, validate_only=validate_only
        )
        asked = self.client.update_service(request, timeout=SECONDS, retry=None)
        return asked.operation

    def _after_silence(self, state: ServiceState, split: Split, error: Exception) -> ServiceState:
        """Return the service where the move took effect although its answer was lost."""
        try:
            now = self.read()
        except OperationError as unread:
            raise OperationError(
                f"{self.project}: {told(error, MOVING)}. Whether the traffic of {state.function} "
                f"moves is not known, for it cannot be read either: {unread} Until "
                f"then this held: {shares_text(state)}."
            ) from error
        if now.split == split:
            return self._settled(state, split, Operation(done=True))
        if now.etag != state.etag:
            raise self._overtaken(now) from error
        raise OperationError(
            f"{self.project}: {told(error, MOVING)}. The traffic of {state.function} was not moved "
            f"yet, and may still be: {shares_text(now)}. Look in a minute, and give the command "
            "again: it goes on from what it finds."
        ) from error

    def _settled(self, state: ServiceState, split: Split, operation: Operation) -> ServiceState:
        """Wait for the operation, and then until the split is in force."""
        end = self.patience.clock() + self.patience.seconds
        while True:
            operation = self._polled(operation)
            if operation.done and operation.HasField("error"):
                raise self._broken(from_grpc_status(operation.error.code, operation.error.message))
            now = self.read() if operation.done else None
            if now and now.split != split:
                raise self._overtaken(now)
            if now and in_force(now):
                return now
            if self.patience.clock() >= end:
                raise self._too_late(state)
            self.tell(f"{state.function}: Cloud Run is moving the traffic ...")
            self.patience.wait(self.patience.pause)

    def _polled(self, operation: Operation) -> Operation:
        """Return the operation as it is now; one that cannot be read stays as it was."""
        if operation.done:
            return operation
        try:
            polling = self.client.transport.operations_client
            found: Operation = polling.get_operation(operation.name, retry=None, timeout=SECONDS)
        except UNANSWERED:
            return operation
        except FAILURES as error:
            raise OperationError(
                f"{self.project}: {told(error, MOVING)}. Whether the traffic moves is not known: "
                "the operation cannot be looked at."
            ) from error
        return found

    def _refused(self, state: ServiceState, error: Exception) -> OperationError:
        """Return what a refusal means: a conflict, where somebody else was faster."""
        if isinstance(error, Aborted):
            return self._overtaken(None)
        if isinstance(error, FailedPrecondition) and (now := self.read()).etag != state.etag:
            return self._overtaken(now)
        unmoved = f"The traffic of {state.function} was not moved: {shares_text(state)}"
        return OperationError(f"{self.project}: {told(error, MOVING)}. {unmoved}.")

    def _broken(self, error: GoogleAPICallError) -> OperationError:
        """Return what the error of an operation means, which Cloud Run had taken on."""
        now = self.read()
        if isinstance(error, Aborted):
            return self._overtaken(now)
        return OperationError(
            f"{self.project}: Cloud Run could not move the traffic of {now.function}: "
            f"{error.message.rstrip('.')}. What serves has not changed: {shares_text(now)}. Mend "
            "what it says, and try again."
        )

    def _overtaken(self, now: ServiceState | None) -> BusyError:
        now = now or self.read()
        return BusyError(
            f"{self.project}: somebody else has changed {now.function} since it was read, so this "
            f"move was left alone. Now {shares_text(now)}. Look who it was (Cloud Run's page of "
            "the service, its revisions and logs), and give the command again if it is still "
            "wanted."
        )

    def _too_late(self, state: ServiceState) -> OperationError:
        now = self.read()
        asked = "asked for, and not in force" if not in_force(now) else "in force"
        return OperationError(
            f"{self.project}: the traffic of {state.function} has not moved within "
            f"{self.patience.seconds:.0f} s. The new split is {asked}; now {shares_text(now)}. "
            "Cloud Run goes on with it. Look in a minute, and give the command again: it goes on "
            "from what it finds."
        )


def shares_text(state: ServiceState) -> str:
    """Return who serves what: `generate-story-00002-abc serves 100 %`."""
    shares = sorted(state.serving.items(), key=lambda each: -each[1])
    return ", ".join(f"{name} serves {share} %" for name, share in shares) or "nobody serves"
