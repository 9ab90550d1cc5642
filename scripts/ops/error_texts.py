"""The catalogue of errors as people and apps read it: Markdown and JSON, no files."""

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping

from conteur.catalogue.entry import Advice, Diagnosis, Entry
from conteur.catalogue.terms import Cause, Code, Phase
from conteur.catalogue.timeouts import CAUSES, PHASES
from conteur.entrypoints.callable.protocol import HTTP_STATUS
from conteur.errors import ConteurError, DeadlineError, StoreError, kinds

API_VERSION = 1
BEGIN = "<!-- begin of errors: made by `scripts/errors --update`, do not edit -->"
END = "<!-- end of errors -->"

_INTRODUCTION = """\
# Errors

<!-- Made by `scripts/errors --update` from functions/conteur/catalogue/, do not edit. -->

Every reason for which a call may fail, and what to do about it. Nothing else leaves the service;
how an error looks on the wire is in [api.md](api.md#errors).

- **Retryable**: the very same request, with the same `requestId`, may succeed later.
- **Counts**: as a failure of the service, in its success rate. What callers cause does not.
- The texts to show, and what the app does, are also at `/errors.json` on the Hosting site, for apps
  that bundle or fetch them: take the entry of the `reason` and the `kind`; where there is none,
  that of the reason without a kind.
- Authors' requests over HTTP are answered with the reason as `error`; some reasons of callables are
  met there too ([the endpoint](api/store-publish-endpoint.md)).
- `scripts/diagnose REQUEST_ID -P production` says why one call ended as it did, and what to do.
  `scripts/logs -P production --request REQUEST_ID` prints its lines ([logs](logs.md)). Without a
  checkout: `npx firebase-tools functions:log -P PROJECT_ID --only generate-story`. There,
  `grep "Retry attempt"` finds what was tried again, and `grep timeout` what took too long."""


def page() -> str:
    """Return `docs/errors.md`."""
    groups = {
        "What callers cause": [error for error in _of_callables() if not error.ours],
        "What is ours": [error for error in _of_callables() if error.ours],
        "What authors meet besides": [error for error in _by_code() if _is_of_store(error)],
    }
    parts = [_INTRODUCTION, _overview()]
    for title, errors in groups.items():
        parts += [f"## {title}", *(part for error in errors for part in _section(error))]
    return "\n\n".join(parts) + "\n"


def client_table() -> str:
    """Return the table of `docs/api.md`."""
    rows = [
        (code, _name(error.entry, kind, "errors.md"), _retryable(advice), advice.app)
        for code, error in _with_codes()
        if not _is_of_store(error)
        for kind, advice in _kinds(error.entry)
    ]
    return _table(("code (HTTP)", "reason", "retryable", "what the app does"), _once(rows))


def between_marks(text: str, table: str) -> str:
    """Return `text` with `table` between its two marks. Raises ValueError without them."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the marks {BEGIN} and {END} are missing: put them back")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def for_apps() -> str:
    """Return `public/errors.json`."""
    entries = [_for_app(error.entry, kind, advice) for error, kind, advice in _all_advice()]
    document = {"apiVersion": API_VERSION, "errors": entries}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _for_app(entry: Entry, kind: str | None, advice: Advice) -> dict[str, object]:
    return {
        "reason": entry.reason,
        **({} if kind is None else {"kind": kind}),
        "code": entry.code,
        "retryable": advice.retryable,
        "show": {"en": advice.en, "fr": advice.fr},
        "do": advice.app.replace("`", ""),
    }


def _overview() -> str:
    rows = [
        (code, _name(error.entry, kind), _retryable(advice), _yes(error.ours))
        for code, error in _with_codes()
        for kind, advice in _kinds(error.entry)
    ]
    return _table(("code (HTTP)", "reason", "retryable", "counts"), _once(rows))


def _section(error: type[ConteurError]) -> Iterator[str]:
    entry = error.entry
    yield f"### {entry.reason}"
    yield (inspect.getdoc(error) or "").partition("\n\n")[0]
    yield _facts(entry, entry)
    for kind, advice in entry.kinds.items():
        yield f"#### {entry.reason}: {kind}"
        yield _facts(entry, advice)
    if issubclass(error, DeadlineError):
        yield from (_diagnoses("phase", PHASES), _diagnoses("cause", CAUSES))


def _facts(entry: Entry, advice: Advice) -> str:
    rows = [
        ("retryable", _retryable(advice)),
        ("counts", _yes(entry.ours)),
        ("the app shows", f"{advice.en}<br>*{advice.fr}*"),
        ("the app does", advice.app),
        ("the operator does", _linked(advice.operator or "nothing")),
    ]
    return _table(("code", _code(entry)), rows)


def _diagnoses(fact: str, diagnoses: Mapping[Phase, Diagnosis] | Mapping[Cause, Diagnosis]) -> str:
    rows = [(f"`{name}`", it.meaning, _linked(it.operator)) for name, it in diagnoses.items()]
    return _table((f"`{fact}`", "meaning", "the operator does"), rows)


def _is_of_store(error: type[ConteurError]) -> bool:
    return issubclass(error, StoreError)


def _of_callables() -> list[type[ConteurError]]:
    return [error for error in _by_code() if not _is_of_store(error)]


def _by_code() -> list[type[ConteurError]]:
    order = list(Code)
    return sorted(kinds(), key=lambda error: order.index(error.code))


def _with_codes() -> Iterator[tuple[str, type[ConteurError]]]:
    return ((_code(error.entry), error) for error in _by_code())


def _all_advice() -> Iterator[tuple[type[ConteurError], str | None, Advice]]:
    for error in _by_code():
        yield from ((error, kind, advice) for kind, advice in _kinds(error.entry))


def _kinds(entry: Entry) -> Iterator[tuple[str | None, Advice]]:
    yield None, entry
    yield from entry.kinds.items()


def _name(entry: Entry, kind: str | None, page: str = "") -> str:
    if kind is None:
        return f"[`{entry.reason}`]({page}#{entry.reason.lower()})"
    return f"... [`kind: {kind}`]({page}#{entry.reason.lower()}-{kind})"


def _code(entry: Entry) -> str:
    return f"`{entry.code}` ({entry.status or HTTP_STATUS[entry.code]})"


def _retryable(advice: Advice) -> str:
    by_kind = isinstance(advice, Entry) and advice.kinds
    return "by kind" if by_kind else _yes(advice.retryable)


def _yes(value: bool) -> str:  # noqa: FBT001 - it shows one
    return "yes" if value else "no"


def _linked(text: str) -> str:
    return text.replace("docs/deploy.md", "[deploy.md](deploy.md)")


def _once(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Leave a row's first cell empty where it says what the row above says."""
    above = ""
    for first, *others in rows:
        yield ("" if first == above else first, *others)
        above = first


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, *rows]
    shown = [f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in lines]
    return "\n".join([shown[0], "|" + "---|" * len(head), *shown[1:]])
