"""What git and the database know of the migrations of an earlier commit."""

from collections.abc import Collection, Mapping
from pathlib import Path

from scripts.ops.database import URL, DatabaseError, parsed
from scripts.ops.migration_errors import MigrationError
from scripts.ops.migration_files import MIGRATIONS, Migration, read_migrations
from scripts.ops.migrations import status
from scripts.ops.operations.commands import Ran, Runner
from scripts.ops.operations.errors import OperationError
from scripts.ops.traffic.compatibility import Verdict, judge

SECONDS = 20.0
FOLDER = MIGRATIONS.name


class History:
    """Answers for the checkout at `root`; `environ` may name the database (DATABASE_URL)."""

    def __init__(self, root: Path, run: Runner, environ: Mapping[str, str]) -> None:
        self._folder = root / FOLDER
        self._run = run
        self._url = environ.get(URL, "")
        self._applied: frozenset[str] | None = None

    def beside(self, commit: str, pending: Collection[str]) -> Verdict:
        """Return whether the code of a commit works once `pending` migrations are applied too.

        Where its commit is not known, all that a contract takes away counts as used.
        """
        known = self._known(commit) if commit else None
        return judge(
            self._migrations(),
            known or frozenset(),
            pending,
            lambda since: bool(commit) and self._includes(commit, since),
        )

    def compatible(self, commit: str) -> Verdict:
        """Return whether the code of a commit works with the database as it is now.

        Without a database to ask, all migrations of the checkout count as applied. Raises
        OperationError where the database or the files cannot be read.
        """
        known = self._known(commit)
        if known is None:
            return Verdict(problems=(f"git does not know its commit {commit[:12]} (git fetch)",))
        applied = self.applied()
        with_files = self._migrations()
        return judge(with_files, known, applied, lambda since: self._includes(commit, since))

    def applied(self) -> frozenset[str]:
        """Return the names of the migrations that the database has, asked once."""
        if self._applied is None:
            self._applied = self._asked() if self._url else self._files()
        return self._applied

    @property
    def source(self) -> str:
        """Where the applied migrations are known from, for people."""
        return URL if self._url else f"{FOLDER}/ of this checkout, for {URL} is not given"

    def _migrations(self) -> list[Migration]:
        try:
            return read_migrations(self._folder)
        except MigrationError as error:
            raise OperationError(f"The migrations cannot be read: {error}") from error

    def _files(self) -> frozenset[str]:
        return frozenset(each.name for each in self._migrations())

    def _asked(self) -> frozenset[str]:
        try:
            parsed(self._url)
            found = status(self._url, self._folder)
        except DatabaseError as error:
            raise OperationError(f"The database's migrations cannot be read: {error}") from error
        return frozenset(each.name for each in found.applied)

    def _known(self, commit: str) -> frozenset[str] | None:
        listed = self._git("ls-tree", "--name-only", commit, f"{FOLDER}/")
        if listed.code:
            return None
        return frozenset(Path(line).name for line in listed.text.splitlines())

    def _includes(self, commit: str, since: str) -> bool:
        """Tell whether a version's tag, or a commit, is in a commit's history."""
        names = (f"v{since}", since)
        return any(
            self._git("merge-base", "--is-ancestor", name, commit).code == 0 for name in names
        )

    def _git(self, *arguments: str) -> Ran:
        return self._run(("git", *arguments), seconds=SECONDS)
