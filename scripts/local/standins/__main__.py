"""Run one stand-in as a process: `python -m scripts.local.standins --help`."""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from scripts.local.errors import LocalStackError

MONITORING = "monitoring"
POLL_SECONDS = 0.5


def main() -> None:
    """Serve until SIGTERM, SIGINT, or until the parent process is gone."""
    parent = os.getppid()
    arguments = _parser().parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with _serving(arguments) as address:
        print(json.dumps({"ready": address}), flush=True)
        # Polled rather than asked of the kernel: Linux's PR_SET_PDEATHSIG fires when the
        # thread that started this process ends, which may be long before its process does.
        while os.getppid() == parent and not stop.wait(POLL_SECONDS):
            pass


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.local.standins",
        description="Serve a local stand-in for a Google Cloud service on 127.0.0.1.",
        epilog='When it is ready it prints one line, {"ready": "127.0.0.1:PORT"}.',
    )
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="SERVICE")
    secret_manager, monitoring = (kinds.add_parser(name) for name in ("secret-manager", MONITORING))
    for kind in (secret_manager, monitoring):
        kind.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    secret_manager.add_argument(
        "--secrets",
        type=_secrets,
        default={},
        metavar="NAME,...",
        help="environment variables; each becomes version 1 of the secret of that name",
    )
    monitoring.add_argument(
        "--log",
        type=Path,
        metavar="FILE",
        help="the emulators' log: what functions print there goes into Cloud Logging",
    )
    return parser


def _secrets(names: str) -> dict[str, str]:
    missing = [name for name in names.split(",") if not os.environ.get(name)]
    if missing:
        raise argparse.ArgumentTypeError(
            f"{', '.join(missing)}: not set in the environment; set it, or leave the name out"
        )
    return {name: os.environ[name] for name in names.split(",")}


@contextmanager
def _serving(arguments: argparse.Namespace) -> Generator[str]:
    """Import one stand-in only: each brings a large client library."""
    if arguments.kind == MONITORING:
        from scripts.local.standins.cloud_logging.agent import Agent  # noqa: PLC0415 - see above
        from scripts.local.standins.google_api import GoogleApi  # noqa: PLC0415 - see above

        api = GoogleApi()
        agent = Agent(api.log, arguments.log).following() if arguments.log else nullcontext()
        with agent, api.serve(arguments.port) as address:
            yield address
        return
    from scripts.local.standins.secret_manager import (  # noqa: PLC0415 - see above
        SecretManagerStandIn,
    )

    with SecretManagerStandIn(arguments.secrets).serve(arguments.port) as address:
        yield address


if __name__ == "__main__":
    try:
        main()
    except LocalStackError as error:
        sys.exit(str(error))
