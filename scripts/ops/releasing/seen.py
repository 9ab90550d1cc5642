"""What the gates of a release are decided on, as it was found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scripts.ops.operations.record import Record
from scripts.ops.releasing.github import PullRequest, Run
from scripts.ops.releasing.version import Version


@dataclass(frozen=True, slots=True)
class Seen:
    """A release as it stands. `commit` is what staging has; empty where nothing is there.

    `staged_branch` tells whether all of the release's branch is in it, `follows_main` whether
    main is; `wrong_files` say another version there. `tagged_as` is the tag's commit at the
    remote. `staging` are records of staging's book, `preflights` production's, the newest first.
    """

    version: Version
    commit: str
    now: datetime
    changed: Sequence[str] = ()
    staged_branch: bool = True
    follows_main: bool = True
    pull: PullRequest | None = None
    checks: Run | None = None
    noted: bool = False
    wrong_files: Sequence[str] = ()
    tagged_as: str = ""
    staging: Sequence[Record] = ()
    preflights: Sequence[Record] = ()
    unread: str = ""  # why the books of operations were not read
    confirmed: Sequence[str] = field(default=())
