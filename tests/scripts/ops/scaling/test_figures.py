import re

import pytest

from scripts.ops.scaling.deployment import ROOT
from scripts.ops.scaling.figures import ASSUMED, FIGURES, MEASURED, TIERS, Figure


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.of)
def test_each_figure_says_where_it_comes_from(figure: Figure) -> None:
    """A figure has an address, a page of ours, or says that it is measured or assumed."""
    page = ROOT / figure.source
    assert figure.source in (ASSUMED, MEASURED) or (
        re.match(r"https://\S+$", figure.source) or page.is_file()
    )


def test_tiers_grow() -> None:
    """No tier has less than the one below, and their names are those of the command."""
    assert [tier.name for tier in TIERS] == ["1", "2", "3", "4", "5"]
    for name in ("requests", "tokens"):
        values = [getattr(tier, name) for tier in TIERS]
        assert values == sorted(values)
