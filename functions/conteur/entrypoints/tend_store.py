"""The scheduled function that sends the store's mail, and deletes what has expired."""

from collections.abc import Callable, Mapping
from dataclasses import asdict

from flask import Request, Response

from conteur.domain.deadline import Deadline
from conteur.entrypoints.job import Job
from conteur.telemetry.logs import Field
from conteur.use_cases.store.deliver_mail import Delivered

TEND_SECONDS = 50.0  # the next run begins a minute after this one

Tend = Callable[[Deadline], Delivered]


class TendEntrypoint:
    """Answers Cloud Scheduler. Where nothing is set up for stores, `tend` is None."""

    def __init__(self, job: Job, tend: Callable[[], Tend] | None) -> None:
        self._job = job
        self._tend = tend

    def answer(self, request: Request) -> Response:
        """Return 200 after a run; one that failed is made good by the next."""
        return self._job.answer(request, self._tended)

    def _tended(self) -> Mapping[str, Field]:
        if self._tend is None:
            return {}
        deadline = Deadline(self._job.monotonic() + TEND_SECONDS)
        return asdict(self._tend()(deadline))
