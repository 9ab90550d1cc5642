"""What every stand-in shares: the wire, a list of calls, and failing on purpose."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent import futures
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import grpc

from scripts.local.errors import LocalStackError
from scripts.local.ports import HOST

THREADS = 16

Message = Any
"""A request or an answer, protobuf's or proto-plus's: neither carries types at run time."""


class RefusalError(Exception):
    """A call's answer is an error: its gRPC status code and its message."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Method:
    """One method of a service: its request's type (proto-plus), and what answers it.

    `answer` may raise RefusalError.
    """

    request: type[Message]
    answer: Callable[[Message], Message]


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure on purpose, of every n-th call, or of every n-th one of `methods` if any is named.

    The answer is late by `delay_seconds`, and an error if `code` is given. With `lost_answer`
    as well, the call takes effect first, as when a connection breaks on the way back.
    """

    code: grpc.StatusCode | None = None
    message: str = "failed on purpose"
    delay_seconds: float = 0.0
    every: int = 1
    lost_answer: bool = False
    methods: frozenset[str] = frozenset()

    def hits(self, calls: Sequence[str]) -> bool:
        """Return whether the newest of these calls, which are named by their methods, fails."""
        if not self.methods:
            return len(calls) % self.every == 0
        number = sum(name in self.methods for name in calls)
        return calls[-1] in self.methods and number % self.every == 0


class StandIn:
    """A service on 127.0.0.1. `calls` names the methods called, the failed ones too.

    `fault` can be set and taken away at any time, also while it serves.
    """

    service: ClassVar[str]

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.calls: list[str] = []
        self._numbering = threading.Lock()
        self._stopped = threading.Event()

    def methods(self) -> Mapping[str, Method]:
        """Return what the service answers, by method name."""
        raise NotImplementedError

    @contextmanager
    def serve(self, port: int = 0) -> Iterator[str]:
        """Serve until the block ends, and give the address as `host:port`.

        Port 0 takes any free one. Raises LocalStackError if the port is taken.
        """
        with StandInGroup(self).serve(port) as address:
            yield address

    @contextmanager
    def answering(self) -> Iterator[grpc.GenericRpcHandler]:
        """Give what a server needs to answer; when the block ends, delayed answers are let go."""
        self._stopped.clear()
        try:
            yield grpc.method_handlers_generic_handler(
                self.service,
                {name: self._handler(name, method) for name, method in self.methods().items()},
            )
        finally:
            self._stopped.set()

    def _handler(self, name: str, method: Method) -> "grpc.RpcMethodHandler[Any, Any]":
        def behave(request: Message, context: grpc.ServicerContext) -> Message:
            try:
                return self._answer(name, method, request)
            except RefusalError as refusal:
                context.abort(refusal.code, refusal.message)

        return grpc.unary_unary_rpc_method_handler(
            behave, request_deserializer=method.request.deserialize, response_serializer=_serialize
        )

    def _answer(self, name: str, method: Method, request: Message) -> Message:
        fault = self._fault_of_next_call(name)
        if fault is None:
            return method.answer(request)
        if fault.lost_answer:
            method.answer(request)
        self._stopped.wait(fault.delay_seconds)
        if fault.code is not None:
            raise RefusalError(fault.code, fault.message)
        return method.answer(request)

    def _fault_of_next_call(self, name: str) -> Fault | None:
        with self._numbering:
            self.calls.append(name)
            fault = self.fault
            return fault if fault is not None and fault.hits(self.calls) else None


class StandInGroup:
    """Services on one port of 127.0.0.1, as several of Google's are behind one host."""

    def __init__(self, *members: StandIn) -> None:
        self.members = members

    @contextmanager
    def serve(self, port: int = 0) -> Iterator[str]:
        """Serve all until the block ends, and give the address as `host:port`.

        Port 0 takes any free one. Raises LocalStackError if the port is taken.
        """
        server = grpc.server(
            futures.ThreadPoolExecutor(THREADS, thread_name_prefix=self.members[0].service),
            options=[("grpc.so_reuseport", 0)],  # else a second server shares a taken port
        )
        with ExitStack() as stack:
            stack.callback(lambda: server.stop(grace=None).wait())
            server.add_generic_rpc_handlers(
                [stack.enter_context(member.answering()) for member in self.members]
            )
            address = _bind(server, port)
            server.start()
            yield address


def _bind(server: grpc.Server, port: int) -> str:
    try:
        return f"{HOST}:{server.add_insecure_port(f'{HOST}:{port}')}"
    except RuntimeError as error:
        raise LocalStackError(
            f"Port {port} on {HOST} is taken: give another one, or 0 for any free one."
        ) from error


def _serialize(message: Message) -> bytes:
    kind = type(message)
    serialized: bytes = (
        kind.serialize(message) if hasattr(kind, "serialize") else message.SerializeToString()
    )
    return serialized
