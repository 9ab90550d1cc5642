"""What an answer costs, to the micro-dollar."""

from datetime import date

import pytest

from conteur.adapters.prompt_files import load_prompt_book
from conteur.domain.model_events import Usage
from conteur.domain.prices import Price, PriceTable, parse_price
from conteur.domain.prompt import Prompt
from conteur.domain.story_request import StoryRequest

SINCE = date(2026, 11, 5)
MINI = Price(input_micros=750_000, output_micros=4_500_000, since=SINCE)
LARGE = Price(input_micros=2_500_000, output_micros=15_000_000, since=SINCE)
TABLE = PriceTable({"mini": MINI, "large": LARGE})

# Counted with o200k_base, the encoding of OpenAI's models: ten characters each, and their tokens.
ENCODED = [
    ("A fox runs", 3),
    ("从前有一只害怕黑暗的", 10),
    ("龘靐齉齾爩鱻麤龗灪籲", 21),
    ("むかしむかし、暗闇を", 11),
    ("옛날 옛적에 어둠을", 11),
    ("🦊🌚🪿🫨🧌🪬🦊🌚🪿🫨", 28),
    ("ᚠᚢᚦᚨᚱᚲᚠᚢᚦᚨ", 30),
]


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        (Usage(0, 0), 0),
        (Usage(1_000_000, 0), 750_000),
        (Usage(0, 1_000_000), 4_500_000),
        (Usage(4, 0), 3),
        (Usage(1, 0), 1),
        (Usage(5, 0), 4),
        (Usage(1234, 567), 3477),
    ],
)
def test_cost(usage: Usage, cost: int) -> None:
    """A part of a micro-dollar is charged as a whole one."""
    assert MINI.cost(usage) == cost


def test_each_model_has_its_price() -> None:
    """An answer costs what its model takes."""
    usage = Usage(1000, 1000)
    assert (TABLE.cost("mini", usage), TABLE.cost("large", usage)) == (5250, 17_500)


def test_the_dearest_model_counts() -> None:
    """A story is reserved for at the price of the dearest model that may tell it."""
    prompt = Prompt("Be kind.", "A fox", 100, "v1")
    assert TABLE.most(["mini", "large"], prompt) == TABLE.most(["large"], prompt)
    assert TABLE.most(["mini", "large"], prompt) > TABLE.most(["mini"], prompt)


@pytest.mark.parametrize(("text", "tokens"), ENCODED)
def test_no_prompt_costs_more_than_the_most(text: str, tokens: int) -> None:
    """A prompt of the longest length never costs more than was reserved, in whatever script."""
    request = StoryRequest("id-1", text * 200, "zh")
    prompt = load_prompt_book().compose(request)
    usage = Usage(tokens * 200, prompt.max_output_tokens)
    bare = Prompt("", text * 200, prompt.max_output_tokens, "v1")
    assert MINI.cost(usage) <= TABLE.most(["mini"], bare) <= TABLE.most(["mini"], prompt)


def test_a_price_is_read_exactly() -> None:
    """Dollars become micro-dollars without the errors of binary fractions."""
    assert parse_price("mini:0.75/4.50@2026-11-05") == ("mini", MINI)
    assert parse_price("a:0.1/0.000001@2026-11-05")[1] == Price(100_000, 1, SINCE)


def test_a_model_may_have_colons() -> None:
    """A fine-tuned model's name is read whole."""
    assert parse_price("ft:mini:org::1:1/2@2026-11-05")[0] == "ft:mini:org::1"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a", "a"),
        (":1/2@2026-11-05", ":1/2"),
        ("a:1@2026-11-05", "a:1@"),
        ("a:1/2", "a:1/2"),
        ("a:-1/2@2026-11-05", "a:-1/2"),
        ("a:1/2@2026-02-30", "day is out of range"),
    ],
)
def test_a_price_that_cannot_be_read(text: str, problem: str) -> None:
    """A price of another form, or of no day, is refused."""
    with pytest.raises(ValueError, match=problem):
        parse_price(text)
