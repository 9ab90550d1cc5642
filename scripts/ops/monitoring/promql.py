"""PromQL that Cloud Monitoring and a real Prometheus read alike, written of the registry's metrics.

Names: https://cloud.google.com/monitoring/promql/promql-mapping
"""

from conteur.telemetry.registry import Distribution, Metric

SCOPE = ("project_id", "namespace")
"""The labels that are never added up over: a project, and its environment."""
WINDOW = "5m"
_RESOURCE = 'monitored_resource="generic_task"'


def name_of(metric: Metric) -> str:
    """Return the metric's name: the first slash becomes a colon, what follows underscores."""
    domain, _, path = metric.type.partition("/")
    return f"{domain.replace('.', '_')}:{path.replace('/', '_')}"


def selector(metric: Metric, suffix: str = "", **labels: str) -> str:
    """Return the metric's series with these labels.

    A value that begins with `!` is one that the label has not, one with `~` a regular expression.
    Raises ValueError for a label that the metric has not.
    """
    if unknown := labels.keys() - set(metric.labels):
        raise ValueError(f"{metric.path} has no label {', '.join(sorted(unknown))}")
    matchers = [_RESOURCE, *(_matcher(*each) for each in labels.items())]
    return f"{name_of(metric)}{suffix}{{{', '.join(matchers)}}}"


def total(expression: str, *by: str) -> str:
    """Return the sum of all instances, by the scope and these labels."""
    return f"sum by ({', '.join((*SCOPE, *by))}) ({expression})"


def highest(expression: str, *by: str) -> str:
    """Return the highest of all instances, by the scope and these labels."""
    return f"max by ({', '.join((*SCOPE, *by))}) ({expression})"


def events(metric: Metric, *by: str, over: str = WINDOW, **labels: str) -> str:
    """Return how many events there were in `over`; of a distribution, how many values."""
    suffix = "_count" if isinstance(metric, Distribution) else ""
    return total(f"increase({selector(metric, suffix, **labels)}[{over}])", *by)


def a_minute(metric: Metric, *by: str, **labels: str) -> str:
    """Return how many events there are in a minute, as of the last WINDOW."""
    suffix = "_count" if isinstance(metric, Distribution) else ""
    return f"60 * {total(f'rate({selector(metric, suffix, **labels)}[{WINDOW}])', *by)}"


def share(part: str, whole: str) -> str:
    """Return what share of `whole` is `part`, 0 to 1; 0 where there is no series of `part`."""
    return f"({part} or 0 * {whole}) / {whole}"


def quantile(level: float, metric: Distribution, *by: str, **labels: str) -> str:
    """Return the value that a share `level` of all values stays below, as of the last WINDOW."""
    buckets = total(f"rate({selector(metric, '_bucket', **labels)}[{WINDOW}])", "le", *by)
    return f"histogram_quantile({level}, {buckets})"


def mean(metric: Distribution, *by: str, **labels: str) -> str:
    """Return the mean of the values of the last WINDOW."""
    added, counted = (
        total(f"rate({selector(metric, suffix, **labels)}[{WINDOW}])", *by)
        for suffix in ("_sum", "_count")
    )
    return f"{added} / {counted}"


def _matcher(label: str, value: str) -> str:
    match value[:1]:
        case "!":
            return f'{label}!="{value[1:]}"'
        case "~":
            return f'{label}=~"{value[1:]}"'
        case _:
            return f'{label}="{value}"'
