"""GitHub's part, by its own program `gh` (https://cli.github.com/manual/)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scripts.ops.operations.commands import Ran, Runner
from scripts.ops.operations.errors import BusyError, OperationError, RefusedError

SECONDS = 120.0
NEEDS_SIGN_IN = 4  # https://cli.github.com/manual/gh_help_exit-codes
APPROVED, REFUSED = "APPROVED", "CHANGES_REQUESTED"
MERGED, OPEN = "MERGED", "OPEN"
_FIELDS = "number,url,state,isDraft,headRefOid,reviewDecision,latestReviews,mergeCommit"
_NO_RIGHTS = ("not accessible by", "must be a collaborator", "HTTP 403", "permission")
_NOT_MERGEABLE = ("is not mergeable", "Head branch was modified")


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request. `state` is OPEN, CLOSED or MERGED; `head` the commit that is looked at."""

    number: int
    url: str
    state: str
    head: str
    approved: bool
    draft: bool = False
    merged_as: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a workflow. `conclusion` is empty until `status` is completed."""

    status: str
    conclusion: str
    url: str


@dataclass(frozen=True, slots=True)
class GitHub:
    """The repository at GitHub. Methods raise OperationError."""

    run: Runner

    def pull_request(self, head: str, base: str) -> PullRequest | None:
        """Return the newest pull request from one branch into another, whatever its state."""
        asked = ["--head", head, "--base", base, "--state", "all", "--limit", "1"]
        found = self._json("pr", "list", *asked, "--json", _FIELDS)
        return _pull_request(found[0]) if found else None

    def propose(self, head: str, base: str, title: str, body: str) -> str:
        """Open a pull request, and return its URL."""
        told = self._gh(
            "pr", "create", "--head", head, "--base", base, "--title", title, "--body", body
        )
        return told.strip().splitlines()[-1]

    def merge(self, pull: PullRequest) -> None:
        """Merge what was looked at, and nothing that was pushed since. Raises BusyError."""
        self._gh("pr", "merge", str(pull.number), "--merge", "--match-head-commit", pull.head)

    def checks(self, commit: str, workflow: str) -> Run | None:
        """Return the newest run of a workflow for a commit."""
        asked = ["--commit", commit, "--workflow", workflow, "--limit", "1"]
        found = self._json("run", "list", *asked, "--json", "status,conclusion,url")
        return Run(**found[0]) if found else None

    def release(self, tag: str) -> str | None:
        """Return the URL of a tag's release; None where it has none."""
        done = self._ask("release", "view", tag, "--json", "url")
        if done.code and "release not found" in done.text:
            return None
        return str(json.loads(_read(done))["url"])

    def publish(self, tag: str, title: str, notes: str) -> str:
        """Publish a release of a tag that is there; `notes` is a file. Return its URL."""
        asked = ["--verify-tag", "--title", title, "--notes-file", notes]
        return self._gh("release", "create", tag, *asked).strip()

    def _json(self, *arguments: str) -> list[dict[str, Any]]:
        read: list[dict[str, Any]] = json.loads(self._gh(*arguments))
        return read

    def _gh(self, *arguments: str) -> str:
        return _read(self._ask(*arguments))

    def _ask(self, *arguments: str) -> Ran:
        try:
            return self.run(["gh", *arguments], seconds=SECONDS)
        except OperationError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
            raise RefusedError(
                f"gh is not installed, so `gh {' '.join(arguments[:2])}` did nothing. Install "
                "GitHub's program (https://cli.github.com), sign in with `gh auth login`, and give "
                "the command again."
            ) from error


def _read(done: Ran) -> str:
    """Return what gh printed. Raises OperationError."""
    if done.code == 0:
        return done.text
    asked = " ".join(done.argv[1:3])
    if done.code == NEEDS_SIGN_IN:
        raise RefusedError(
            f"gh is not signed in to GitHub, so `gh {asked}` did nothing. Sign in with `gh auth "
            "login`, or set GH_TOKEN, and give the command again."
        )
    if any(each in done.text for each in _NOT_MERGEABLE):
        raise BusyError(
            f"GitHub does not merge it:\n{done.last_lines}\nNothing was merged. Where there are "
            "conflicts, merge staging into the branch and push it; where somebody has pushed, "
            "have it reviewed; then give the command again."
        )
    if any(each in done.text for each in _NO_RIGHTS):
        raise RefusedError(
            f"GitHub does not let you do `gh {asked}`:\n{done.last_lines}\nAsk for the right to "
            "write to the repository, and give the command again."
        )
    raise OperationError(
        f"gh {asked} failed:\n{done.last_lines}\nMend what it says, or wait "
        "(https://www.githubstatus.com), and give the command again."
    )


def _pull_request(found: dict[str, Any]) -> PullRequest:
    merged = found["mergeCommit"] or {}
    return PullRequest(
        number=int(found["number"]),
        url=str(found["url"]),
        state=str(found["state"]),
        head=str(found["headRefOid"]),
        approved=_is_approved(str(found["reviewDecision"]), found["latestReviews"]),
        draft=bool(found["isDraft"]),
        merged_as=str(merged.get("oid", "")),
    )


def _is_approved(decision: str, reviews: Sequence[dict[str, Any]]) -> bool:
    """Tell whether somebody approved. GitHub decides only where a branch asks for reviews."""
    states = {str(review["state"]) for review in reviews}
    return decision == APPROVED or (not decision and APPROVED in states and REFUSED not in states)
