"""Run one stand-in as a process: `python -m scripts.local.standins --help`."""

import argparse
import json
import os
import signal
import sys
import threading

from scripts.local.errors import LocalStackError
from scripts.local.standins.server import StandIn, StandInGroup

POLL_SECONDS = 0.5


def main() -> None:
    """Serve until SIGTERM, SIGINT, or until the parent process is gone."""
    parent = os.getppid()
    arguments = _parser().parse_args()
    standin = _build(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with standin.serve(arguments.port) as address:
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
    for name in ("secret-manager", "monitoring"):
        kind = kinds.add_parser(name)
        kind.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
        if name == "secret-manager":
            kind.add_argument(
                "--secrets",
                type=_secrets,
                default={},
                metavar="NAME,...",
                help="environment variables; each becomes version 1 of the secret of that name",
            )
    return parser


def _secrets(names: str) -> dict[str, str]:
    missing = [name for name in names.split(",") if not os.environ.get(name)]
    if missing:
        raise argparse.ArgumentTypeError(
            f"{', '.join(missing)}: not set in the environment; set it, or leave the name out"
        )
    return {name: os.environ[name] for name in names.split(",")}


def _build(arguments: argparse.Namespace) -> StandIn | StandInGroup:
    """Import one stand-in only: each brings a large client library."""
    if arguments.kind == "monitoring":
        from scripts.local.standins.monitoring_api import MonitoringApi  # noqa: PLC0415 - see above

        return MonitoringApi()
    from scripts.local.standins.secret_manager import (  # noqa: PLC0415 - see above
        SecretManagerStandIn,
    )

    return SecretManagerStandIn(arguments.secrets)


if __name__ == "__main__":
    try:
        main()
    except LocalStackError as error:
        sys.exit(str(error))
