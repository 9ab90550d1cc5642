"""Firestore's client, connected again soon after Firestore was out of reach.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Callable, Generator, Sequence
from functools import cached_property
from typing import Any

import grpc
from google.api_core.gapic_v1.routing_header import to_grpc_metadata
from google.api_core.grpc_helpers import wrap_errors
from google.cloud.firestore import Client
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

from conteur.adapters.firestore_writes import Message

# While gRPC waits to connect again every call fails at once. Its waits grow to two minutes by
# themselves (https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md), so a worker
# would refuse calls long after Firestore is back: 15 s after an outage of 26 s were measured.
SOON = ("grpc.max_reconnect_backoff_ms", 1000)

_Request, _Answer = types.CommitRequest.pb(), types.CommitResponse.pb()
_Query, _Found = types.RunQueryRequest.pb(), types.RunQueryResponse.pb()


class ReconnectingClient(Client):
    """A client whose channel waits a second at most before it connects again.

    The library takes no channel options, so the two places where it makes a channel are
    overridden (google-cloud-firestore 2.34, `base_client.py`).
    """

    @property
    def root(self) -> str:
        """Return the full name of what all collections are in."""
        return f"{self._database_string}/documents"

    def name_of(self, path: str) -> str:
        """Return a document's full name, by its path."""
        return f"{self.root}/{path}"

    def commit(self, writes: Sequence[Message], timeout: float) -> Sequence[Message]:
        """Make all writes or none, and return their results.

        Waits for `timeout` seconds. Raises GoogleAPICallError.
        """
        request = _Request(database=self._database_string, writes=writes)
        answer = self._send_commit(request, timeout=timeout, metadata=self._commit_metadata)
        results: Sequence[Message] = answer.write_results
        return results

    def documents(self, parent: str, query: Message, timeout: float) -> Generator[Message]:
        """Yield the documents, as they are sent, that a query finds below the document `parent`.

        Its name is full. Closing the generator ends the query. Raises GoogleAPICallError.
        """
        request = _Query(parent=parent, structured_query=query)
        answers = self._send_query(request, timeout=timeout, metadata=self._commit_metadata)
        try:
            for answer in answers:
                if answer.HasField("document"):
                    yield answer.document
        finally:
            answers.cancel()

    @cached_property
    def _send_query(self) -> Callable[..., Any]:
        """The call for a query, which the library has no words for: of any collection."""
        channel = self._firestore_api.transport.grpc_channel
        call: Callable[..., Any] = wrap_errors(
            channel.unary_stream(
                "/google.firestore.v1.Firestore/RunQuery",
                request_serializer=_Query.SerializeToString,
                response_deserializer=_Found.FromString,
            )
        )
        return call

    @cached_property
    def _send_commit(self) -> Callable[..., Message]:
        """The call on the client's own channel, below what costs half of the CPU of a commit.

        That is the generated client's retries, which we have our own of, its interceptor, which
        logs, and its typed messages.
        """
        channel = self._firestore_api.transport.grpc_channel
        call: Callable[..., Message] = wrap_errors(
            channel.unary_unary(
                "/google.firestore.v1.Firestore/Commit",
                request_serializer=_Request.SerializeToString,
                response_deserializer=_Answer.FromString,
            )
        )
        return call

    @cached_property
    def _commit_metadata(self) -> Sequence[tuple[str, str]]:
        """What the generated client sends with a commit."""
        route = to_grpc_metadata([("database", self._database_string)])
        return (*self._rpc_metadata, route, self._client_info.to_grpc_metadata())

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
