"""Looks at services and their revisions, and asks what decides whether one qualifies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scripts.ops.going_back.images import Images
from scripts.ops.going_back.plan import Service, newest_serving
from scripts.ops.going_back.scope import Serving
from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.errors import RefusedError
from scripts.ops.operations.record import Record
from scripts.ops.traffic.commits import commit_of
from scripts.ops.traffic.error_rates import Rates
from scripts.ops.traffic.platform import Platform, RevisionState, ServiceState
from scripts.ops.traffic.qualifying import Judged, Known, judge

LOOKED_AT = 10
"""Of the newest revisions: who goes back further names the revision."""

AskRates = Callable[[str], Rates]
"""Returns a function's rates by revision."""


@dataclass(frozen=True, slots=True)
class Lookout:
    """What is asked, and what the book of operations knows."""

    platform: Platform
    images: Images
    rates: AskRates
    quarantined: Mapping[str, Quarantined]
    records: Sequence[Record]

    def states(self, functions: Sequence[str]) -> list[ServiceState]:
        """Return the services of functions that are deployed. Raises OperationError."""
        found = (self.platform.service(name) for name in functions)
        return [each for each in found if each is not None and each.serving]

    def serving(self, states: Sequence[ServiceState]) -> list[Serving]:
        """Return the newest revision that serves each. Raises OperationError."""
        found = []
        for state in states:
            created = {each.name: each.created for each in self._revisions(state)}
            name = newest_serving(state, created)
            found += [Serving(state.function, name, created[name])] if name in created else []
        return found

    def see(self, state: ServiceState, to: str = "") -> Service:
        """Return a service and its newest revisions, judged. Raises OperationError."""
        revisions = self._revisions(state)
        name = newest_serving(state, {each.name: each.created for each in revisions}, to)
        leave = next((each for each in revisions if each.name == name), None)
        if leave is None:
            raise RefusedError(
                f"{state.function}: {name} serves, and is not among its {len(revisions)} newest "
                "revisions. Nothing was changed. Deploy it anew with scripts/deploy."
            )
        rates = self.rates(state.function)
        others = [each for each in revisions if each is not leave]
        chosen = [each for i, each in enumerate(others) if i < LOOKED_AT or each.name == to]
        judged = tuple(self._judged(each, rates, leave) for each in chosen)
        left = self._judged(leave, rates, leave, asked=leave.name == to)
        unknown = tuple(filter(None, (rates.problem, self.images.problem)))
        return Service(state, left, judged, to, unknown)

    def _revisions(self, state: ServiceState) -> Sequence[RevisionState]:
        return self.platform.revisions(state.function)

    def _judged(
        self, revision: RevisionState, rates: Rates, leave: RevisionState, *, asked: bool = True
    ) -> Judged:
        known = Known(
            revision,
            self.images.there(revision.image) if asked else None,
            self.quarantined.get(revision.name),
            rates.by_revision.get(revision.name),
            commit_of(revision.name, self.records),
        )
        return judge(known, newer=revision.created > leave.created)
