"""A Platform in a file, which outlives the process that is killed; and a firebase that fills it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.ops.operations.commands import Ran
from scripts.ops.rollout import course
from scripts.ops.traffic.platform import RevisionState, ServiceState
from scripts.ops.traffic.split import Split, follows_latest

FUNCTIONS = ("generate_story", "store_api")
Deadly = Callable[[], None]
"""Called before and after each change: the process may end there."""


@dataclass(frozen=True)
class FilePlatform:
    """Services in `path`. A revision's name is its function's and its number: `store_api-2`."""

    path: Path
    deadly: Deadly

    def read(self) -> dict[str, Any]:
        """Return all services, each with the number of its newest revision and its split."""
        first = {"number": 1, "source": "old", "split": course.document(follows_latest())}
        begun = dict.fromkeys(FUNCTIONS, first)
        return json.loads(self.path.read_text()) if self.path.exists() else begun

    def change(self, function: str, **fields: object) -> None:
        """Change a service, as one of the moments at which a process may end."""
        services = self.read()
        services[function] = {**services[function], **fields}
        self.deadly()
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(services))
        beside.replace(self.path)
        self.deadly()

    def service(self, function: str) -> ServiceState | None:
        kept = self.read()[function]
        split, latest = course.read(kept["split"]), f"{function}-{kept['number']}"
        serving = dict(split.shares) or {latest: split.latest}
        return ServiceState(function, "", "", split, serving, {}, latest, latest)

    def revisions(self, function: str) -> Sequence[RevisionState]:
        state, at = self.service(function), datetime(2026, 11, 23, tzinfo=UTC)
        assert state is not None
        return [RevisionState(state.latest_ready, at, "", ready=True, image="", percent=0)]

    def move(self, state: ServiceState, split: Split, *, only_try: bool = False) -> ServiceState:
        if split != state.split and not only_try:
            self.change(state.function, split=course.document(split))
        return state

    def has_image(self, image: str) -> bool:
        return bool(image)


@dataclass(frozen=True)
class FileFirebase:
    """A Runner that passes by what has not changed, as firebase-tools does, unless it is named."""

    platform: FilePlatform

    def __call__(self, argv: Sequence[str], *, seconds: float) -> Ran:
        only = argv[argv.index("--only") + 1]
        named = {each.partition(":")[2] for each in only.split(",")}
        for function, kept in self.platform.read().items() if "functions" in only else ():
            if function in named or (named == {""} and kept["source"] == "old"):
                self.platform.change(function, number=kept["number"] + 1, source="new")
        return Ran(tuple(argv), 0, f"done within {seconds:.0f} s")
