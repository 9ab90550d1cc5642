"""Call `generate_story` as an app does: with the Firebase JS SDK, for a user just signed in."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conteur.errors import Code
from scripts.local.addresses import REGION
from scripts.local.environment import base_environment
from scripts.local.errors import LocalStackError, RefusedError
from scripts.local.firebase_project import PROJECT, ROOT
from scripts.local.node import node
from scripts.local.ports import HOST
from scripts.local.processes import Command, Process, running
from scripts.local.stack import Stack

CLIENT = Path(__file__).with_name("client") / "tell.mjs"
REFUSED = f"functions/{Code.INVALID_ARGUMENT}"
HTTP_STATUS = re.compile(r" \[\d+\]$")  # firebase 12.19.0 adds it to the message, 0 in a stream

Event = Mapping[str, Any]
"""What happened, as the head of `client/tell.mjs` lists it."""


class StoryError(LocalStackError):
    """The function failed; the text has its reason, and what the functions logged."""


def story_events(stack: Stack, request: Mapping[str, Any], *, whole: bool) -> Iterator[Event]:
    """Yield what the client sees, the last being `result`.

    Raises RefusedError or StoryError for an error of the function, ProcessError where the client
    fails.
    """
    with running(_command(stack, request, whole=whole), stack.folder / "client.log") as client:
        for line in client.lines():
            event = _parsed(client, line)
            if event["event"] == "error":
                raise failure(event, stack.emulators)
            yield event
            if event["event"] == "result":
                return
        raise client.failure("ended without a story")


def failure(event: Event, emulators: Process) -> LocalStackError:
    """Return an `error` event as RefusedError where the request is at fault, else StoryError."""
    if event.get("code") == REFUSED:
        return RefusedError(explained(event))
    return StoryError(f"{explained(event)}\n{emulators.last_words()}")


def explained(event: Event) -> str:
    """Return an `error` event as a sentence: the code, the reason and the function's own words."""
    details = event.get("details") or {}
    reason = f" ({details['reason']})" if "reason" in details else ""
    message = HTTP_STATUS.sub("", event["message"])
    return f"No story: {event.get('code', 'unknown')}{reason}: {message}"


def _parsed(client: Process, line: str) -> Event:
    try:
        event: Event = json.loads(line)
    except json.JSONDecodeError:
        raise client.failure("failed") from None
    return event


def _command(stack: Stack, request: Mapping[str, Any], *, whole: bool) -> Command:
    job = {
        "project": PROJECT,
        "region": REGION,
        "authUrl": stack.addresses.auth,
        "functionsHost": HOST,
        "functionsPort": stack.addresses.emulators.functions,
        "request": request,
        "whole": whole,
    }
    return Command(
        name="The demo client",
        argv=(node(), str(CLIENT), json.dumps(job)),
        env=base_environment(os.environ),
        cwd=ROOT,
        grace_seconds=0,
    )
