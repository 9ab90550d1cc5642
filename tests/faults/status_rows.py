"""The model's server answers with an error."""

from tests.faults.answers import refusal
from tests.faults.endings import failed, told
from tests.faults.errors import (
    KEY,
    OUTAGE,
    PROMPT,
    PROMPT_BLOCKED,
    QUOTA,
    THRICE,
    openai,
    rate_limit,
)
from tests.faults.lines import Line
from tests.faults.rows import DEADLINE_SECONDS, Row, answers, once, says

SOON = 0.01  # seconds: llmock sends a Retry-After of 1 s with some errors where nothing is said
LIMITED = rate_limit()
TOO_MANY = refusal("429 Too Many Requests", "rate_limit_exceeded")

ROWS = (
    Row("400", answers(400), failed(PROMPT)),
    Row(
        "400 content policy", answers(400, code="content_policy_violation"), failed(PROMPT_BLOCKED)
    ),
    Row("400 context length", answers(400, code="context_length_exceeded"), failed(PROMPT)),
    Row("401", answers(401), failed(KEY)),
    Row("402", answers(402), failed(QUOTA)),
    Row("403", answers(403), failed(KEY)),
    Row("404", answers(404), failed(PROMPT)),
    Row("408", answers(408), failed(*THRICE)),
    Row("409", answers(409), failed(*THRICE)),
    Row("413", answers(413), failed(PROMPT)),
    Row("422", answers(422), failed(PROMPT)),
    Row(
        "429 once, Retry-After that fits",
        answers(429, times=1, retry_after=1),
        told(rate_limit(retryAfterSec=1)),
        DEADLINE_SECONDS,
        at_least=1.0,
    ),
    Row(
        "429, Retry-After past the deadline",
        answers(429, retry_after=60),
        failed(rate_limit(retryAfterSec=60)),
    ),
    Row("429 once, no Retry-After", once(Line(says=TOO_MANY)), told(LIMITED)),
    Row("429, no Retry-After", says(TOO_MANY), failed(LIMITED, LIMITED, LIMITED)),
    Row("429 insufficient_quota", answers(429, code="insufficient_quota"), failed(QUOTA)),
    Row("500", answers(500), failed(*THRICE)),
    Row("500 once", answers(500, times=1), told(OUTAGE)),
    Row("500 twice", answers(500, times=2), told(OUTAGE, OUTAGE)),
    Row("501", answers(501), failed(*THRICE)),
    Row("502", answers(502), failed(*THRICE)),
    Row("503", answers(503, retry_after=SOON), failed(*[openai("outage", retryAfterSec=1)] * 3)),
    Row("503 once", answers(503, times=1, retry_after=SOON), told(OUTAGE)),
    Row(
        "503, Retry-After past the deadline",
        answers(503, retry_after=60),
        failed(openai("outage", retryAfterSec=60)),
    ),
    Row("504", answers(504, retry_after=SOON), failed(*[openai("outage", retryAfterSec=1)] * 3)),
    Row("529", answers(529, retry_after=SOON), failed(*[openai("outage", retryAfterSec=1)] * 3)),
)
