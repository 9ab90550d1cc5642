"""Metrics that no function sends: operating commands write them, to have people told."""

from conteur.telemetry.metric import Gauge

OPERATIONS = "operations"
"""Who sends them, in the place of a function: so no instance begins their series."""
ROLLED_BACK, TEST = "rolled_back", "test"

ANNOUNCEMENTS = Gauge(
    path="operations/announcements",
    only=OPERATIONS,
    unit="1",
    description="1 when an operation says something to people: that a service was rolled_back, or "
    "that this is a test of the alerts; 0 where that is over before it is forgotten.",
    labels=("kind",),
    known=((ROLLED_BACK,), (TEST,)),
)
