"""A circuit breaker's decisions."""

from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.circuit import Circuit, CircuitRule, CircuitState, Health, Ticket

RULE = CircuitRule(failures=2, rest_seconds=30)
NEW = Circuit(RULE)


def failed(circuit: Circuit, now: float) -> Circuit:
    return circuit.ended(Ticket(now), Health.DOWN, now)


OPEN = failed(failed(NEW, 0), 100)


def probed(now: float) -> tuple[Circuit, Ticket]:
    probe = Ticket(now)
    return OPEN.asked(probe), probe


def test_it_opens_after_enough_failures_in_a_row() -> None:
    """One failure too few leaves it closed, and a success begins the count again."""
    once = failed(NEW, 0)
    assert once.state(0) is CircuitState.CLOSED
    recovered = once.ended(Ticket(1), Health.UP, 2)
    assert failed(recovered, 3).state(3) is CircuitState.CLOSED
    assert OPEN.state(100) is CircuitState.OPEN


def test_what_says_nothing_changes_nothing() -> None:
    """An attempt that tells nothing of the model neither breaks a row nor makes it longer."""
    once = failed(NEW, 0)
    assert once.ended(Ticket(1), Health.UNKNOWN, 2) is once


def test_one_blip_is_one_failure() -> None:
    """Attempts that were under way together, and fail within a second, count once."""
    first, second = Ticket(0), Ticket(1)
    blip = NEW.ended(first, Health.DOWN, 10).ended(second, Health.DOWN, 10.9)
    assert blip.failures == 1
    assert blip.ended(Ticket(2), Health.DOWN, 11.1).state(11.1) is CircuitState.OPEN


def test_a_failure_after_the_blip_counts() -> None:
    """An attempt that began after the last failure is news, however soon it fails."""
    blip = NEW.ended(Ticket(0), Health.DOWN, 10)
    assert blip.ended(Ticket(10.1), Health.DOWN, 10.2).state(10.2) is CircuitState.OPEN


def test_it_rests_for_as_long_as_the_rule_says() -> None:
    """The model is not asked until the very moment at which the rest is over."""
    assert (OPEN.rest(100), OPEN.rest(129.5), OPEN.rest(130)) == (30, 0.5, 0)
    assert OPEN.state(130) is CircuitState.HALF_OPEN


def test_half_open_admits_one_probe() -> None:
    """While a probe is under way nobody else may ask; one that says nothing makes room."""
    probing, probe = probed(130)
    assert probing.rest(130) == 1
    assert probing.ended(probe, Health.UNKNOWN, 131).rest(131) == 0


def test_the_probe_decides() -> None:
    """A probe's success closes the circuit, its failure opens it for another rest."""
    probing, probe = probed(130)
    assert probing.ended(probe, Health.UP, 131) == NEW
    assert probing.ended(probe, Health.DOWN, 140).rest(140) == 30


def test_the_probes_first_words_close_it() -> None:
    """Nobody waits for the end of the probe's story; if that breaks off, it is open again."""
    probing, probe = probed(130)
    closed = probing.spoken(probe)
    assert closed.state(131) is CircuitState.CLOSED
    assert closed.ended(probe, Health.DOWN, 140).rest(140) == 30


def test_stragglers_change_nothing() -> None:
    """While it is open, attempts from before that neither close it, nor prolong it, nor probe."""
    old = Ticket(99)
    for health in Health:
        assert OPEN.ended(old, health, 120) is OPEN
    probing, _probe = probed(130)
    assert probing.spoken(old) is probing.ended(old, Health.DOWN, 131) is probing


def test_a_probe_that_is_never_heard_of_again() -> None:
    """A probe outlives its call only if something broke: after a minute there is another one."""
    probing, _probe = probed(130)
    assert (probing.rest(189), probing.rest(190)) == (1, 0)


@given(st.lists(st.sampled_from(["ask", "speak", *Health, "wait"]), max_size=60))
def test_it_never_locks_up(steps: list[str | Health]) -> None:
    """Whatever happened, a rest and a minute later the model may be asked."""
    circuit, ticket, now = NEW, Ticket(0), 0.0
    for step in steps:
        match step:
            case "ask" if not circuit.rest(now):
                ticket = Ticket(now)
                circuit = circuit.asked(ticket)
            case "speak":
                circuit = circuit.spoken(ticket)
            case "wait":
                now += 20
            case Health():
                circuit = circuit.ended(ticket, step, now)
    assert circuit.rest(now + RULE.rest_seconds + 60) == 0
