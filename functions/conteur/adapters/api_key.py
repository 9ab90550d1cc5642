"""The model's key: a kept secret that goes into a header."""

from collections.abc import Sequence
from concurrent.futures import Executor

from conteur.adapters.kept_secret import KeptSecret, SecretSource
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.ports import Clock


class ApiKey(KeptSecret):
    """The key of a model's server."""

    def __init__(
        self,
        source: SecretSource,
        clock: Clock,
        meter: Aggregate,
        executor: Executor | None = None,
    ) -> None:
        super().__init__(source, clock, meter, executor, check=_problems)

    def _unusable(self, version: str, problems: Sequence[str]) -> str:
        return (
            f"Version {version} of the secret {self._name} is no API key: {'; '.join(problems)}. "
            "The operator adds a version with the key alone."
        )

    def _late(self) -> str:
        return "The storyteller's key could not be read in time. Try again in a moment."


def _problems(value: str) -> Sequence[str]:
    """Refuse what cannot be sent in a header: the error would quote it."""
    if value.isascii() and value.isprintable() and " " not in value:
        return ()
    return ("it holds spaces, line ends or letters that no key has",)
