"""What the catalogue says of an error."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conteur.catalogue.terms import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to do about an error.

    `en` and `fr` are for the person who reads: what happened, then what to do next. `app` is
    for the app's developer; `operator`, where there is anything to mend, for whoever runs the
    service. Both are one line of Markdown. `retryable`: the very same request, repeated, may
    succeed.
    """

    retryable: bool = False
    en: str
    fr: str
    app: str
    operator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Advice):
    """One reason. `ours`: it counts as a failure of the service, in the success rate and alerts.

    `kinds` has the advice for each value of the detail `kind`, where the reason has kinds; the
    entry's own is then for a kind that an app does not know. `status` is HTTP's, where it is not
    the code's.
    """

    code: Code
    reason: str
    status: int | None = None
    ours: bool = False
    kinds: Mapping[str, Advice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What a detail of an error means, and what the operator does about it."""

    meaning: str
    operator: str
