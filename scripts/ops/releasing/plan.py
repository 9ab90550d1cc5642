"""Steps of a release: each knows whether it is done, and does it where it is not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.journal import Journal


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `done` looks, and returns what is there; None where it is to be done.

    `command` is what a person would type for it; `do` does it, and returns what it did.
    """

    name: str
    title: str
    command: str
    done: Callable[[], str | None]
    do: Callable[[], str]

    def run(self) -> str:
        """Do it where it is not done, and return what is there now."""
        there = self.done()
        return f"{there} already" if there else self.do()


def run(steps: Sequence[Step], journal: Journal) -> None:
    """Do the steps in their order.

    Raises OperationError where one fails, and KeyboardInterrupt where a person stops it; the text
    says which steps are done.
    """
    for number, step in enumerate(steps):
        try:
            journal.step(step.name, step.title, step.run)
        except OperationError as error:
            raise type(error)(f"{error}\n{_stand(steps, number)}") from error
        except KeyboardInterrupt as error:
            told = f"Interrupted in the step {step.title}. {_stand(steps, number)}"
            raise KeyboardInterrupt(f"{told} Give the command again: it goes on there.") from error


def _stand(steps: Sequence[Step], at: int) -> str:
    """Return how far it came, where the step `at` is not over."""
    done, rest = (", ".join(each.title for each in part) for part in (steps[:at], steps[at:]))
    return f"Steps that are done: {done or 'none'}; that are not: {rest}."


def shown(steps: Sequence[Step]) -> list[dict[str, str | None]]:
    """Return each step as programs read it; `done` is what is there, or None."""
    return [
        {"name": each.name, "title": each.title, "command": each.command, "done": each.done()}
        for each in steps
    ]


def lines(steps: Sequence[dict[str, str | None]]) -> list[str]:
    """Return the steps as people read them: what is there, and what would be typed."""
    return [
        f"  {'done' if step['done'] else 'to do':5}  {step['title']}: "
        f"{step['done'] or step['command']}"
        for step in steps
    ]
