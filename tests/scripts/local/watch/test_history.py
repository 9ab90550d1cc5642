"""Totals over the time that a page is open."""

from collections.abc import Iterable

import pytest

from scripts.local.watch.errors import UnavailableError
from scripts.local.watch.history import KEPT, STEP_SECONDS, History, totals
from scripts.local.watch.picture.instances import Clock
from scripts.local.watch.samples import Sample, samples_of
from tests.scripts.local.watch.series import counted, spread

SWEPT = "custom_googleapis_com:conteur_story_swept"
MEMORY = "custom_googleapis_com:conteur_memory_used_percent"
WORDS = "custom_googleapis_com:conteur_story_words"


def samples(*series: object) -> list[Sample]:
    return [sample for each in series for sample in samples_of(each)]


def test_counters_add_up_gauges_do_not_and_distributions_are_counted() -> None:
    """A counter's series are added up, of a gauge the highest counts, of values their number."""
    found = totals(
        samples(
            counted("story/swept", 3, result="ended"),
            counted("story/swept", 4, result="failed"),
            counted("memory/used_percent", 40),
            counted("memory/used_percent", 60),
            counted("memory/used_percent", 50),
            spread("story/words", 2, 3, mean=100, bounds=(50, 100)),
        )
    )
    assert found == {SWEPT: 7, MEMORY: 60, WORDS: 5}


def test_steps_are_kept_and_what_was_not_there_is_none() -> None:
    """Each moment has one value a metric, None where there was none, and no more than are kept."""
    answers = iter([samples(), *(samples(counted("story/swept", n)) for n in range(KEPT))])
    clock = Clock(0.0)
    history = History(lambda: next(answers), clock)
    assert history.document() == {"times": [0], "values": {}}
    clock.now += STEP_SECONDS
    assert history.document() == {"times": [0, 5], "values": {SWEPT: [None, 0]}}
    for _ in range(KEPT - 1):
        clock.now += STEP_SECONDS
        document = history.document()
    assert (len(document["times"]), document["values"][SWEPT][-1]) == (KEPT, KEPT - 1)


def test_two_pages_do_not_ask_twice() -> None:
    """Whoever asks again at once gets what is there."""
    asked: list[None] = []

    def read() -> Iterable[Sample]:
        asked.append(None)
        return []

    history = History(read, Clock(0.0))
    assert history.document() == history.document()
    assert len(asked) == 1


def test_a_silent_stand_in_is_no_step() -> None:
    """What cannot be read is raised, and leaves no gap."""
    answers = iter([UnavailableError("silent"), None])

    def read() -> Iterable[Sample]:
        if (error := next(answers)) is not None:
            raise error
        return []

    history = History(read, Clock(0.0))
    with pytest.raises(UnavailableError):
        history.document()
    assert history.document()["times"] == [0]
