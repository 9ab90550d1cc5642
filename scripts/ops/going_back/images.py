"""Asks whether images are there, until nobody answers."""

from collections.abc import Callable

from scripts.ops.operations.errors import OperationError


class Images:
    """Answers for one rollback. `problem` is why nobody could be asked; empty: all were told.

    Cloud Run keeps what it serves, so that a rollback need not wait for Artifact Registry; and who
    has not answered once is not waited for again.
    """

    def __init__(self, ask: Callable[[str], bool | None]) -> None:
        """Take what asks, such as `Platform.has_image`; it raises OperationError."""
        self._ask = ask
        self.problem = ""

    def there(self, image: str) -> bool | None:
        """Tell whether an image is there; None: nobody can tell."""
        if self.problem:
            return None
        try:
            return self._ask(image)
        except OperationError as error:
            self.problem = str(error)
            return None
