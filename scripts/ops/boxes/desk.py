"""What the boxes are looked at with."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from scripts.ops import plan
from scripts.ops.boxes.history import History
from scripts.ops.boxes.kept import KeptPasses
from scripts.ops.boxes.once import Once
from scripts.ops.monitoring.cloud.changes import Found
from scripts.ops.monitoring.cloud.deployed import connected
from scripts.ops.operations.audit import opened_book
from scripts.ops.operations.book import Book
from scripts.ops.operations.commands import Runner
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.record import Kind
from scripts.ops.operations.site import Site

OPENAI = "https://api.openai.com/v1"
OPENAI_URL = "OPENAI_BASE_URL"

Books = Callable[[Site], AbstractContextManager[Book]]
"""Opens the book of an environment."""
Runners = Callable[[Mapping[str, str]], Runner]
"""Makes a Runner whose programs have these variables more than this process."""


@dataclass(frozen=True)
class Desk:
    """An environment, its book, and how commands are run; `through` is a proxy to the database.

    `kept` knows which commands have passed on this very tree, and `books` opens those of others.
    With `dry` no command is run.
    """

    site: Site
    book: Book
    clock: Callable[[], datetime]
    runners: Runners
    kept: KeptPasses
    books: Books = opened_book
    through: str = ""
    dry: bool = False

    @cached_property
    def history(self) -> History:
        """What was deployed before, as the book and git know it."""
        return History(self.site.root, self.book.newest(Kind.DEPLOY))

    @cached_property
    def monitored(self) -> Once[Found]:
        """What Cloud Monitoring has. Raises DeployError, PlaceError."""
        return Once(self._monitored)

    def _monitored(self) -> Found:
        with connected(self.site.monitoring()) as deployed:
            return deployed.found()

    @cached_property
    def functions(self) -> Mapping[str, Mapping[str, Any]]:
        """Each function's `serviceConfig`, as the reviewed plan has it. Raises OperationError."""
        planned = plan.read(self.site.root / plan.REVIEWED).get(self.site.name)
        if not planned:
            raise OperationError(
                f"{plan.REVIEWED} has nothing of {self.site.name}. Run `scripts/plan --update`, "
                "and have it reviewed."
            )
        return {name: body["serviceConfig"] for name, body in planned.items()}

    def settings(self, name: str) -> set[str]:
        """Return all values that the functions would have of a setting; empty where unset."""
        return {each["environmentVariables"].get(name, "") for each in self.functions.values()}

    @property
    def openai(self) -> str:
        """OpenAI's base URL. A stand-in is only believed where no real key can go to it."""
        named = self.site.environ.get(OPENAI_URL, "") if self.site.stands_in else ""
        return (named or OPENAI).rstrip("/")
