"""Three instances that are sent the same requests at once, one of which is killed."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from tests.crashes.calls import Answer, Call, reason, text
from tests.crashes.fleet import Fleet, fleet
from tests.crashes.ledger import Ledger
from tests.crashes.world import COST_MICROS, Database
from tests.issuer import Issuer

pytestmark = pytest.mark.server

IDS, CALLS_OF_EACH, USERS = 40, 5, 4
TOLD_BEFORE, BEGUN_BEFORE = 10, 25  # the stories that are told, and being told, at the kill
MOST_ROUNDS = 5
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Outcome:
    """What each call was answered in the end, and what is kept."""

    calls: Sequence[Call]
    first: Sequence[Answer | None]
    last: Sequence[Answer | None]
    ledger: Ledger


@pytest.fixture(scope="module")
def outcome(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, data: Database
) -> Iterator[Outcome]:
    with fleet(tmp_path_factory.mktemp("instances"), issuer, data, 3) as instances:
        requests = _requests(instances)
        calls = [replace(call) for call in requests * CALLS_OF_EACH]
        first = _at_once(instances, calls)
        instances.database.sweep()
        last = _until_all_are_told(instances, calls, first)
        yield Outcome(calls, first, last, instances.database.ledger())


def test_the_kill_broke_calls(outcome: Outcome) -> None:
    """Some calls were answered, some found their story being told, and some broke with it."""
    reasons = Counter(reason(answer) for answer in outcome.first)
    assert None in outcome.first
    assert reasons["IN_PROGRESS"] > 0
    assert any(answer and "result" in answer for answer in outcome.first)


def test_every_call_has_its_story_in_the_end(outcome: Outcome) -> None:
    """A call that broke, or came too early, has a story when it is sent again."""
    assert [reason(answer) for answer in outcome.last if not answer or "error" in answer] == []


def test_each_request_has_one_story(outcome: Outcome) -> None:
    """All answers to one request id, from whichever instance, are the text that is kept."""
    told = defaultdict(set)
    for call, answer in zip(outcome.calls, outcome.last, strict=True):
        assert answer
        told[f"users/{call.uid}/stories/{call.request_id}"].add(text(answer))
    assert told == {path: {story["text"]} for path, story in outcome.ledger.stories.items()}


def test_each_request_is_charged_once(outcome: Outcome) -> None:
    """The counters say of 200 calls on three instances that 40 stories were told and paid."""
    ledger = outcome.ledger
    assert ledger.faults() == []
    assert ledger.states == {"COMPLETED": IDS}
    assert (ledger.total("stories"), ledger.total("running")) == (IDS, 0)
    assert ledger.total("settledMicros") == IDS * COST_MICROS


def _requests(instances: Fleet) -> list[Call]:
    users = itertools.cycle(f"user-{n}" for n in range(USERS))
    return [instances.instances[0].new_call(next(users)) for _ in range(IDS)]


def _at_once(instances: Fleet, calls: Sequence[Call]) -> list[Answer | None]:
    """Send all calls, and kill an instance while some stories are told and some are not."""
    urls = itertools.cycle(instances.urls)
    with ThreadPoolExecutor(len(calls)) as apps:
        answers = [apps.submit(call.ask, next(urls)) for call in calls]
        begun = [instances.model.begun.get(timeout=PATIENCE_SECONDS) for _ in range(BEGUN_BEFORE)]
        for gate in begun[:TOLD_BEFORE]:
            gate.set()
        killed, living, _ = instances.instances
        ledger = instances.database.ledger
        living.wait_for(lambda: ledger().states["COMPLETED"] == TOLD_BEFORE, "done with the first")
        killed.kill()
        for gate in begun:
            gate.set()
        instances.model.open()
        return [answer.result() for answer in answers]


def _until_all_are_told(
    instances: Fleet, calls: Sequence[Call], answers: Sequence[Answer | None]
) -> list[Answer | None]:
    """Send each call that has no story to an instance that lives, round by round."""
    last, living = list(answers), itertools.cycle(instances.urls[1:])
    for _ in range(MOST_ROUNDS):
        again = [n for n, answer in enumerate(last) if not answer or "error" in answer]
        with ThreadPoolExecutor(len(calls)) as apps:
            rounds = [apps.submit(calls[n].ask, next(living)) for n in again]
        for n, answer in zip(again, rounds, strict=True):
            last[n] = answer.result()
    return last
