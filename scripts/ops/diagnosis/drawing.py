"""A timeline as text, with a bar for each step."""

from collections.abc import Iterator

from scripts.ops.diagnosis.layout import shortened, wrapped
from scripts.ops.diagnosis.markdown import one_line
from scripts.ops.diagnosis.timeline import Kind, Step, Timeline

CELLS, FEW_CELLS = 30, 20
NARROW, LEAST_ROOM = 100, 20  # columns: of a terminal, and beside the bars
MARKS = {Kind.WORK: "█", Kind.WAIT: "░", Kind.GAP: "·", Kind.MOMENT: "|"}
LEGEND = "█ work  ░ waiting  · no line tells  | a moment"


def drawn(timeline: Timeline, width: int | None = None) -> str:
    """Return a line a step: offset, length, bar, name and what is told of it.

    On a terminal of `width` columns what does not fit beside a bar goes on below it.
    """
    whole = max([timeline.ms or 0, *(step.until_ms for step in timeline.steps), 1])
    lines = (line for step in timeline.steps for line in _lines(step, whole, width))
    return "\n".join([*lines, f"  {LEGEND}"])


def _lines(step: Step, whole: int, width: int | None) -> Iterator[str]:
    length = "" if step.kind is Kind.MOMENT else "?" if step.ms is None else f"{step.ms} ms"
    cells = CELLS if width is None or width >= NARROW else FEW_CELLS
    before = f"  {step.at_ms:>6} ms {length:>9}  {''.join(_bar(step, whole, cells))}  "
    room = None if width is None else max(LEAST_ROOM, width - len(before))
    # Made safe as a whole: a key that is broken at a line's end would not be known for one.
    told = one_line(f"{step.name}: {shortened(step.told)}" if step.told else step.name)
    for text in wrapped(told, room, in_words=True):
        yield before + text
        before = " " * len(before)


def _bar(step: Step, whole: int, cells: int) -> Iterator[str]:
    begin = min(cells - 1, step.at_ms * cells // whole)
    is_open = step.kind is not Kind.MOMENT and step.ms is None
    end = cells if is_open else max(begin + 1, -(-step.until_ms * cells // whole))
    for cell in range(cells):
        yield MARKS[step.kind] if begin <= cell < end else " "
