"""The operator's knobs as this instance knows them."""

from conteur.domain.knobs import Knobs


class KnobsWatch:
    """Keeps the knobs."""

    def __init__(self, usual: Knobs) -> None:
        self._knobs = usual

    def current(self) -> Knobs:
        """Return the knobs as they stand."""
        return self._knobs
