"""The model's server answers with something that is no story, or no answer."""

import json

from conteur.use_cases.attempt import MOST_CHARACTERS
from tests.adapters.events import DONE, chat_chunk, event
from tests.faults.answers import END, STORY, TITLE, TITLED, WORDS, refusal, response
from tests.faults.answers import told as events
from tests.faults.endings import failed, told
from tests.faults.errors import (
    KEY,
    OUTAGE,
    OUTPUT_BLOCKED,
    PROMPT,
    PROMPT_BLOCKED,
    QUOTA,
    THRICE,
    rate_limit,
)
from tests.faults.lines import Line
from tests.faults.rows import Row, once, replies, says

FEW = events(*WORDS[:4])
FEW_WORDS = "A fox was afraid"
LIMITED = rate_limit()
COMMENTS = (b": " + b"x" * 998 + b"\n\n") * 17_000
MOST = "x" * (MOST_CHARACTERS - len(f"{TITLE}\n\n"))  # the title takes of the room too
ENDLESS = response(TITLED + chat_chunk("x" * 10_000) * (2 * MOST_CHARACTERS // 10_000) + END)
JSON = "application/json"
COMPLETION = json.dumps({"choices": [{"index": 0, "message": {"content": STORY}}]}).encode()


def error(code: str) -> bytes:
    """Return few words of a story, and an error in its place."""
    return response(FEW + event({"error": {"message": "on purpose", "type": code, "code": code}}))


def ends(reason: str) -> bytes:
    """Return few words of a story, ended for this reason."""
    return response(FEW + chat_chunk(finish=reason) + DONE)


ROWS = (
    Row("no words", says(response(END)), failed(*THRICE)),
    Row("no body", says(response(b"")), failed(*THRICE)),
    Row("a title alone", says(response(TITLED + END)), failed(*THRICE)),
    Row("spaces alone", says(response(chat_chunk(" \n\n ") + END)), failed(*THRICE)),
    Row("no words once", once(Line(says=response(END))), told(OUTAGE)),
    Row("content filter", says(ends("content_filter")), failed(OUTPUT_BLOCKED, text=FEW_WORDS)),
    Row("content filter at once", replies("", "content_filter"), failed(OUTPUT_BLOCKED)),
    Row("refusal", says(response(chat_chunk(refusal="I cannot"))), failed(OUTPUT_BLOCKED)),
    Row("unknown finish reason", says(ends("tool_calls")), failed(*THRICE, text=FEW_WORDS)),
    Row("error in the stream", says(error("server_error")), failed(*THRICE, text=FEW_WORDS)),
    Row("error in the stream once", once(Line(says=error("server_error"))), told(OUTAGE, resets=1)),
    Row("key error in the stream", says(error("invalid_api_key")), failed(KEY, text=FEW_WORDS)),
    Row(
        "quota error in the stream",
        says(error("insufficient_quota")),
        failed(QUOTA, text=FEW_WORDS),
    ),
    Row(
        "rate limit in the stream once",
        once(Line(says=error("rate_limit_exceeded"))),
        told(LIMITED, resets=1),
    ),
    Row(
        "content policy in the stream",
        says(error("content_policy_violation")),
        failed(PROMPT_BLOCKED, text=FEW_WORDS),
    ),
    Row(
        "chunk told twice",
        says(response(events(*WORDS[:8], *WORDS[7:]) + END)),
        told(text=" ".join([*STORY.split()[:8], *STORY.split()[7:]])),
    ),
    Row("end told twice", says(response(events(*WORDS) + END + END)), told()),
    Row("huge answer of comments", says(response(COMMENTS)), failed(*THRICE)),
    Row("endless story", says(ENDLESS), failed(*THRICE, text=MOST)),
    Row("a page", says(response(b"<h1>Welcome</h1>", kind="text/html")), failed(*THRICE)),
    Row("an answer that is not streamed", says(response(COMPLETION, kind=JSON)), failed(*THRICE)),
    Row("a story as text/plain", says(response(events(*WORDS) + END, kind="text/plain")), told()),
    Row(
        "not gzip", says(response(events(*WORDS) + END, "Content-Encoding: gzip")), failed(*THRICE)
    ),
    Row("not HTTP", says(b"SSH-2.0-OpenSSH\r\n"), failed(*THRICE)),
    Row("huge headers", says(response(b"", "X-Much: " + "x" * 200_000)), failed(*THRICE)),
    Row("an error page", says(response(b"<h1>Bad</h1>", status="502 Bad")), failed(*THRICE)),
    Row("a redirect", says(refusal("307 Moved", "moved", "Location: /elsewhere")), failed(PROMPT)),
)
