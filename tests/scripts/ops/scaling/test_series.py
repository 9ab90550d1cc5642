from conteur.telemetry.aggregate import Aggregate, DistributionValue
from conteur.telemetry.instance_state import InstanceState
from conteur.telemetry.registry import Function
from scripts.ops.scaling.series import distributions, numbers
from tests.fakes import FakeLoad, ScriptedModel
from tests.use_cases.conftest import GOOD_STORY, StoryWorld


def test_the_series_are_those_of_an_instance() -> None:
    """An instance that has told a story sends as many series as the model reckons with."""
    world = StoryWorld()
    world.meter = Aggregate(function=Function.GENERATE_STORY)
    world.model = ScriptedModel(GOOD_STORY)
    state = InstanceState(world.meter, Function.GENERATE_STORY, FakeLoad(memory=0.4))
    state.begin()
    world.tell()
    state.show()
    values = [series.value for series in world.meter.snapshot().series]
    drawn = sum(isinstance(value, DistributionValue) for value in values)
    assert (len(values) - drawn, drawn) == (numbers(), distributions())
