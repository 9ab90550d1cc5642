"""What a run has shown, as a table in Markdown that reads well on a terminal too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.goals import Goal, goals_of
from tests.bench.measures.measure import Metric
from tests.bench.peers import DOCS_SAMPLE_80
from tests.bench.results import Result, Run
from tests.bench.trials import Spread

RATIO = f"ratio to {DOCS_SAMPLE_80.title} (quartiles; least to most)"
DIGITS = ((0, 100), (1, 10), (2, 0.1))  # after the point, of figures of at least that size
GOAL, REACHED = "goal", "reached"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the figures by peer, and what they are held against."""

    title: str
    unit: str
    figures: Mapping[str, str]
    ratio: str = ""
    goal: str = ""
    reached: str = ""


def report(run: Run) -> str:
    """Return all that is printed of a run; noise is named before its figures and after them."""
    warning = [noise(run)] if run.verdict.noisy else []
    rough = ["Rough figures of a quick run: leave out --quick for those to be quoted."]
    parts = [
        f"Medians of {run.pairs} alternating pairs, {run.began:%Y-%m-%d %H:%M} UTC",
        "\n".join(f"{name}: {value}" for name, value in run.machine.items()),
        *(rough if run.quick else []),
        *warning,
        table(run),
        *(warning or [f"The machine was quiet: {run.verdict.seen}."]),
    ]
    return "\n\n".join(parts)


def noise(run: Run) -> str:
    """Return the warning of a noisy machine."""
    return (
        f"THE MACHINE IS TOO NOISY: {run.verdict.seen}. Disturbed: "
        f"{', '.join(run.verdict.disturbed)}. Stop what else runs here, and measure those again."
    )


def table(run: Run) -> str:
    """Return the rows of all results, in columns."""
    names = [peer.name for peer in run.peers]
    head = ["measure", "unit", *(peer.title for peer in run.peers), RATIO, GOAL, REACHED]
    lines = [
        [row.title, row.unit, *(row.figures.get(name, "") for name in names), *_end(row)]
        for result in run.results
        for row in rows(result, noisy=result.measure.name in run.verdict.disturbed)
    ]
    return _aligned(head, lines)


def rows(result: Result, *, noisy: bool = False) -> Iterator[Row]:
    """Yield the rows of one result: one for each metric, and one for each further goal."""
    for metric in result.measure.metrics:
        goals = goals_of(result.measure.name, metric.name)
        first = next((goal for goal in goals if goal.against in (metric.against, None)), None)
        yield _metric_row(result, metric, first, noisy=noisy)
        for goal in goals:
            if goal is not first and (value := goal.value(result.trials)) is not None:
                yield _goal_row(result, metric, goal, value, noisy=noisy)


def number(figure: float) -> str:
    """Return a figure with about three digits that count, one more if it is small."""
    digits = next((some for some, least in DIGITS if abs(figure) >= least), 3)
    return f"{figure:,.{digits}f}"


def _metric_row(result: Result, metric: Metric, goal: Goal | None, *, noisy: bool) -> Row:
    """Return the row of a metric's figures, its ratio, and the goal that is held against it."""
    spreads = {name: result.trials.spread(name, metric.name) for name in result.trials.samples}
    ratio = result.trials.ratio(result.measure.peers[0].name, metric.against.name, metric.name)
    value = goal.value(result.trials) if goal else None
    return Row(
        _title(result, metric.title + _against(metric), noisy=noisy),
        metric.unit,
        {name: number(spread.median) for name, spread in spreads.items() if spread},
        _spread(ratio) if ratio else "",
        _limit(goal, metric) if goal else "",
        _reached(goal, value, noisy=noisy) if goal and value else "",
    )


def _goal_row(result: Result, metric: Metric, goal: Goal, value: Spread, *, noisy: bool) -> Row:
    against = goal.against.title if goal.against else "itself"
    title = _title(result, f"{metric.title}, against {against}", noisy=noisy)
    reached = _reached(goal, value, noisy=noisy)
    return Row(title, "", {}, _spread(value), _limit(goal, metric), reached)


def _title(result: Result, title: str, *, noisy: bool) -> str:
    return f"{result.measure.title}: {title}{' (noisy)' if noisy else ''}"


def _against(metric: Metric) -> str:
    return "" if metric.against == DOCS_SAMPLE_80 else f", against {metric.against.title}"


def _spread(spread: Spread) -> str:
    low, high, least, most = map(number, (spread.low, spread.high, spread.least, spread.most))
    return f"{number(spread.median)} ({low} to {high}; {least} to {most})"


def _limit(goal: Goal, metric: Metric) -> str:
    unit = f" {metric.unit}" if goal.against is None else ""
    return f"{'>=' if goal.at_least else '<='} {goal.limit:g}{unit}"


def _reached(goal: Goal, value: Spread, *, noisy: bool) -> str:
    return f"{'yes' if goal.is_reached(value) else 'NO'}{', noisy' if noisy else ''}"


def _end(row: Row) -> Sequence[str]:
    return row.ratio, row.goal, row.reached


def _aligned(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in (head, rule, *lines)
    )
