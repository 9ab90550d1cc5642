"""Count and log each request to publish once, however it ends and wherever it is refused."""

from collections.abc import Callable
from dataclasses import dataclass

from conteur.domain.store.answer import Answer
from conteur.domain.store.publication import Published
from conteur.errors import BugError, ConteurError, DeadlineError, StoreTimeoutError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.store_metrics import PUBLISH_SECONDS, PUBLISHES
from conteur.use_cases.ports import Clock
from conteur.use_cases.store.answer_once import Answered
from conteur.use_cases.store.publish_store import Publication

_SUCCESS = 200


@dataclass(frozen=True, slots=True)
class WatchPublishing:
    """Goes around all that is done for one request, from its token to its answer."""

    clock: Clock
    meter: Aggregate

    def __call__(self, began: float, act: Callable[[], Answered[Publication]]) -> Answer:
        """Return the answer of `act`, or raise what it does.

        `began` is when the request came, on the monotonic clock.
        """
        result = "failed"  # also where `act` raises what nobody has foreseen
        try:
            answered = act()
            result = _result(answered)
        except ConteurError as error:
            if error.ours:
                _report(error, self._ms_since(began))
            else:
                result = "refused"
            raise
        except Exception:
            logs.error("Failed to publish store", error=BugError.reason, ms=self._ms_since(began))
            raise
        finally:
            seconds = self.clock.monotonic() - began
            self.meter.count(PUBLISHES, result=result)
            self.meter.observe(PUBLISH_SECONDS, seconds)
            logs.info("Store Publish", result=result, ms=round(1000 * seconds))
        return answered.answer

    def _ms_since(self, began: float) -> int:
        return round(1000 * (self.clock.monotonic() - began))


def _result(answered: Answered[Publication]) -> str:
    if answered.answer.status != _SUCCESS:
        return "blocked"
    new = isinstance(answered.outcome, Published) and not answered.outcome.already
    return "published" if new else "already"


def _report(error: ConteurError, ms: int) -> None:
    if isinstance(error, StoreTimeoutError | DeadlineError):
        logs.error("Store Publish timeout", **{**error.traits, "ms": ms})
    known = {**error.traits, "ms": ms, "problem": error.message}
    logs.error("Failed to publish store", error=error.reason, **known)
