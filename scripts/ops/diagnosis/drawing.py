"""A timeline as text, with a bar for each step."""

from collections.abc import Iterator

from scripts.ops.diagnosis.timeline import Kind, Step, Timeline

WIDTH = 30
MARKS = {Kind.WORK: "█", Kind.WAIT: "░", Kind.GAP: "·", Kind.MOMENT: "|"}
MOST_OF_A_TEXT = 120
LEGEND = "█ work  ░ waiting  · no line tells  | a moment"


def drawn(timeline: Timeline) -> str:
    """Return a line a step: offset, length, bar, name and what is told of it."""
    whole = max([timeline.ms or 0, *(step.until_ms for step in timeline.steps), 1])
    return "\n".join([*(_line(step, whole) for step in timeline.steps), f"  {LEGEND}"])


def _line(step: Step, whole: int) -> str:
    length = "" if step.kind is Kind.MOMENT else "?" if step.ms is None else f"{step.ms} ms"
    told = f": {shortened(step.told)}" if step.told else ""
    return f"  {step.at_ms:>6} ms {length:>9}  {_bar(step, whole)}  {step.name}{told}"


def _bar(step: Step, whole: int) -> str:
    return "".join(_cells(step, whole))


def _cells(step: Step, whole: int) -> Iterator[str]:
    begin = min(WIDTH - 1, step.at_ms * WIDTH // whole)
    is_open = step.kind is not Kind.MOMENT and step.ms is None
    end = WIDTH if is_open else max(begin + 1, -(-step.until_ms * WIDTH // whole))
    for cell in range(WIDTH):
        yield MARKS[step.kind] if begin <= cell < end else " "


def shortened(text: str) -> str:
    """Return a text that fits on a line."""
    return text if len(text) <= MOST_OF_A_TEXT else f"{text[: MOST_OF_A_TEXT - 1]}…"
