"""How requests ended, by the lines that the product writes of them."""

from datetime import timedelta

import pytest

from conteur.catalogue.terms import Cause, OpenAIFailure, Phase
from conteur.catalogue.timeouts import CAUSES, PHASES
from scripts.ops.diagnosis.calls import Calls
from scripts.ops.diagnosis.sentence import cause
from scripts.ops.diagnosis.verdict import Ending, Fault, Verdict, verdict_of
from scripts.ops.logbook.entries import TRACE
from scripts.ops.logbook.line import Line
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import admitted, case, completed, ended, findings, line

Lines = tuple[Line, ...]


def verdict(*lines: Line) -> Verdict:
    return findings(*lines).verdict


SAID = {
    "a success": (scenes.success(), "It succeeded, in 5210 ms."),
    "a replay": (scenes.replay(), "had been told before, and was replayed"),
    "a quota": (scenes.refused("USER_QUOTA"), "It was refused with USER_QUOTA: the limit is"),
    "short memory": (scenes.failed("MEMORY_ERROR"), "It failed with MEMORY_ERROR after 2910 ms"),
    "a bug": (scenes.bug(), "It failed with BUG after 710 ms: KeyError: (text withheld)."),
    "a killed instance": (scenes.killed(swept=True), "It has no end: its instance stopped"),
    "a gating block": (scenes.gating_block(), "PRECONDITION_REQUIRED: payments is missing."),
    "a database that is away": (scenes.store_retries(), "failed with DATABASE_UNAVAILABLE after"),
    "a store's time-out": (scenes.store_timeout(), "STORE_TIMEOUT after 20010 ms: the time was up"),
    "a stale token": (
        scenes.unauthorized(),
        "It was refused with TOKEN_EXPIRED check=expired expired_seconds=120: expired.",
    ),
    "a token that is none": (
        scenes.refused("TOKEN_INVALID", check="format"),
        "It was refused with TOKEN_INVALID check=format: the limit is",
    ),
}


@pytest.mark.parametrize(("lines", "said"), SAID.values(), ids=SAID)
def test_one_sentence_says_the_cause(lines: Lines, said: str) -> None:
    """Of each way in which a request may end."""
    assert said in cause(findings(*lines))


@pytest.mark.parametrize("kind", OpenAIFailure)
def test_each_kind_of_the_models_failures_has_its_own_advice(kind: OpenAIFailure) -> None:
    """The app and the operator do something else for each."""
    found = verdict(*scenes.failed("OPENAI_ERROR", kind=kind.value))
    assert found.entry
    assert found.advice is found.entry.kinds[kind]
    assert found.facts == f"OPENAI_ERROR kind={kind.value}"


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("why", [None, *Cause])
def test_a_time_out_means_what_its_cause_and_phase_mean(phase: Phase, why: Cause | None) -> None:
    """The cause comes first, as it says more."""
    facts = {"phase": phase.value, **({"cause": why.value} if why else {})}
    found = verdict(*scenes.failed("TIMEOUT", "call.timeout", **facts))
    known = [*([CAUSES[why]] if why else []), PHASES[phase]]
    assert found.means == tuple(each.meaning for each in known)
    assert found.mends == tuple(each.operator for each in known)


FAULTS = {
    Fault.NOBODY: scenes.success(),
    Fault.CALLER: scenes.refused("USER_QUOTA"),
    Fault.SERVICE: scenes.bug(),
    Fault.UNKNOWN: scenes.failed("OF_A_NEWER_REVISION"),
}


@pytest.mark.parametrize(("fault", "lines"), FAULTS.items(), ids=[each.name for each in FAULTS])
def test_the_catalogue_says_whose_fault_it_was(fault: Fault, lines: Lines) -> None:
    """A reason that it does not know is not guessed at."""
    assert verdict(*lines).fault is fault


def test_a_call_without_an_end_may_still_be_running() -> None:
    """Within a minute of its beginning nobody can tell."""
    calls = Calls.of(case(*scenes.killed(swept=False)))
    seconds = (59, 61)
    asked = [verdict_of(calls, (), scenes.BEGAN + timedelta(seconds=each)) for each in seconds]
    assert [each.ending for each in asked] == [Ending.RUNNING, Ending.KILLED]


def test_a_call_whose_reason_is_told_was_not_killed() -> None:
    """Although the line of its end is not there, as in an export of warnings."""
    for lines, ending in (
        (scenes.refused("USER_QUOTA")[:1], Ending.REFUSED),
        (scenes.failed("TIMEOUT", "call.timeout", phase="idle")[1:-1], Ending.FAILED),
    ):
        found = findings(*lines)
        assert (found.verdict.ending, found.verdict.deaths) == (ending, ())
        assert "None" not in cause(found)
    assert "It failed with TIMEOUT phase=idle: " in cause(found)


def test_an_ending_that_is_not_known_is_told_by_its_reason() -> None:
    """And not with an exception."""
    assert verdict(ended(90, "USER_QUOTA", "postponed")).ending is Ending.FAILED
    assert cause(findings(ended(90, ms=1e300))) == "It succeeded."


def test_the_call_that_was_killed_is_told_of_beside_one_that_waited_for_it() -> None:
    """By their traces, although the other ran in the same moment."""
    one, other = {TRACE: "one"}, {TRACE: "other"}
    waiting = line("call.refused", 330, reason="IN_PROGRESS", **other)
    its_end = ended(331, "IN_PROGRESS", "refused", ms=325, **other)
    assert verdict(admitted(300, **one), waiting, its_end).ending is Ending.KILLED


def test_the_sweep_tells_of_a_killed_call_at_once() -> None:
    """It ended the story, so nobody tells it any more."""
    calls = Calls.of(case(*scenes.killed(swept=True)))
    told = verdict_of(calls, (), scenes.BEGAN + timedelta(seconds=1))
    assert (told.ending, told.reason) == (Ending.KILLED, "STORY_INTERRUPTED")


def test_the_platforms_word_on_a_killed_instance_is_the_cause() -> None:
    """The line is nobody's, but of the same service and time."""
    killed = Line(
        time=scenes.BEGAN + timedelta(seconds=2),
        severity="ERROR",
        message="Memory limit of 512 MiB exceeded with 530 MiB used.",
        service="generate-story",
        revision="",
        fields={},
    )
    told = findings(*scenes.killed(swept=False), window=[killed])
    assert "Memory limit of 512 MiB exceeded" in cause(told)


def test_the_call_that_failed_is_told_of_although_a_later_one_succeeded() -> None:
    """Whoever complained met the failure; the sentence says how the others ended."""
    again = ended(12_000, ms=1_000)
    told = findings(*scenes.failed("TIMEOUT", "call.timeout", phase="idle"), again)
    assert told.verdict.reason == "TIMEOUT"
    assert cause(told).endswith("2 calls were made under this id; they ended: TIMEOUT, completed.")


def test_a_refusal_that_waits_for_another_call_is_not_what_counts() -> None:
    """The other call is."""
    waiting = line("call.refused", 2_000, reason="IN_PROGRESS")
    its_end = ended(2_001, "IN_PROGRESS", "refused", ms=20)
    lines = (admitted(), waiting, its_end, completed(5_200, 5_000), ended(5_210))
    assert verdict(*lines).ending is Ending.COMPLETED


def test_a_success_says_how_many_attempts_it_took() -> None:
    """And a take-over, whose story it went on with."""
    first = scenes.attempt_failed(1_300, "TIMEOUT", 1_000, wait_ms=500)
    retried = (admitted(), first, completed(5_200, 5_000), ended(5_210))
    taken = (admitted(attempt_number=2), completed(5_200, 5_000), ended(5_210))
    assert cause(findings(*retried)).endswith("at attempt 2.")
    assert "claim 2 of the story" in cause(findings(*taken))
