"""Several instances of the product over one database and one model."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.crashes.ready_model import ReadyModel
from tests.crashes.world import Database, World, world
from tests.issuer import Issuer


@dataclass(frozen=True)
class Fleet:
    """The instances, all alive at first."""

    instances: tuple[World, ...]
    model: ReadyModel
    database: Database

    @property
    def urls(self) -> list[str]:
        return [instance.backend.url for instance in self.instances]


@contextmanager
def fleet(
    folder: Path, issuer: Issuer, data: Database, size: int, **settings: str
) -> Iterator[Fleet]:
    """Serve the product `size` times."""
    with ExitStack() as running:
        model = running.enter_context(ReadyModel().serve())
        instances = [
            running.enter_context(
                world(
                    folder / uuid.uuid4().hex, issuer, data, OPENAI_BASE_URL=model.url, **settings
                )
            )
            for _ in range(size)
        ]
        yield Fleet(tuple(instances), model, data)
