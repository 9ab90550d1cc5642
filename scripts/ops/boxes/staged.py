"""Whether this very commit was validated in staging."""

from conteur.settings import Environment
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, left_out, passed
from scripts.ops.operations.git import commit_of
from scripts.ops.operations.site import STAGING, find_site
from scripts.ops.validation import standing


def look(desk: Desk) -> Finding:
    """Return whether staging has it, and is as it has to be. Raises OperationError, PlaceError."""
    if desk.site.name != Environment.PRODUCTION:
        return left_out("only production needs it")
    staging = find_site(desk.site.root, STAGING, desk.site.environ)
    with desk.books(staging) as book:
        found = standing.judge(standing.read(book), commit_of(desk.site.root))
    return passed(found.said) if found.shown_by else failed(found.said, found.mend)
