"""A query in the language of Cloud Logging.

https://cloud.google.com/logging/docs/view/logging-query-language
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from scripts.ops.logbook.line import IDS
from scripts.ops.logbook.query import Query

# As `firebase functions:log` finds them.
FUNCTIONS = 'resource.type="cloud_run_revision" AND labels."goog-managed-by"="cloudfunctions"'


def filter_of(query: Query) -> str:
    """Return the filter of a query, bounds of time included.

    Cloud Logging compares texts without regard to case, so it may answer with a few lines more
    than `query.selects`.
    """
    after = f'timestamp>="{_moment(query.since)}"'
    before = () if query.until is None else (f'timestamp<"{_moment(query.until)}"',)
    return " AND ".join([tail_filter_of(query), after, *before])


def tail_filter_of(query: Query) -> str:
    """Return the filter of a query without its bounds of time, for what is still to come."""
    return " AND ".join([FUNCTIONS, *_parts(query)])


def quoted(text: str) -> str:
    r"""Return a text, of whatever origin, as one string of the language.

    JSON's escapes (`\"`, `\\`, `\n`, `\u0001`) are among those that the language decodes, by
    https://github.com/GoogleCloudPlatform/ops-agent/blob/master/confgenerator/filter/internal/ast/ast.go,
    which keeps to Cloud Logging's. Half of a surrogate pair, as a shell makes of a byte that is no
    UTF-8, cannot be sent, nor be in a log: it is asked for as `?`.
    """
    return json.dumps(text.encode(errors="replace").decode(), ensure_ascii=False)


def _parts(query: Query) -> Iterator[str]:
    if query.services:
        yield f"resource.labels.service_name={_one_of(query.services)}"
    if query.severity is not None:
        yield f"severity>={query.severity}"
    if query.request:
        own = (f"jsonPayload.{name}={quoted(query.request)}" for name in IDS)
        yield f"({' OR '.join(own)})"
    if query.events:
        yield f"jsonPayload.event={_one_of(query.events)}"


def _one_of(texts: Sequence[str]) -> str:
    return f"({' OR '.join(map(quoted, texts))})"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
