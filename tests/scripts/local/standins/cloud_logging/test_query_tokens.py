"""The words of the Logging query language."""

import pytest
from google.cloud.logging_v2.types import LogEntry

from scripts.local.standins.cloud_logging.query import parse
from scripts.local.standins.cloud_logging.query_tokens import tokens
from scripts.local.standins.server import RefusalError


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\nb\tc\rd", "a\nb\tc\rd"),
        (r"\a\b\f\v", "\a\b\f\v"),
        (r"\u0001\u00e9\u013E", "\x01\xe9\u013e"),
        (r"\x48\x6C", "Hl"),
        (r"\150\0a\777\48", "h\x00a?7\x048"),
        (r"\"\\\.\*\,\:\=\<\>\+\~", '"\\.*,:=<>+~'),
        (r"\\n\\u0041", r"\n\u0041"),
        (r"\ud83d", "\ufffd"),
    ],
)
def test_escapes(written: str, meant: str) -> None:
    """What stands for a character in quotation marks is that character."""
    assert next(tokens(f'"{written}"')).value == meant


def test_an_escape_finds_what_it_stands_for() -> None:
    """In a value and in a field's name."""
    entry = LogEntry.pb(LogEntry(json_payload={"a\nb": "c\x01d"}))
    assert parse(r'jsonPayload."a\nb"="c\u0001d"')(entry)
    assert not parse(r'jsonPayload."anb"="c\u0001d"')(entry)
    assert not parse(r'jsonPayload."a\nb"="cu0001d"')(entry)


def test_a_regular_expression_has_its_own_escapes() -> None:
    """They are left to it."""
    entry = LogEntry.pb(LogEntry(text_payload="a 12"))
    assert parse(r'textPayload=~"^a\s\d+$"')(entry)


@pytest.mark.parametrize("written", [r"\d", r"\u12", r"\x4", r"\8", "\\\n"])
def test_an_escape_that_there_is_not(written: str) -> None:
    """It is refused, not taken for the letter."""
    with pytest.raises(RefusalError, match="invalid escape sequence"):
        parse(f'textPayload="{written}"')
