"""Firestore's client, connected again soon after Firestore was out of reach.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Sequence
from typing import Any

import grpc
from google.cloud.firestore import Client
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

# While gRPC waits to connect again every call fails at once. Its waits grow to two minutes by
# themselves (https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md), so a worker
# would refuse calls long after Firestore is back: 15 s after an outage of 26 s were measured.
SOON = ("grpc.max_reconnect_backoff_ms", 1000)


_CommitRequest = types.CommitRequest.pb()


class ReconnectingClient(Client):
    """A client whose channel waits a second at most before it connects again.

    The library takes no channel options, so the two places where it makes a channel are
    overridden (google-cloud-firestore 2.34, `base_client.py`).
    """

    def name_of(self, path: str) -> str:
        """Return a document's full name, by its path."""
        return f"{self._database_string}/documents/{path}"

    def commit(self, writes: Sequence[Any], timeout: float) -> Sequence[Any]:
        """Make all writes or none, and return their results, all as protobuf messages.

        Waits for `timeout` seconds. Raises GoogleAPICallError.
        """
        request = _CommitRequest(database=self._database_string, writes=writes)
        answer = self._firestore_api.commit(
            request=types.CommitRequest.wrap(request),
            retry=None,
            timeout=timeout,
            metadata=self._rpc_metadata,
        )
        results: Sequence[Any] = types.CommitResponse.pb(answer).write_results
        return results

    def _firestore_api_helper(self, _transport: object, *rest: object) -> object:
        return super()._firestore_api_helper(_ReconnectingTransport, *rest)

    def _emulator_channel(self, _transport: object) -> grpc.Channel:
        return grpc.insecure_channel(str(self._emulator_host), options=[SOON])


class _ReconnectingTransport(FirestoreGrpcTransport):
    @classmethod
    def create_channel(cls, *place: Any, **settings: Any) -> grpc.Channel:  # noqa: ANN401 - as in the library
        return super().create_channel(
            *place, **{**settings, "options": [*settings["options"], SOON]}
        )
