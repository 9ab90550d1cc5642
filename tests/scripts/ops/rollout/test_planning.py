"""What a deploy will do, and why it may not."""

from scripts.ops.rollout.plan_text import document, lines
from scripts.ops.rollout.planning import Plan, make_plan, refusals
from scripts.ops.rollout.wish import Wish
from scripts.ops.traffic.platform import ServiceState
from scripts.ops.traffic.split import Split, all_on, between, follows_latest

KNOWN = ("generate_story", "health", "store_api")
OLD, NEW = "health-1", "health-2"


def state(split: Split, serving: dict[str, int]) -> ServiceState:
    return ServiceState("health", "https://h", "e", split, serving, {}, NEW, NEW)


FOLLOWS = state(follows_latest(), {NEW: 100})
PINNED = state(all_on(OLD), {OLD: 100})
SPLIT = state(between(OLD, NEW, 20), {OLD: 80, NEW: 20})


def planned(wish: Wish, its: ServiceState = FOLLOWS, migrations: list[str] | None = None) -> Plan:
    return make_plan(wish, KNOWN, {"health": its}, migrations)


def text(plan: Plan) -> str:
    return "\n".join(lines(plan, "production (conteur-production)", "c0ffee" * 7))


def test_whole() -> None:
    """A whole deploy has every part, in its order."""
    assert text(planned(Wish(), migrations=["0009_more.sql"])).splitlines() == [
        "Deploy of c0ffeec0ffee to production (conteur-production)",
        "  1. migrate the database: 0009_more.sql",
        "  2. deploy the rules, indexes and TTL of Firestore; wait until the indexes are READY",
        "  3. deploy the functions generate_story, health, store_api",
        "  4. check that the new revisions have all traffic",
        "  5. deploy Hosting",
        "  6. validate the whole",
    ]


def test_canary() -> None:
    """A canary's pins and steps are shown, and which functions can have none."""
    told = text(planned(Wish(percents=(5, 100), bake=300.0)))
    assert "pin: health on health-2" in told
    assert "shift to 5 %, 100 %; at each watch 300 s" in told
    assert "no canary, and all traffic at once: generate_story, store_api" in told


def test_no_store() -> None:
    """That there is no database is said."""
    assert "no store is set up here" in text(planned(Wish()))


def test_partial() -> None:
    """A partial deploy says what it leaves out."""
    plan = planned(Wish(functions=("health",)))
    assert plan.left_out == (
        "the rules, indexes and TTL of Firestore",
        "Hosting",
        "the database's migrations",
        "the functions generate_story, store_api",
    )
    assert "left out: Hosting" in text(plan)


def test_partial_with_tables() -> None:
    """A partial deploy of what uses the tables does not leave out the migrations."""
    assert "the database's migrations" not in planned(Wish(functions=("store_api",))).left_out


def test_free() -> None:
    """Where services follow their newest revision, nothing forbids the deploy."""
    assert refusals(planned(Wish())) == []


def test_pinned() -> None:
    """A pin that would leave the new revision at 0 % is said, and refused."""
    (told,) = refusals(planned(Wish(), PINNED))
    assert told.startswith(
        "health is pinned (health-1 serves 100 %): its new revision would get 0 %."
    )
    assert "health is pinned now" in text(planned(Wish(unpin=True), PINNED))


def test_pinned_handled() -> None:
    """Who unpins, or shifts step by step, may deploy."""
    assert refusals(planned(Wish(unpin=True), PINNED)) == []
    assert refusals(planned(Wish(percents=(5, 100)), PINNED)) == []


def test_split() -> None:
    """A canary that is half way is never built upon."""
    (told,) = refusals(planned(Wish(percents=(5, 100)), SPLIT))
    assert "--resume" in told


def test_document() -> None:
    """Programs read the same."""
    told = document(planned(Wish(percents=(5, 100)), PINNED, migrations=[]))
    assert told["new"] == ["generate_story", "store_api"]
    assert told["pinned"] == {"health": {OLD: 100}}
    assert (told["migrations"], told["canary"]) == ([], [5, 100])
