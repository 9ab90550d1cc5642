"""What is asked for, or told, may not be read; or nobody can say whether it may."""

from collections import Counter
from dataclasses import replace

from scripts.local.standins.moderation import Breakage, ModerationFault
from tests.faults.answers import STORY
from tests.faults.endings import Ending, Error, Kept, failed, refused, tokens, told
from tests.faults.errors import OUTPUT_BLOCKED, PROMPT_BLOCKED
from tests.faults.lines import Line
from tests.faults.rows import DEADLINE_SECONDS, QUICK_SECONDS, Break, Row, nothing
from tests.faults.world import World

MODERATION_SECONDS = 1.0
USUAL_WAIT, NAMED_WAIT = 30, 7  # seconds, where the server names none, and where it does
LONGEST_SECONDS = DEADLINE_SECONDS + 1
FIRST_WINDOW = STORY[: STORY.index(" A lamp")]
ADULT = {"audience": "adult"}
ASKED_FOR, TOLD_FIRST, TOLD_LATER = "fox in the dark", "afraid", "lamp"

BLOCKED = "WARNING moderation.blocked"
UNAVAILABLE = "WARNING moderation.unavailable"


def finds(word: str, category: str = "violence") -> Break:
    """Have the moderation flag what has this word."""
    return lambda world: setattr(world.moderation, "harmful", {word: category})


def fails(fault: ModerationFault) -> Break:
    """Have the moderation fail so."""
    return lambda world: setattr(world.moderation, "fault", fault)


def slowly(breaks: Break) -> Break:
    """Have the model speak in pieces that the product hears one by one, besides."""

    def both(world: World) -> None:
        world.way.always(Line(piece=300, pause=0.03))
        breaks(world)

    return both


def refuses(world: World) -> None:
    """Have nobody listen where the moderation is."""
    world.judges.refuse()


def moderated(ending: Ending, *checks: str) -> Ending:
    """Return the ending of a call for which these were checked: what, and what came of it."""
    checked = Counter(f"moderation/checks {check}" for check in checks)
    counts = {**ending.counts, **checked, "moderation/seconds": len(checks)}
    return replace(ending, counts=counts)


def logged_first(ending: Ending, *events: str) -> Ending:
    """Return the ending with these events before all others."""
    return replace(ending, events=(*events, *ending.events))


def no_moderation(wait: int) -> Error:
    return Error("unavailable", "MODERATION_UNAVAILABLE", {"retryAfterSec": wait})


def prompt_refused(error: Error, event: str, check: str) -> Ending:
    """Return how a story ends for whose prompt no model is asked, kept without a text."""
    kept = Kept("FAILED", error.reason, "", error.retryable)
    return moderated(refused(error, event, kept=kept), check)


def stopped(error: Error, event: str, text: str, *checks: str) -> Ending:
    """Return how a story ends that is stopped in the middle, with this text let out."""
    return moderated(logged_first(failed(error, text=text), event), "prompt clean", *checks)


def withheld(text: str, *checks: str) -> Ending:
    """Return how a story ends that is stopped after the model's last word."""
    ending = stopped(OUTPUT_BLOCKED, BLOCKED, text, *checks)
    return replace(ending, counts={**ending.counts, **tokens()})


def unmoderated(*judged: str) -> Ending:
    """Return how a story ends that is told although nobody could moderate these of it."""
    ending = logged_first(told(), *[UNAVAILABLE] * len(judged))
    ending = replace(ending, counts={**ending.counts, "story/quality_flags unmoderated": 1})
    others = [f"{each} clean" for each in ("prompt", "story") if each not in judged]
    return moderated(ending, *others, *[f"{each} failed" for each in judged])


FAULTS = {
    "500": (fails(ModerationFault(500)), USUAL_WAIT, QUICK_SECONDS),
    "429, Retry-After": (
        fails(ModerationFault(429, retry_after=str(NAMED_WAIT))),
        NAMED_WAIT,
        QUICK_SECONDS,
    ),
    "400": (fails(ModerationFault(400)), USUAL_WAIT, QUICK_SECONDS),
    "silent": (fails(ModerationFault(breakage=Breakage.HANG)), USUAL_WAIT, LONGEST_SECONDS),
    "cut": (fails(ModerationFault(breakage=Breakage.CUT)), USUAL_WAIT, QUICK_SECONDS),
    "closed": (fails(ModerationFault(breakage=Breakage.CLOSE)), USUAL_WAIT, QUICK_SECONDS),
    "no JSON": (fails(ModerationFault(breakage=Breakage.GARBAGE)), USUAL_WAIT, QUICK_SECONDS),
    "refused": (refuses, USUAL_WAIT, QUICK_SECONDS),
}

CHILDREN = (
    Row(
        "a child's story",
        slowly(nothing),
        moderated(told(), "prompt clean", "story clean", "story clean"),
        DEADLINE_SECONDS,
    ),
    Row(
        "a child's prompt blocked",
        finds(ASKED_FOR),
        prompt_refused(PROMPT_BLOCKED, BLOCKED, "prompt blocked"),
    ),
    Row(
        "a child's first window blocked",
        slowly(finds(TOLD_FIRST)),
        stopped(OUTPUT_BLOCKED, BLOCKED, "", "story blocked"),
        DEADLINE_SECONDS,
    ),
    Row(
        "a child's later window blocked",
        slowly(finds(TOLD_LATER)),
        withheld(FIRST_WINDOW, "story clean", "story blocked"),
        DEADLINE_SECONDS,
    ),
    *(
        Row(
            f"moderation for a child: {name}",
            fault,
            prompt_refused(no_moderation(wait), UNAVAILABLE, "prompt failed"),
            seconds,
        )
        for name, (fault, wait, seconds) in FAULTS.items()
    ),
    Row(
        "moderation down in a child's story",
        slowly(fails(ModerationFault(500, after=2))),
        stopped(
            no_moderation(USUAL_WAIT), UNAVAILABLE, FIRST_WINDOW, "story clean", "story failed"
        ),
        DEADLINE_SECONDS,
    ),
)

ADULTS = (
    Row("an adult's story", nothing, moderated(told(), "prompt clean", "story clean")),
    Row(
        "an adult's violent story",
        finds(TOLD_LATER),
        moderated(told(), "prompt clean", "story clean"),
    ),
    Row(
        "an adult's prompt blocked",
        finds(ASKED_FOR, "sexual/minors"),
        prompt_refused(PROMPT_BLOCKED, BLOCKED, "prompt blocked"),
    ),
    Row(
        "an adult's story withdrawn",
        finds(TOLD_LATER, "sexual/minors"),
        withheld("", "story blocked"),
    ),
    *(
        Row(f"moderation for an adult: {name}", fault, unmoderated("prompt", "story"), seconds)
        for name, (fault, _, seconds) in FAULTS.items()
    ),
    Row(
        "moderation down in an adult's story",
        fails(ModerationFault(500, after=1)),
        unmoderated("story"),
    ),
)

ROWS = (*CHILDREN, *(replace(row, request=ADULT) for row in ADULTS))
