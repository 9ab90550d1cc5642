import pytest

from conteur.errors import OpenAIError, OpenAIRateLimitError
from scripts.ops.scaling.figures import Tier
from scripts.ops.scaling.provider import Provider


def answered(provider: Provider, a_second: int, seconds: int) -> int:
    moments = (number / a_second for number in range(a_second * seconds))
    return sum(provider.ask(now) is None for now in moments)


@pytest.mark.parametrize(("requests", "tokens"), [(600, 1e9), (1e9, 600 * 1000)])
def test_it_answers_what_its_tier_says(requests: float, tokens: float) -> None:
    """Asked far too often for ten minutes, it answers 600 a minute, be it requests or tokens."""
    provider = Provider(Tier("t", requests, tokens), 1000)
    assert answered(provider, 97, 600) == pytest.approx(6_000, rel=0.01)


def test_twice_the_tier_answers_twice() -> None:
    """A tier of twice the requests and tokens answers twice as many."""
    one, two = (Provider(Tier("t", times * 500, times * 5e5), 1200) for times in (1, 2))
    assert answered(two, 97, 300) == pytest.approx(2 * answered(one, 97, 300), rel=0.02)


def test_it_says_when_to_come_again() -> None:
    """At the moment that a 429 names there is room, and not a moment before."""
    provider = Provider(Tier("t", 60, 1e9), 1)
    provider.ask(0.0)
    error = provider.ask(0.25)
    assert isinstance(error, OpenAIRateLimitError)
    assert error.retry_after_seconds == pytest.approx(0.75)
    assert provider.ask(0.999) is not None
    assert provider.ask(1.001) is None


def test_a_429_takes_nothing() -> None:
    """Whoever is refused does not push the others back."""
    provider = Provider(Tier("t", 60, 1e9), 1)
    provider.ask(0.0)
    for _ in range(50):
        provider.ask(0.5)
    assert provider.ask(1.001) is None


def test_a_burst_is_held_to_a_second() -> None:
    """However long nobody asked, only a second's worth is answered at once."""
    provider = Provider(Tier("t", 600, 1e9), 1)
    assert sum(provider.ask(100.0) is None for _ in range(100)) == 10


def test_an_outage() -> None:
    """From one moment to the other it fails, and before and after it does not."""
    provider = Provider(Tier("t", 6_000, 1e9), 1, outage=(10.0, 20.0))
    assert provider.ask(9.9) is None
    assert isinstance(provider.ask(10.0), OpenAIError)
    assert isinstance(provider.ask(19.9), OpenAIError)
    assert provider.ask(20.0) is None
