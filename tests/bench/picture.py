"""A run as a picture: bars of ratios to the docs sample's figures, and the goals, as SVG."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from tests.bench.goals import goals_of
from tests.bench.measures.measure import Metric
from tests.bench.peers import DOCS_SAMPLE_80, PEERS
from tests.bench.results import Result, Run

WIDTH, LEFT, RIGHT = 980, 420, 60
HEAD, FOOT = 96, 20
BAR, GAP = 11, 12
MOST = 2.0  # times the docs sample; longer bars are cut off, their figures tell

STYLE = """
svg { --back: #fff; --text: #1f2328; --faint: #6e7781; --line: #d0d7de; }
.conteur { fill: #0969da; } .hello-world { fill: #2da44e; } .genkit { fill: #bc4c00; }
.docs-sample { fill: #8c959f; } .docs-sample-80 { fill: #57606a; }
@media (prefers-color-scheme: dark) {
  svg { --back: #0d1117; --text: #e6edf3; --faint: #9198a1; --line: #30363d; }
  .conteur { fill: #58a6ff; } .hello-world { fill: #3fb950; } .genkit { fill: #f0883e; }
  .docs-sample { fill: #6e7681; } .docs-sample-80 { fill: #b1bac4; }
}
text { fill: var(--text); font: 12px system-ui, sans-serif; }
.title { font-size: 17px; font-weight: 600; } .faint { fill: var(--faint); }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.back { fill: var(--back); } .grid { stroke: var(--line); } .one { stroke: var(--text); }
.goal { fill: none; stroke: var(--text); stroke-width: 2.5; }
"""


@dataclass(frozen=True, slots=True)
class Group:
    """The bars of one metric: ratios by peer, less being better, and conteur's goal among them."""

    title: str
    ratios: Mapping[str, float]
    goal: float | None = None

    @property
    def height(self) -> int:
        """The pixels that it takes, with the gap below it."""
        return BAR * len(self.ratios) + GAP


def groups(run: Run) -> Sequence[Group]:
    """Return the groups that a run can fill."""
    candidates = [
        _group(result, metric)
        for result in run.results
        for metric in result.measure.metrics
        if metric.drawn
    ]
    return [group for group in candidates if group.ratios]


def draw(run: Run) -> str:
    """Return the picture."""
    content = groups(run)
    height = HEAD + sum(group.height for group in content) + FOOT
    rough = " Rough: a quick run." if run.quick else ""
    noisy = " The machine was too noisy." if run.verdict.noisy else ""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>conteur beside its peers</title><style>{STYLE}</style>",
        f'<rect class="back" width="{WIDTH}" height="{height}"/>',
        _text(16, 28, "conteur beside its peers", "title"),
        _text(
            16,
            48,
            f"Times the figure of the docs sample with 80 threads: less is better. Medians of"
            f" {run.pairs} pairs, {run.began:%Y-%m-%d}.{rough}{noisy}",
            "faint",
        ),
        *_legend(content),
        *_grid(height),
        *_bars(content),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _group(result: Result, metric: Metric) -> Group:
    names = [name for name in result.trials.samples if name != metric.against.name]
    spreads = {name: result.trials.ratio(name, metric.against.name, metric.name) for name in names}
    sign = -1 if metric.more_is_better else 1
    goals = goals_of(result.measure.name, metric.name)
    limits = [goal.limit**sign for goal in goals if goal.against == metric.against]
    return Group(
        _title(result, metric),
        {name: spread.median**sign for name, spread in spreads.items() if spread},
        next(iter(limits), None),
    )


def _title(result: Result, metric: Metric) -> str:
    inverse = ", inverse" if metric.more_is_better else ""
    other = "" if metric.against == DOCS_SAMPLE_80 else f" (1 = {metric.against.title})"
    return f"{result.measure.title}: {metric.title}{inverse}{other}"


def _legend(content: Sequence[Group]) -> Iterator[str]:
    shown = {name for group in content for name in group.ratios}
    left = 16
    for name, peer in PEERS.items():
        if name in shown:
            yield f'<rect class="{name}" x="{left}" y="63" width="11" height="11"/>'
            yield _text(left + 17, 73, peer.title)
            left += 40 + 6 * len(peer.title)
    yield f'<path class="goal" d="M{left + 5} 62v13"/>'
    yield _text(left + 14, 73, "conteur's goal")


def _grid(height: int) -> Iterator[str]:
    for tenths in range(0, round(10 * MOST) + 1, 5):
        at, kind = _at(tenths / 10), "one" if tenths == 10 else "grid"
        yield f'<path class="{kind}" d="M{at} {HEAD - 4}V{height - FOOT}"/>'
        yield _text(at, height - 5, f"{tenths / 10:g}", "faint middle")


def _bars(content: Sequence[Group]) -> Iterator[str]:
    top = HEAD
    for group in content:
        middle = top + BAR * len(group.ratios) / 2 + 4
        yield _text(LEFT - 10, middle, group.title, "end")
        for number, (name, ratio) in enumerate(group.ratios.items()):
            yield from _bar(name, ratio, top + BAR * number)
        if group.goal is not None:
            yield f'<path class="goal" d="M{_at(group.goal)} {top - 2}v{BAR + 3}"/>'
        top += group.height


def _bar(name: str, ratio: float, top: int) -> Iterator[str]:
    end = _at(min(max(ratio, 0), MOST))
    width, height = round(end - LEFT, 1), BAR - 1
    yield f'<rect class="{name}" x="{LEFT}" y="{top}" width="{width}" height="{height}"/>'
    cut = " >" if ratio > MOST else ""
    yield _text(end + 5, top + 9, f"{ratio:.2f}{cut}", "faint")


def _at(ratio: float) -> float:
    """Return where a ratio is drawn."""
    return round(LEFT + (WIDTH - LEFT - RIGHT) * ratio / MOST, 1)


def _text(left: float, base: float, text: str, kind: str = "") -> str:
    return f'<text class="{kind}" x="{left}" y="{base}">{escape(text)}</text>'
