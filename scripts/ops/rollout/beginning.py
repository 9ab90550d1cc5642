"""Begins a deploy: the gates, the plan, and the record; or goes on with one that was cut off."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scripts.ops.going_back.before import MOVES
from scripts.ops.operations.audit import begun
from scripts.ops.operations.book import Book
from scripts.ops.operations.errors import BusyError, OperationError, RefusedError
from scripts.ops.operations.git import changed_files, commit_of
from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.operations.site import Site
from scripts.ops.rollout import planning
from scripts.ops.rollout.contracts import Compatible, problems
from scripts.ops.rollout.functions import NAME
from scripts.ops.rollout.gates import changed_gate, passing, preflight_gate
from scripts.ops.rollout.going_back import WHY
from scripts.ops.rollout.planning import STORE, Plan
from scripts.ops.rollout.ports import Schema
from scripts.ops.rollout.preparing import MIGRATIONS
from scripts.ops.rollout.wish import Wish, read
from scripts.ops.traffic.platform import Platform, ServiceState

_UNFINISHED = (State.RUNNING, State.STOPPED, State.FAILED)


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a deploy is asked for.

    `reviewed` returns why its requests are not as reviewed, `compatible` whether a commit works
    with pending migrations, `who` the person at the terminal.
    """

    site: Site
    book: Book
    platform: Platform
    schema: Schema
    reviewed: Callable[[], str]
    clock: Callable[[], datetime]
    compatible: Compatible
    who: Callable[[], str]

    def services(self, functions: Sequence[str]) -> Mapping[str, ServiceState]:
        """Return the services that are there, by function."""
        found = {each: self.platform.service(each) for each in functions}
        return {name: state for name, state in found.items() if state is not None}


def plan(counter: Counter, wish: Wish) -> tuple[Plan, list[str]]:
    """Return the plan, and why it may not be carried out. Raises OperationError."""
    known = counter.site.functions
    services = counter.services([each for each in known if wish.whole or each in wish.functions])
    closed = [*_gates(counter), *_removed(counter, wish)]
    pending = None
    if planning.needs_tables(wish):
        try:
            pending = counter.schema.pending()
        except RefusedError as error:
            closed.append(str(error))
    closed += _contracts(counter, pending or ())
    made = planning.make_plan(wish, known, services, pending)
    return made, [*closed, *planning.refusals(made)]


def try_to_move(counter: Counter, made: Plan) -> None:
    """Have Cloud Run say whether traffic may be moved, where it would be. Moves nothing."""
    if made.wish.percents or made.wish.unpin:
        for state in made.services.values():
            counter.platform.move(state, state.split, only_try=True)


def refusal(counter: Counter, closed: Sequence[str]) -> OperationError:
    """Return why nothing begins: first of all who is at work, for that may be the reason."""
    text = "\n- ".join(["Refused, and nothing was changed:", *closed])
    site, now = counter.site, counter.clock()
    if there := counter.book.held(now):
        return BusyError(
            f"Somebody else is at work on {site.label}: {there.told(now)}. Wait for it. Where it "
            f"was cut off, scripts/deploy {site.name} --resume goes on with it.\n{text}"
        )
    return RefusedError(text)


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
    """Return the deploy that was cut off, to be gone on with. Raises RefusedError.

    A rollback that moved no traffic (a flag, or a revision that is trusted again) is passed by.
    """
    mine = [
        each
        for each in counter.book.newest(Kind.DEPLOY, Kind.ROLLBACK)
        if each.environment == counter.site.name
        and (each.kind is Kind.DEPLOY or each.facts.get(MOVES))
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
    _check_gates(counter, newest)
    again = newest.with_facts(gone_on_by=[*newest.facts.get("gone_on_by", []), counter.who()])
    return replace(again, state=State.RUNNING, ended=None)


def is_past_the_gates(record: Record) -> bool:
    """Tell whether the functions are deployed, or it goes back: to go on is what is safer then.

    What is half way would stay so while a preflight is made, which that may turn red itself.
    """
    return record.said(NAME) is not None or WHY in record.facts


def _check_gates(counter: Counter, cut_off: Record) -> None:
    if is_past_the_gates(cut_off):
        return
    closed = _gates(counter)
    if cut_off.said(MIGRATIONS) is None and planning.needs_tables(read(cut_off.asked)):
        closed += _contracts(counter, counter.schema.pending() or ())
    if closed:
        text = "\n- ".join(["Not gone on with, and nothing was changed:", *closed])
        raise RefusedError(
            f"{text}\nIts functions are not all deployed, so what has to be so before a deploy "
            "has to be so now. Mend it and give --resume again, or undo it with scripts/rollback."
        )


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


def _contracts(counter: Counter, pending: Sequence[str]) -> list[str]:
    """Return why what serves could not live with pending migrations."""
    if not pending:
        return []
    using = counter.services([each for each in STORE if each in counter.site.functions])
    records = counter.book.newest(Kind.DEPLOY)
    return [*problems(pending, using.values(), records, counter.compatible)]


def _removed(counter: Counter, wish: Wish) -> list[str]:
    """Return which functions firebase would have to delete, and does not without being asked.

    It fails there when rules and migrations are deployed already (firebase-tools,
    src/deploy/functions/prompts.ts). A partial deploy leaves them alone.
    """
    site = counter.site
    if not wish.whole:
        return []
    deployed = {
        str(name)
        for each in counter.book.newest(Kind.DEPLOY)
        if each.environment == site.name
        for name in each.facts.get("functions", ())
    }
    return [
        f"{name} is deployed, and this commit has it no more: firebase would stop half way, for it "
        "deletes nothing unasked. See that nobody calls it (scripts/logs), then delete it: npx "
        f"firebase functions:delete {name} --region {site.region} -P {site.name}"
        for name in counter.services(sorted(deployed - {*site.functions}))
    ]


def _preflights(counter: Counter) -> list[Record]:
    return counter.book.newest(Kind.PREFLIGHT)
