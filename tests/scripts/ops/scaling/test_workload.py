import pytest

from scripts.ops.scaling.deployment import Deployment
from scripts.ops.scaling.workload import Workload, workload


def test_a_story_of_eight_seconds_makes_seven_writes(story: Workload) -> None:
    """Three begin it, three end it, and one checkpoint lies between, as docs/limits.md says."""
    assert (story.writes, story.checkpoints, story.story_writes) == (7, 1, 3)


@pytest.mark.parametrize(("seconds", "checkpoints"), [(4.0, 0), (5.0, 1), (12.0, 2), (26.0, 5)])
def test_a_checkpoint_each_five_seconds(
    deployment: Deployment, seconds: float, checkpoints: int
) -> None:
    """The longer a story is told, the more often its text is kept."""
    assert workload(deployment, 400, seconds).checkpoints == checkpoints


def test_tokens_grow_with_the_words(deployment: Deployment, story: Workload) -> None:
    """Twice the words are twice the tokens told, for nearly the same prompt."""
    longer = workload(deployment, 800, 8.0)
    assert longer.output_tokens == 2 * story.output_tokens
    assert abs(longer.input_tokens - story.input_tokens) < 5
    assert longer.cpu_seconds < 2 * story.cpu_seconds


def test_its_cost_is_the_product_s(deployment: Deployment, story: Workload) -> None:
    """Tokens at the price of OPENAI_PRICES: 0.75 and 4.50 dollars for a million."""
    cost = 0.75 * story.input_tokens + 4.5 * story.output_tokens
    assert story.cost_micros == pytest.approx(cost, abs=1)
    assert deployment.model in deployment.prices.prices


def test_the_limit_counts_what_may_be_told(deployment: Deployment, story: Workload) -> None:
    """A request counts as its max_output_tokens, or as its prompt where that is longer."""
    shortest = workload(deployment, 50, 8.0)
    assert story.limit_tokens == 832 > story.input_tokens
    assert shortest.limit_tokens == shortest.input_tokens
