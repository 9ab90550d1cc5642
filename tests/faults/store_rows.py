"""Firestore is down, slow or silent, when a story is claimed and when it is kept."""

from dataclasses import replace

from tests.faults.endings import Ending, Kept, failed, refused, told
from tests.faults.errors import PROMPT, timeout
from tests.faults.lines import Ending as LineEnding
from tests.faults.lines import Line
from tests.faults.rows import DEADLINE_SECONDS, LATEST_SECONDS, Row, answers, nothing
from tests.faults.seen import REPEATED
from tests.faults.world import World

OUT_OF_REACH = timeout("admission", cause="network")
NO_ANSWER = timeout("admission")
SILENCE = Line(says=b"", ending=LineEnding.SILENT)
CLAIMED = Kept("PROCESSING", None, "")


def down(world: World) -> None:
    world.store.refuse()


def swallows(world: World) -> None:
    world.store.swallow()


def silent(world: World) -> None:
    world.store.always(SILENCE)


def slow(world: World) -> None:
    world.store.always(Line(pause=0.2))


def flaps(world: World) -> None:
    world.store.will(Line(says=b""))


def loses_answer(world: World) -> None:
    world.store.lose_answer()


def logged(ending: Ending, *events: str) -> Ending:
    """Return the ending with these events before its last one."""
    return replace(ending, events=(*ending.events[:-1], *events, ending.events[-1]))


def tasks_down(world: World) -> None:
    down(world)
    world.backend.tasks.down = True


def unsaved(*events: str, fate: str = "queued") -> Ending:
    """Return the ending of a story that is told and not kept, but queued or lost."""
    lost = ("WARNING outbox.late", "ERROR story.lost") if fate == "lost" else ()
    ending = logged(told(), *events, "ERROR story.unsaved", *lost)
    counts = {**ending.counts, f"story/unsaved {fate}": 1}
    return replace(ending, status="unsaved", kept=CLAIMED, counts=counts)


REPEATED_THEN_TOLD = logged(told(), REPEATED)
FAILURE_UNSAVED = replace(
    failed(PROMPT),
    kept=CLAIMED,
    events=(
        PROMPT.attempt_line(again=False),
        REPEATED,
        "WARNING story.failure_unsaved OPENAI_ERROR",
        PROMPT.last_line,
        PROMPT.end_line,
    ),
)

ROWS = (
    Row("Firestore down at the claim", down, refused(OUT_OF_REACH, REPEATED), DEADLINE_SECONDS),
    Row("Firestore a black hole at the claim", swallows, refused(NO_ANSWER), LATEST_SECONDS),
    Row("Firestore slow", slow, told()),
    Row("Firestore flapping at the claim", flaps, REPEATED_THEN_TOLD, DEADLINE_SECONDS),
    Row("claim's answer lost", loses_answer, REPEATED_THEN_TOLD, DEADLINE_SECONDS),
    Row("Firestore down at the end", nothing, unsaved(REPEATED), DEADLINE_SECONDS, meanwhile=down),
    Row(
        "Firestore and Cloud Tasks down at the end",
        nothing,
        unsaved(REPEATED, fate="lost"),
        LATEST_SECONDS,
        meanwhile=tasks_down,
    ),
    Row("Firestore silent at the end", nothing, unsaved(), LATEST_SECONDS, meanwhile=silent),
    Row("Firestore slow at the end", nothing, told(), meanwhile=slow),
    Row(
        "Firestore flapping at the end",
        nothing,
        REPEATED_THEN_TOLD,
        DEADLINE_SECONDS,
        meanwhile=flaps,
    ),
    Row(
        "last write's answer lost",
        nothing,
        REPEATED_THEN_TOLD,
        DEADLINE_SECONDS,
        meanwhile=loses_answer,
    ),
    Row(
        "model and Firestore down", answers(400), FAILURE_UNSAVED, DEADLINE_SECONDS, meanwhile=down
    ),
)
