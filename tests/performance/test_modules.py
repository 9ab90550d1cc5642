"""The exact lists of what is loaded before the first answers: what is not loaded costs nothing."""

import pytest

from tests.issuer import Issuer
from tests.performance.modules import MOMENTS, Lists, differences, kept, loaded

SLOW = ("openai", "google.cloud.firestore", "grpc", "jwt", "requests", "firebase_admin", "asyncio")
TOO_MANY_TYPES = 100  # of the 1,000 modules that `openai.types` has


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str) -> Lists:
    return loaded(tmp_path_factory.mktemp("modules"), issuer, firestore_host)


@pytest.mark.server
@pytest.mark.parametrize("moment", MOMENTS)
def test_exactly_the_listed_modules_are_loaded(found: Lists, moment: str) -> None:
    """Under gunicorn, the modules that are loaded at each moment are those of its list."""
    if told := differences(moment, found[moment]):
        pytest.fail(told, pytrace=False)


def test_a_refused_call_needs_nothing_slow() -> None:
    """The lists before the first story have none of the packages that are slow to import."""
    early = kept("bound") | kept("refused")
    assert [name for name in early if name.startswith(SLOW)] == []


def test_a_story_needs_few_of_the_models_types() -> None:
    """The list of a story has the types of the OpenAI package put off, but for a few."""
    types = [name for name in kept("story") if name.startswith("openai.types")]
    assert 0 < len(types) < TOO_MANY_TYPES


def test_a_difference_is_explained() -> None:
    """What came and what went is told by name, with the command that writes the list."""
    told = differences("refused", kept("refused") - {"stringprep"} | {"json.tool"}).splitlines()
    assert told == [
        "Loaded more when a call without a token is refused:",
        "+ json.tool  (is not in tests/performance/modules/refused.txt)",
        "- stringprep  (is no longer loaded)",
        "If this is meant: .venv/bin/python -m tests.performance.modules --update",
    ]
