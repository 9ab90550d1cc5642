"""One line of the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

IDS = ("request_id", "correlationId", "story_id")
"""The fields by which a line belongs to a request: its own id, what its caller calls it, and the
story's, which is the id of the request that began it."""

MOST = 1e15
"""What is more, or is not a number, was not measured."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a function logged, and Cloud Logging kept.

    `service` is Cloud Run's name of the function (`generate-story`), `revision` what served.
    `fields` are the members that the function wrote (`event`, `request_id`, `ms`, ...), without
    those that Cloud Logging makes its own: severity, time and message. `log` is the log's own
    name (`run.googleapis.com/requests`), `instance` what ran the code; empty where none is named.
    """

    time: datetime
    severity: str
    message: str
    service: str
    revision: str
    fields: Mapping[str, Any]
    log: str = ""
    instance: str = ""

    @property
    def event(self) -> str:
        """What happened: `call.ended`; empty of a line that is not the product's."""
        return str(self.fields.get("event", ""))

    @property
    def request_id(self) -> str:
        """Whose line it is; empty outside of a request."""
        return str(self.fields.get("request_id", ""))

    def number(self, name: str) -> float | None:
        """Return a field that is a number; None where it is absent, or is none that counts."""
        value = self.fields.get(name)
        return float(value) if isinstance(value, int | float) and abs(value) <= MOST else None

    def is_of(self, named: str) -> bool:
        """Tell whether the line belongs to a request, by any of the ids that it may go by."""
        return any(self.fields.get(name) == named for name in IDS)
