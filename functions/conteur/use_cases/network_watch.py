"""What this instance knows of the networks that stories are asked for from."""

from conteur.errors import NetworkQuotaError


class NetworkWatch:
    """Counts stories by the client's network."""

    def refusal(self, address: str, limit: int) -> NetworkQuotaError | None:
        """Return why nobody at `address` may have another story today, as far as is known."""
        del address, limit
        return None

    def count(self, address: str) -> None:
        """Count a story that was admitted."""
        del address
