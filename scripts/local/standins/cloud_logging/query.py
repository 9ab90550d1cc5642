"""The Logging query language: which log entries a filter means.

Sources: https://cloud.google.com/logging/docs/view/logging-query-language and, for the grammar,
https://google.aip.dev/160. OR binds tighter than AND, and than the space or newline that stands
for it. What is unknown here is refused, not ignored.
"""

from collections.abc import Callable
from urllib.parse import unquote

from scripts.local.standins.cloud_logging.query_fields import Field, find_field
from scripts.local.standins.cloud_logging.query_text import anywhere, search
from scripts.local.standins.cloud_logging.query_tokens import Kind, Token, tokens
from scripts.local.standins.cloud_logging.query_values import Predicate, compare
from scripts.local.standins.cloud_monitoring.resources import invalid

MAX_LENGTH = 20_000
MAX_DEPTH = 50
RESERVED = {"AND", "OR", "NOT"}

Leaf = Callable[[], Predicate]


def parse(query: str) -> Predicate:
    """Return what tells whether an entry is meant; an empty query means all. Raises RefusalError.

    The longest query: https://cloud.google.com/logging/quotas
    """
    if len(query) > MAX_LENGTH:
        raise invalid(
            f"Unparseable filter: Filter length {len(query)} exceeds the maximum of {MAX_LENGTH}."
        )
    parser = _Parser(query)
    return parser.query()


class _Parser:
    """Reads a query from left to right, one method a rule of the grammar."""

    def __init__(self, query: str) -> None:
        self._tokens = list(tokens(query))
        self._at = 0
        self._depth = 0

    def query(self) -> Predicate:
        if self._next.kind is Kind.END:
            return lambda _: True
        found = self._all_of(self._restriction)
        self._must_end()
        return found

    def _must_end(self) -> None:
        if self._next.kind is not Kind.END:
            raise self._next.error()

    def _all_of(self, leaf: Leaf) -> Predicate:
        found = [self._any_of(leaf)]
        while self._next.kind is not Kind.END and self._next.text not in (")", ","):
            self._takes("AND")
            found.append(self._any_of(leaf))
        return found[0] if len(found) == 1 else lambda entry: all(each(entry) for each in found)

    def _any_of(self, leaf: Leaf) -> Predicate:
        found = [self._negated(leaf)]
        while self._takes("OR"):
            found.append(self._negated(leaf))
        return found[0] if len(found) == 1 else lambda entry: any(each(entry) for each in found)

    def _negated(self, leaf: Leaf) -> Predicate:
        if self._takes("NOT") or (self._next.text == "-" and not self._is_number()):
            self._takes("-")
            negated = self._negated(leaf)
            return lambda entry: not negated(entry)
        return self._grouped(leaf)

    def _grouped(self, leaf: Leaf) -> Predicate:
        start = self._next
        if not self._takes("("):
            return leaf()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise start.error()
        found = self._all_of(leaf)
        self._must_take(")")
        self._depth -= 1
        return found

    def _restriction(self) -> Predicate:
        """Read a comparison, a function's call, or a text that is looked for anywhere."""
        name = self._word()
        if self._next.text == "(" and self._next.start == name.end:
            return self._call(name)
        if self._next.kind is not Kind.OPERATOR:
            return anywhere(name.value)
        if name.is_quoted:
            raise name.error()
        sign = self._take().text
        field = find_field(name.parts)
        return (
            self._grouped(lambda: self._compared(field, sign))
            if self._next.text == "("
            else (self._compared(field, sign))
        )

    def _compared(self, field: Field, sign: str) -> Predicate:
        minus = self._takes("-")
        word = self._word()
        if minus:
            word = Token(word.kind, f"-{word.text}", word.query, word.start - 1)
        return compare(field, sign, word)

    def _call(self, name: Token) -> Predicate:
        self._must_take("(")
        given = [self._word()]
        while self._takes(","):
            given.append(self._word())
        self._must_take(")")
        if name.text == "SEARCH" and len(given) <= 2 and given[-1].is_quoted:  # noqa: PLR2004 - field, text
            return search(given[-1].value, find_field(given[0].parts) if given[1:] else None)
        if name.text == "log_id" and len(given) == 1:
            return _log_id(given[0].value)
        raise invalid(
            f"Unparseable filter: {name.text} with {len(given)} arguments: the stand-in knows "
            'SEARCH("words"), SEARCH(field, "words") and log_id("name") only.'
        )

    def _word(self) -> Token:
        """Take a name or a value."""
        if self._next.kind is not Kind.PATH or self._next.text in RESERVED:
            raise self._next.error()
        return self._take()

    def _is_number(self) -> bool:
        return self._at > 0 and self._tokens[self._at - 1].kind is Kind.OPERATOR

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _takes(self, text: str) -> bool:
        """Take the next token if it is this one."""
        if self._next.text != text or self._next.is_quoted:
            return False
        self._at += 1
        return True

    def _must_take(self, text: str) -> None:
        if not self._takes(text):
            raise self._next.error()


def _log_id(name: str) -> Predicate:
    """Tell whether an entry is of a log; `/` in its name is written so here.

    Source: https://cloud.google.com/logging/docs/view/logging-query-language#log_id_function
    """
    return lambda entry: unquote(entry.log_name.partition("/logs/")[2]) == name
