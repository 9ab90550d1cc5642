"""A stand-in for `gh`, GitHub's program: pull requests in a file, merges by real git.

It takes the subcommands and flags that scripts/release gives, spelled as the real one's manual has
them (https://cli.github.com/manual/: gh_pr_create, gh_pr_list, gh_pr_merge, gh_run_list,
gh_release_create, gh_release_view), and refuses all others in the words of its flag parser
(github.com/spf13/pflag). Exit codes: 0, 1 for any failure, 4 without sign-in
(https://cli.github.com/manual/gh_help_exit-codes). What GitHub itself knows is `GH_STATE`, a JSON
file: `bare` (the remote's folder), `pulls`, `runs`, `releases`, and `fail`, which says what goes
wrong: `signed out`, `forbidden`, `hang`.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

FIELDS = {
    "pr list": {"number", "url", "state", "isDraft", "headRefOid", "reviewDecision"}
    | {"latestReviews", "mergeCommit", "title", "headRefName", "baseRefName"},
    "run list": {"status", "conclusion", "url", "headSha"},
    "release view": {"url", "tagName", "name", "body"},
}
OURS = "https://github.com/example/conteur"
FAILED, SIGN_IN = 1, 4
LONG = 60.0


class Gh:
    """What GitHub knows, read from and written to the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state: dict[str, Any] = json.loads(path.read_text())

    def save(self) -> None:
        """Write it back."""
        self.path.write_text(json.dumps(self.state, indent=2))

    def git(self, *arguments: str) -> str:
        """Ask the remote's own git."""
        done = subprocess.run(
            ["git", "-C", self.state["bare"], *arguments],  # noqa: S607 - git is on the PATH
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    def head(self, branch: str) -> str:
        """Return where a branch of the remote is."""
        return self.git("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")


def fail(text: str, code: int = FAILED) -> NoReturn:
    """End as gh does."""
    sys.stderr.write(f"{text}\n")
    raise SystemExit(code)


def say(text: str) -> None:
    """Print what was asked for."""
    sys.stdout.write(f"{text}\n")


class Parser(argparse.ArgumentParser):
    """Refuses in gh's words."""

    def error(self, message: str) -> NoReturn:
        """Refuse."""
        if "unrecognized arguments" in message:
            fail(f"unknown flag: {message.rsplit(':', 1)[-1].split(maxsplit=1)[0]}")
        fail(message)


def shown(found: dict[str, Any], command: str, fields: str) -> dict[str, Any]:
    """Return the fields that are asked for."""
    names = fields.split(",")
    for name in names:
        if name not in FIELDS[command]:
            fail(f'Unknown JSON field: "{name}"')
    return {name: found[name] for name in names}


def looked_at(gh: Gh, pull: dict[str, Any]) -> dict[str, Any]:
    """Return a pull request as GitHub shows it: an open one follows its branch."""
    head = gh.head(pull["headRefName"]) if pull["state"] == "OPEN" else pull["headRefOid"]
    return {**pull, "headRefOid": head}


def pr_create(gh: Gh, asked: argparse.Namespace) -> None:
    """Open a pull request, as `gh pr create` does."""
    for branch in (asked.head, asked.base):
        if not gh.head(branch):
            fail(
                "pull request create failed: GraphQL: Head sha can't be blank, Base sha can't be "
                f"blank, No commits between {asked.base} and {asked.head} (createPullRequest)"
            )
    for pull in gh.state["pulls"]:
        same = (pull["headRefName"], pull["baseRefName"]) == (asked.head, asked.base)
        if same and pull["state"] == "OPEN":
            told = f'a pull request for branch "{asked.head}" into branch "{asked.base}"'
            fail(f"{told} already exists:\n{pull['url']}")
    number = len(gh.state["pulls"]) + 1
    gh.state["pulls"].append(
        {
            "number": number,
            "url": f"{OURS}/pull/{number}",
            "state": "OPEN",
            "isDraft": False,
            "headRefName": asked.head,
            "headRefOid": gh.head(asked.head),
            "baseRefName": asked.base,
            "reviewDecision": "REVIEW_REQUIRED",
            "latestReviews": [],
            "mergeCommit": None,
            "title": asked.title,
            "body": asked.body,
        }
    )
    say(f"{OURS}/pull/{number}")


def pr_list(gh: Gh, asked: argparse.Namespace) -> None:
    """List pull requests, the newest first, as `gh pr list` does."""
    found = [
        looked_at(gh, pull)
        for pull in reversed(gh.state["pulls"])
        if (pull["headRefName"], pull["baseRefName"]) == (asked.head, asked.base)
        and (asked.state == "all" or pull["state"] == asked.state.upper())
    ]
    say(json.dumps([shown(each, "pr list", asked.json) for each in found[: asked.limit]]))


def pr_merge(gh: Gh, asked: argparse.Namespace) -> None:
    """Merge by real git, as `gh pr merge --merge` does."""
    pull = gh.state["pulls"][asked.number - 1]
    head = looked_at(gh, pull)["headRefOid"]
    if pull["state"] == "MERGED":
        sys.stderr.write(f"! Pull request example/conteur#{asked.number} was already merged\n")
        return
    if pull["reviewDecision"] != "APPROVED":
        fail(
            f"X Pull request example/conteur#{asked.number} is not mergeable: the base branch "
            "policy prohibits the merge.\nTo have the pull request merged after all the "
            "requirements have been met, add the `--auto` flag."
        )
    if asked.match_head_commit not in {"", head}:
        fail(
            "GraphQL: Head branch was modified. Review and try the merge again. (mergePullRequest)"
        )
    commit = merged(gh, pull["baseRefName"], head, asked.number)
    if not commit:
        fail(
            f"X Pull request example/conteur#{asked.number} is not mergeable: the merge commit "
            "cannot be cleanly created."
        )
    pull.update(state="MERGED", headRefOid=head, mergeCommit={"oid": commit})


def merged(gh: Gh, base: str, head: str, number: int) -> str:
    """Return the merge commit in the base branch; empty where there are conflicts."""
    tree = gh.git("merge-tree", "--write-tree", gh.head(base), head)
    if not tree:
        return ""
    parents = ("-p", gh.head(base), "-p", head)
    commit = gh.git("commit-tree", tree, *parents, "-m", f"Merge pull request #{number}")
    gh.git("update-ref", f"refs/heads/{base}", commit)
    return commit


def run_list(gh: Gh, asked: argparse.Namespace) -> None:
    """List a workflow's runs, the newest first, as `gh run list` does."""
    found = [
        run
        for run in reversed(gh.state["runs"])
        if (run["headSha"], run["workflow"]) == (asked.commit, asked.workflow)
    ]
    say(json.dumps([shown(each, "run list", asked.json) for each in found[: asked.limit]]))


def release_view(gh: Gh, asked: argparse.Namespace) -> None:
    """Show a release, as `gh release view` does."""
    if asked.tag not in gh.state["releases"]:
        fail("release not found")
    say(json.dumps(shown(gh.state["releases"][asked.tag], "release view", asked.json)))


def release_create(gh: Gh, asked: argparse.Namespace) -> None:
    """Publish a release, as `gh release create --verify-tag` does."""
    if asked.verify_tag and not gh.git("rev-parse", "--verify", "-q", f"refs/tags/{asked.tag}"):
        fail(
            f"tag {asked.tag} doesn't exist in the repo example/conteur, aborting due to "
            "--verify-tag flag"
        )
    if asked.tag in gh.state["releases"]:
        fail(f"HTTP 422: Validation Failed ({OURS}/releases)\nRelease.tag_name already exists")
    url = f"{OURS}/releases/tag/{asked.tag}"
    body = Path(asked.notes_file).read_text()
    made = {"url": url, "tagName": asked.tag, "name": asked.title, "body": body}
    gh.state["releases"][asked.tag] = made
    say(url)


def parser() -> Parser:
    """Return what can be asked."""
    top = Parser(prog="gh", allow_abbrev=False)
    groups = top.add_subparsers(required=True)
    pr = groups.add_parser("pr").add_subparsers(required=True)
    _verb(pr, "create", pr_create, "--head", "--base", "--title", "--body")
    listed = _verb(pr, "list", pr_list, "--head", "--base", "--json")
    listed.add_argument("--state", choices=("open", "closed", "merged", "all"), default="open")
    listed.add_argument("--limit", type=int, default=30)
    merge = _verb(pr, "merge", pr_merge)
    merge.add_argument("number", type=int)
    merge.add_argument("--merge", action="store_true", required=True)
    merge.add_argument("--match-head-commit", default="")
    run = groups.add_parser("run").add_subparsers(required=True)
    runs = _verb(run, "list", run_list, "--commit", "--workflow", "--json")
    runs.add_argument("--limit", type=int, default=20)
    release = groups.add_parser("release").add_subparsers(required=True)
    _verb(release, "view", release_view, "--json").add_argument("tag")
    made = _verb(release, "create", release_create, "--title", "--notes-file")
    made.add_argument("tag")
    made.add_argument("--verify-tag", action="store_true")
    return top


def _verb(group: Any, name: str, do: Callable[..., None], *flags: str) -> Parser:  # noqa: ANN401 - argparse's own
    made: Parser = group.add_parser(name, allow_abbrev=False)
    for flag in flags:
        made.add_argument(flag, required=True)
    made.set_defaults(do=do)
    return made


def main() -> None:
    """Answer one call, and count it."""
    gh = Gh(Path(os.environ["GH_STATE"]))
    wrong = gh.state["fail"]
    if wrong == "hang":
        time.sleep(LONG)
    if wrong == "signed out":
        fail("To get started with GitHub CLI, please run:  gh auth login", SIGN_IN)
    asked = parser().parse_args()
    if wrong == "forbidden" and asked.do in {pr_create, pr_merge, release_create}:
        fail("GraphQL: Resource not accessible by personal access token")
    asked.do(gh, asked)
    gh.save()


if __name__ == "__main__":
    main()
