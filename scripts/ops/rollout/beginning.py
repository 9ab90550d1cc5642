"""Begins a deploy: the gates, the plan, and the record; or goes on with one that was cut off."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scripts.ops.operations.audit import begun
from scripts.ops.operations.book import Book
from scripts.ops.operations.errors import RefusedError
from scripts.ops.operations.git import changed_files, commit_of
from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.operations.site import Site
from scripts.ops.rollout import planning
from scripts.ops.rollout.gates import changed_gate, passing, preflight_gate
from scripts.ops.rollout.planning import Plan
from scripts.ops.rollout.ports import Schema
from scripts.ops.rollout.wish import Wish
from scripts.ops.traffic.platform import Platform, ServiceState

_UNFINISHED = (State.RUNNING, State.STOPPED, State.FAILED)


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a deploy is asked for. `reviewed` returns why its requests are not as reviewed."""

    site: Site
    book: Book
    platform: Platform
    schema: Schema
    reviewed: Callable[[], str]
    clock: Callable[[], datetime]

    def services(self, functions: Sequence[str]) -> Mapping[str, ServiceState]:
        """Return the services that are there, by function."""
        found = {each: self.platform.service(each) for each in functions}
        return {name: state for name, state in found.items() if state is not None}


def plan(counter: Counter, wish: Wish) -> tuple[Plan, list[str]]:
    """Return the plan, and why it may not be carried out. Raises OperationError."""
    known = counter.site.functions
    services = counter.services([each for each in known if wish.whole or each in wish.functions])
    closed = _gates(counter)
    pending = None
    if planning.needs_tables(wish):
        try:
            pending = counter.schema.pending()
        except RefusedError as error:
            closed.append(str(error))
    made = planning.make_plan(wish, known, services, pending)
    return made, [*closed, *planning.refusals(made)]


def try_to_move(counter: Counter, made: Plan) -> None:
    """Have Cloud Run say whether traffic may be moved, where it would be. Moves nothing."""
    if made.wish.percents or made.wish.unpin:
        for state in made.services.values():
            counter.platform.move(state, state.split, only_try=True)


def record(counter: Counter, made: Plan, reason: str) -> Record:
    """Return the record of a deploy that begins now."""
    started = begun(
        counter.site, Kind.DEPLOY, reason, asked=made.wish.document(), clock=counter.clock
    )
    found = passing(started.environment, started.commit, _preflights(counter), started.began)
    return started.with_facts(
        functions=list(made.functions),
        new=list(made.new),
        left_out=list(made.left_out),
        preflight=found.id if found else "",
    )


def unfinished(counter: Counter) -> Record:
    """Return the deploy that was cut off, to be gone on with. Raises RefusedError."""
    mine = [
        each
        for each in counter.book.newest(Kind.DEPLOY, Kind.ROLLBACK)
        if each.environment == counter.site.name
    ]
    newest = mine[0] if mine else None
    if newest is None or newest.kind is not Kind.DEPLOY or newest.state not in _UNFINISHED:
        last = (
            f"the last operation was {newest.id} ({newest.state})" if newest else "none began yet"
        )
        raise RefusedError(
            f"No deploy of {counter.site.label} is half done: {last}. Nothing was changed. Begin "
            f"one without --resume: scripts/deploy {counter.site.name}"
        )
    _check_checkout(counter.site, newest)
    return replace(newest, state=State.RUNNING, ended=None)


def _check_checkout(site: Site, cut_off: Record) -> None:
    commit = commit_of(site.root)
    closed = changed_gate(changed_files(site.root))
    if commit != cut_off.commit:
        closed = (
            f"{cut_off.id} deploys {cut_off.commit[:12]}, and {commit[:12]} is checked out: go on "
            f"from git checkout {cut_off.commit[:12]}, or undo it with scripts/rollback."
        )
    if closed:
        raise RefusedError(f"{closed} Nothing was changed.")


def _gates(counter: Counter) -> list[str]:
    site = counter.site
    changed = changed_gate(changed_files(site.root))
    newest = _preflights(counter)
    fresh = preflight_gate(site.name, commit_of(site.root), newest, counter.clock())
    return [each for each in (changed, fresh, counter.reviewed()) if each]


def _preflights(counter: Counter) -> list[Record]:
    return counter.book.newest(Kind.PREFLIGHT)
