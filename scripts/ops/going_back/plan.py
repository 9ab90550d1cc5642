"""What a rollback would do to each service, and why it may not: a decision without I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scripts.ops.going_back.wish import Move, Wish
from scripts.ops.traffic.compatibility import Verdict
from scripts.ops.traffic.platform import ServiceState
from scripts.ops.traffic.qualifying import Judged, newest
from scripts.ops.traffic.split import CANARY, Split, all_on, between

STAYS = "stays as it is, for it has no other revision"
"""Of a function that came with the deploy that is gone back from."""


@dataclass(frozen=True, slots=True)
class Service:
    """What is known of a service.

    `leave` is the revision that traffic is taken from, with what is known of it; `judged` are the
    others that were looked at, the newest first. `to` is the one that was named; empty: none.
    `unknown` says why no calls or images are known, if so.
    """

    state: ServiceState
    leave: Judged
    judged: tuple[Judged, ...]
    to: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def target(self) -> Judged | None:
        """Who gets the traffic: who was named, or the newest that qualifies."""
        if self.to:
            everyone = (self.leave, *self.judged)
            return next((each for each in everyone if each.name == self.to), None)
        return newest(self.judged)


@dataclass(frozen=True, slots=True)
class Step:
    """A service, its move, what is to be known and why it may not be; no move: no target.

    `owed` are revisions that are not in quarantine yet, where the split alone is not enough.
    """

    service: Service
    move: Move | None
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    owed: tuple[str, ...] = ()

    @property
    def function(self) -> str:
        """Whose step it is."""
        return self.service.state.function

    @property
    def there(self) -> bool:
        """Whether all is so already."""
        there = self.move is not None and is_there(self.service.state, self.move)
        return there and not self.owed


def split_of(state: ServiceState, move: Move) -> Split:
    """Return the split that a move asks for. Tags stay, but for that of a canary that is over."""
    tags = (state.split.untagged(CANARY) if move.untag else state.split).tags
    if move.leave == move.target:
        return all_on(move.target, tags)
    return between(move.leave, move.target, move.percent, tags)


def is_there(state: ServiceState, move: Move) -> bool:
    """Tell whether the shares are served already; who follows the latest is not pinned."""
    if move.untag and CANARY in state.split.tags:
        return False
    if move.leave == move.target:
        return state.serving == {move.target: 100}
    return state.serving == split_of(state, move).shares


def step_of(service: Service, wish: Wish, verdict: Verdict | None) -> Step:
    """Return the step of a service; `verdict` None: the commit of its target is not known."""
    target, function = service.target, service.state.function
    if target is None and not (service.judged or wish.functions or wish.to):
        return Step(service, None, (), (STAYS,))
    if target is None:
        return Step(service, None, (_nobody(service),))
    move = Move(
        function, service.leave.name, target.name, wish.percent, _left(service, target, wish)
    )
    problems = [f"{target.name} {bar}{_mend(bar, target.name)}" for bar in target.bars]
    notes = [*target.doubts, *target.notes, *service.unknown]
    if verdict is None and wish.check_migrations:
        problems.append(
            f"of which commit {target.name} was built no deploy has written down, so whether it "
            "works with the database is not known. Look yourself, and add "
            "--without-migration-check"
        )
    elif verdict is None:
        notes.append("migrations not checked")
    elif verdict.problems:
        problems.append(f"{target.name} does not work with the database: {verdict.text}")
    else:
        notes.append(verdict.text)
    step = Step(service, move, tuple(problems), tuple(notes))
    return Step(service, move, (), ("there already",)) if step.there else step


def newest_serving(state: ServiceState, created: Mapping[str, datetime], named: str = "") -> str:
    """Return the revision that traffic is taken from: the newest that has some.

    Who is `named` is to get more, so that it is only returned where nobody else has any.
    """
    others = [name for name in state.serving if name != named] or list(state.serving)
    return max(others, key=lambda name: created[name].timestamp() if name in created else 0.0)


def refusals(steps: Sequence[Step]) -> list[str]:
    """Return why the whole may not be done, a line each."""
    return [f"{step.function}: {told}" for step in steps for told in step.problems]


def _left(service: Service, target: Judged, wish: Wish) -> tuple[str, ...]:
    """Return what is newer than the target and loses its traffic."""
    if not wish.whole:
        return ()
    since = target.known.revision.created
    known = (service.leave, *service.judged)
    return tuple(
        each.name
        for each in known
        if each.name in service.state.serving and each.known.revision.created > since
    )


def _nobody(service: Service) -> str:
    if service.to:
        return f"Cloud Run has no revision {service.to} of it"
    if not service.judged:
        return f"there is no revision but {service.leave.name}, so nothing to go back to"
    return (
        "no revision qualifies. Name one that you know to be good with --to, turn a part of the "
        "service off with --flag, or deploy a fix"
    )


def _mend(bar: str, name: str) -> str:
    return f" (--trust {name} takes it out)" if bar.startswith("quarantined") else ""
