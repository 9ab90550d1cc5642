"""The catalogue is whole, and says only what is so."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conteur import errors
from conteur.catalogue import failures, refusals, store, timeouts
from conteur.catalogue.entry import Advice, Diagnosis, Entry
from conteur.catalogue.terms import Cause, OpenAIFailure, Phase
from conteur.domain.knob_values import KNOBS
from conteur.errors import ConteurError, kinds

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = sorted((ROOT / "functions/conteur").rglob("*.py"))
SETTINGS = [
    *(ROOT / "functions").glob(".env*"),
    *(ROOT / "functions/conteur/settings").glob("*.py"),
    ROOT / "functions/conteur/entrypoints/options.py",
]
ENTRIES = {
    name: value
    for module in (failures, refusals, store, timeouts)
    for name, value in vars(module).items()
    if isinstance(value, Entry)
}
ADVICE: dict[str, Advice] = {
    " ".join((entry.reason, *kind)): advice
    for entry in ENTRIES.values()
    for kind, advice in [((), entry), *(((kind,), it) for kind, it in entry.kinds.items())]
}
DIAGNOSES = [*timeouts.PHASES.values(), *timeouts.CAUSES.values()]

SENTENCES = re.compile(r"[A-ZÀÂÇÉÈÊÎÔÛ][^.]+\. [A-ZÀÂÇÉÈÊÎÔÛ][^.]+\.")
JARGON = re.compile(r"`|\d|[A-Z]{2,}|_|\b([Tt]oken|[Rr]equest id|[Ss]erv(er|eur)|[Ee]rr(or|eur))")
NOT_FRENCH = re.compile(r"'|(?<![\u00a0\u202f])[:;!?]|\s{2}")
NAME = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
LOG_EVENT = re.compile(r"`([a-z]+\.[a-z_]+)`")
ROLE = re.compile(r"roles/[\w.]+")

each_advice = pytest.mark.parametrize("advice", ADVICE.values(), ids=list(ADVICE))


def technical_texts() -> Iterator[str]:
    for advice in ADVICE.values():
        yield from (advice.app, advice.operator or "")
    for diagnosis in DIAGNOSES:
        yield from (diagnosis.meaning, diagnosis.operator)


def classes(root: type[ConteurError] = ConteurError) -> Iterator[type[ConteurError]]:
    yield root
    for below in root.__subclasses__():
        yield from classes(below)


def raised(source: str) -> Iterator[str]:
    """Yield the names of what `source` makes or raises."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield last_name(node.func)
        elif isinstance(node, ast.Raise):
            yield last_name(node.exc)


def bases(source: str) -> Iterator[str]:
    """Yield the names of what the classes of `source` derive from."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            yield from map(last_name, node.bases)


def last_name(node: ast.expr | None) -> str:
    """Return `B` of `B` and of `a.B`; nothing of other expressions."""
    return getattr(node, "id", getattr(node, "attr", ""))


def test_every_error_has_an_entry() -> None:
    """An error without an entry of its own is no more than what others have in common."""
    without = [error for error in classes() if "entry" not in vars(error)]
    assert [error.__name__ for error in without if not error.__subclasses__()] == []


def test_every_entry_has_an_error() -> None:
    """Each entry belongs to one class of the tree, under its reason's name."""
    assert sorted(kind.reason for kind in kinds()) == sorted(ENTRIES)
    assert [name for name, entry in ENTRIES.items() if entry.reason != name] == []
    assert all(kind.entry is ENTRIES[kind.reason] for kind in kinds())


def test_what_is_raised_has_an_entry() -> None:
    """No line of the product raises an error that only others derive from."""
    common = {error.__name__ for error in classes() if "entry" not in vars(error)}
    found = {path.name for path in PRODUCT if common & set(raised(path.read_text()))}
    assert found == set()


def test_errors_are_in_one_tree() -> None:
    """No class derives from an error of the tree in another place than errors/."""
    tree = {error.__name__ for error in classes()}
    found = {path for path in PRODUCT if tree & set(bases(path.read_text()))}
    assert found == set(Path(errors.__file__).parent.glob("[frs]*.py"))


def test_what_raises_is_found() -> None:
    """Making an error, raising its class and deriving from it are all seen."""
    source = "def f():\n    return A('x')\ndef g():\n    raise errors.B\nclass C(D): ..."
    assert (set(raised(source)), set(bases(source))) == ({"A", "B"}, {"D"})


def test_kinds_phases_and_causes() -> None:
    """Each kind of the model's failure, each phase and each cause of a time-out is explained."""
    assert list(failures.OPENAI_ERROR.kinds) == list(OpenAIFailure)
    assert list(timeouts.PHASES) == list(Phase)
    assert list(timeouts.CAUSES) == list(Cause)


def test_ours_and_theirs() -> None:
    """What counts as a failure of ours stands with the failures, all else with the refusals."""
    assert {
        name for name, entry in ENTRIES.items() if not entry.ours and name not in vars(store)
    } == {name for name in vars(refusals) if name in ENTRIES}


@each_advice
def test_shown_texts(advice: Advice) -> None:
    """People read two plain sentences in each language: what happened, and what to do next."""
    for text in (advice.en, advice.fr):
        assert SENTENCES.fullmatch(text)
        assert not JARGON.search(text)


@each_advice
def test_french(advice: Advice) -> None:
    """French has its own apostrophe, and no mark that would ask for a space before it."""
    assert not NOT_FRENCH.search(advice.fr)
    assert advice.fr != advice.en


@pytest.mark.parametrize("text", [text for text in technical_texts() if text])
def test_technical_texts(text: str) -> None:
    """What the app and the operator do is told in whole sentences, on one line of a table."""
    assert re.match(r"[A-Z`]", text)
    assert text.endswith(".")
    assert not re.search(r"[\n|]", text)


@pytest.mark.parametrize("cause", timeouts.CAUSES.values(), ids=list(timeouts.CAUSES))
@pytest.mark.parametrize("phase", timeouts.PHASES.values(), ids=list(timeouts.PHASES))
def test_a_cause_and_its_phase(cause: Diagnosis, phase: Diagnosis) -> None:
    """What is done about a time-out's cause and phase is read together, and told once."""
    told = [each for it in (cause, phase) for each in re.split(r"[.;](?: |$)", it.operator) if each]
    assert len(set(told)) == len(told)
    assert not [each for each in told if each.startswith("As for")]


@pytest.mark.parametrize(
    ("diagnosis", "knob"),
    [
        (timeouts.CAUSES[Cause.SLOW_MODEL], "models"),
        (timeouts.PHASES[Phase.STREAM], "deadlineSec"),
        (timeouts.CAUSES[Cause.OVERLOAD], "limits.storiesAtOnce"),
    ],
)
def test_knobs_before_deploys(diagnosis: Diagnosis, knob: str) -> None:
    """Where a knob helps, it is what the operator is told first."""
    assert knob in KNOBS
    assert f"knob `{knob}`, in force within ten seconds" in diagnosis.operator.partition(". ")[0]


def test_named_settings_exist() -> None:
    """What looks like a setting is one, or is a reason."""
    known = "\n".join(path.read_text() for path in SETTINGS)
    named = {name for text in technical_texts() for name in NAME.findall(text)}
    # Settings of one group are read by the name that follows OPENAI_.
    parts = {name: name.removeprefix("OPENAI_") for name in named - set(ENTRIES)}
    assert [
        name for name, part in parts.items() if not re.search(rf"\b({name}|{part})\b", known)
    ] == []


def test_named_log_events_exist() -> None:
    """Each line of the log that an operator is sent to is written somewhere."""
    sources = "\n".join(path.read_text() for path in PRODUCT if "catalogue" not in path.parts)
    named = {name for text in technical_texts() for name in LOG_EVENT.findall(text)}
    assert named
    assert [name for name in named if f'"{name}"' not in sources] == []


def test_named_roles_are_granted() -> None:
    """Each role that an operator is told to grant is one that the deploy guide grants."""
    guide = (ROOT / "docs/deploy.md").read_text()
    named = {role for text in technical_texts() for role in ROLE.findall(text)}
    assert [role for role in named if role not in guide] == []
