"""Puts together what a rollback would do: asks Cloud Run, the figures, the book and git."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scripts.ops.going_back.before import cooling, cut_off, moves_of
from scripts.ops.going_back.looking import Lookout
from scripts.ops.going_back.plan import Service, Step, is_there, refusals, step_of
from scripts.ops.going_back.scope import Scope, scope_of
from scripts.ops.going_back.undoing import HalfDone, back_of, half_done, undo_step
from scripts.ops.going_back.wish import Move, Wish, function_of
from scripts.ops.operations.errors import RefusedError
from scripts.ops.operations.record import Record, State
from scripts.ops.traffic.compatibility import Verdict
from scripts.ops.traffic.history import History
from scripts.ops.traffic.platform import ServiceState

FURTHER = "Whoever goes further back names the revision with --to."


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done. `why` says why these functions; `problems` why nothing may be done.

    `goes_on` is the record of the rollback that is gone on with, `nothing` says that all is there.
    """

    why: str
    steps: tuple[Step, ...] = ()
    moves: tuple[Move, ...] = ()
    problems: tuple[str, ...] = ()
    goes_on: str = ""
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans for one site, whose functions have these names. Methods raise OperationError."""

    lookout: Lookout
    history: History
    functions: tuple[str, ...]

    def plan(self, wish: Wish, now: datetime) -> Plan:
        """Return what a rollback would do."""
        before = self.lookout.records
        record = cut_off(before, wish, now)
        if record and self._can_go_on(record):
            return self._going_on(record)
        half = None if wish.to else half_done(before)
        if half and (not wish.functions or {*wish.functions} & {*half.functions}):
            return self._undoing(half, wish)
        if record := cooling(before, wish, now):
            return self._too_soon(record, wish)
        states = self.lookout.states(self._asked(wish))
        scope = self._scope(states, wish)
        steps = tuple(
            self._step(state, wish) for state in states if state.function in scope.functions
        )
        return _plan(scope.why, steps)

    def survey(self, wish: Wish) -> Plan:
        """Return all services with all revisions that were looked at, and no move."""
        states = self.lookout.states(wish.functions or self.functions)
        services = (self.lookout.see(state) for state in states)
        return Plan("all that is deployed", tuple(Step(each, None, ()) for each in services))

    def _asked(self, wish: Wish) -> Sequence[str]:
        """Return the functions to look at. Raises RefusedError for a revision of none of them."""
        for name in wish.to:
            whose = function_of(name, self.functions)
            if not whose or (wish.functions and whose not in wish.functions):
                named = ", ".join(wish.functions or self.functions)
                raise RefusedError(
                    f"{name} is no revision of {named}, by its name. Nothing was changed. "
                    "scripts/rollback ENVIRONMENT --list shows what there is."
                )
        return (
            wish.functions
            or [function_of(name, self.functions) for name in wish.to]
            or (self.functions)
        )

    def _scope(self, states: Sequence[ServiceState], wish: Wish) -> Scope:
        if wish.functions or wish.to:
            found = tuple(dict.fromkeys(state.function for state in states))
            if missing := sorted({*wish.functions} - {*found}):
                raise RefusedError(
                    f"{', '.join(missing)}: not deployed, so nothing to go back from. Nothing was "
                    "changed."
                )
            return Scope(found, "as named")
        return scope_of(self.lookout.serving(states), self.lookout.records)

    def _step(self, state: ServiceState, wish: Wish) -> Step:
        to = [name for name in wish.to if function_of(name, self.functions) == state.function]
        service = self.lookout.see(state, next(iter(to), ""))
        return step_of(service, wish, self._verdict(service))

    def _verdict(self, service: Service) -> Verdict | None:
        target = service.target
        if target is None or not target.known.commit:
            return None
        return self.history.compatible(target.known.commit)

    def _undoing(self, half: HalfDone, wish: Wish) -> Plan:
        """Return how a deploy that is half done is taken back."""
        others = sorted({*wish.functions} - {*half.functions})
        problems = [
            f"{', '.join(others)}: not of {half.record.id}, which is half done. Name its functions "
            "alone"
            for _ in others[:1]
        ]
        if not wish.whole:
            problems.append(
                f"{half.record.id} is half done: it is undone as a whole. Leave out --percent, or "
                "name the revision with --to"
            )
        if problems:
            return Plan(half.why, problems=tuple(problems))
        states = self.lookout.states(wish.functions or half.functions)
        found = [self._undo(half.record, state, wish) for state in states]
        steps = tuple(each for each in found if each)
        if not steps:
            told = f"There already: {half.record.id} has brought nothing new."
            return Plan(half.why, nothing=f"{told} {FURTHER}")
        plan = _plan(half.why, steps)
        return replace(plan, nothing=f"{plan.nothing} {FURTHER}") if plan.nothing else plan

    def _undo(self, record: Record, state: ServiceState, wish: Wish) -> Step | None:
        back = back_of(record, state)
        if back is None:
            return None
        service = self.lookout.see(state, back.target)
        trusted = [each for each in (back.new,) if each not in self.lookout.quarantined]
        return undo_step(service, back, wish, self._verdict(service), trusted)

    def _can_go_on(self, record: Record) -> bool:
        """Tell whether nobody has moved elsewhere what is still to be moved."""
        moves = moves_of(record)
        states = {
            each.function: each for each in self.lookout.states([its.function for its in moves])
        }
        return all(
            its.function in states
            and (is_there(states[its.function], its) or its.leave in states[its.function].serving)
            for its in moves
        )

    def _going_on(self, record: Record) -> Plan:
        moves = moves_of(record)
        why = f"those of {record.id} by {record.by}, which came to no end ({record.state})"
        return Plan(why, moves=moves, goes_on=record.id)

    def _too_soon(self, record: Record, wish: Wish) -> Plan:
        """Return that all is there, or that there was a rollback a moment ago."""
        moves = [
            each for each in moves_of(record) if each.function in (wish.functions or self.functions)
        ]
        states = {
            each.function: each for each in self.lookout.states([its.function for its in moves])
        }
        told = f"{record.id} by {record.by} has moved {'; '.join(each.text for each in moves)}"
        if all(each.function in states and is_there(states[each.function], each) for each in moves):
            well = (
                " The service was not well then: scripts/validate tells how it is now."
                if record.state is State.FAILED
                else ""
            )
            return Plan("those of the rollback before", nothing=f"There already: {told}.{well}")
        problem = (
            f"{told}, less than half an hour ago, and it is not so any more. Whoever goes back "
            "again so soon names the revision with --to"
        )
        return Plan("those of the rollback before", problems=(problem,))


def _plan(why: str, steps: tuple[Step, ...]) -> Plan:
    moving = [each for each in steps if each.move]
    moves = tuple(each.move for each in moving if each.move)
    problems = refusals(steps)
    if moving and all(each.there for each in moving) and not problems:
        told = "; ".join(each.text for each in moves)
        return Plan(why, steps, nothing=f"There already: {told}.")
    if not moving and not problems:
        problems = ["no function has a revision to go back to"]
    return Plan(why, steps, () if problems else moves, tuple(problems))
