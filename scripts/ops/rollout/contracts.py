"""Whether what serves can live with the migrations that are about to be applied.

They are applied before the functions are deployed, and a canary leaves the old revisions in use
for long: a contract, which takes away, must wait until nothing that serves uses it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from scripts.ops.operations.record import Record
from scripts.ops.traffic.commits import commit_of
from scripts.ops.traffic.compatibility import Verdict
from scripts.ops.traffic.platform import ServiceState

Compatible = Callable[[str, Collection[str]], Verdict]
"""Returns whether a commit works with a database that gets these migrations too.

The commit is empty where it is not known. Raises OperationError.
"""


def problems(
    pending: Sequence[str],
    serving: Iterable[ServiceState],
    records: Sequence[Record],
    compatible: Compatible,
) -> Iterator[str]:
    """Yield why a revision that serves could not work any more; `records` name its commit."""
    for state in serving:
        for revision in filter(None, state.serving):
            verdict = compatible(commit_of(revision, records), pending)
            if verdict.problems:
                yield (
                    f"{revision} of {state.function} serves, and would not work with the pending "
                    f"migrations: {'; '.join(verdict.problems)}. Deploy a commit first that does "
                    "without, and has not this migration yet; when its revisions serve, deploy "
                    "this one."
                )
