"""Record what a provider says of an author's step."""

from dataclasses import dataclass

from conteur.domain.store.author import Subject, SubjectKind
from conteur.domain.store.events import Event, EventType
from conteur.domain.store.onboarding import Completer, Progress, Step
from conteur.domain.store.progress import completed, judged
from conteur.errors import StepNotFoundError, UnknownAuthorError
from conteur.use_cases.store.asks import ProviderCall
from conteur.use_cases.store.change_step import save_change
from conteur.use_cases.store.looks import step_of
from conteur.use_cases.store.ports import Transaction
from conteur.use_cases.store.transactions import Transactions


@dataclass(frozen=True, slots=True)
class RecordVerification:
    """The use case, with the ports it needs."""

    transactions: Transactions

    def __call__(self, call: ProviderCall, route: str) -> bool:
        """Keep what the provider says; return False where the call was taken before.

        A refused call is not taken: the provider may repeat it. Raises UnknownAuthorError,
        StepNotFoundError where no provider verifies such a step of the author,
        GatingUnavailableError, and what Transactions does.
        """
        return self.transactions.run(
            route, lambda transaction: _attempt(transaction, call), call.deadline
        )


def _attempt(transaction: Transaction, call: ProviderCall) -> bool:
    author = transaction.author(Subject(SubjectKind.AUTHOR, call.author_id))
    if author is None:
        raise UnknownAuthorError("no author has this userId")
    step = step_of(transaction, author, call.step, call.at)
    if step.definition.completer is not Completer.PROVIDER:
        raise StepNotFoundError("no provider verifies this step")
    if not transaction.take_call(call.step, call.id):
        return False
    save_change(transaction, step, _progress(step, call), _event(step, call))
    return True


def _progress(step: Step, call: ProviderCall) -> Progress:
    if call.verification is None:
        return completed(step, Completer.PROVIDER, call.at)
    return judged(step, call.verification, call.reason)


def _event(step: Step, call: ProviderCall) -> Event:
    is_done = call.verification is None
    return Event(
        call.author_id,
        EventType.STEP_COMPLETED if is_done else EventType.STEP_VERIFICATION,
        call.correlation,
        step=step.definition.id,
        version=step.definition.version,
        metadata={"call": call.id, **_judgement(call)},
    )


def _judgement(call: ProviderCall) -> dict[str, str]:
    if call.verification is None:
        return {}
    return {"verification": call.verification.value, "reason": call.reason}
