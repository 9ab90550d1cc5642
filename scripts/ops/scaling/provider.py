"""The model's provider: two token buckets, as a rate limit is described, and its outages."""

from dataclasses import dataclass, replace

from conteur.errors import ConteurError, OpenAIError, OpenAIFailure, OpenAIRateLimitError
from scripts.ops.scaling import figures
from scripts.ops.scaling.figures import Tier
from scripts.ops.scaling.timeline import MINUTE


@dataclass(frozen=True, slots=True)
class Bucket:
    """Fills with `a_minute`, evenly, up to what a burst may take; times in seconds."""

    a_minute: float
    most: float
    level: float
    since: float = 0.0

    @classmethod
    def full(cls, a_minute: float, amount: float) -> "Bucket":
        """Return a full bucket, out of which `amount` is taken at a time."""
        most = max(amount, a_minute * figures.BURST_SECONDS.value / MINUTE)
        return cls(a_minute, most, most)

    def wait(self, amount: float, now: float) -> float:
        """Return the seconds from `now` until it holds `amount`."""
        return max(0.0, (amount - self._level(now)) * MINUTE / self.a_minute)

    def taken(self, amount: float, now: float) -> "Bucket":
        """Return the bucket once `amount` was taken out at `now`."""
        return replace(self, level=self._level(now) - amount, since=now)

    def _level(self, now: float) -> float:
        return min(self.most, self.level + (now - self.since) * self.a_minute / MINUTE)


class Provider:
    """Answers requests of one size, `tokens`, within a tier's limits.

    A 429 says when there is room again, and takes nothing: what OpenAI counts of failed requests
    is not known well enough. It fails from one moment of `outage` to the other.
    """

    def __init__(self, tier: Tier, tokens: float, outage: tuple[float, float] = (0.0, 0.0)) -> None:
        self._tokens = tokens
        self._outage = outage
        self._by_request = Bucket.full(tier.requests, 1)
        self._by_token = Bucket.full(tier.tokens, tokens)

    def ask(self, now: float) -> ConteurError | None:
        """Return why the request that comes at `now` fails, None where the model answers."""
        begins, ends = self._outage
        if begins <= now < ends:
            return OpenAIError("It is down.", OpenAIFailure.OUTAGE)
        wait = max(self._by_request.wait(1, now), self._by_token.wait(self._tokens, now))
        if wait > 0:
            return OpenAIRateLimitError("Too many requests.", retry_after_seconds=wait)
        self._by_request = self._by_request.taken(1, now)
        self._by_token = self._by_token.taken(self._tokens, now)
        return None
