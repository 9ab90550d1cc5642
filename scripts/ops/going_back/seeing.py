"""Looks at the service as a user does, once its traffic is moved."""

from scripts.ops.going_back.moving import Validator
from scripts.ops.logbook.log_errors import LogError
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.journal import Tell
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.site import Site
from scripts.ops.place import PlaceError
from scripts.ops.validation.validating import Around, validator


def seeing(site: Site, tell: Tell) -> Validator:
    """Return what validates a site. It raises OperationError where nobody can look."""
    look = validator(site, around=Around(tell))

    def looked(tag: str) -> Report:
        try:
            return look(tag)
        except (LogError, PlaceError, QueryError) as error:
            raise OperationError(str(error)) from error

    return looked
