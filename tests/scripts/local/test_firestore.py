"""The Firestore emulator runs alone."""

from pathlib import Path

import pytest
from google.cloud.firestore import Client

from scripts.local.firestore import firestore_emulator
from tests.scripts.local.marked import marked, needs_proc

pytestmark = pytest.mark.server


@needs_proc
def test_the_emulator_keeps_a_document_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emulator gives back what it was given, and ends with its block."""
    with firestore_emulator(tmp_path) as host:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
        story = Client(project="demo-conteur").document("users/ana/stories/one")
        story.set({"title": "The Fox"})
        kept = story.get().to_dict()
    assert (kept, marked(str(tmp_path))) == ({"title": "The Fox"}, set())
