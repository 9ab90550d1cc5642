"""Which place is looked at."""

import json
from pathlib import Path

import pytest

from scripts.ops.diagnosis.around.where import RUN_ENDPOINT, Where
from scripts.ops.monitoring.alert import ROOT
from scripts.ops.monitoring.cloud.target import LOG
from scripts.ops.place import FIRESTORE, Place, PlaceError
from tests.scripts.ops.test_place import port, run_stack, stacks

__all__ = ["port", "stacks"]  # fixtures


def test_a_project() -> None:
    """An alias means Google's own servers."""
    where = Where(ROOT, "production", {}, local=False)
    assert where.cloud_run() == Place("conteur-production", "production", {})
    assert where.firestore().emulators == {}
    assert where.prometheus().project == "conteur-production"


def test_the_environment() -> None:
    """A variable names a stand-in, of the local project."""
    where = Where(ROOT, None, {RUN_ENDPOINT: "127.0.0.1:9"}, local=False)
    place = where.cloud_run()
    assert (place.project, place.emulators) == ("demo-conteur", {RUN_ENDPOINT: "127.0.0.1:9"})


def test_a_project_and_a_stand_in() -> None:
    """A real project is never looked at in a stand-in."""
    with pytest.raises(PlaceError, match=RUN_ENDPOINT):
        Where(ROOT, "production", {RUN_ENDPOINT: "127.0.0.1:9"}, local=False).cloud_run()


def test_a_file_has_no_project() -> None:
    """-P goes with no file; what the environment names is there all the same."""
    nowhere = Where(ROOT, None, {}, local=False, of_file=True)
    for place in (nowhere.cloud_run, nowhere.firestore):
        with pytest.raises(PlaceError, match="in place of --file"):
            place()
    stand_in = {RUN_ENDPOINT: "127.0.0.1:9", FIRESTORE: "127.0.0.1:8"}
    named = Where(ROOT, None, stand_in, local=False, of_file=True)
    assert named.cloud_run().emulators == {RUN_ENDPOINT: "127.0.0.1:9"}
    assert named.firestore().emulators == {FIRESTORE: "127.0.0.1:8"}


def test_the_local_stack(stacks: Path, port: int) -> None:
    """The stack's stand-in is the one whose log says where it is; the variable wins over it."""
    run_stack(stacks, "one", port, port)
    [folder] = stacks.iterdir()
    (folder / LOG).write_text(json.dumps({"ready": "127.0.0.1:7"}))
    hosts = {FIRESTORE: f"127.0.0.1:{port}", "MONITORING_ENDPOINT": "127.0.0.1:8"}
    for environ, endpoint in (
        ({}, "127.0.0.1:7"),
        (hosts, "127.0.0.1:7"),
        ({RUN_ENDPOINT: "127.0.0.1:9"}, "127.0.0.1:9"),
    ):
        where = Where(ROOT, None, environ, local=True)
        assert where.cloud_run().emulators == {RUN_ENDPOINT: endpoint}
