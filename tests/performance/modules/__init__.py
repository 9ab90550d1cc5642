"""Which modules are loaded when the port is bound, before a refusal, and before a story's answer.

The lists have the product's modules, those of the packages that are deployed with it, and
Python's own but for the private ones, which differ from one system to another.
"""

import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.clients.backends import gunicorn
from tests.crashes.calls import Call, text
from tests.issuer import Issuer
from tests.performance.counting import ask

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
COMMAND = ".venv/bin/python -m tests.performance.modules"
MOMENTS = {
    "bound": "when the port is bound, before the fork",
    "refused": "more when a call without a token is refused",
    "story": "more when a first story is told",
}
PROMPT = "A fox who counts her steps."

Lists = Mapping[str, frozenset[str]]
"""The modules that are loaded at each moment and were not at the one before."""


def loaded(folder: Path, issuer: Issuer, firestore_host: str) -> Lists:
    """Serve the product, refuse a call, tell a story, and return what was loaded meanwhile."""
    settings = {
        "PYTHONPATH": f"{HERE.parent / 'startup'}:{ROOT / 'functions'}",
        "HIDDEN_PACKAGES": " ".join(_packages(deployed=False)),
    }
    source = HERE.with_name("recorder.py")
    with gunicorn(folder, issuer, firestore_host, source, **settings) as served:
        bound = ask(served.url, "GET", "/bound")
        assert "NO_TOKEN" in ask(served.url, "POST", "/")
        refused = ask(served.url, "GET", "/refused")
        ask(served.url, "GET", "/go-on")
        served.model.tells(PROMPT, "A fox met a star.")
        answer = Call("alice", issuer.id_token("alice"), PROMPT).ask(served.url)
        assert answer, "the connection broke"
        assert text(answer) == "A fox met a star."
        story = ask(served.url, "GET", "/story")
    return _lists(bound, refused, story)


def kept(moment: str) -> frozenset[str]:
    """Return the list that is kept in the repository."""
    return frozenset(_file(moment).read_text().split())


def differences(moment: str, found: frozenset[str]) -> str:
    """Return how the modules differ from those in the list, as lines; nothing if they do not."""
    more, fewer = sorted(found - kept(moment)), sorted(kept(moment) - found)
    if not more and not fewer:
        return ""
    lines = [f"Loaded {MOMENTS[moment]}:"]
    lines += [f"+ {name}  (is not in {_file(moment).relative_to(ROOT)})" for name in more]
    lines += [f"- {name}  (is no longer loaded)" for name in fewer]
    return "\n".join([*lines, f"If this is meant: {COMMAND} --update"])


def write(found: Lists) -> None:
    """Keep the lists."""
    for moment, modules in found.items():
        _file(moment).write_text("\n".join(sorted(modules)) + "\n")


def _lists(bound: str, refused: str, story: str) -> Lists:
    at_bound, at_refused, at_story = (
        frozenset(filter(_is_listed, told.split())) for told in (bound, refused, story)
    )
    return {
        "bound": at_bound,
        "refused": at_refused - at_bound,
        "story": at_story - at_refused - at_bound,
    }


def _is_listed(module: str) -> bool:
    package = module.partition(".")[0]
    if package in sys.stdlib_module_names:
        return not package.startswith("_")
    return package in {"conteur", "main"} or package in _packages(deployed=True)


@cache
def _packages(*, deployed: bool) -> frozenset[str]:
    """Return the importable packages of this environment that are deployed, or are not."""
    pins = (ROOT / "functions" / "requirements.txt").read_text()
    names = {_normal(name) for name in re.findall(r"^([\w.-]+)==", pins, re.MULTILINE)}
    return frozenset(
        package
        for package, distributions in packages_distributions().items()
        if any(_normal(each) in names for each in distributions) == deployed
    )


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _file(moment: str) -> Path:
    return HERE / f"{moment}.txt"
