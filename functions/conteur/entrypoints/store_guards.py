"""Who may pass to the store's routes, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conteur.domain.deadline import Deadline
from conteur.domain.knobs import Knobs
from conteur.domain.store.author import Subject
from conteur.domain.store.rate_limit import Allowance
from conteur.entrypoints.http.headers import bearer_token
from conteur.entrypoints.http.routes import Match, Route, Who
from conteur.entrypoints.provider_signatures import ProviderSignatures
from conteur.entrypoints.store_routes import STEP
from conteur.errors import StoreDisabledError
from conteur.telemetry.context import Headers

if TYPE_CHECKING:
    from conteur.use_cases.ports import Clock
    from conteur.use_cases.store.ports import AuthorTokens, RateLimiter


@dataclass(frozen=True, slots=True)
class StoreGuards:
    """Implements the edge's Guards. What needs a library is built when a first caller comes.

    Where nothing is set up for stores (`is_set_up`), the routes answer as if they were turned off.
    """

    knobs: Callable[[], Knobs]
    check_memory: Callable[[], None]
    tokens: "Callable[[], AuthorTokens]"
    limiter: "Callable[[], RateLimiter]"
    signatures: ProviderSignatures
    clock: "Clock"
    is_set_up: bool = True

    def check_open(self, route: Route) -> None:
        """Raise StoreDisabledError or ShortMemoryError."""
        if not route.switched:
            return
        knobs = self.knobs()
        if not (self.is_set_up and knobs.store_enabled):
            raise StoreDisabledError(
                "publishing is closed for the moment: try again later",
                retry_after_seconds=knobs.store_retry_after_seconds,
            )
        self.check_memory()

    def identify(
        self, match: Match, headers: Headers, body: bytes, deadline: Deadline
    ) -> Subject | None:
        """Return the author who calls; of a provider, check the signature.

        Raises UnauthenticatedError, SignatureInvalidError, AuthUnavailableError or
        SecretUnavailableError.
        """
        if match.route.who is Who.AUTHOR:
            return self.tokens().identify(bearer_token(headers))
        if match.route.who is Who.PROVIDER:
            seconds = deadline.remaining(self.clock.monotonic())
            self.signatures.check(match.parameters[STEP], headers, body, seconds)
        return None

    def count(self, subject: Subject) -> Allowance:
        """Count a request of the author."""
        return self.limiter().take(str(subject), self.clock.now())
