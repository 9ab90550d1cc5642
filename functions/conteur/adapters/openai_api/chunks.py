"""HTTP/1.1 chunks that came together, joined into one.

A model's server sends each token as a chunk of its own. Where several have come before they are
read - a fast model, a busy instance - parsing and passing on each of them costs ten times what
their text does, so they are made one chunk before the HTTP library sees them. What comes alone
is passed on as it is, at once.
Source: RFC 9112, 7.1, https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding
"""

import re
from collections.abc import Callable

LONGEST_HEAD = 65_536  # bytes

_HEAD_END = re.compile(rb"\n\r?\n")  # h11 takes bare LF too
_LINE_END = b"\r\n"
_INTERIM = re.compile(rb"HTTP/1\.1 1\d\d ")
_CHUNKED = re.compile(rb"\ntransfer-encoding:[ \t]*chunked[ \t]*\r?\n", re.IGNORECASE)
_SIZE = re.compile(rb"([0-9a-f]{1,8})\r\n", re.IGNORECASE)
_SIZE_SO_FAR = re.compile(rb"[0-9a-f]{0,8}\r?", re.IGNORECASE)


class ChunkJoiner:
    """Takes one response's bytes as they come, and gives bytes that mean the same.

    What it does not understand it passes on unchanged, with all that follows: whether it is
    wrong is for the HTTP library to say.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._missing = 0  # bytes of the chunk whose beginning was passed on
        self._pass_on: Callable[[], bytes] = self._head

    def feed(self, data: bytes) -> bytes:
        """Return what can be passed on; a part of a head, or of a chunk's size, cannot yet."""
        self._rest += data
        return self._pass_on()

    def end(self) -> bytes:
        """Return what was held back, for the connection has ended."""
        return self._as_it_is()

    def _head(self) -> bytes:
        end = _HEAD_END.search(self._rest)
        if end is None:
            if len(self._rest) <= LONGEST_HEAD:
                return b""
            self._pass_on = self._as_it_is
            return self._as_it_is()
        head = self._take(end.end())
        if not _INTERIM.match(head):
            self._pass_on = self._chunks if _CHUNKED.search(head) else self._as_it_is
        return head + self._pass_on()

    def _chunks(self) -> bytes:
        texts, at = [], 0
        while size := _SIZE.match(self._rest, at):
            end = size.end() + int(size[1], 16)
            if size.end() == end or not self._rest.startswith(_LINE_END, end):
                break  # the last chunk, one that is not whole yet, or one that is wrong
            texts.append(self._rest[size.end() : end])
            at = end + len(_LINE_END)
        self._rest = self._rest[at:]
        if size is not None:
            self._begin_last(size)
        elif not _SIZE_SO_FAR.fullmatch(self._rest):
            self._pass_on = self._as_it_is
        joined = _chunk(b"".join(texts)) if texts else b""
        return joined if self._pass_on == self._chunks else joined + self._pass_on()

    def _begin_last(self, size: re.Match[bytes]) -> None:
        """Pass on the chunk that `size` begins, as far as it is there."""
        length = int(size[1], 16)
        self._missing = len(size[0]) + length + len(_LINE_END)
        unfinished = length and len(self._rest) < self._missing
        self._pass_on = self._begun if unfinished else self._as_it_is

    def _begun(self) -> bytes:
        piece = self._take(self._missing)
        self._missing -= len(piece)
        if self._missing:
            return piece
        self._pass_on = self._chunks
        return piece + self._chunks()

    def _as_it_is(self) -> bytes:
        return self._take(len(self._rest))

    def _take(self, count: int) -> bytes:
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)
