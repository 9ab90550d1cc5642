"""The gates that a release passes before it reaches production."""

from collections.abc import Callable

from conteur.settings import Environment
from scripts.ops.operations.outcome import Outcome, Report, Verdict
from scripts.ops.operations.record import Record
from scripts.ops.releasing.github import MERGED, OPEN
from scripts.ops.releasing.seen import Seen
from scripts.ops.rollout.gates import preflight_gate
from scripts.ops.validation import standing

CONFIRMABLE = ("validated", "preflight")
_SHOWN = 3

_Found = tuple[bool, str, str]
"""Whether a gate is open to go through, what was seen, and what to do where it is not."""


def merge_gates(seen: Seen) -> Report:
    """Return the gates before the pull request is merged into staging."""
    return Report(
        [
            _gate("clean", "Clean checkout", _clean(seen)),
            _gate("proposed", "Pull request is open", _proposed(seen)),
            _gate("approved", "Reviewed and approved", _approved(seen)),
            _gate("checks", "Checks are green", _checks(seen)),
        ]
    )


def release_gates(seen: Seen) -> Report:
    """Return the gates before staging becomes production."""
    if seen.tagged_as:
        return Report([_gate("tag", "Tag", _tag(seen))])
    return Report(
        [
            _gate("clean", "Clean checkout", _clean(seen)),
            _gate("branch", "Release branch is in staging", _branch(seen)),
            _gate("merged", "Pull request merged into staging", _merged(seen)),
            _gate("approved", "Reviewed and approved", _approved(seen)),
            _gate("main", "Staging has all of main", _main(seen)),
            _gate("version", "Version in the files", _version(seen)),
            _gate("changelog", "Version in the changelog", _changelog(seen)),
            _gate("checks", "Checks are green", _checks(seen)),
            _kept(seen, "validated", "Staging validated", _validated),
            _kept(seen, "preflight", "Preflight of production", _preflight),
            _gate("tag", "Tag", _tag(seen)),
        ]
    )


def _gate(key: str, title: str, found: _Found) -> Outcome:
    passed, said, mend = found
    return Outcome(
        key, title, Verdict.PASSED if passed else Verdict.FAILED, said, "" if passed else mend
    )


def _kept(seen: Seen, key: str, title: str, look: Callable[[Seen], _Found]) -> Outcome:
    """Return a gate that stands in the books of operations, which may be out of reach."""
    if not seen.unread:
        return _gate(key, title, look(seen))
    if key in seen.confirmed:
        return Outcome(key, title, Verdict.PASSED, "confirmed by you, the books were not read")
    mend = f"Look for yourself, and give --confirm {key}."
    return Outcome(key, title, Verdict.CONFIRM, seen.unread, mend)


def _clean(seen: Seen) -> _Found:
    more = ", ..." if len(seen.changed) > _SHOWN else ""
    said = f"changed: {', '.join(seen.changed[:_SHOWN])}{more}" if seen.changed else "yes"
    return not seen.changed, said, "Commit it, or put it away (git stash --include-untracked)."


def _branch(seen: Seen) -> _Found:
    branch = seen.version.branch
    said = "all of it" if seen.staged_branch else f"{branch} has commits that staging has not"
    mend = f"Push {branch}, have it reviewed again, and give `scripts/release stage` again."
    return seen.staged_branch, said, mend


def _proposed(seen: Seen) -> _Found:
    prepare = f"`scripts/release prepare {seen.version} --yes` opens one."
    if seen.pull is None:
        return False, "there is none", prepare
    said = f"{seen.pull.url} is {_state(seen)}"
    return seen.pull.state == OPEN and not seen.pull.draft, said, "Reopen it, or mark it as ready."


def _merged(seen: Seen) -> _Found:
    stage = f"`scripts/release stage {seen.version} --yes` merges it once it is approved."
    if seen.pull is None:
        return False, "there is none", f"`scripts/release prepare {seen.version} --yes` opens one."
    return seen.pull.state == MERGED, f"{seen.pull.url} is {_state(seen)}", stage


def _state(seen: Seen) -> str:
    pull = seen.pull
    return "none" if pull is None else "a draft" if pull.draft else pull.state.lower()


def _approved(seen: Seen) -> _Found:
    if seen.pull is None:
        return False, "there is no pull request", "Have it reviewed."
    said = "yes" if seen.pull.approved else "not yet"
    return seen.pull.approved, said, f"Have somebody else review {seen.pull.url}."


def _main(seen: Seen) -> _Found:
    said = "yes" if seen.follows_main else "main has commits that staging has not"
    mend = "Bring main into staging by a pull request, and have staging validated again: what is "
    return seen.follows_main, said, f"{mend}released is what staging has shown."


def _version(seen: Seen) -> _Found:
    wrong = ", ".join(seen.wrong_files)
    said = f"another one in {wrong}" if wrong else str(seen.version)
    return not wrong, said, f"`scripts/release prepare {seen.version} --yes` writes it."


def _changelog(seen: Seen) -> _Found:
    said = "yes" if seen.noted else f"staging's has no section of {seen.version}"
    return seen.noted, said, f"`scripts/release prepare {seen.version} --yes` writes it."


def _checks(seen: Seen) -> _Found:
    run, commit = seen.checks, _short(seen.commit)
    if run is None:
        return False, f"none ran for {commit}", "Push the commit, or start the workflow by hand."
    if run.status != "completed":
        return False, f"{run.status} for {commit}: {run.url}", "Wait for them."
    mend = "Mend what they found, or run them again where it was not the code's fault."
    return run.conclusion == "success", f"{run.conclusion} for {commit}: {run.url}", mend


def _validated(seen: Seen) -> _Found:
    """Tell by the rule that preflight's box of the same name has."""
    found = standing.judge(seen.staging, seen.commit)
    return found.shown_by is not None, found.said, found.mend


def _preflight(seen: Seen) -> _Found:
    """Tell by the rule that `scripts/deploy` has, which asks again when the tag is deployed."""
    why = preflight_gate(Environment.PRODUCTION, seen.commit, seen.preflights, seen.now)
    passed = "" if why else _told(seen.preflights[0])
    return not why, why or passed, f"At {_short(seen.commit)}, with a clean checkout."


def _tag(seen: Seen) -> _Found:
    tag = seen.version.tag
    if not seen.tagged_as:
        return True, f"{tag} is free", ""
    if seen.tagged_as == seen.commit:
        return True, f"{tag} is {_short(seen.commit)}, as it has to be", ""
    mend = "A tag is never moved: give the next version."
    return False, f"{tag} is another commit, {_short(seen.tagged_as)}", mend


def _told(record: Record) -> str:
    at = record.ended or record.began
    return f"green at {at:%Y-%m-%d %H:%M} UTC by {record.by} ({record.id})"


def _short(commit: str) -> str:
    return commit[:9] or "nothing"
