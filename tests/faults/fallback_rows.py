"""One of two models fails, and the other one takes over if that helps."""

from dataclasses import replace

from tests.faults.endings import OTHER_MODEL, Error, failed, told
from tests.faults.errors import KEY, OUTAGE, PROMPT, rate_limit
from tests.faults.rows import Row, answers, breaks_stream

FIRST = {"model": "model-a"}


def by_other(error: Error) -> Error:
    return replace(error, model=OTHER_MODEL)


ROWS = (
    Row("first model fails", answers(500, match=FIRST), told(OUTAGE, model=OTHER_MODEL)),
    Row(
        "first model breaks off",
        breaks_stream("disconnect", 7, match=FIRST),
        told(OUTAGE, resets=1, model=OTHER_MODEL),
    ),
    Row(
        "first model is limited past the deadline",
        answers(429, retry_after=60, match=FIRST),
        told(rate_limit(), model=OTHER_MODEL),
    ),
    Row("both models fail", answers(500), failed(OUTAGE, by_other(OUTAGE), OUTAGE)),
    Row("first model's key is bad", answers(401, match=FIRST), failed(KEY)),
    Row("first model refuses the prompt", answers(400, match=FIRST), failed(PROMPT)),
)
