"""Keep the local stack up for work: functions reload when their code changes; Ctrl-C ends it."""

import argparse
import os
import sys

from scripts.local.demo_user import demo_token
from scripts.local.errors import LocalStackError
from scripts.local.guide import guide
from scripts.local.model_choice import ModelChoice, choose_model
from scripts.local.progress import Progress
from scripts.local.signals import ending_well
from scripts.local.stack import local_stack

EPILOG = """\
It prints where everything listens and a ready-made call, then what the functions log.
Without a key a small embedded model tells the stories.

environment:
  OPENAI_API_KEY   use OpenAI instead of the embedded model
  OPENAI_BASE_URL  use any OpenAI-compatible server (https://.../v1)
  OPENAI_MODEL     the model's name there
"""


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code: 0 when Ctrl-C ends it."""
    _parser().parse_args(arguments)
    try:
        with ending_well():
            keep_up(choose_model(os.environ))
    except LocalStackError as error:
        print(error, *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def keep_up(model: ModelChoice) -> None:
    """Start the stack and show its functions' log until interrupted. Raises LocalStackError."""
    with local_stack(model, Progress()) as stack:
        print(guide(stack.addresses, model, demo_token(stack.addresses)), flush=True)
        for line in stack.emulators.lines(from_now=True):
            print(line, flush=True)
        raise stack.emulators.failure("ended by themselves")


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="scripts/dev",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
