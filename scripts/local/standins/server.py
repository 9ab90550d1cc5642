"""What every stand-in shares: the wire, a list of calls, and failing on purpose."""

import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent import futures
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

import grpc

from scripts.local.errors import LocalStackError
from scripts.local.ports import HOST

MAX_REQUEST = 16 * 1024 * 1024  # bytes; gRPC's own 4 MB are less than Cloud Logging takes
DETAILS = "grpc-status-details-bin"  # where clients look for a google.rpc.Status
THREADS = 32  # at most; a stream holds one as long as it lives

Message = Any
"""A request or an answer, protobuf's or proto-plus's: neither carries types at run time."""


class RefusalError(Exception):
    """A call's answer is an error: its gRPC status code and its message.

    `details` is a serialized google.rpc.Status that tells more; empty where there is no more.
    """

    def __init__(self, code: grpc.StatusCode, message: str, details: bytes = b"") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


@dataclass(frozen=True, slots=True)
class Method:
    """One method of a service: its request's type, and what answers it.

    `answer` may raise RefusalError.
    """

    request: type[Message]
    answer: Callable[[Message], Message]


WhenEnded = Callable[[Callable[[], None]], object]
"""Has a function called when a stream has ended, or at once if it has; from a thread of gRPC's."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One method whose requests and answers are streams.

    `answers` may raise RefusalError, and has to come to its end soon after the stream has.
    """

    request: type[Message]
    answers: Callable[[Iterator[Message], WhenEnded], Iterator[Message]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure on purpose, of every n-th call, or of every n-th one of `methods` if any is named.

    The answer is late by `delay_seconds`, and an error if `code` is given. With `lost_answer`
    as well, the call takes effect first, as when a connection breaks on the way back; a stream
    gives its first answer then.
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

    def methods(self) -> Mapping[str, Method | Stream]:
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

    def call(self, name: str, request: Message) -> Message:
        """Answer one call of a unary method, as on the wire. Raises RefusalError."""
        method = self.methods()[name]
        if isinstance(method, Stream):
            raise TypeError(f"{name} is a stream")
        return self._answer(name, method, request)

    def _handler(self, name: str, method: Method | Stream) -> "grpc.RpcMethodHandler[Any, Any]":
        if isinstance(method, Stream):
            return self._stream_handler(name, method)
        return self._unary_handler(name, method)

    def _unary_handler(self, name: str, method: Method) -> "grpc.RpcMethodHandler[Any, Any]":
        def behave(request: Message, context: grpc.ServicerContext) -> Message:
            with _refusing(context):
                return self._answer(name, method, request)

        return grpc.unary_unary_rpc_method_handler(
            behave, request_deserializer=_reader(method.request), response_serializer=_serialize
        )

    def _stream_handler(self, name: str, stream: Stream) -> "grpc.RpcMethodHandler[Any, Any]":
        def behave(requests: Iterator[Message], context: grpc.ServicerContext) -> Iterator[Message]:
            with _refusing(context):
                yield from self._answers(name, stream.answers(requests, _when_ended(context)))

        return grpc.stream_stream_rpc_method_handler(
            behave, request_deserializer=_reader(stream.request), response_serializer=_serialize
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

    def _answers(self, name: str, answers: Iterator[Message]) -> Iterator[Message]:
        fault = self._fault_of_next_call(name)
        if fault is None:
            yield from answers
            return
        if fault.lost_answer:
            yield from islice(answers, 1)
        self._stopped.wait(fault.delay_seconds)
        if fault.code is not None:
            raise RefusalError(fault.code, fault.message)
        yield from answers

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
            options=[
                ("grpc.so_reuseport", 0),  # else a second server shares a taken port
                ("grpc.max_receive_message_length", MAX_REQUEST),
            ],
        )
        with ExitStack() as stack:
            stack.callback(lambda: server.stop(grace=None).wait())
            server.add_generic_rpc_handlers(
                [stack.enter_context(member.answering()) for member in self.members]
            )
            address = _bind(server, port)
            server.start()
            yield address


@contextmanager
def _refusing(context: grpc.ServicerContext) -> Generator[None]:
    try:
        yield
    except RefusalError as refusal:
        if refusal.details:
            context.set_trailing_metadata(((DETAILS, refusal.details),))
        context.abort(refusal.code, refusal.message)


def _when_ended(context: grpc.ServicerContext) -> WhenEnded:
    def call_then(callback: Callable[[], None]) -> None:
        if not context.add_callback(callback):
            callback()

    return call_then


def _bind(server: grpc.Server, port: int) -> str:
    try:
        return f"{HOST}:{server.add_insecure_port(f'{HOST}:{port}')}"
    except RuntimeError as error:
        raise LocalStackError(
            f"Port {port} on {HOST} is taken: give another one, or 0 for any free one."
        ) from error


def _reader(kind: type[Message]) -> Callable[[bytes], Message]:
    read: Callable[[bytes], Message] = getattr(kind, "deserialize", None) or kind.FromString
    return read


def _serialize(message: Message) -> bytes:
    kind = type(message)
    serialized: bytes = (
        kind.serialize(message) if hasattr(kind, "serialize") else message.SerializeToString()
    )
    return serialized
