import pytest

from conteur.telemetry.registry import EXECUTION_SECONDS, EXECUTIONS, MODEL_RETRIES
from scripts.ops.monitoring import promql

RESOURCE = 'monitored_resource="generic_task"'


def test_a_name_is_cloud_monitorings() -> None:
    """Dots of the domain become underscores, the first slash a colon, the others underscores."""
    name = promql.name_of(MODEL_RETRIES)
    assert name == "custom_googleapis_com:conteur_model_retries"


def test_a_selector_names_the_resource() -> None:
    """Series of another resource would be somebody else's."""
    assert promql.selector(MODEL_RETRIES).endswith(f"_retries{{{RESOURCE}}}")


@pytest.mark.parametrize(
    ("value", "matcher"),
    [("failed", 'outcome="failed"'), ("!failed", 'outcome!="failed"'), ("~a|b", 'outcome=~"a|b"')],
)
def test_a_label_is_matched(value: str, matcher: str) -> None:
    """A label has a value, or has it not, or matches an expression."""
    assert promql.selector(EXECUTIONS, outcome=value).endswith(f"{{{RESOURCE}, {matcher}}}")


def test_a_label_that_the_metric_has_not() -> None:
    """It would match nothing, and nobody would see why."""
    with pytest.raises(ValueError, match="model/retries has no label function"):
        promql.selector(MODEL_RETRIES, function="generate_story")


def test_the_values_of_a_distribution_are_counted() -> None:
    """Its events are its values."""
    counted = promql.events(EXECUTION_SECONDS, "function", over="1h")
    assert counted == (
        "sum by (project_id, namespace, function) (increase("
        f"custom_googleapis_com:conteur_execution_seconds_count{{{RESOURCE}}}[1h]))"
    )


def test_a_share_without_a_part_is_none_of_it() -> None:
    """Where no series of the part is there, the share is 0 of the whole, and not unknown."""
    assert promql.share("part", "whole") == "(part or 0 * whole) / whole"
