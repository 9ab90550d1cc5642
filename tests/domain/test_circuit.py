"""A circuit breaker's decisions."""

from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.circuit import Circuit, CircuitRule, CircuitState

RULE = CircuitRule(failures=2, rest_seconds=30)
OPEN = Circuit(RULE).failed(0).failed(100)


def test_it_opens_after_enough_failures_in_a_row() -> None:
    """One failure too few leaves it closed, and a success begins the count again."""
    assert Circuit(RULE).failed(0).state(0) is CircuitState.CLOSED
    assert Circuit(RULE).failed(0).succeeded().failed(0).state(0) is CircuitState.CLOSED
    assert OPEN.state(100) is CircuitState.OPEN


def test_it_rests_for_as_long_as_the_rule_says() -> None:
    """The model is not asked until the very moment at which the rest is over."""
    assert (OPEN.rest(100), OPEN.rest(129.5), OPEN.rest(130)) == (30, 0.5, None)
    assert OPEN.state(130) is CircuitState.HALF_OPEN


def test_half_open_admits_one_probe() -> None:
    """While a probe is under way nobody else may ask."""
    assert OPEN.asked(130).rest(130) == 30
    assert OPEN.asked(130).abandoned().rest(130) is None


def test_the_probe_decides() -> None:
    """A probe's success closes the circuit, its failure opens it for another rest."""
    probing = OPEN.asked(130)
    assert probing.succeeded() == Circuit(RULE)
    assert probing.failed(140).rest(140) == 30


@given(st.lists(st.sampled_from(["ask", "fail", "succeed", "abandon", "wait"]), max_size=60))
def test_it_never_locks_up(steps: list[str]) -> None:
    """Whatever happened, one rest after the last attempt has ended the model may be asked."""
    circuit, now = Circuit(RULE), 0.0
    for step in steps:
        match step:
            case "ask" if circuit.rest(now) is None:
                circuit = circuit.asked(now)
            case "fail":
                circuit = circuit.failed(now)
            case "succeed":
                circuit = circuit.succeeded()
            case "abandon":
                circuit = circuit.abandoned()
            case "wait":
                now += 20
    assert circuit.abandoned().rest(now + RULE.rest_seconds) is None
