"""The words of the Logging query language.

Sources: https://cloud.google.com/logging/docs/view/logging-query-language#syntax-summary and, for
escapes, the Ops Agent, whose own parser keeps to Cloud Logging's rules:
https://github.com/GoogleCloudPlatform/ops-agent/blob/master/confgenerator/filter/internal/filter.bnf
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from scripts.local.standins.cloud_monitoring.resources import invalid
from scripts.local.standins.server import RefusalError

QUOTED = r'"(?:\\.|[^"\\])*"'
PLAIN = r"[\w*/%@+$][\w*/%@+$-]*"
PART = re.compile(rf"({QUOTED})|({PLAIN})", re.DOTALL)
TOKEN = re.compile(
    rf"(?P<skipped>\s+|--[^\n]*)|(?P<path>(?:{QUOTED}|{PLAIN})(?:\.(?:{QUOTED}|{PLAIN}))*)"
    r"|(?P<operator>!=|!~|=~|>=|<=|[=<>:])|(?P<mark>[(),-])",
    re.DOTALL,
)
ESCAPED = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3][0-7]{2}|[0-7]{1,2})|([abfnrtv])"
    r'|([,:=<>+~"\\.*])|(.?))',
    re.DOTALL,
)
CONTROLS = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))
NO_CHARACTER = "\ufffd"


class Kind(Enum):
    """What a token is: a name or a value, an operator, or one of `( ) , -`."""

    PATH = auto()
    OPERATOR = auto()
    MARK = auto()
    END = auto()


KINDS = {"path": Kind.PATH, "operator": Kind.OPERATOR, "mark": Kind.MARK}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a query, and where in it it stands."""

    kind: Kind
    text: str
    query: str
    start: int

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of a name between its dots, without their quotation marks and escapes.

        Raises RefusalError for an escape that there is not.
        """
        return tuple(
            ESCAPED.sub(_meant, quoted[1:-1]) if quoted else plain
            for quoted, plain in PART.findall(self.text)
        )

    @property
    def is_quoted(self) -> bool:
        """Whether it is one text in quotation marks."""
        return re.fullmatch(QUOTED, self.text, re.DOTALL) is not None

    @property
    def value(self) -> str:
        """The text without its quotation marks and escapes. Raises RefusalError as parts do."""
        return self.parts[0] if self.is_quoted else self.text

    @property
    def end(self) -> int:
        """Where it ends in the query."""
        return self.start + len(self.text)

    def error(self) -> RefusalError:
        """Return the refusal of a query in which this word has no place."""
        line = self.query.count("\n", 0, self.start) + 1
        column = self.start - self.query.rfind("\n", 0, self.start)
        return invalid(
            f"Unparseable filter: syntax error at line {line}, column {column}, token '{self.text}'"
        )


def _meant(escape: re.Match[str]) -> str:
    unicode, latin, octal, control, itself, unknown = escape.groups()
    if unknown is not None:
        raise invalid(f"Unparseable filter: invalid escape sequence: \\{unknown}")
    if control:
        return CONTROLS[control]
    if itself:
        return str(itself)
    number = int(octal, 8) if octal else int(unicode or latin, 16)
    return NO_CHARACTER if 0xD800 <= number <= 0xDFFF else chr(number)  # noqa: PLR2004 - surrogates


def tokens(query: str) -> Iterator[Token]:
    """Yield the words of a query and an end. Raises RefusalError at a character of no word."""
    start = 0
    while start < len(query):
        match = TOKEN.match(query, start)
        if match is None:
            raise Token(Kind.MARK, query[start], query, start).error()
        group = str(match.lastgroup)
        if group != "skipped":
            yield Token(KINDS[group], match[group], query, start)
        start = match.end()
    yield Token(Kind.END, "", query, start)
