"""A scratch repository: this checkout's files with a remote and a `gh`, for a release to happen in.

Its `scripts/check`, `scripts/test`, `scripts/build` and `scripts/plan`, which preflight runs, end
at once: the suite cannot run within itself, and the plan is held against the review by each deploy
anyway. All else is as here, but for `.firebaserc`, whose projects are in no cloud.
"""

import json
import shutil

from scripts.local.firebase_project import ROOT
from scripts.ops import plan
from tests.scripts.ops.releasing.world import IDENTITY, World

PROJECTS = {
    "default": "demo-conteur",
    "staging": "demo-conteur-staging",
    "production": "demo-conteur-production",
}
STORY = "functions/conteur/entrypoints/story_handler.py"
RESULT = "return result(told, parsed.request, parsed.warnings)"
ENDING_AT_ONCE = ("check", "test", "build", "plan")
LEFT_OUT = ("tests/", "docs/")
FIRST = "v0.1.0"
UNRELEASED = "## [Unreleased]\n"


class Repository(World):
    """`mine` is the checkout in which commands are given; `theirs` is nobody's here."""

    def commit_all(self, message: str) -> str:
        """Commit all that has changed, and return the commit."""
        self.git("add", "--all")
        self.git("commit", "-qm", message)
        return self.git("rev-parse", "HEAD")

    def begin(self, branch: str) -> None:
        """Begin to work on what staging has."""
        self.git("fetch", "-q", "--tags")
        self.git("switch", "-qC", branch, "origin/staging")

    def check_out_staging(self) -> str:
        """Check out what staging has, as the workflow does, and return the commit."""
        self.git("fetch", "-q", "--tags")
        self.git("switch", "-q", "--detach", "origin/staging")
        return self.git("rev-parse", "HEAD")

    def tell_stories(self, by: str, note: str) -> None:
        """Have each story's result come about by another expression, and commit that.

        `note` is for the changelog.
        """
        path = self.mine / STORY
        kept = [line for line in path.read_text().splitlines() if "return result(" not in line]
        at = next(number for number, line in enumerate(kept) if "def _address" in line) - 1
        path.write_text("\n".join([*kept[:at], f"        {by}", *kept[at:]]) + "\n")
        log = self.mine / "CHANGELOG.md"
        added = f"{UNRELEASED}\n### Added\n\n- {note}\n"
        log.write_text(log.read_text().replace(UNRELEASED, added, 1))
        self.commit_all(note)

    def _make_clones(self) -> None:
        folder = self.bare.parent
        self.git("init", "-q", "--bare", "-b", "main", str(self.bare), at=folder)
        self.git("clone", "-q", str(self.bare), str(self.mine), at=folder)
        self.git("switch", "-qc", "main")
        self.git("config", "user.email", IDENTITY["GIT_AUTHOR_EMAIL"])
        self._fill()
        self.commit_all("Begin")
        self.git("tag", "-a", FIRST, "-m", "First")
        self.git("push", "-q", "origin", "main", "main:staging", FIRST)
        self.git("fetch", "-q")

    def _fill(self) -> None:
        listed = self.git("ls-files", "-z", "-c", "-o", "--exclude-standard", at=ROOT)
        for name in filter(None, listed.split("\0")):
            if not name.startswith(LEFT_OUT) and (ROOT / name).is_file():
                (self.mine / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.mine / name)
        for name in ENDING_AT_ONCE:
            (self.mine / "scripts" / name).write_text("#!/bin/sh\necho passed\n")
        (self.mine / ".firebaserc").write_text(json.dumps({"projects": PROJECTS}))
        (self.mine / "functions/venv").symlink_to((ROOT / "functions/venv").resolve())
        self._link_modules()
        written = plan.reviewable(plan.make_plan(self.mine))
        plan.write(self.mine / plan.REVIEWED, written)

    def _link_modules(self) -> None:
        """Have Node's modules there, with a folder of programs that can be added to."""
        programs = self.mine / "node_modules/.bin"
        programs.mkdir(parents=True)
        for each in (ROOT / "node_modules").iterdir():
            if each.name != ".bin":
                (programs.parent / each.name).symlink_to(each.resolve())
