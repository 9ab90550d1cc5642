"""Series of Cloud Monitoring under the names and labels that PromQL knows them by."""

from scripts.local.watch.samples import Sample, samples_of
from scripts.ops.monitoring.signals import SIGNALS
from tests.scripts.local.watch.series import RESOURCE, counted, spread

WORDS = "custom_googleapis_com:conteur_story_words"


def samples(series: object) -> list[Sample]:
    return list(samples_of(series))


def test_a_counter_has_the_labels_of_its_metric_and_its_resource() -> None:
    """The labels of the metric and of the resource, and the resource's type, stand side by side."""
    (sample,) = samples(counted("story/swept", 3, result="ended"))
    assert (sample.name, sample.value) == ("custom_googleapis_com:conteur_story_swept", 3)
    monitored = {"monitored_resource": "generic_task", "revision": "v1", "result": "ended"}
    assert sample.labels == {**RESOURCE, **monitored}
    assert sample.rises


def test_a_distribution_becomes_cumulative_buckets_a_sum_and_a_count() -> None:
    """Each bucket counts all values below its bound; what no bucket says is 0."""
    found = samples(spread("story/words", 2, 3, mean=100, bounds=(50, 100, 150.5)))
    values = [(each.name, each.labels.get("le"), each.value) for each in found]
    assert values == [
        (f"{WORDS}_bucket", "50", 2),
        (f"{WORDS}_bucket", "100", 5),
        (f"{WORDS}_bucket", "150.5", 5),
        (f"{WORDS}_bucket", "+Inf", 5),
        (f"{WORDS}_sum", None, 500),
        (f"{WORDS}_count", None, 5),
    ]


def test_a_metric_that_no_registry_has_is_left_out() -> None:
    """What is not in the registry has no query either."""
    assert samples(counted("story/unheard_of", 3)) == []


def test_a_gauge_does_not_rise() -> None:
    """A gauge's first value is no rise from 0."""
    (sample,) = samples(counted("memory/used_percent", 40))
    assert not sample.rises


def test_names_are_those_that_signals_ask_for() -> None:
    """The name of a sample is in the query of a signal of its metric."""
    (sample,) = samples(counted("memory/used_percent", 40))
    assert f"{sample.name}{{" in SIGNALS["stories.memory"].query
