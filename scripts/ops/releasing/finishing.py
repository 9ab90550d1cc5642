"""Finishes a release: main, the annotated tag whose push deploys production, and the notes."""

from dataclasses import dataclass
from pathlib import Path

from scripts.ops.operations.errors import OperationError, RefusedError
from scripts.ops.releasing import changelog
from scripts.ops.releasing.changes import PATHS, File, to_do
from scripts.ops.releasing.github import GitHub
from scripts.ops.releasing.looking import MAIN
from scripts.ops.releasing.notes import notes
from scripts.ops.releasing.plan import Step
from scripts.ops.releasing.repository import Repository
from scripts.ops.releasing.version import Version, before

_FILE = ".cache/release-notes"


def notes_of(repository: Repository, version: Version, named: str = "") -> str:
    """Return the notes of a version as they are at a commit. Raises OperationError.

    Where none is named it is the tag's, or before there is one what is checked out.
    """
    tags = repository.tags()
    ref = named or tags.get(version.tag, "HEAD")
    commit = repository.commit(ref)
    if commit is None:
        raise RefusedError(
            f"There is no commit {ref} here. Give one that `git log` shows, or `git fetch --tags`."
        )
    previous = before(version, tags)
    old = tags[previous.tag] if previous else ""
    if old and repository.commit(old) is None:
        raise OperationError(
            f"{previous.tag if previous else ''} is not in this checkout, so nothing can be "
            "compared with it. Nothing was changed. Give `git fetch --tags`, and try again."
        )
    names = repository.differing(old, commit, PATHS) if old else []
    files = [
        File(each, repository.read(each, old), repository.read(each, commit)) for each in names
    ]
    text = repository.read(changelog.PATH, commit)
    return notes(text, version, previous, to_do(files), commit)


@dataclass(frozen=True, slots=True)
class Finishing:
    """The steps that release a commit. Methods raise OperationError."""

    root: Path
    repository: Repository
    github: GitHub
    version: Version
    commit: str
    title: str

    def steps(self) -> list[Step]:
        """Return the steps."""
        tag, short = self.version.tag, self.commit[:9]
        return [
            Step(
                "main",
                "Main",
                f"git push origin {short}:{MAIN}  (forward only)",
                self._in_main,
                self._advance,
            ),
            Step(
                "tag",
                "Annotated tag",
                f"git tag -a {tag} {short} -m '{self.title}'",
                self._tagged,
                self._tag,
            ),
            Step(
                "push",
                "Push of the tag, which deploys production",
                f"git push origin {tag}",
                self._pushed,
                self._push,
            ),
            Step(
                "notes",
                "Release with its notes",
                f"gh release create {tag} --verify-tag --title {tag} --notes-file ...",
                lambda: self.github.release(tag) if self._pushed() else None,
                self._publish,
            ),
        ]

    def _in_main(self) -> str | None:
        main = self.repository.shared(MAIN)
        there = main is not None and self.repository.has(self.commit, main)
        return f"{MAIN} has {self.commit[:9]}" if there else None

    def _advance(self) -> str:
        self.repository.push(self.commit, f"refs/heads/{MAIN}")
        return f"{MAIN} is {self.commit[:9]}"

    def _tagged(self) -> str | None:
        found = self.repository.commit(f"refs/tags/{self.version.tag}")
        if found and found != self.commit:
            raise OperationError(
                f"{self.version.tag} is here another commit, {found[:9]}, and is not pushed. "
                f"{MAIN} is as it has to be, production as it was. Where nobody has it, delete it "
                f"(git tag -d {self.version.tag}), and give the command again."
            )
        return f"{self.version.tag} is {self.commit[:9]}" if found else None

    def _tag(self) -> str:
        self.repository.tag(self.version.tag, self.commit, self.title)
        return f"{self.version.tag} is {self.commit[:9]}"

    def _pushed(self) -> str | None:
        there = self.repository.tags().get(self.version.tag) == self.commit
        return f"{self.repository.remote} has {self.version.tag}" if there else None

    def _push(self) -> str:
        ref = f"refs/tags/{self.version.tag}"
        self.repository.push(ref, ref)
        return "production is deployed once its reviewers approve"

    def _publish(self) -> str:
        path = self.root / _FILE / f"{self.version.tag}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notes_of(self.repository, self.version, self.commit))
        return self.github.publish(self.version.tag, self.version.tag, str(path))
