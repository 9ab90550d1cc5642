"""Which lines are of which call."""

from dataclasses import replace

import pytest

from scripts.ops.diagnosis.calls import Calls, reasons
from scripts.ops.logbook.entries import SPAN, TRACE
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import ID, admitted, case, completed, ended, line

ONE, OTHER = {TRACE: "one"}, {TRACE: "other"}


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
    noted = line("google.call_failed", 500, **OTHER)
    calls = Calls.of(case(noted, ended(900, **ONE), ended(1_000, ms=600, **OTHER))).all
    assert [len(call.lines) for call in calls] == [1, 2]


def test_without_traces_a_line_is_of_the_oldest_call_that_ran() -> None:
    """Of several at once that it does not explain."""
    noted = line("google.call_failed", 500)
    calls = Calls.of(case(noted, ended(900), ended(1_000, ms=600))).all
    assert [len(call.lines) for call in calls] == [2, 1]


def test_a_call_of_another_trace_is_never_given_a_line() -> None:
    """A tapped twice: the call that was killed had been admitted, the other one was refused."""
    waiting = line("call.refused", 330, reason="IN_PROGRESS", **OTHER)
    its_end = ended(331, "IN_PROGRESS", "refused", ms=325, **OTHER)
    calls = Calls.of(case(admitted(300, **ONE), waiting, its_end)).all
    assert {(call.lines[0].event, call.outcome) for call in calls} == {
        ("story.admitted", ""),
        ("call.refused", "refused"),
    }


@pytest.mark.parametrize("at_ms", [-600, 900], ids=["before its beginning", "after its end"])
def test_a_trace_says_more_than_the_clock(at_ms: int) -> None:
    """A busy process stamps the end late, and clocks are set: no second call is made of that."""
    refusal = line("call.refused", at_ms, reason="USER_QUOTA", **ONE)
    [call] = Calls.of(case(refusal, ended(90, "USER_QUOTA", "refused", **ONE))).all
    assert {each.event for each in call.lines} == {"call.refused", "call.ended"}


def test_a_span_tells_calls_of_one_trace_apart() -> None:
    """Who sends a request again may do it under one trace."""
    killed = admitted(300, **ONE, **{SPAN: "1"})
    second = ended(40_000, ms=900, **ONE, **{SPAN: "2"})
    assert reasons(Calls.of(case(killed, second)).all) == ("without an end", "completed")


def test_a_reason_without_a_trace_is_of_the_end_that_is_stamped_late() -> None:
    """Which has the same reason, and comes soon: not the call before, nor a minute later."""
    refusal = line("call.refused", 80, reason="USER_QUOTA")
    soon = ended(1_500, "USER_QUOTA", "refused", ms=80)
    assert len(Calls.of(case(refusal, soon)).all) == 1
    for other in (ended(60_000, "USER_QUOTA", "refused", ms=80), ended(1_500, ms=80)):
        assert len(Calls.of(case(refusal, other)).all) == 2


@pytest.mark.parametrize(
    ("event", "outcome", "reason"),
    [
        ("call.refused", "refused", "X"),
        ("Unauthorized", "refused", "X"),
        ("call.timeout", "failed", "X"),
        ("call.bug", "failed", "BUG"),
        ("job.failed", "failed", "X"),
        ("job.dropped", "failed", "MALFORMED_JSON"),
    ],
)
def test_a_reason_is_told_without_an_end(event: str, outcome: str, reason: str) -> None:
    """An export of warnings has no `call.ended`."""
    fields = {} if reason != "X" else {"reason": reason}
    [call] = Calls.of(case(line(event, 80, **fields))).all
    assert (call.outcome, call.reason, call.ms) == (outcome, reason, None)


def test_calls_without_an_end_are_told_apart() -> None:
    """By what ended each, by their traces, or because no call goes on for days."""
    refused = [line("call.refused", at_ms, reason="USER_QUOTA") for at_ms in (80, 5_000)]
    traced = [admitted(300, **ONE), admitted(400, **OTHER)]
    later = [admitted(), admitted(2 * 86_400_000)]
    for lines in (refused, traced, later):
        assert len(Calls.of(case(*lines)).all) == 2


def test_a_run_of_a_job_may_go_on_for_long() -> None:
    """Its lines stay together without an end."""
    lines = [line("sweep.shard_failed", at_ms) for at_ms in (0, 600_000)]
    assert [len(call.lines) for call in Calls.of(case(*lines)).all] == [2]


@pytest.mark.parametrize("ms", [float("nan"), float("inf"), 1e300, 10**400, -5, 1e14, "x", None])
def test_a_length_that_was_not_measured_is_none(ms: object) -> None:
    """A file may hold anything."""
    end = ended(90)
    [call] = Calls.of(case(replace(end, fields={**end.fields, "ms": ms}))).all
    assert (call.ms, call.began) == (None, end.time)


@pytest.mark.parametrize(("reason", "outcome"), [("USER_QUOTA", "failed"), ("NONE", "completed")])
def test_an_outcome_that_is_not_known_goes_by_the_reason(reason: str, outcome: str) -> None:
    """A newer product may have others."""
    [call] = Calls.of(case(ended(90, reason, "postponed"))).all
    assert call.outcome == outcome


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


@pytest.mark.parametrize("mark", [{}, ONE], ids=["without a trace", "traced"])
def test_what_a_call_does_behind_its_answer_is_no_call_of_its_own(mark: dict[str, str]) -> None:
    """A late line under the request's id begins nothing."""
    late = line("story.not_withheld", 9_000, **mark)
    found = Calls.of(case(admitted(300, **mark), ended(5_210, **mark), late))
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
