"""Prepares a release: branch, version and changelog, commit, push, pull request to staging."""

import shlex
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts.ops.operations.errors import BusyError, RefusedError
from scripts.ops.releasing import changelog, manifest
from scripts.ops.releasing.github import MERGED, OPEN, GitHub, PullRequest
from scripts.ops.releasing.looking import STAGING
from scripts.ops.releasing.plan import Step
from scripts.ops.releasing.repository import Repository
from scripts.ops.releasing.version import Version, refuse_older

PATHS = (changelog.PATH, *manifest.PATHS)


@dataclass(frozen=True, slots=True)
class Preparing:
    """The steps that prepare a version. Methods raise OperationError."""

    root: Path
    repository: Repository
    github: GitHub
    version: Version
    on: date
    title: str

    def refuse(self) -> None:
        """Refuse what cannot be prepared, before anything is changed. Raises RefusedError."""
        tags = self.repository.tags()
        if self.version.tag in tags:
            raise RefusedError(
                f"{self.version.tag} is released. Nothing was changed. Give the next version."
            )
        refuse_older(self.version, tags)
        self._texts()
        self._refuse_changes()
        self._refuse_behind()
        self._refuse_nowhere()
        self._pull()

    def _refuse_changes(self) -> None:
        on_branch = self.repository.branch() == self.version.branch
        foreign = [path for path in self.repository.changed() if not on_branch or path not in PATHS]
        if foreign:
            raise RefusedError(
                f"The checkout is not clean: {', '.join(foreign[:3])}. Nothing was changed. Commit "
                "it on its own, or put it away (git stash --include-untracked)."
            )

    def _refuse_behind(self) -> None:
        branch = self.repository.branch()
        shared = self.repository.shared(branch) if branch else None
        if shared and not self.repository.has(shared, "HEAD"):
            raise BusyError(
                f"{self.repository.remote}/{branch} has commits that this checkout has not: "
                "somebody has pushed. Nothing was changed. Give `git pull`, look at what came, and "
                "give the command again."
            )

    def _refuse_nowhere(self) -> None:
        if not self.repository.shares(STAGING):
            raise RefusedError(
                f"{self.repository.remote} has no branch {STAGING}, so no pull request can be "
                "opened to it. Nothing was changed. Make it (docs/continuous-delivery.md), and "
                "give the command again."
            )

    def steps(self) -> list[Step]:
        """Return the steps."""
        branch, quote = self.version.branch, shlex.quote(self.title)
        return [
            Step("branch", "Branch", f"git switch -c {branch}", self._on_branch, self._switch),
            Step("files", "Version", f"edit {', '.join(PATHS)}", self._written, self._write),
            Step("commit", "Commit", f"git commit -m {quote}", self._committed, self._commit),
            Step("push", "Push", f"git push origin {branch}", self._pushed, self._push),
            Step(
                "pull",
                "Pull request",
                f"gh pr create --base {STAGING} --head {branch} --title {quote}",
                self._proposed,
                self._propose,
            ),
        ]

    def _texts(self) -> dict[str, str]:
        """Return the files as they have to be. Raises RefusedError."""
        texts = {path: (self.root / path).read_text() for path in PATHS}
        new = {path: manifest.changed(path, texts[path], self.version) for path in manifest.PATHS}
        log = changelog.released(texts[changelog.PATH], self.version, self.on)
        return {changelog.PATH: log, **new}

    def _on_branch(self) -> str | None:
        branch = self.repository.branch()
        return branch if branch == self.version.branch else None

    def _switch(self) -> str:
        self.repository.switch(self.version.branch)
        return self.version.branch

    def _written(self) -> str | None:
        there = all((self.root / path).read_text() == text for path, text in self._texts().items())
        return f"{self.version} stands in them" if there else None

    def _write(self) -> str:
        for path, text in self._texts().items():
            (self.root / path).write_text(text)
        return f"{self.version} in {', '.join(PATHS)}"

    def _committed(self) -> str | None:
        if self._on_branch() is None or self._written() is None or self.repository.changed():
            return None
        return self._tip()[:9]

    def _commit(self) -> str:
        self.repository.keep(PATHS, self.title)
        return self._tip()[:9]

    def _pushed(self) -> str | None:
        if self._committed() is None:
            return None
        same = self.repository.shared(self.version.branch) == self._tip()
        return f"{self.repository.remote}/{self.version.branch}" if same else None

    def _push(self) -> str:
        ref = f"refs/heads/{self.version.branch}"
        self.repository.push(ref, ref)
        return f"{self.repository.remote}/{self.version.branch}"

    def _proposed(self) -> str | None:
        pull = self._pull() if self._pushed() else None
        return pull.url if pull else None

    def _pull(self) -> PullRequest | None:
        """Return the pull request, where there is one. Raises RefusedError for a closed one."""
        pull = self.github.pull_request(self.version.branch, STAGING)
        if pull and pull.state not in {OPEN, MERGED}:
            raise RefusedError(
                f"{pull.url} was closed without being merged, and is left so. Reopen it, or give "
                "the next version."
            )
        return pull

    def _propose(self) -> str:
        text = (self.root / changelog.PATH).read_text()
        body = changelog.section(text, str(self.version)) or self.title
        return self.github.propose(self.version.branch, STAGING, self.title, body)

    def _tip(self) -> str:
        return self.repository.commit("HEAD") or ""
