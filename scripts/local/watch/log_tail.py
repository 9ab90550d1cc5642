"""The newest errors that the functions have logged: what the error log's tile shows."""

import json
from collections import deque
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from scripts.local.function_lines import of_function

KEPT = 50
READ_BYTES = 4 * 1024 * 1024  # at once: of a log that grew by more, the end
LONGEST = 2_000
"""Characters of a field."""
SEVERITIES = ("ERROR", "CRITICAL", "ALERT", "EMERGENCY")
"""ERROR and above.

https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity
"""


class LogTail:
    """Follows the log of the emulators, which holds the functions' JSON lines among its own."""

    def __init__(self, file: Path) -> None:
        """Begin at the beginning of `file`, which need not be there yet."""
        self._file = file
        self._offset = 0
        self._rest = b""
        self._kept: deque[dict[str, str]] = deque(maxlen=KEPT)
        self._lock = Lock()

    def newest(self) -> list[dict[str, str]]:
        """Return severity, time, message, request and function of each, newest first."""
        with self._lock:
            with suppress(FileNotFoundError):
                self._read_on()
            return list(self._kept)[::-1]

    def _read_on(self) -> None:
        with self._file.open("rb") as log:
            size = log.seek(0, 2)
            if size - self._offset > READ_BYTES:
                self._offset, self._rest = size - READ_BYTES, b""
            log.seek(self._offset)
            read = log.read(READ_BYTES)
        self._offset += len(read)
        *whole, self._rest = (self._rest + read).split(b"\n")
        self._kept.extend(entry for line in whole if (entry := _entry(line)) is not None)


def _entry(line: bytes) -> dict[str, str] | None:
    """Return what a line of the functions' says."""
    try:
        fields: Any = json.loads(of_function(line.decode(errors="replace")) or "")
    except (ValueError, RecursionError):  # no JSON, or nested too deeply
        return None
    if not isinstance(fields, dict) or fields.get("severity") not in SEVERITIES:
        return None
    return {
        "severity": fields["severity"],
        "time": _text(fields.get("time")),
        "message": _text(fields.get("message")),
        "request": _text(fields.get("request_id")),
        "function": _text(fields.get("function")),
    }


def _text(value: object) -> str:
    """Return a field as people read it; whoever prints JSON may put any of its types there."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:LONGEST]
