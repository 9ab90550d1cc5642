"""Which lines are of which call."""

from scripts.ops.diagnosis.calls import Calls, reasons
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import ID, admitted, case, completed, ended, line


def test_a_call_began_when_its_bytes_had_come() -> None:
    """Its last line tells how long it took, so its first line is no beginning."""
    [call] = Calls.of(case(*scenes.success())).all
    assert (call.began, call.ms) == (scenes.BEGAN, 5_210)
    assert call.offset(call.lines[0]) == 300


def test_a_request_that_was_sent_again_has_two_calls() -> None:
    """Each has the lines up to its own end."""
    again = ended(12_000, ms=1_000)
    calls = Calls.of(case(*scenes.failed("TIMEOUT", "call.timeout"), again)).all
    assert reasons(calls) == ("TIMEOUT", "completed")
    assert [len(call.lines) for call in calls] == [5, 1]


def test_a_refusal_beside_a_call_has_its_own_lines() -> None:
    """What explains it is not told of the call that goes on."""
    beside = line("call.refused", 2_000, reason="IN_PROGRESS")
    its_end = ended(2_001, "IN_PROGRESS", "refused", ms=20)
    calls = Calls.of(case(admitted(), beside, its_end, completed(5_200, 5_000), ended(5_210))).all
    assert [[one.event for one in call.lines] for call in calls] == [
        ["story.admitted", "story.completed", "call.ended"],
        ["call.refused", "call.ended"],
    ]


def test_traces_tell_calls_apart_that_run_at_once() -> None:
    """A line with a trace goes to the call of that trace."""
    trace = "logging.googleapis.com/trace"
    one, other = {trace: "one"}, {trace: "other"}
    noted = line("google.call_failed", 500, **other)
    calls = Calls.of(case(noted, ended(900, **one), ended(1_000, ms=600, **other))).all
    assert [len(call.lines) for call in calls] == [1, 2]


def test_a_call_whose_instance_was_killed_has_no_end() -> None:
    """Its story is taken over by a second call, which has one."""
    second = (admitted(30_000, attempt_number=2), ended(34_000, ms=4_100))
    calls = Calls.of(case(*scenes.killed(swept=False), *second)).all
    assert reasons(calls) == ("without an end", "completed")


def test_what_a_job_does_to_the_story_is_no_call() -> None:
    """The sweep's line and a late save's are told beside the calls."""
    saved = line("story.saved_late", 70_000, request_id="a-task", story_id=ID, function="savestory")
    found = Calls.of(case(*scenes.killed(swept=True), saved))
    assert [one.event for one in found.beside] == ["story.swept", "story.saved_late"]
    assert reasons(found.all) == ("without an end",)


def test_what_a_call_does_behind_its_answer_is_no_call_of_its_own() -> None:
    """A late line under the request's id begins nothing."""
    late = line("story.not_withheld", 9_000)
    found = Calls.of(case(*scenes.success(), late))
    assert (len(found.all), found.beside) == (1, (late,))


def test_requests_of_one_correlation_id_are_a_call_each() -> None:
    """They come in their order, under their own request ids."""
    first = scenes.of_store(
        "call.ended", 50, request_id="first", reason="NONE", outcome="completed", ms=40
    )
    second = scenes.of_store(
        "call.ended", 900, request_id="second", reason="NONE", outcome="completed", ms=40
    )
    calls = Calls.of(case(second, first, named=scenes.CORRELATION)).all
    assert [call.request_id for call in calls] == ["first", "second"]
