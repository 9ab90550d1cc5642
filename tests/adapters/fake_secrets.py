"""A store of one secret, whose last version is the latest."""

from collections.abc import Callable
from dataclasses import dataclass, field

from conteur.domain.secret import Secret
from conteur.errors import ConteurError


@dataclass
class FakeSecrets:
    """Implements ports.SecretStore; `error` is what the next reads raise."""

    values: list[str] = field(default_factory=lambda: ["test-key"])
    error: ConteurError | None = None
    reads: list[tuple[str, str, float]] = field(default_factory=list)
    on_read: Callable[[], None] = lambda: None

    def read(self, name: str, version: str, timeout: float) -> Secret:
        self.reads.append((name, version, timeout))
        self.on_read()
        if self.error:
            raise self.error
        number = len(self.values) if version == "latest" else int(version)
        return Secret(self.values[number - 1], str(number))
