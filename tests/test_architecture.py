"""Holds docs/architecture.md, and shows of each rule that it finds what breaks it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import architecture as rules

ROOT = Path(__file__).resolve().parents[1]


def test_imports_point_down() -> None:
    """Each import points down the layers of docs/architecture.md, never up."""
    assert rules.imports_that_point_up(ROOT) == []


def test_there_is_no_import_circle() -> None:
    """No module needs itself, however long the way round, lazy imports included."""
    assert rules.import_circles(ROOT) == []


def test_only_bootstrap_builds_adapters() -> None:
    """Entry points and use cases know ports, never the adapter behind one."""
    assert rules.adapters_built_outside_bootstrap(ROOT) == []


def test_slow_libraries_are_imported_when_first_needed() -> None:
    """Loading main loads no client library, nor an adapter that does: cold starts would pay."""
    assert rules.slow_imports_when_loaded(ROOT) == []


def test_only_settings_reads_the_environment() -> None:
    """Every other module is handed its settings as values."""
    assert rules.readers_of_the_environment(ROOT) == []


def test_the_domain_is_pure() -> None:
    """The domain imports pure modules only, and asks neither clock, chance nor file."""
    assert rules.impure_domain(ROOT) == []


def test_files_are_short() -> None:
    """No file of functions/ or scripts/ has more than 300 lines."""
    assert rules.long_files(ROOT) == []


def test_functions_are_short() -> None:
    """No function of functions/ or scripts/ has more than 40 lines."""
    assert rules.long_functions(ROOT) == []


LONG_FUNCTION = "def long():\n" + "    x = 1\n" * 41

BROKEN = [
    (
        rules.imports_that_point_up,
        {"domain/story.py": "from conteur.adapters import openai_chat"},
        "domain/story.py:1 imports conteur.adapters.openai_chat, which is above it",
    ),
    (
        rules.imports_that_point_up,
        {"use_cases/tell.py": "def tell():\n    import conteur.bootstrap"},
        "use_cases/tell.py:2 imports conteur.bootstrap",
    ),
    (
        rules.imports_that_point_up,
        {"adapters/openai_chat.py": "from conteur.settings import REGION"},
        "imports conteur.settings, which is above it",
    ),
    (
        rules.imports_that_point_up,
        {"telemetry/logs.py": "from conteur.domain.story import State"},
        "telemetry/logs.py:1 imports conteur.domain.story",
    ),
    (
        rules.import_circles,
        {
            "domain/story.py": "from conteur.domain.lease import Lease",
            "domain/lease.py": "def f():\n    from conteur.domain.story import State",
        },
        "conteur.domain.story imports conteur.domain.lease",
    ),
    (
        rules.adapters_built_outside_bootstrap,
        {"entrypoints/health.py": "from conteur.adapters.openai_chat import Chat"},
        "entrypoints/health.py:1 imports conteur.adapters.openai_chat: only bootstrap",
    ),
    (
        rules.slow_imports_when_loaded,
        {
            "adapters/openai_chat.py": "from google.cloud import firestore",
            "bootstrap.py": "from conteur.adapters.openai_chat import Chat",
        },
        "openai_chat.py:1 imports google.cloud when it is loaded",
    ),
    (
        rules.slow_imports_when_loaded,
        {"bootstrap.py": "try:\n    import grpc\nexcept ImportError:\n    pass"},
        "bootstrap.py:2 imports grpc when it is loaded",
    ),
    (
        rules.readers_of_the_environment,
        {"bootstrap.py": "import os\nregion = os.environ.get('REGION')"},
        "bootstrap.py:2 reads the environment",
    ),
    (
        rules.readers_of_the_environment,
        {"domain/story.py": "from os import getenv"},
        "domain/story.py:1 reads the environment",
    ),
    (rules.impure_domain, {"domain/story.py": "import time"}, "imports time"),
    (rules.impure_domain, {"domain/story.py": "x = open('f')"}, "calls open()"),
    (
        rules.impure_domain,
        {"domain/story.py": "from datetime import datetime\nx = datetime.now()"},
        "domain/story.py:2 calls now()",
    ),
    (rules.long_files, {"domain/story.py": "x = 1\n" * 301}, "has 301 lines, over 300"),
    (rules.long_functions, {"domain/story.py": LONG_FUNCTION}, "long has 42 lines, over 40"),
]


@pytest.mark.parametrize(("rule", "files", "problem"), BROKEN)
def test_a_rule_names_what_breaks_it(
    tmp_path: Path, rule: Callable[[Path], list[str]], files: dict[str, str], problem: str
) -> None:
    """In a tree that breaks one rule, that rule says where and how."""
    make_tree(tmp_path, files)
    (found,) = rule(tmp_path)
    assert problem in found


@pytest.mark.parametrize(
    "rule", dict.fromkeys(rule for rule, _, _ in BROKEN), ids=lambda rule: rule.__name__
)
def test_a_sound_tree_breaks_no_rule(tmp_path: Path, rule: Callable[[Path], list[str]]) -> None:
    """What is allowed is not reported: libraries when needed or for types, and imports down."""
    lazy = "def f():\n    import openai\n    from conteur.adapters import openai_chat"
    typing = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import grpc"
    make_tree(
        tmp_path,
        {
            "adapters/openai_chat.py": "import openai\nfrom conteur.domain.story import State",
            "bootstrap.py": f"import conteur.settings\n{typing}\n{lazy}",
            "settings.py": "import os\nREGION = os.environ['REGION']",
            "domain/story.py": "from conteur import errors\nfrom datetime import datetime",
        },
    )
    assert rule(tmp_path) == []


def make_tree(root: Path, files: dict[str, str]) -> None:
    modules = ("errors.py", "bootstrap.py", "settings.py", "domain/story.py")
    everything = {**dict.fromkeys((*modules, "adapters/openai_chat.py"), ""), **files}
    for name, text in everything.items():
        path = root / "functions/conteur" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "functions/main.py").write_text("")
