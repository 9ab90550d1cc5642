"""The Logging query language: what holds of every query."""

from contextlib import suppress

from google.cloud.logging_v2.types import LogEntry
from hypothesis import given
from hypothesis import strategies as st

from scripts.local.standins.cloud_logging.query import parse
from scripts.local.standins.server import RefusalError

NAMES = "abcd"
Query = tuple[str, "Query | str", "Query | str"]
"""An operator and what it is of; a leaf is a name, which an entry's labels have or have not."""


def _queries() -> "st.SearchStrategy[Query | str]":
    return st.recursive(
        st.sampled_from(NAMES),
        lambda inner: st.tuples(st.sampled_from(["AND", "OR", "NOT", " "]), inner, inner),
        max_leaves=12,
    )


def _written(query: "Query | str") -> str:
    if isinstance(query, str):
        return f"labels.{query}:*"
    operator, one, other = query
    if operator == "NOT":
        return f"NOT ({_written(one)})"
    return f"({_written(one)}) {operator} ({_written(other)})"


def _holds(query: "Query | str", having: set[str]) -> bool:
    if isinstance(query, str):
        return query in having
    operator, one, other = query
    if operator == "NOT":
        return not _holds(one, having)
    if operator == "OR":
        return _holds(one, having) or _holds(other, having)
    return _holds(one, having) and _holds(other, having)


@given(_queries(), st.sets(st.sampled_from(NAMES)))
def test_logic(query: "Query | str", having: set[str]) -> None:
    """However AND, OR and NOT are nested, a query means what logic says."""
    entry = LogEntry.pb(LogEntry(labels=dict.fromkeys(having, "1")))
    assert parse(_written(query))(entry) is _holds(query, having)


@given(
    st.lists(st.lists(st.sampled_from(NAMES), min_size=1), min_size=1),
    st.sets(st.sampled_from(NAMES)),
)
def test_precedence(groups: list[list[str]], having: set[str]) -> None:
    """Without parentheses a query is a conjunction of disjunctions."""
    query = " AND ".join(" OR ".join(f"labels.{name}:*" for name in group) for group in groups)
    entry = LogEntry.pb(LogEntry(labels=dict.fromkeys(having, "1")))
    assert parse(query)(entry) is all(having & set(group) for group in groups)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_quoted_text(text: str) -> None:
    """Any text is found in quotation marks, with a backslash before each of its own."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    entry = LogEntry.pb(LogEntry(text_payload=f"<{text}>"))
    assert parse(f'textPayload="<{quoted}>"')(entry)


@given(st.text())
def test_any_text(query: str) -> None:
    """Whatever is asked is answered, or refused; nothing else happens."""
    with suppress(RefusalError):
        assert parse(query)(LogEntry.pb(LogEntry(text_payload="x"))) in (True, False)
