import json
from pathlib import Path
from typing import Any

import pytest

from conteur.adapters.prompt_files import load_prompt_shelf
from conteur.domain.prompt import Prompt
from conteur.domain.story_request import StoryRequest
from scripts.ops.cost import main
from scripts.ops.estimate import Estimate, Estimator
from scripts.ops.scaling.costs import dollars
from scripts.ops.scaling.deployment import ROOT, production
from scripts.ops.scaling.plant import Plant
from scripts.ops.scaling.workload import WISH, workload

PRICES = "cheap:1/2@2026-01-01,dear:10/20@2026-02-01,spare:3/4@2026-03-01"
SETTINGS = f"""
THREADS=80
MAX_INSTANCES=2
OPENAI_MODEL=cheap,dear
OPENAI_PRICES={PRICES}
OPENAI_MAX_ATTEMPTS=3
DEFAULT_LANGUAGE=fr
PROMPT_VERSION=story-2
CONTEXT_WORDS=2000
BUDGET_USD_PER_DAY=20
"""


def made(root: Path, settings: str = SETTINGS, stories: int = 1000) -> Estimator:
    (root / "functions").mkdir()
    (root / "functions" / ".env").write_text(settings)
    (root / "functions" / ".env.production").write_text("CONTEUR_ENV=production\n")
    return Estimator("production", stories, 10.0, root)


def french(estimator: Estimator, model: str) -> Estimate:
    return next(each for each in estimator.estimates(["fr"], [400]) if each.by == model)


def prompt() -> Prompt:
    """Return what is sent for a French story of 400 words, with a mark of sixteen characters."""
    request = StoryRequest("r", WISH, "fr", words=400)
    return load_prompt_shelf("story-2", "f" * 16).compose(request, None, None)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_the_model_s_bill_by_hand(tmp_path: Path) -> None:
    """400 French words are 560 tokens, at $2 a million; the prompt's bytes by four, at $1."""
    sent = len((prompt().instructions + prompt().input).encode())
    cheap = french(made(tmp_path), "cheap")
    assert (cheap.input_tokens, cheap.output_tokens) == (round(sent / 4), 560)
    assert cheap.model == pytest.approx((round(sent / 4) + 560 * 2) / 1000)
    assert cheap.all == cheap.model + cheap.around


def test_the_worst_case_by_hand(tmp_path: Path) -> None:
    """Three attempts, each with a token a byte, and 832 tokens told: 560 x 1.4 and 48."""
    sent = len((prompt().instructions + prompt().input).encode())
    dear = french(made(tmp_path), "dear")
    assert dear.worst == pytest.approx(3 * (sent * 10 + 832 * 20) / 1000)


def test_what_goes_on_from_another_story_by_hand(tmp_path: Path) -> None:
    """2,000 words of context are 2,800 French tokens, which the preferred model reads for $1."""
    assert made(tmp_path).context("fr") == pytest.approx(2.8)


def test_every_model_that_has_a_price_is_listed(tmp_path: Path) -> None:
    """A model that nobody tells stories with yet can be compared, too."""
    estimates = [*made(tmp_path).estimates(["fr", "en"], [100, 400])]
    assert [each.by for each in estimates[::4]] == ["cheap", "dear", "spare"]
    assert len(estimates) == 12


def test_half_the_stories_are_half_the_bill(tmp_path: Path) -> None:
    """Every part of the bill is by the story, at the same rate."""
    whole = french(made(tmp_path), "cheap")
    (tmp_path / "half").mkdir()
    half = french(made(tmp_path / "half", stories=500), "cheap")
    assert 2 * half.model == pytest.approx(whole.model)
    assert 2 * half.around == pytest.approx(whole.around)
    assert 2 * half.worst == pytest.approx(whole.worst)


def test_what_is_around_the_model_is_that_of_the_simulation() -> None:
    """At production's settings, each part is what docs/scaling.md has, or free, or a counter's."""
    now = production()
    simulated = dollars(Plant(10.0, workload(now, 400, 8.0), now))
    around = dict(Estimator("production", 1000, 10.0).around(now.language, 400))
    assert around.pop("networks' counters") == pytest.approx(1000 * 0.18 / 100_000)
    assert around.pop("moderation") == around.pop("account look-ups") == 0
    del simulated["OpenAI"]
    assert around == pytest.approx(simulated)


def test_longer_stories_and_dearer_languages_cost_more(tmp_path: Path) -> None:
    """The dearest language is the one whose words take the most tokens."""
    estimator = made(tmp_path)
    assert estimator.dearest == "hu"
    short, long = (
        each.model for each in estimator.estimates(["en"], [100, 1200]) if each.by == "dear"
    )
    assert short < long < next(estimator.estimates(["hu"], [1200])).model * 10


def test_the_table_names_models_words_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed has a line for each case, the sum, and where each figure is from."""
    assert main(["--words", "250", "--language", "ja,zh_Hant_TW"]) == 0
    printed = capsys.readouterr().out
    assert "| zh-Hant-TW | 250 " in printed.replace("  ", " ")
    assert printed.count("gpt-5.4-mini") == 4
    assert "OPENAI_PRICES, as of 2026-11-05" in printed
    assert "https://firebase.google.com/docs/firestore/pricing" in printed


def test_numbers_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """--json has the prices, each estimate, what is around, and the figures with sources."""
    document = told(capsys, "--env", "staging", "--language", "all", "--stories", "5000")
    assert (document["environment"], document["stories"]) == ("staging", 5000)
    assert {each["language"] for each in document["estimates"]} >= {"fr", "en", "zh"}
    assert set(document["around"]) == {"100", "400", "800", "1200"}
    assert all({"of", "value", "unit", "source"} == set(each) for each in document["figures"])


def test_the_page_on_limits_has_these_figures() -> None:
    """docs/limits.md says what a story of 400 words in the default language costs by default."""
    page = (ROOT / "docs" / "limits.md").read_text()
    usual = next(Estimator("production", 1000, 10.0).estimates(["fr"], [400]))
    model, around, worst = (f"${each:.1f}" for each in (usual.model, usual.around, usual.worst))
    said = f"{model} to the model, {around} around it, and {worst} at the worst"
    assert said in " ".join(page.split())


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--words", "49", "49 is not from 50 to 1200, the lengths of stories"),
        ("--words", "100,many", "'many' is not a whole number such as 400"),
        ("--language", "fr,tlh", "'tlh' is no tag of: fr, en"),
        ("--stories", "0", "0 is not above 0: ask for one story or more"),
        ("--stories-a-minute", "inf", "inf is not above 0, or has no end"),
        ("--stories-a-minute", "x", "'x' is not a number such as 10"),
        ("--env", "local", "invalid choice"),
    ],
)
def test_what_cannot_be_is_refused(
    option: str, value: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An impossible option ends the command with a sentence that says what to give instead."""
    with pytest.raises(SystemExit) as ended:
        main([option, value])
    assert ended.value.code == 2
    assert problem in capsys.readouterr().err


def test_wrong_settings_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the settings are wrong, the command says in which files, and which setting."""
    made(tmp_path)
    files = tmp_path / "functions"
    (files / ".env.staging").write_text("OPENAI_MODEL=unpriced\n")
    assert main(["--env", "staging"], tmp_path) == 1
    told = capsys.readouterr().err
    assert "functions/.env.staging" in told
    assert "no price for the model unpriced: add one" in told


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """--help says what the worst case is and shows a call."""
    with pytest.raises(SystemExit):
        main(["--help"])
    written = " ".join(capsys.readouterr().out.split())
    assert "all they reserve in each of their attempts" in written
    assert "example: scripts/cost --words" in written
