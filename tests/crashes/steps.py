"""Every step of telling, saving and sweeping at which a process can die, as the ports name them."""

import inspect
from collections.abc import Iterator

from conteur.use_cases import ports

# What these do is seen outside the process, so before and after each of their calls is a step.
EFFECTS: tuple[type, ...] = (
    ports.Stories,
    ports.Leases,
    ports.Budgets,
    ports.Outbox,
    ports.Model,
)
# What these do ends with the process.
INNER: tuple[type, ...] = (
    ports.Clock,
    ports.Cancellation,
    ports.Load,
    ports.Timer,
    ports.Timers,
    ports.Tokens,
    ports.SecretStore,
    ports.Probe,
)

TEXT = "text"  # between: the model has said something that nobody has heard yet


def protocols() -> set[type]:
    """Return all Protocols of the ports."""
    return {
        thing
        for thing in vars(ports).values()
        if inspect.isclass(thing)
        and thing.__module__ == ports.__name__
        and getattr(thing, "_is_protocol", False)
    }


def methods(protocol: type) -> list[str]:
    """Return the names of what a Protocol's implementation is called by."""
    return [
        name
        for name, member in vars(protocol).items()
        if inspect.isfunction(member) and not name.startswith("_")
    ]


def steps(protocol: type, method: str) -> Iterator[str]:
    """Yield the steps of one method: it is called, in between, and its answer is on its way."""
    name = f"{protocol.__name__}.{method}"
    yield f"{name} before"
    if protocol is ports.Model:
        yield f"{name} {TEXT}"
    yield f"{name} after"


def all_steps() -> set[str]:
    """Return each step that there is."""
    return {
        step
        for protocol in EFFECTS
        for method in methods(protocol)
        for step in steps(protocol, method)
    }
