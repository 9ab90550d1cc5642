"""Looks at git, GitHub and the books of operations, for the gates to decide on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scripts.ops.operations.book import Book
from scripts.ops.operations.errors import RefusedError
from scripts.ops.operations.record import Kind
from scripts.ops.releasing import changelog, manifest
from scripts.ops.releasing.github import GitHub, PullRequest
from scripts.ops.releasing.repository import Repository
from scripts.ops.releasing.seen import Seen
from scripts.ops.releasing.version import Version
from scripts.ops.validation import standing

STAGING, MAIN = "staging", "main"
CHECKS = "checks.yml"
"""The workflow whose runs are the checks."""


@dataclass(frozen=True, slots=True)
class Books:
    """The books of production and staging; `unread` says why nothing is looked up in them."""

    production: Book
    staging: Book | None = None
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks at a release. Methods raise OperationError."""

    repository: Repository
    github: GitHub
    books: Books
    confirmed: Sequence[str] = ()

    def before_merge(self, version: Version, now: datetime) -> Seen:
        """Return how the release's branch stands."""
        pull = self._pull(version)
        commit = pull.head if pull else ""
        checks = self.github.checks(commit, CHECKS) if commit else None
        changed = self.repository.changed()
        return Seen(version, commit, now, changed=changed, pull=pull, checks=checks)

    def before_release(self, version: Version, now: datetime) -> Seen:
        """Return how staging stands. Raises RefusedError where the remote has no staging."""
        commit, tagged_as = self.candidate(version)
        main = self.repository.shared(MAIN)
        return Seen(
            version=version,
            commit=commit,
            now=now,
            changed=self.repository.changed(),
            staged_branch=self._is_staged(version, commit),
            follows_main=main is None or self.repository.has(main, commit),
            pull=self._pull(version),
            checks=self.github.checks(commit, CHECKS),
            noted=changelog.section(self._text(changelog.PATH, commit), str(version)) is not None,
            wrong_files=self._wrong_files(version, commit),
            tagged_as=tagged_as,
            staging=standing.read(self.books.staging) if self.books.staging else (),
            preflights=self.books.production.newest(Kind.PREFLIGHT),
            unread=self.books.unread,
            confirmed=self.confirmed,
        )

    def candidate(self, version: Version) -> tuple[str, str]:
        """Return the commit to release, and the tag's at the remote, empty where it has none.

        It is the tag's where staging had this version there: it may have gone on since.
        """
        staging = self.repository.shared(STAGING)
        if staging is None:
            raise RefusedError(
                f"{self.repository.remote} has no branch {STAGING}, so nothing can be released. "
                "Nothing was changed. Make it (docs/continuous-delivery.md)."
            )
        tagged_as = self.repository.tags().get(version.tag, "")
        if tagged_as and self._is_released(version, tagged_as, staging):
            return tagged_as, tagged_as
        return staging, tagged_as

    def _is_released(self, version: Version, commit: str, staging: str) -> bool:
        known = self.repository.commit(commit) is not None
        if not known or not self.repository.has(commit, staging):
            return False
        return not self._wrong_files(version, commit)

    def _is_staged(self, version: Version, commit: str) -> bool:
        local = self.repository.commit(f"refs/heads/{version.branch}")
        tips = (local, self.repository.shared(version.branch))
        return all(self.repository.has(tip, commit) for tip in tips if tip)

    def _pull(self, version: Version) -> PullRequest | None:
        return self.github.pull_request(version.branch, STAGING)

    def _wrong_files(self, version: Version, commit: str) -> list[str]:
        texts = {path: self._text(path, commit) for path in manifest.PATHS}
        return manifest.disagreeing(texts, version)

    def _text(self, path: str, commit: str) -> str:
        return self.repository.read(path, commit)
