"""The way to the model's server is broken, or the server says nothing."""

from tests.faults.answers import response
from tests.faults.endings import failed, told
from tests.faults.errors import (
    NO_CONNECTION,
    OUTAGE,
    SLOW,
    THRICE,
)
from tests.faults.lines import Ending, Line
from tests.faults.rows import DEADLINE_SECONDS, Row, always, names, once, refuses, says, swallows

RESET = Line(says=b"", ending=Ending.RESET)
NO_ANSWER = Line(says=b"", ending=Ending.SILENT)
HEADERS_ALONE = Line(says=response(b""), ending=Ending.SILENT)

ROWS = (
    Row("name unknown", names("unknown"), failed(*THRICE, asked=0)),
    Row(
        "name never found",
        names("silent"),
        failed(NO_CONNECTION, NO_CONNECTION, asked=0),
        DEADLINE_SECONDS,
    ),
    Row("refused", refuses, failed(*THRICE, asked=0)),
    Row("black hole", swallows, failed(NO_CONNECTION, NO_CONNECTION, asked=0), DEADLINE_SECONDS),
    Row("reset", always(RESET), failed(*THRICE)),
    Row("reset once", once(RESET), told(OUTAGE)),
    Row(
        "reset in the answer's head",
        always(Line(cut_after=9, ending=Ending.RESET)),
        failed(*THRICE),
    ),
    Row("closed without an answer", says(b""), failed(*THRICE)),
    Row("closed without an answer once", once(Line(says=b"")), told(OUTAGE)),
    Row("never an answer", always(NO_ANSWER), failed(SLOW, SLOW), DEADLINE_SECONDS),
    Row("never an answer once", once(NO_ANSWER), told(SLOW), DEADLINE_SECONDS),
    Row("slow first byte", always(Line(late=0.4)), told()),
    Row("first byte too slow", always(Line(late=2.5)), failed(SLOW, SLOW), DEADLINE_SECONDS),
    Row("headers and no more", always(HEADERS_ALONE), failed(SLOW, SLOW), DEADLINE_SECONDS),
)
