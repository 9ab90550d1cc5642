"""Looks at the service as a user does, once its traffic is moved."""

from scripts.ops.operations.journal import Tell
from scripts.ops.operations.ports import GoOn, Validator, explained
from scripts.ops.operations.site import Site
from scripts.ops.validation.around import Around
from scripts.ops.validation.validating import validator


def seeing(site: Site, tell: Tell, go_on: GoOn) -> Validator:
    """Return what validates a site, and keeps the lock meanwhile. It raises OperationError."""
    return explained(validator(site, around=Around(tell, go_on=go_on)))
