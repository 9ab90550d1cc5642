"""What every stand-in shares: the wire, a list of calls, and failing on purpose."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
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
    """A failure on purpose, of every n-th call.

    The answer is late by `delay_seconds`, and an error if `code` is given. With `lost_answer`
    as well, the call takes effect first, as when a connection breaks on the way back.
    """

    code: grpc.StatusCode | None = None
    message: str = "failed on purpose"
    delay_seconds: float = 0.0
    every: int = 1
    lost_answer: bool = False


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
        self._stopped.clear()
        server = grpc.server(
            futures.ThreadPoolExecutor(THREADS, thread_name_prefix=self.service),
            options=[("grpc.so_reuseport", 0)],  # else a second server shares a taken port
        )
        server.add_generic_rpc_handlers([self._handlers()])
        address = _bind(server, port)
        server.start()
        try:
            yield address
        finally:
            self._stopped.set()
            server.stop(grace=None).wait()

    def _handlers(self) -> grpc.GenericRpcHandler:
        return grpc.method_handlers_generic_handler(
            self.service,
            {name: self._handler(name, method) for name, method in self.methods().items()},
        )

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
            hit = self.fault is not None and len(self.calls) % self.fault.every == 0
            return self.fault if hit else None


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
