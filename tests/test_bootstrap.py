"""What is built, when, and by whom."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from conteur.bootstrap import Lazy

FUNCTIONS = Path(__file__).parent.parent / "functions"
HEAVY = (
    "openai",
    "httpx2",
    "grpc",
    "google.cloud.",
    "google.api_core",
    "firebase_admin",
    "firebase_functions",
)


def test_lazy_builds_once() -> None:
    """A service that many threads want at once is built by one of them, for all."""
    built: list[object] = []

    def build() -> object:
        built.append(object())
        return built[0]

    service = Lazy(build)
    ready = threading.Barrier(8)
    seen: list[object] = []

    def use() -> None:
        ready.wait(timeout=10)
        seen.append(service())

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert set(map(id, seen)) == {id(built[0])}


def test_lazy_tries_again() -> None:
    """A service that could not be built is tried again by its next user."""
    problems = [ZeroDivisionError()]

    def build() -> str:
        if problems:
            raise problems.pop()
        return "built"

    service = Lazy(build)
    with pytest.raises(ZeroDivisionError):
        service()
    assert service() == "built"


def test_nothing_heavy_before_a_call() -> None:
    """A serving process binds its port without having imported a cloud library or openai."""
    code = f"import sys, main;print([m for m in sys.modules if m.startswith({HEAVY!r})])"
    environment = {
        "FUNCTION_TARGET": "generate_story",
        "GOOGLE_CLOUD_PROJECT": "demo-conteur",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=FUNCTIONS,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == "[]"
