"""Which calls a gRPC client makes, read from the bytes that it sends: RFC 9113 (HTTP/2)."""

from collections.abc import Callable

from hpack import Decoder

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
FRAME_HEAD, MESSAGE_HEAD = 9, 5  # bytes
DATA, HEADERS, CONTINUATION = 0x0, 0x1, 0x9
END_HEADERS, PADDED, PRIORITY = 0x4, 0x8, 0x20
PRIORITY_BYTES = 5

OnCall = Callable[[str], None]
"""Takes the path of a call that begins: `/google.firestore.v1.Firestore/Commit`."""

OnMessage = Callable[[str, bytes], None]
"""Takes the path of a call and a message that is sent in it."""


class GrpcCalls:
    """Reads one connection's bytes from the client to the server."""

    def __init__(self, on_call: OnCall, on_message: OnMessage) -> None:
        self._on_call, self._on_message = on_call, on_message
        self._bytes = bytearray()
        self._at_preface = True
        self._decoder = Decoder()
        self._header_block = b""
        self._paths: dict[int, str] = {}
        self._data: dict[int, bytes] = {}

    def feed(self, data: bytes) -> None:
        """Read what was sent next."""
        self._bytes += data
        if self._at_preface:
            if len(self._bytes) < len(PREFACE):
                return
            del self._bytes[: len(PREFACE)]
            self._at_preface = False
        while len(self._bytes) >= FRAME_HEAD:
            end = FRAME_HEAD + int.from_bytes(self._bytes[:3])
            if len(self._bytes) < end:
                return
            kind, flags, stream = self._bytes[3], self._bytes[4], int.from_bytes(self._bytes[5:9])
            payload = bytes(self._bytes[FRAME_HEAD:end])
            del self._bytes[:end]
            self._frame(kind, flags, stream, payload)

    def _frame(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if kind == DATA:
            self._read_messages(stream, _unpadded(payload, flags))
        elif kind == HEADERS:
            block = _unpadded(payload, flags)
            self._header_block = block[PRIORITY_BYTES if flags & PRIORITY else 0 :]
        elif kind == CONTINUATION:
            self._header_block += payload
        if kind in {HEADERS, CONTINUATION} and flags & END_HEADERS:
            self._begin(stream)

    def _begin(self, stream: int) -> None:
        headers = dict(self._decoder.decode(self._header_block, raw=True))
        self._paths[stream] = path = headers[b":path"].decode()
        self._on_call(path)

    def _read_messages(self, stream: int, data: bytes) -> None:
        rest = self._data.pop(stream, b"") + data
        while len(rest) >= MESSAGE_HEAD:
            end = MESSAGE_HEAD + int.from_bytes(rest[1:MESSAGE_HEAD])
            if len(rest) < end:
                break
            self._on_message(self._paths[stream], rest[MESSAGE_HEAD:end])
            rest = rest[end:]
        if rest:
            self._data[stream] = rest


def _unpadded(payload: bytes, flags: int) -> bytes:
    return payload[1 : len(payload) - payload[0]] if flags & PADDED else payload
