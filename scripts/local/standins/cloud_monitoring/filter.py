"""The filter of a listing of alert policies or of notification channels.

Source: https://cloud.google.com/monitoring/api/v3/sorting-and-filtering. The real service knows
more operators; those that are unknown here are refused, not ignored.
"""

import re
from collections.abc import Callable, Sequence

from scripts.local.standins.cloud_monitoring.resources import invalid
from scripts.local.standins.server import Message

MAPS = {"user_labels": "user_labels", "user_label": "user_labels", "labels": "labels"}
FIELDS = {"display_name": "display_name", "name": "name", "type": "type_"}
TERM = re.compile(r"""([a-z_]+)(?:\.([\w-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")

Term = Callable[[Message], bool]


def matching(text: str, found: Sequence[Message]) -> list[Message]:
    """Return those that a filter leaves: `user_labels.KEY = "VALUE" AND display_name = "..."`.

    Raises RefusalError if the filter is of another form.
    """
    parts = re.split(r"\s+AND\s+", text.strip()) if text.strip() else []
    terms = [_term(part, text) for part in parts]
    return [one for one in found if all(term(one) for term in terms)]


def _term(part: str, whole: str) -> Term:
    match = TERM.fullmatch(part)
    name, key, *values = match.groups() if match else ("", None, None, None)
    wanted = next((value for value in values if value is not None), "")
    if key and name in MAPS:
        return lambda one: getattr(one, MAPS[name], {}).get(key) == wanted
    if not key and name in FIELDS:
        return lambda one: getattr(one, FIELDS[name], None) == wanted
    raise invalid(
        f'Field filter had an invalid value of "{whole}": the stand-in knows '
        'FIELD = "..." of names and labels, joined by AND, only.'
    )
