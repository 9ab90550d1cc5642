"""What is where when a deploy stops on its way."""

from collections.abc import Iterator, Sequence

from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.record import Record
from scripts.ops.traffic.moving import shares_text
from scripts.ops.traffic.platform import Platform


def lines(record: Record, platform: Platform, *, goes_on: bool = True) -> Iterator[str]:
    """Yield what is done, who serves what, and what to do next where it can be gone on with."""
    done = ", ".join(step.name for step in record.steps) or "nothing"
    yield f"{record.id} is half done. Done: {done}."
    if record.facts.get("previous"):
        yield from _traffic(record, platform, record.facts["functions"])
    if not goes_on:
        return
    yield (
        f"Go on with it: scripts/deploy {record.environment} --resume. Undo it: scripts/rollback "
        f"{record.environment} shows what it would move."
    )


def _traffic(record: Record, platform: Platform, functions: Sequence[str]) -> Iterator[str]:
    new = {*record.facts.get("revisions", {}).values()}
    for function in functions:
        try:
            state = platform.service(function)
        except OperationError as error:
            yield f"  {function}: not known ({error})"
            continue
        if state is not None:
            trial = [name for name in state.serving if name in new]
            yield f"  {function}: {shares_text(state)}" + (
                f" (new: {', '.join(trial)})" if trial else ""
            )
