from conteur.domain.model_events import TextDelta
from conteur.telemetry.aggregate import Aggregate, DistributionValue
from conteur.telemetry.registry import Function
from scripts.ops.scaling.series import distributions, numbers
from tests.fakes import ScriptedModel
from tests.use_cases.conftest import END, StoryWorld

GOOD = (
    "Once there was a fox who was afraid of the dark. Each night she hid under the roots of the "
    "old oak and counted the stars until they were gone. Then the moon told her that the dark is "
    "only a blanket, and she slept."
)


def test_the_series_are_those_of_an_instance() -> None:
    """An instance that has told a story sends as many series as the model reckons with."""
    world = StoryWorld()
    world.meter = Aggregate(function=Function.GENERATE_STORY)
    world.model = ScriptedModel((TextDelta(f"The Fox\n\n{GOOD}"), END))
    world.tell()
    values = [series.value for series in world.meter.snapshot().series]
    drawn = sum(isinstance(value, DistributionValue) for value in values)
    assert (len(values) - drawn, drawn) == (numbers(), distributions())
