"""Server-sent events as a model's server sends them: bytes in, each event's data out."""


class EventReader:
    """Reads a stream that comes in pieces of any size.

    Only `data` fields matter here; comments and other fields are passed over.
    Bytes, not text: a line of text may hold U+2028, which `str.splitlines` would cut at.
    Source: WHATWG HTML 9.2.6, https://html.spec.whatwg.org/multipage/server-sent-events.html
    """

    def __init__(self) -> None:
        self._line = b""
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the data of each event that is whole now."""
        *lines, self._line = (self._line + piece).split(b"\n")
        return [
            data for line in lines if (data := self._read(line.removesuffix(b"\r"))) is not None
        ]

    def end(self) -> list[bytes]:
        """Return what the server left open: whether it is whole, its JSON tells."""
        if self._line:
            self._read(self._line)
        return [b"\n".join(self._data)] if self._data else []

    def _read(self, line: bytes) -> bytes | None:
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif self._data and not line:
            data = b"\n".join(self._data)
            self._data.clear()
            return data
        return None
