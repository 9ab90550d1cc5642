"""What must not start in production."""

from pathlib import Path

import pytest

from conteur.settings import LOCAL_OVERRIDES
from scripts.local.errors import ProcessError
from scripts.local.serving import served

pytestmark = pytest.mark.server

OVERRIDES = {
    **dict.fromkeys(LOCAL_OVERRIDES, "127.0.0.1:1"),
    "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
}


@pytest.mark.parametrize("name", OVERRIDES)
def test_production_does_not_start_on_a_local_override(tmp_path: Path, name: str) -> None:
    """A setting of the local stack ends a production start with an error that names it."""
    settings = {
        "CONTEUR_ENV": "production",
        "GOOGLE_CLOUD_PROJECT": "story-production",
        name: OVERRIDES[name],
    }
    log = tmp_path / "generate_story.log"
    with (
        pytest.raises(ProcessError, match=r"ended with code [1-9]"),
        served("generate_story", settings, log),
    ):
        pass
    assert f"- {name} " in log.read_text()
