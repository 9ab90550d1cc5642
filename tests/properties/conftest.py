"""How lives are drawn: the same ones each time, unless a seed is named (--hypothesis-seed)."""

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase

LIVES = "lives"


def pytest_configure(config: pytest.Config) -> None:
    """Settle how lives are drawn before their test is read."""
    hypothesis.settings.register_profile(
        LIVES,
        hypothesis.settings.get_profile("conteur"),
        derandomize=config.getoption("--hypothesis-seed") is None,
        max_examples=400,
        stateful_step_count=40,
        # A life that fails is shown as it was drawn, unless asked: to shorten one takes minutes.
        phases=Phase if config.getoption("--hypothesis-explain") else [Phase.generate],
        report_multiple_bugs=False,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
