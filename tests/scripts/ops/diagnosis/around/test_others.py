"""Whether others fared alike."""

import grpc

from scripts.local.standins.server import Fault
from scripts.ops.diagnosis.around.others import MOST_LINES, look
from scripts.ops.diagnosis.case import Case
from tests.scripts.ops.logbook.kept import entry

from .logged import FIRST, NOW, SECOND, Logged

SLOW = {"phase": "idle", "cause": "slow_model"}


def rows(logged: Logged, case: Case | None = None) -> list[str]:
    found = look(case or logged.failed(**SLOW), logged.book, NOW)
    assert not found.problem
    return [str(row) for row in found.rows]


def test_nobody_else(logged: Logged) -> None:
    """Where nothing else was called, nothing can be compared."""
    assert rows(logged) == ["no other call of the function ended in these minutes"]


def test_only_this_one(logged: Logged) -> None:
    """Where no other call ended so, it is said with how many there were."""
    for number in range(3):
        logged.ended(number, f"other-{number}")
    logged.ended(4, "refused", "USER_QUOTA")
    assert rows(logged) == [
        "only this request ended with TIMEOUT: none of 4 others",
        "3 of 4 (75%) others completed: 2 before it, 1 after",
        "1 of 4 (25%) others failed with USER_QUOTA: 0 before it, 1 after",
    ]


def test_some_alike(logged: Logged) -> None:
    """How many ended with the same reason is told with the first and the last of them."""
    for number in range(6):
        logged.ended(number, f"well-{number}")
    for seconds in (-30, 40, 100):
        logged.ended(seconds, f"bad{seconds}", "TIMEOUT", **SLOW)
    assert rows(logged)[0] == (
        "4 of 10 (40%) calls ended with TIMEOUT; first at 13:59:30, last at 14:01:40"
    )


def test_still_going_on(logged: Logged) -> None:
    """Where one ended so in the last minute that was looked at, it goes on."""
    logged.ended(290, "late", "TIMEOUT", **SLOW)
    assert rows(logged)[0] == (
        "2 of 2 (100%) calls ended with TIMEOUT; first at 14:00:01, still going on at 14:04:50"
    )


def test_not_quite_alike(logged: Logged) -> None:
    """Those of the same reason but another kind, phase or cause are told apart."""
    logged.ended(2, "same", "TIMEOUT", **SLOW)
    logged.ended(3, "other", "TIMEOUT", phase="admission", cause="network")
    assert "; 1 of the others with the same kind, phase and cause; " in rows(logged)[0]


def test_one_revision(logged: Logged) -> None:
    """Where only one of several revisions had it, the revision is named."""
    logged.ended(2, "alike", "TIMEOUT", **SLOW)
    logged.ended(3, "well", revision=SECOND)
    assert rows(logged)[0].endswith(f"; only of revision {FIRST}, not of {SECOND}")
    logged.ended(4, "alike too", "TIMEOUT", revision=SECOND, **SLOW)
    logged.ended(5, "well too", revision="generate-story-00003-loc")
    assert "revision" not in rows(logged, logged.case())[0]


def test_of_one_that_went_well(logged: Logged) -> None:
    """Of a request that completed, it is told how many others failed, and with what most."""
    logged.ended(1, "the-request")
    for number, reason in enumerate(("NONE", "TIMEOUT", "OPENAI_ERROR", "TIMEOUT")):
        logged.ended(number, f"other-{number}", reason)
    first = rows(logged, logged.case())[0]
    assert first == "3 of 4 (75%) other calls failed, most with TIMEOUT"


def test_of_one_without_an_end(logged: Logged) -> None:
    """Of a request whose end is not told, others' failures are all there is to tell."""
    logged.add(0, "story.admitted", request_id="the-request", function="generate_story")
    logged.ended(1, "other")
    assert rows(logged, logged.case())[0] == "0 of 1 (0%) other calls failed"


def test_sent_again(logged: Logged) -> None:
    """A request that was sent again under its id is not another one; its last end counts."""
    logged.ended(-20, "the-request", "OPENAI_ERROR")
    logged.ended(2, "other", "OPENAI_ERROR")
    assert rows(logged)[0] == "only this request ended with TIMEOUT: none of 1 others"


def test_the_call_that_counts_is_compared(logged: Logged) -> None:
    """Of one that was sent again and completed, it is the one that failed."""
    logged.ended(30, "the-request")
    logged.ended(2, "other", "TIMEOUT", **SLOW)
    assert rows(logged)[0].startswith("2 of 2 (100%) calls ended with TIMEOUT")


def test_other_functions_and_other_times(logged: Logged) -> None:
    """Only calls of the same function count, five minutes before and after."""
    own = {"outcome": "failed", "reason": "TIMEOUT"}
    logged.add(2, "call.ended", of="rate-story", request_id="another", **own)
    for seconds in (-320, 320):
        logged.ended(seconds, f"far{seconds}", "TIMEOUT")
    assert rows(logged) == ["no other call of the function ended in these minutes"]


def test_more_than_are_read(logged: Logged) -> None:
    """Where there are more calls than are read, that is said."""
    case = logged.failed()
    fields = {"event": "call.ended", "outcome": "completed", "reason": "NONE"}
    for first in range(0, MOST_LINES + 1, 1000):
        many = [entry(10, request_id=f"{n}", n=n, **fields) for n in range(first, first + 1000)]
        logged.log.write(*many)
    told = rows(logged, case)
    assert told[0].endswith(f"none of {MOST_LINES} others")
    assert told[-1] == f"there are more than {MOST_LINES} such lines: counted from 14:00:10 on"


def test_no_log(logged: Logged) -> None:
    """A log that does not answer is a problem that says what to do."""
    case = logged.failed()
    logged.log.fault = Fault(grpc.StatusCode.UNAVAILABLE)
    found = look(case, logged.book, NOW)
    assert found.rows == ()
    assert "Start a stack with scripts/dev" in found.problem
