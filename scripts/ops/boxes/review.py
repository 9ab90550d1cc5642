"""Whether somebody else has approved the code, and whether the checkout is a commit at all."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, asked, failed, listed, passed
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.git import changed_files, commit_of

SECONDS = 30.0
APPROVED = "APPROVED"
_CONFIRM = "Have a pull request of this commit approved, or confirm who has reviewed it."


def look_checkout(desk: Desk) -> Finding:
    """Return whether what is tested is a commit, which can be found again. Raises RefusedError."""
    if changed := changed_files(desk.site.root):
        return failed(
            f"{listed(changed)} differ from the commit",
            "Commit them, or put them away with git stash -u: only a commit is deployed, and only "
            "of a commit is it kept what has passed.",
        )
    return passed(commit_of(desk.site.root)[:12])


def look_review(desk: Desk) -> Finding:
    """Return whether a merged pull request of the commit is approved, as `gh` tells.

    https://cli.github.com/manual/gh_pr_list. Raises RefusedError.
    """
    commit = commit_of(desk.site.root)
    argv = ["gh", "pr", "list", "--search", commit, "--state", "merged"]
    try:
        ran = desk.runners({})([*argv, "--json", "number,reviewDecision"], seconds=SECONDS)
    except OperationError:
        return asked("gh is not installed, or did not answer", _CONFIRM)
    if ran.code:
        return asked(f"gh cannot tell (exit code {ran.code})", _CONFIRM)
    try:
        return judge(json.loads(ran.text), commit)
    except (ValueError, TypeError, KeyError):
        return asked("gh has answered what is not understood", _CONFIRM)


def judge(requests: Sequence[Mapping[str, Any]], commit: str) -> Finding:
    """Return whether one of the pull requests is approved."""
    approved = [each["number"] for each in requests if each["reviewDecision"] == APPROVED]
    if approved:
        return passed(f"pull request #{approved[0]} was approved")
    if requests:
        return asked(f"pull request #{requests[0]['number']} was merged without approval", _CONFIRM)
    return asked(f"no merged pull request has {commit[:12]}", _CONFIRM)
