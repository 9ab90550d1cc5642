"""What is different before the first deploy, and between a deploy and the next one."""

from pathlib import Path

import pytest

from scripts.local.standins.cloud_run.resources import CloudRun
from scripts.ops.operations.outcome import Outcome, Verdict
from scripts.ops.operations.record import Kind, State
from tests.scripts.ops.boxes.breaks import DATABASE, SERVICE, index_gone, pinned, staged
from tests.scripts.ops.boxes.checkout import commit, edit_plan
from tests.scripts.ops.boxes.world import NOON, PROJECT, World


def only(world: World, key: str) -> Outcome:
    """Return how one box is."""
    (found,) = world.look(key).outcomes
    return found


def change(path: Path, old: str, new: str) -> None:
    """Change a file of the checkout."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_rules_that_the_checkout_changes_are_a_note(world: World) -> None:
    """Rules of the last deploy that the checkout changes close no gate: the deploy brings them."""
    (world.root / "firestore.rules").write_text("rules_version = '2';\n")
    staged(world)
    assert only(world, "rules").said.endswith("this deploy brings the checkout's")


def test_there_are_no_rules_before_the_first_deploy(world: World) -> None:
    """A project without rules gets them by its first deploy."""
    world.rest.rules.withdraw(PROJECT)
    assert only(world, "rules").said.startswith("none are there yet")


def test_rules_of_before_there_were_records(world: World) -> None:
    """Rules of an earlier commit were not made by hand, though no deploy is on record."""
    world.book.saved.clear()
    (world.root / "firestore.rules").write_text("rules_version = '2';\n")
    commit(world.root, "Change")
    assert only(world, "rules").verdict is Verdict.PASSED


def test_rules_of_a_commit_that_was_never_deployed_are_by_hand(world: World) -> None:
    """Where deploys are on record, only what they deployed is known."""
    (world.root / "firestore.rules").write_text("rules_version = '2';\n")
    commit(world.root, "Change")
    world.rest.rules.release(PROJECT, "rules_version = '2';\n")
    change(world.root / "firestore.rules", "'2'", "'1'")
    commit(world.root, "Change again")
    assert only(world, "rules").verdict is Verdict.FAILED


def test_an_index_that_the_checkout_adds_is_a_note(world: World) -> None:
    """An index that no deploy has asked for yet is brought by this one."""
    change(world.root / "firestore.indexes.json", '"fieldPath": "series"', '"fieldPath": "other"')
    staged(world)
    said = only(world, "indexes").said
    assert "this deploy brings 1" in said
    assert "1 of earlier deploys stay" in said


def test_indexes_before_the_first_deploy(world: World) -> None:
    """What a first deploy brings was deleted by nobody, though a deploy was cut off before."""
    world.book.saved.clear()
    world.book.save(world.record(Kind.DEPLOY, state=State.STOPPED))
    index_gone(world)
    assert "this deploy brings 1" in only(world, "indexes").said


def test_a_field_of_all_collections_is_not_ours(world: World) -> None:
    """What Firestore does with every field by default is no exemption that somebody made."""
    fields = world.google.firestore_admin.databases.indexes(DATABASE).fields()
    assert "__default__" in fields[0].name
    assert only(world, "indexes").verdict is Verdict.PASSED


def test_a_bound_that_the_checkout_changes_is_a_note(world: World) -> None:
    """Instances that the last deploy had bounded otherwise are bounded anew by this one."""
    edit_plan(world.root, lambda _, service: service.update(maxInstanceCount=40))
    staged(world)
    found = only(world, "instances")
    assert found.verdict is Verdict.PASSED
    assert "this deploy changes generate_story, savestory" in found.said


def test_alerts_that_the_checkout_changes_are_a_note(world: World) -> None:
    """Thresholds as the last deploy had them close no gate; what brings the others is told."""
    change(world.root / "monitoring/alerts.yaml", "duration: 10m", "duration: 11m")
    staged(world)
    found = only(world, "thresholds")
    assert found.verdict is Verdict.PASSED
    assert "scripts/monitoring apply -P production brings change" in found.said


def test_nothing_is_deployed_yet(world: World) -> None:
    """Before the first deploy there is nothing to go back to, and nothing is pinned."""
    empty = CloudRun(NOON.timestamp)
    world.google.services.run = world.google.revisions.run = empty
    world.google.artifacts.registry = empty.registry
    report = world.look("way-back", "pins", "instances", "images")
    assert report.green
    assert [each.said.partition(":")[0] for each in report.outcomes][1:3] == ["none yet"] * 2


def test_a_pin_after_a_rollback_is_meant(world: World) -> None:
    """Who has gone back keeps traffic where it is until a deploy mends it."""
    pinned(world)
    world.run.deploy(SERVICE)
    later = world.record(Kind.ROLLBACK)
    world.book.save(later)
    found = only(world, "pins")
    assert found.verdict is Verdict.PASSED
    assert later.id in found.said


@pytest.mark.parametrize("key", ["database-url", "jwt-secret", "provider-secrets", "database"])
def test_a_store_that_is_closed_needs_no_secrets(world: World, key: str) -> None:
    """Where nobody publishes, what only the store needs is left out, and closes no gate."""
    edit_plan(world.root, lambda its, _: its.update(NEXT_PUBLIC_API_URL=""))
    assert only(world, key).verdict is Verdict.LEFT_OUT
