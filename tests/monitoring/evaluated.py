"""Which queries a real Prometheus answers, over made-up series of every metric."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from conteur.telemetry.registry import METRICS
from tests.monitoring.made_series import series_of
from tests.monitoring.promtool import Document, PromtoolError, promtool, written

AT = "50m"
_FAILED = re.compile(r'expr: "(.*)", time:')


def unanswered(queries: Iterable[str], folder: Path) -> Sequence[str]:
    """Return the queries that answer no number where every metric has a value."""
    asked = {f"count(({query}) > -Inf) > bool 0": query for query in queries}
    try:
        promtool("test", "rules", written(folder / "queries.json", _tests(asked)))
    except PromtoolError as error:
        failed = [json.loads(f'"{each}"') for each in _FAILED.findall(str(error))]
        if not failed:
            raise
        return [asked[expression] for expression in failed]
    return []


def _tests(expressions: Iterable[str]) -> Document:
    made = (each for metric in METRICS for each in series_of(metric))
    series = [{"series": name, "values": values} for name, values in made]
    holds = [{"labels": "{}", "value": 1}]
    asked = [{"expr": each, "eval_time": AT, "exp_samples": holds} for each in expressions]
    one = {"interval": "1m", "input_series": series, "promql_expr_test": asked}
    return {"rule_files": [], "evaluation_interval": "1m", "tests": [one]}
