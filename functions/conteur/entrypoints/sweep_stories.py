"""The scheduled function that ends the stories of dead attempts."""

from collections.abc import Callable, Mapping
from dataclasses import asdict

from flask import Request, Response

from conteur.domain.deadline import Deadline
from conteur.entrypoints.job import Job
from conteur.telemetry.logs import Field
from conteur.use_cases.sweep_stories import Swept

SWEEP_SECONDS = 50.0  # the next sweep begins a minute after this one

Sweep = Callable[[Deadline], Swept]


class SweepEntrypoint:
    """Answers Cloud Scheduler."""

    def __init__(self, job: Job, sweep: Callable[[], Sweep]) -> None:
        self._job = job
        self._sweep = sweep

    def answer(self, request: Request) -> Response:
        """Return 200 after a sweep; one that failed is made good by the next."""
        return self._job.answer(request, self._swept)

    def _swept(self) -> Mapping[str, Field]:
        deadline = Deadline(self._job.monotonic() + SWEEP_SECONDS)
        return asdict(self._sweep()(deadline))
