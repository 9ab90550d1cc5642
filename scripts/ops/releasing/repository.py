"""The checkout and its remote, by git. It never forces, rewrites or deletes anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.ops.operations.commands import Ran, Runner
from scripts.ops.operations.errors import BusyError, OperationError, RefusedError

REMOTE = "origin"
LOCAL_SECONDS, REMOTE_SECONDS = 60.0, 300.0
_LINE = 2
_REFUSED_BY_SERVER = ("pre-receive hook declined", "protected branch", "[remote rejected]")
_BEHIND = ("[rejected]", "non-fast-forward", "fetch first")


@dataclass(frozen=True, slots=True)
class Repository:
    """A checkout; `remote` is where it is shared. Methods raise OperationError."""

    run: Runner
    remote: str = REMOTE

    def fetch(self) -> None:
        """Learn what the remote has, its tags too; a tag that differs here is left alone."""
        done = self.run(["git", "fetch", "--quiet", self.remote], seconds=REMOTE_SECONDS)
        if done.code:
            raise OperationError(
                f"git could not fetch from {self.remote}:\n{done.last_lines}\nNothing was changed. "
                "Check the network and your rights, and give the command again."
            )

    def commit(self, ref: str) -> str | None:
        """Return the id of the commit that a name stands for; None where there is none."""
        spec = f"{ref}^{{commit}}"
        done = self._try("rev-parse", "--verify", "--quiet", spec)
        return done.text.strip() if done.code == 0 else None

    def shared(self, branch: str) -> str | None:
        """Return where a branch of the remote was when it was last asked."""
        return self.commit(f"refs/remotes/{self.remote}/{branch}")

    def shares(self, branch: str) -> bool:
        """Ask the remote whether it has a branch."""
        asked = ["git", "ls-remote", "--heads", self.remote, f"refs/heads/{branch}"]
        done = self.run(asked, seconds=REMOTE_SECONDS)
        if done.code:
            raise _failed("ls-remote", done)
        return bool(done.text.strip())

    def branch(self) -> str:
        """Return the branch that is checked out; empty where it is none."""
        return self._try("symbolic-ref", "--short", "--quiet", "HEAD").text.strip()

    def changed(self) -> list[str]:
        """Return the files that differ from the commit, or are new."""
        lines = self._git("status", "--porcelain", "--untracked-files=all").splitlines()
        return [line[3:] for line in lines]

    def has(self, commit: str, within: str) -> bool:
        """Tell whether a commit is `within` or before it."""
        done = self._try("merge-base", "--is-ancestor", commit, within)
        if done.code not in {0, 1}:
            raise _failed("merge-base", done)
        return done.code == 0

    def read(self, path: str, ref: str) -> str:
        """Return a file as it is at a commit; empty where it is not there."""
        done = self._try("show", f"{ref}:{path}")
        return "" if done.code else done.text

    def differing(self, old: str, new: str, paths: Sequence[str]) -> list[str]:
        """Return which of the paths differ between two commits."""
        told = self._git("diff", "--name-only", "--no-renames", old, new, "--", *paths)
        return told.splitlines()

    def tags(self) -> dict[str, str]:
        """Return the remote's tags, with the commits they stand for."""
        asked = ["git", "ls-remote", "--tags", self.remote]
        done = self.run(asked, seconds=REMOTE_SECONDS)
        if done.code:
            raise _failed("ls-remote", done)
        pairs = [line.split("\t") for line in done.text.splitlines()]
        # An annotated tag comes twice; its commit is the later one, `refs/tags/NAME^{}`.
        return {
            pair[1].removeprefix("refs/tags/").removesuffix("^{}"): pair[0]
            for pair in pairs
            if len(pair) == _LINE and pair[1].startswith("refs/tags/")
        }

    def switch(self, branch: str) -> None:
        """Check a branch out: this checkout's own, the remote's, or a new one from here."""
        if self.commit(f"refs/heads/{branch}"):
            self._git("switch", "--quiet", branch)
        elif self.shared(branch):
            self._git("switch", "--quiet", "--track", f"{self.remote}/{branch}")
        else:
            self._git("switch", "--quiet", "--create", branch)

    def keep(self, paths: Sequence[str], message: str) -> None:
        """Commit these files and no others."""
        self._git("add", "--", *paths)
        self._git("commit", "--quiet", "--message", message, "--", *paths)

    def tag(self, name: str, commit: str, message: str) -> None:
        """Make an annotated tag."""
        self._git("tag", "--annotate", name, commit, "--message", message)

    def push(self, source: str, target: str) -> None:
        """Push one commit, branch or tag to a name of the remote; never by force.

        Raises BusyError where somebody was faster, RefusedError where the remote lets nobody.
        """
        done = self.run(
            ["git", "push", "--porcelain", self.remote, f"{source}:{target}"],
            seconds=REMOTE_SECONDS,
        )
        if done.code == 0:
            return
        name = target.removeprefix("refs/heads/").removeprefix("refs/tags/")
        if any(each in done.text for each in _REFUSED_BY_SERVER):
            raise RefusedError(
                f"{self.remote} does not take {name}:\n{done.last_lines}\nIt is as it was. "
                "Have your account let past the branch's or tag's protection "
                "(docs/continuous-delivery.md), and give the command again."
            )
        if any(each in done.text for each in _BEHIND):
            raise BusyError(
                f"{name} at {self.remote} has something that is not here: somebody has pushed in "
                f"between. It is as it was there. Look at it (git log {self.remote}/{name}), merge "
                "or take it over, and give the command again; nothing is ever forced."
            )
        raise _failed(f"push of {name}", done)

    def _try(self, *arguments: str) -> Ran:
        return self.run(["git", *arguments], seconds=LOCAL_SECONDS)

    def _git(self, *arguments: str) -> str:
        done = self._try(*arguments)
        if done.code:
            raise _failed(arguments[0], done)
        return done.text


def _failed(what: str, done: Ran) -> OperationError:
    return OperationError(
        f"git {what} failed:\n{done.last_lines}\nMend what it says, and give the command again: "
        "what is done is not done again."
    )
