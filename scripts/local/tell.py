"""Tell one story on this machine, through the whole stack, as an app would have it told."""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import uuid4

from conteur.domain.request_parser import parse_story_request
from conteur.domain.story_request import Audience, Genre
from conteur.errors import InvalidFieldError
from scripts.local.model_choice import (
    EMBEDDED_LANGUAGE,
    ENVIRONMENT_HELP,
    ModelChoice,
    choose_model,
)
from scripts.local.progress import Progress
from scripts.local.signals import exit_code_of
from scripts.local.stack import local_stack
from scripts.local.story_call import Event, story_events
from scripts.local.story_printer import JsonPrinter, StoryPrinter

WRONG_USE = 2  # argparse's code for it
INTERRUPTED = 130  # a shell's code for a command ended by Ctrl-C
NO_GOOD = (
    "The embedded model is no good at {!r}, it only knows English: "
    "set OPENAI_API_KEY for a story worth reading."
)
EPILOG = f"""\
Everything runs here, on 127.0.0.1, and ends with the command. Without a key a small embedded
model tells the story: it shows that all works, not what a good model writes.

{ENVIRONMENT_HELP}"""


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    options, model = parse(arguments), choose_model(os.environ)
    try:
        _check(request(options, model))
    except InvalidFieldError as error:
        print(f"scripts/tell: error: {error.message}", file=sys.stderr)
        return WRONG_USE
    return exit_code_of(lambda: tell(options, model), INTERRUPTED)


def tell(options: argparse.Namespace, model: ModelChoice) -> None:
    """Start the stack, tell the story, end the stack. Raises LocalStackError."""
    if not model.is_good_at(options.language):
        print(NO_GOOD.format(options.language), file=sys.stderr)
    progress = Progress()
    printer = JsonPrinter(sys.stdout) if options.json else StoryPrinter(sys.stdout)
    with local_stack(model, progress) as stack:
        events = story_events(stack, request(options, model), whole=options.whole)
        with progress.waiting_for("The story begins"):
            beginning = list(_until_first_text(events))
        try:
            for event in chain(beginning, events):
                printer.show(event)
        finally:
            printer.finish()


def request(options: argparse.Namespace, model: ModelChoice) -> dict[str, Any]:
    """Return the contract's request; what nobody chose is left to the product."""
    words = model.words if options.words is None else options.words
    return {
        "prompt": options.prompt,
        "language": options.language,
        **({"audience": options.audience} if options.audience else {}),
        **({"genre": options.genre} if options.genre else {}),
        **({"length": {"words": words}} if words is not None else {}),
    }


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the command's options; exits with a message where they make no sense."""
    parser = argparse.ArgumentParser(
        prog="scripts/tell",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("prompt", help="what the story is about, in 1 to 2,000 characters")
    add("--language", default=EMBEDDED_LANGUAGE, help="as in fr or pt-BR (default: %(default)s)")
    add("--words", type=int, metavar="N", help="about how long, 50 to 1,200 words")
    add("--audience", choices=[one.value for one in Audience], help="for whom (default: 6-8)")
    add("--genre", choices=[one.value for one in Genre], help="default: the model's choice")
    add("--whole", action="store_true", help="do not stream: print the story when it is whole")
    add("--json", action="store_true", help="print the function's result and nothing else")
    return parser.parse_args(arguments)


def _check(asked: dict[str, Any]) -> None:
    """Raise InvalidFieldError where the function would: its own parser reads the request."""
    parse_story_request(
        asked, default_language=EMBEDDED_LANGUAGE, new_request_id=lambda: str(uuid4())
    )


def _until_first_text(events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        yield event
        if event["event"] == "result" or event.get("chunk", {}).get("type") == "delta":
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
