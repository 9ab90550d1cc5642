"""Runs `firebase deploy`, and keeps what it printed."""

from pathlib import Path

from scripts.ops.operations.commands import Ran, Runner

PROGRAM = "node_modules/.bin/firebase"
SECONDS = 840.0
"""Of one deploy at most: it gives no sign of life, so the lock must outlast it."""


class Firebase:
    """The command-line program for one environment; `folder` keeps its output.

    The environment goes by its alias: with a project's id firebase-tools would not load
    functions/.env.ALIAS (https://firebase.google.com/docs/functions/config-env#env-variables).
    """

    def __init__(self, run: Runner, alias: str, folder: Path) -> None:
        self._run = run
        self._alias = alias
        self._folder = folder

    def deploy(self, name: str, only: str) -> Ran:
        """Deploy what `only` names, and keep the output as NAME.txt. Raises OperationError."""
        argv = [PROGRAM, "deploy", "-P", self._alias, "--only", only, "--non-interactive"]
        self._folder.mkdir(parents=True, exist_ok=True)
        with self.output(name).open("a") as kept:
            kept.write(f"$ {' '.join(argv)}\n")
            kept.flush()  # whoever goes on knows by it that this was begun
            ran = self._run(argv, seconds=SECONDS)
            kept.write(f"{ran.text}\nexit code {ran.code}\n")
        return ran

    def output(self, name: str) -> Path:
        """Return where the output of a deploy is kept."""
        return self._folder / f"{name}.txt"
