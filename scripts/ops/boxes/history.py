"""What the files of the checkout were like when they were deployed before.

What is deployed and is in no commit that was deployed, somebody has changed by hand: a deploy
would write over it, and nobody could look it up again.
"""

import io
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.ops.operations.record import Record, State

CLONE = "In a shallow clone, git fetch --unshallow first."
MOST = 20  # versions that are looked at; each costs a call of git


class History:
    """`deploys` are those on record, also half done ones, the newest first.

    Where there are none, all commits that have changed a file count: it may have been deployed
    before there was a record.
    """

    def __init__(self, root: Path, deploys: Sequence[Record]) -> None:
        self._root = root
        self._deploys = list(dict.fromkeys(each.commit for each in deploys))
        self.was_deployed = any(each.state is State.DONE for each in deploys)

    def commits(self, *paths: str) -> list[str]:
        """Return the commits whose version of these files may be deployed."""
        if self._deploys:
            return self._deploys[:MOST]
        found = self._git("log", f"-n{MOST}", "--format=%H", "HEAD", "--", *paths)
        return found.decode().split() if found else []

    def versions(self, path: str) -> list[str]:
        """Return what a file was in each of them; a commit that is not in this clone is none."""
        texts = [self._git("show", f"{commit}:{path}") for commit in self.commits(path)]
        return [text.decode() for text in texts if text is not None]

    @contextmanager
    def checked_out(self, commit: str, *paths: str) -> Iterator[Path | None]:
        """Yield a folder with a commit's files; None where this clone has not got them."""
        packed = self._git("archive", commit, *paths)
        if packed is None:
            yield None
            return
        with TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(folder, filter="data")
            yield Path(folder)

    def _git(self, *arguments: str) -> bytes | None:
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607 - git is where the PATH has it
            cwd=self._root,
            capture_output=True,
            check=False,
        )
        return None if done.returncode else done.stdout
