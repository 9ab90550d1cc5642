"""The types of the OpenAI package, put off; each test in a process that imported nothing yet."""

import subprocess
import sys

import pytest

from scripts.local.serving import FUNCTIONS

IMPORTED = """
import sys, threading
from conteur.adapters.openai_api.deferred_types import deferred_types
finders = list(sys.meta_path)
with deferred_types():
    import openai
"""


def told(program: str) -> list[str]:
    """Import the package, run `program`, and return the lines that it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORTED + program],
        env={"PYTHONPATH": str(FUNCTIONS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_types_are_put_off() -> None:
    """Most of the types are not loaded with the package."""
    assert told("print('openai.types.responses.response' in sys.modules)") == ["False"]


@pytest.mark.parametrize(
    "asking",
    [
        "print(openai.types.CompletionUsage.__name__)",
        "from openai.types import CompletionUsage; print(CompletionUsage.__name__)",
        "import openai.types.completion_usage as u; print(u.CompletionUsage.__name__)",
    ],
)
def test_a_type_is_there_when_it_is_asked_for(asking: str) -> None:
    """An attribute, a name and a module of a package that was put off are as always."""
    assert told(asking) == ["CompletionUsage"]


def test_a_type_of_an_inner_package_is_there() -> None:
    """A package in a package that was put off gives its names too."""
    program = "from openai.types.responses import Response; print(Response.__module__)"
    assert told(program) == ["openai.types.responses.response"]


def test_a_name_that_is_not_there() -> None:
    """What a package does not have is an AttributeError, before its `__init__` ran and after."""
    missing = "print(hasattr(openai.types.responses, 'Nothing'))\n"
    assert told(f"import openai.types.responses\n{missing}{missing}") == ["False", "False"]


def test_a_package_is_made_once() -> None:
    """What somebody took out of a package after it was made stays out."""
    program = """
import openai.types.responses as package
print(hasattr(package, "Response"))
del package.Response
print(hasattr(package, "Response"))
"""
    assert told(program) == ["True", "False"]


def test_threads_that_ask_at_once() -> None:
    """Threads that ask for names at the same time get those of one package, made once."""
    program = """
import openai.types.responses as package
begin, got = threading.Barrier(16), []
def ask():
    begin.wait()
    got.append(package.Response)
threads = [threading.Thread(target=ask) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(got), len(set(got)))
"""
    assert told(program) == ["16 1"]


def test_nothing_of_it_stays_behind() -> None:
    """After the block, modules are found as before it."""
    assert told("print(sys.meta_path == finders)") == ["True"]


def test_the_package_works_as_always() -> None:
    """The client's resources, which need the types, are there."""
    program = "print(openai.OpenAI(api_key='none').chat.completions.create.__name__)"
    assert told(program) == ["create"]
