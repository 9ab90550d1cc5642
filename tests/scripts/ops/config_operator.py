"""Somebody who turns knobs with `scripts/config`, in a project of their own."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from conteur.adapters.firestore_config import DOCUMENT, FirestoreConfig
from scripts.ops.config import main
from tests.adapters.stored import SECONDS, Store

DONE, FAILED, REFUSED, CONFLICT = range(4)


@dataclass
class Operator:
    """Ada, who works on a project of her own in the emulator."""

    project: str
    store: Store
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> int:
        """Run the command and return its exit code."""
        command, *rest = arguments
        return main([command, "-P", self.project, *rest])

    def set(self, *knobs: str, reason: str = "a test") -> int:
        return self.run("set", *knobs, "--reason", reason, "--by", "ada@example.com")

    def told(self) -> str:
        return self.capsys.readouterr().out

    def refused(self) -> str:
        return self.capsys.readouterr().err

    def json(self, *arguments: str) -> Any:  # noqa: ANN401 - values of JSON
        self.told()
        assert self.run(*arguments, "--json") == DONE
        return json.loads(self.told())

    def fields(self) -> dict[str, object]:
        return dict(FirestoreConfig(self.store.client).read(SECONDS))

    def write_by_hand(self, fields: dict[str, object]) -> None:
        self.store.client.document(DOCUMENT).set(fields)

    def records(self) -> list[str]:
        history = self.store.client.collection(f"{DOCUMENT}/history")
        return [record.id for record in history.get()]
