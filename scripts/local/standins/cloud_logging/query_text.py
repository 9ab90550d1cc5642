"""The Logging query language's looking for texts anywhere: a value alone, and SEARCH.

Source: https://cloud.google.com/logging/docs/view/logging-query-language#search-function
"""

import re
from collections.abc import Iterator

from google.protobuf import json_format

from scripts.local.standins.cloud_logging.query_fields import Field
from scripts.local.standins.cloud_logging.query_values import Predicate, texts_in
from scripts.local.standins.server import Message

DELIMITERS = re.compile(r"""[\s\[\]<>(){}|!;,'"*&?+/:=@.\-$%\\_]+""")
"""Between SEARCH's words. https://cloud.google.com/bigquery/docs/reference/standard-sql/text-analysis#log_analyzer"""
WANTED = re.compile(r"`([^`]*)`|([^`]+)")


def anywhere(text: str) -> Predicate:
    """Tell whether any field has a text as a part, upper or lower case."""
    wanted = text.casefold()
    return lambda entry: any(wanted in each.casefold() for each in _texts(entry))


def search(query: str, field: Field | None) -> Predicate:
    """Tell whether a field, or the whole entry, has all words of a query, in any order.

    Words between backticks have to follow each other.
    """
    phrases = [phrase for match in WANTED.findall(query) for phrase in _phrases(*match)]

    def found(entry: Message) -> bool:
        texts = _texts(entry) if field is None else texts_in(field.read(entry))
        having = [f" {' '.join(_words(text))} " for text in texts]
        return all(any(f" {phrase} " in text for text in having) for phrase in phrases)

    return found


def _phrases(exact: str, loose: str) -> list[str]:
    return [" ".join(_words(exact))] if exact else _words(loose)


def _words(text: str) -> list[str]:
    return [word for word in DELIMITERS.split(text.casefold()) if word]


def _texts(entry: Message) -> Iterator[str]:
    return texts_in(json_format.MessageToDict(entry))
