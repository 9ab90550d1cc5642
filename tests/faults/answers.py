"""Answers that llmock has not: the bytes of an HTTP response, whole, broken or of another kind."""

import json

from tests.adapters.events import DONE, chat_chunk, chat_usage

TITLE = "The Lamp"
STORY = (  # long enough to be flagged as nothing
    "A fox was afraid of the dark. A lamp showed her the stars, and she slept until the morning "
    "came over the hill. Then she ran home through the long grass, told her mother what she had "
    "seen, and never hid from the night again."
)
WORDS = [f"{word} " for word in STORY.split(" ")]
WORDS[-1] = WORDS[-1].rstrip()

EVENTS = "text/event-stream"
TITLED = chat_chunk(f"{TITLE}\n\n")
END = chat_chunk(finish="stop") + chat_usage(7, 9) + DONE


def response(body: bytes, *headers: str, status: str = "200 OK", kind: str = EVENTS) -> bytes:
    """Return a response whose body ends with the connection."""
    head = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close", *headers)
    return "\r\n".join((*head, "", "")).encode() + body


def told(*texts: str) -> bytes:
    """Return the events of a story with these texts, without its end."""
    return TITLED + b"".join(chat_chunk(text) for text in texts)


def refusal(status: str, code: str, *headers: str) -> bytes:
    """Return an answer of an error status in OpenAI's form."""
    error = {"message": "refused on purpose", "type": code, "code": code, "param": None}
    body = json.dumps({"error": error}).encode()
    return response(body, *headers, status=status, kind="application/json")


def chunked(*chunks: bytes) -> bytes:
    """Return a response in chunks, without the last one, which would end it."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {EVENTS}\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head.encode() + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
