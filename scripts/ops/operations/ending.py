"""How a command ends: its exit code, and its error for people and for programs.

    def main(arguments: list[str] | None = None) -> int:
        options = parse(arguments)
        return ended(lambda: _run(options), as_json=options.json)

For programs standard output is one JSON object whatever happens: the command's own document, or
`{"error": "...", "exitCode": 2}` where it came to none. People read the error beside it.
"""

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout

from scripts.local.errors import LocalStackError
from scripts.ops.logbook.functions import UnknownFunctionError
from scripts.ops.logbook.log_errors import LogError
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.operations.errors import OperationError, RefusedError
from scripts.ops.place import PlaceError

INTERRUPTED = 130
AGAIN = "Interrupted: what is done is done. Give the command again, and it goes on from there."


def ended(run: Callable[[], int], *, as_json: bool, interrupted: str = AGAIN) -> int:
    """Run a command, and return its exit code; print its error where it raises one it knows.

    With `as_json` the command prints nothing but its document to standard output. `interrupted`
    is said at Ctrl-C, unless the KeyboardInterrupt that arrives here has a text of its own.
    """
    if not as_json:
        return _run(run, interrupted)[0]
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            code, error = _run(run, interrupted)
    finally:
        sys.stdout.write(printed.getvalue())
    if error and not printed.getvalue():
        print(json.dumps({"error": error, "exitCode": code}, indent=2))
    return code


def _run(run: Callable[[], int], interrupted: str) -> tuple[int, str]:
    """Return the exit code, and the error that was printed; empty without one."""
    try:
        return run(), ""
    except (OperationError, PlaceError, UnknownFunctionError) as error:
        return error.exit_code, _told(error)
    except LocalStackError as error:
        return RefusedError.exit_code, _told(error)
    except (LogError, QueryError) as error:
        # Their own codes are those of scripts/logs and scripts/metrics, which mean other things.
        return OperationError.exit_code, _told(error)
    except KeyboardInterrupt as error:
        return INTERRUPTED, _told(error, interrupted)


def _told(error: BaseException, without_text: str = "") -> str:
    text = str(error) or without_text
    print(text, file=sys.stderr)
    return text
