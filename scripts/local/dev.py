"""Keep the local stack up for work: functions reload when their code changes; Ctrl-C ends it."""

import argparse
import json
import os
import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NoReturn

from conteur.settings.store import PROVIDER_SECRETS
from scripts.local.demo_user import demo_user
from scripts.local.function_lines import without_mark
from scripts.local.guide import guide
from scripts.local.model_choice import ENVIRONMENT_HELP, ModelChoice, choose_model
from scripts.local.processes import Process
from scripts.local.progress import Progress
from scripts.local.signals import exit_code_of
from scripts.local.stack import Stack, local_stack

if TYPE_CHECKING:
    from scripts.local.watch.running import Page

EPILOG = f"""\
It prints where everything listens, the dashboard's page among it, and a ready-made call, then what
the functions log, one JSON object a line: scripts/dev | grep '^{{' | jq .
Without a key a small embedded model tells the stories.

{ENVIRONMENT_HELP}"""


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code: 0 when Ctrl-C ends it."""
    _parser().parse_args(arguments)
    return exit_code_of(lambda: keep_up(choose_model(os.environ)), when_interrupted=0)


def keep_up(model: ModelChoice) -> None:
    """Start the stack and show its functions' log until interrupted. Raises LocalStackError."""
    with local_stack(model, Progress(), with_store=True) as stack, _watched(stack) as page:
        user = demo_user(stack.addresses)
        stack.store.add_author(user.uid)
        providers = json.loads(stack.store.secrets[PROVIDER_SECRETS])
        text = guide(stack.addresses, model, user.token, stack.store.url, providers)
        page.wait_until_ready()
        print(text, flush=True)
        show_log(stack.emulators, from_now=True)


def _watched(stack: Stack) -> "AbstractContextManager[Page]":
    # What it needs takes 0.1 s to load, for which the functions do not wait.
    from scripts.local.watch.running import watched  # noqa: PLC0415 - see above

    return watched(stack)


def show_log(emulators: Process, *, from_now: bool) -> NoReturn:
    """Print what the functions log, as they wrote it, and what the emulators say of themselves.

    Raises ProcessError when the emulators have ended.
    """
    for line in emulators.lines(from_now=from_now):
        print(without_mark(line), flush=True)
    raise emulators.failure("ended by itself")


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="scripts/dev",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
