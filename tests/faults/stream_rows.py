"""The model's answer breaks off in the middle, or falls silent."""

from tests.adapters.events import DONE, chat_chunk, event
from tests.faults.answers import END, STORY, WORDS, chunked, response
from tests.faults.answers import told as events
from tests.faults.endings import BEGINNING, failed, told
from tests.faults.errors import FELL_SILENT, OUTAGE, SLOW, THRICE, TOO_LONG
from tests.faults.lines import Ending, Line
from tests.faults.rows import (
    DEADLINE_SECONDS,
    Row,
    always,
    breaks_stream,
    once,
    says,
    slow_first_token,
)

FEW = events(*WORDS[:4])
FEW_WORDS = "A fox was afraid"
MIDDLE = 7  # events of llmock: its first has no text, two are the title's, four are WORDS
SILENCE = Line(says=response(FEW), ending=Ending.SILENT)
DRIP = Line(says=response(events(*WORDS) + END), piece=40, pause=0.1)
WRONG_TYPE = event({"choices": [{"index": 0, "delta": {"content": 42}}]})
NO_UTF8 = b'data: {"\xff"}\n\n'
NO_DONE = response(events(*WORDS) + chat_chunk(finish="stop"))
NO_FINISH = response(events(*WORDS) + DONE)

CUT = failed(*THRICE, text=FEW_WORDS)
CUT_ONCE = told(OUTAGE, resets=1)
CUT_AT_THE_END = failed(*THRICE, text=STORY)

ROWS = (
    Row("cut before the first word", breaks_stream("disconnect", 1), failed(*THRICE)),
    Row("cut in the story", breaks_stream("disconnect", MIDDLE), CUT),
    Row("cut in the story once", breaks_stream("disconnect", MIDDLE, times=1), CUT_ONCE),
    Row("reset in the story", always(Line(says=response(FEW), ending=Ending.RESET)), CUT),
    Row("no terminal event", breaks_stream("truncate", MIDDLE), CUT),
    Row("no terminal event once", breaks_stream("truncate", MIDDLE, times=1), CUT_ONCE),
    Row("a finish reason and no [DONE]", says(NO_DONE), CUT_AT_THE_END),
    Row("[DONE] and no finish reason", says(NO_FINISH), CUT_AT_THE_END),
    Row("malformed chunk", breaks_stream("malformed", MIDDLE), CUT),
    Row("malformed chunk once", breaks_stream("malformed", MIDDLE, times=1), CUT_ONCE),
    Row("chunk of a wrong type", says(response(FEW + WRONG_TYPE)), CUT),
    Row("chunk that is no UTF-8", says(response(FEW + NO_UTF8)), CUT),
    Row("HTTP chunk cut", says(chunked(FEW)), CUT),
    Row("HTTP chunk malformed", says(chunked(FEW) + b"zz\r\n"), CUT),
    Row("fewer bytes than announced", says(response(FEW, "Content-Length: 99999")), CUT),
    Row(
        "silent in the story",
        always(SILENCE),
        failed(FELL_SILENT, FELL_SILENT, text=FEW_WORDS),
        DEADLINE_SECONDS,
    ),
    Row("silent in the story once", once(SILENCE), told(FELL_SILENT, resets=1), DEADLINE_SECONDS),
    Row(
        "drip before the story",
        always(Line(piece=1, pause=0.05)),
        failed(SLOW, SLOW),
        DEADLINE_SECONDS,
    ),
    Row("drip in the story", always(DRIP), failed(TOO_LONG, text=BEGINNING), DEADLINE_SECONDS),
    Row("slow first token", slow_first_token(0.4), told()),
    Row("first token too slow", slow_first_token(1.5), failed(SLOW, SLOW), DEADLINE_SECONDS),
    Row("first token too slow once", slow_first_token(1.5, times=1), told(SLOW), DEADLINE_SECONDS),
)
