"""A stage, and functions/ folders of different versions."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.local.serving import FUNCTIONS
from scripts.local.standins.google_api import GoogleApi
from scripts.local.standins.secret_manager import SecretManagerStandIn
from tests.clients.backends import KEY, MODEL_SETTINGS
from tests.clients.story_model import NAME, StoryModel
from tests.issuer import Issuer
from tests.rehearsal.platform import Stage, stage
from tests.rehearsal.revision import NOT_DEPLOYED

Code = Callable[[str], Path]


@pytest.fixture
def code(tmp_path: Path) -> Code:
    """Give a functions/ folder whose code says that it is of a version."""

    def changed(version: str) -> Path:
        folder = tmp_path / f"functions-{version}"
        shutil.copytree(FUNCTIONS, folder, ignore=NOT_DEPLOYED)
        package = folder / "conteur/__init__.py"
        package.write_text(f'{package.read_text()}\n__version__ = "{version}"\n')
        return folder

    return changed


@pytest.fixture
def model() -> Iterator[StoryModel]:
    with StoryModel().serve() as model:
        yield model


@pytest.fixture
def on(tmp_path: Path, firestore_host: str, issuer: Issuer, model: StoryModel) -> Iterator[Stage]:
    """Set a stage with the stand-ins that functions need."""
    google, secrets = GoogleApi(), SecretManagerStandIn({"OPENAI_API_KEY": KEY})
    with google.serve() as address, secrets.serve() as manager:
        environment = {
            "FIRESTORE_EMULATOR_HOST": firestore_host,
            "SECRET_MANAGER_ENDPOINT": manager,
            "MONITORING_ENDPOINT": address,
            "ID_TOKEN_CERTS_URL": issuer.certs_url,
            "APP_CHECK_JWKS_URL": issuer.jwks_url,
            "OPENAI_BASE_URL": model.url,
            "OPENAI_MODEL": NAME,
            **MODEL_SETTINGS,
        }
        with stage(tmp_path / "stage", google, environment) as made:
            yield made
