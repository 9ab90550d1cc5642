from scripts.ops.scaling import played
from scripts.ops.scaling.deployment import production
from scripts.ops.scaling.played import Pressed
from scripts.ops.scaling.report import Study
from scripts.ops.scaling.tables import percent
from scripts.ops.scaling.workload import Workload
from tests.scripts.ops.scaling.conftest import limited
from tests.scripts.ops.scaling.conftest import played as play


def test_a_rate_that_is_served(story: Workload) -> None:
    """With the settings that serve it, a rate is served: nearly all are told."""
    study = Study((1_000,), story, production())
    (outcome,) = played.served(study, seed=3)
    assert outcome.told > 0.99
    assert "| told " in played.served_table(study, [outcome])


def test_a_limit_that_is_met(story: Workload) -> None:
    """The table has the share told, who was refused and why, and names a limit once."""
    outcome = play(limited(production(), 100), story, 200)
    text = played.pressed_table([Pressed("OpenAI", times, outcome) for times in ("a", "b")])
    assert text.count("OpenAI ") == 1 + text.count("to OpenAI ")
    assert f"OPENAI_RATE_LIMIT {percent(1 - outcome.told)}" in text
