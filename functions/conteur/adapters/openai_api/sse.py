"""Server-sent events as a model's server sends them: bytes in, each event's data out."""

from collections.abc import Iterable, Iterator


def payloads(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the data of each event, as soon as it is whole.

    Only `data` fields matter here; comments and other fields are passed over. What a server
    leaves open at the end is yielded too: whether it is whole, its JSON tells.
    Bytes, not text: a line of text may hold U+2028, which `str.splitlines` would cut at.
    Source: WHATWG HTML 9.2.6, https://html.spec.whatwg.org/multipage/server-sent-events.html
    """
    data: list[bytes] = []
    for line in _lines(chunks):
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
        elif data and not line:
            yield b"\n".join(data)
            data.clear()
    if data:
        yield b"\n".join(data)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r")
    yield rest
