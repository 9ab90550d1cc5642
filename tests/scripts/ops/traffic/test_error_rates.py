"""Which revision failed how often, as a Prometheus answers."""

import json

import pytest

from conteur.telemetry.registry import JOBS, Function
from scripts.ops.monitoring.reading.answers import Answer, Sample
from scripts.ops.monitoring.reading.source import Source
from scripts.ops.traffic.error_rates import Rate, Rates, ask, questions, rates_of
from tests.scripts.ops.monitoring.answering import always, answering

from .cloud import FIRST, PROJECT, SECOND, STORY, THIRD

NOW = 1_795_000_000.0


def series(value: float, revision: str, project: str = PROJECT) -> Sample:
    return Sample({"project_id": project, "namespace": "staging", "revision": revision}, value)


def reply(query: str) -> tuple[int, str]:
    """Answer that of 200 calls of FIRST 3 failed, and of 10 of SECOND none."""
    failed = {FIRST: 3}
    counts = failed if 'outcome="failed"' in query else {FIRST: 200, SECOND: 10}
    result = [
        {"metric": series(0, name).labels, "value": [NOW, str(count)]}
        for name, count in counts.items()
    ]
    data = {"resultType": "vector", "result": result}
    return 200, json.dumps({"status": "success", "data": data})


def test_rates() -> None:
    """Each revision has its own, all instances and environments of it together."""
    calls = Answer([series(100, FIRST), series(60, FIRST), series(30, SECOND)])
    failed = Answer([series(8, FIRST)])
    assert rates_of(calls, failed, PROJECT) == {FIRST: Rate(160, 8), SECOND: Rate(30, 0)}


def test_what_is_not_ours() -> None:
    """Another project's series, and those that name no revision, count for nobody."""
    calls = Answer([series(100, FIRST, "another"), series(5, ""), Sample({"revision": THIRD}, 7)])
    assert rates_of(calls, Answer(()), PROJECT) == {THIRD: Rate(7, 0)}


def test_too_few() -> None:
    """Below twenty calls a share tells nothing."""
    assert not Rate(19, 19).tells
    assert Rate(19, 19).text == "19 calls, too few to judge"
    assert Rate(20, 1).tells
    assert Rate(20, 1).text == "5.00 % of 20 calls failed"
    assert Rate(0, 0).share == 0


@pytest.mark.parametrize("function", [*Function, *JOBS])
def test_every_function_that_counts_is_asked_for(function: str) -> None:
    """Calls and failures are asked for by revision, of this function alone."""
    asked = questions(function, "10m")
    assert asked is not None
    for query in (asked.calls, asked.failed):
        assert query.startswith("sum by (project_id, namespace, revision)")
        assert f'function="{function}"' in query
        assert "[10m]" in query


def test_a_function_that_counts_nothing() -> None:
    """Nobody is asked about one that counts no calls, and that is said."""
    assert questions("health", "10m") is None
    assert ask(Source("it", "local", url="http://127.0.0.1:1"), PROJECT, "health", "1h", NOW) == (
        Rates(problem="health counts no calls")
    )


def test_asking() -> None:
    """The answers are put together by revision."""
    with answering(reply) as asked:
        found = ask(Source("it", "local", url=asked.url), PROJECT, STORY, "7d", NOW)
    assert found == Rates({FIRST: Rate(200, 3), SECOND: Rate(10, 0)})


def test_nobody_answers() -> None:
    """Figures that cannot be read are missing, with the reason, and raise nothing."""
    with answering(always(403, "{}")) as asked:
        found = ask(Source("it", "local", url=asked.url), PROJECT, STORY, "7d", NOW)
    assert found.by_revision == {}
    assert "you have no right to read metrics here" in found.problem


@pytest.mark.parametrize("lost", ['outcome="failed"', 'outcome!="refused"'])
def test_half_an_answer(lost: str) -> None:
    """Where only one of the two is answered, there is no rate: nothing may look like no failure."""
    with answering(lambda query: (500, "{}") if lost in query else reply(query)) as asked:
        found = ask(Source("it", "local", url=asked.url), PROJECT, STORY, "7d", NOW)
    assert found.problem
    assert found.by_revision == {}
