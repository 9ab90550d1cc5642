"""What holds of the repository as a whole: it names no machine, and what it names exists."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conteur.errors import Code

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = sorted(
    path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix
)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
HELP_SECONDS = 300.0  # some install what they need first

REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)"
    r"|https?://\S+/(?:simple|npm)\b"
    r"|(?:index-url|index_url|registry)\s*[=:\s]\s*\"?https?:"
)
MACHINE = re.compile(
    r"(?<![\w.~}-])(?:/(?:root|tmp|home/\w+|Users/\w+)/|" + re.escape(f"{ROOT}/") + ")"
)
PATH_IN_PROSE = re.compile(
    r"(?<![\w/.-])(?:scripts|functions|tests|docs|deploy|monitoring|public)/[\w./-]*[\w/]"
)
OWN = re.compile(r"monitoring/\.env\.\w+")  # addresses that each reader has: git ignores them
CODES = {f"functions/{code.value}" for code in Code}  # errors, as Firebase's SDKs name them
IN_CODE = re.compile(r"(`+).+?\1")
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")


def tracked_files() -> Iterator[Path]:
    """Yield what is, or is about to be, in the repository."""
    git = shutil.which("git")
    assert git, "git is missing: install it"
    listed = subprocess.run(
        [git, "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            yield ROOT / name


def lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the machine's own setting, never the repository's."""
    assert lines_that_match(REGISTRY) == []


def test_no_file_names_a_place_of_one_machine() -> None:
    """No file holds a path that exists only where it was written."""
    assert lines_that_match(MACHINE) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRY, "--index-url http" + "://packages.example/"),
        (REGISTRY, "registry=http" + "s://packages.example/"),
        (REGISTRY, '"resolved": "http' + 's://packages.example/npm/yaml.tgz"'),
        (MACHINE, "cd " + f"{ROOT}/functions"),
        (MACHINE, "open('/" + "home/ada/key')"),
    ],
)
def test_what_must_not_be_named_is_found(pattern: re.Pattern[str], line: str) -> None:
    """The two patterns find what they are for."""
    assert pattern.search(line)


@pytest.mark.parametrize("folder", [".", "tests/bench/peers/genkit"])
def test_the_lock_of_npm_packages_holds_hashes_and_no_addresses(folder: str) -> None:
    """package-lock.json pins each package by version and hash, wherever it is fetched from."""
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    installed = {name: entry for name, entry in packages.items() if name}
    assert {name for name, entry in installed.items() if "integrity" not in entry} == set()
    assert {name for name, entry in installed.items() if "resolved" in entry} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    """A folder, a file or a link that the documentation names is there."""
    text = page.read_text()
    paths = {path for path in PATH_IN_PROSE.findall(text) if not OWN.fullmatch(path)} - CODES
    named = {ROOT / path for path in paths}
    linked = {page.parent / path for path in LINK.findall(IN_CODE.sub("", text))}
    assert sorted(str(path) for path in named | linked if not path.exists()) == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda path: path.name)
def test_every_command_explains_itself(command: Path) -> None:
    """`scripts/x --help` says how x is used, and does nothing else."""
    assert os.access(command, os.X_OK)
    told = subprocess.run(
        [command, "--help"], capture_output=True, text=True, check=False, timeout=HELP_SECONDS
    )
    assert told.returncode == 0, told.stderr
    assert f"scripts/{command.name}" in told.stdout
