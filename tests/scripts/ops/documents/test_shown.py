"""Commands that a made-up page shows, held to the real commands of this repository."""

from scripts.ops.documents.__main__ import ROOT
from scripts.ops.documents.arguments import Answer
from scripts.ops.documents.asking import ask
from tests.scripts.ops.documents.little import block, commands

GOOD = block(
    'scripts/config set -P production store.enabled=false --reason "..."',
    "scripts/config get --local --json",
    "scripts/users block -P production UID --reason X --until 2027-01-31",
    "scripts/users block -P production UID --reason X --until UNTIL",
    "scripts/test tests/domain -k words && scripts/test --quick",
    ".venv/bin/python -m pytest -s tests/domain/test_words.py",
    "PYTHONPATH=functions .venv/bin/python -m scripts.local.watch.picture docs/dashboard.png",
    "npm run test:integration tests/integration/api/store-publish.test.ts",
    "npx firebase functions:log -P production -n 1000 --only store-api | grep -E 'a|b' | tail -20",
    "npx firebase deploy -P production --only functions:sweep_stories",
    "npx firebase-tools functions:log -P PROJECT_ID -n 500 | sort -t = -k 2 -n",
    'curl -s -X POST "$URL" -H "Authorization: Bearer $(scripts/token -P production)" -d {}',
    "gcloud run services describe generate-story --region=europe-west1 --format='yaml(status)'",
    'read -rs KEY && printf %s "$KEY" | gcloud secrets versions add KEY --data-file=-; unset KEY',
)
MENTIONS = (
    "`scripts/config`, `scripts/config get|set`, `scripts/ops/`, `scripts/ops/place.py`, `gcloud`,"
    " `scripts/ops/monitoring/*_signals.py`, `--unset prompt`, `-P production`, `firebase`."
)
BAD = {
    "scripts/nothing --help": "there is no scripts/nothing",
    "scripts/config set --reasons x -P p a=b": "unrecognized arguments: --reasons",
    "scripts/config sets": "invalid choice: 'sets'",
    "scripts/users block -P p UID --until tomorrow --reason x": "argument --until",
    "scripts/simulate --tier four": "argument --tier",
    "scripts/test tests/nowhere": "there is no tests/nowhere",
    "scripts/test --quik": "pytest has no flag `--quik`",
    "scripts/ops/place.py -P x": "scripts/ops/place.py cannot be run",
    ".venv/bin/python -m scripts.ops.nothing": "there is no module scripts.ops.nothing to run",
    ".venv/bin/python -m scripts.ops.place": "without argparse",
    ".venv/bin/python scripts/ops/config.py": "only modules can be checked",
    ".venv/bin/python -m pytest tests/nowhere.py": "there is no tests/nowhere.py",
    ".venv/bin/python -m scripts.ops.config get": "No module named 'conteur'",
    "npm run nothing": "package.json has no script `nothing`",
    "npm run test:unit -- --quik": "pytest has no flag `--quik`",
    "npm publish": "only `npm run` is checked",
    "npx nothing": "nobody checks `npx nothing`",
    "npx firebase function:log": "firebase has no command `function:log`",
    "npx firebase-tools functions:log --line 9": "firebase functions:log has no flag `--line`",
    "npx firebase functions:log --only a --line 9": "firebase functions:log has no flag `--line`",
    "glcoud auth login": "the program `glcoud` is not known (`gcloud` is)",
    "gcloud auth logn": "this subcommand of `gcloud` is not known (`auth login` is)",
    "gcloud config set project p --projekt q": "the flag `--projekt` of `gcloud` is not known",
    "curl -sq x": "the flag `-sq` of `curl` is not known",
    "a | jq --raw .": "the flag `--raw` of `jq` is not known",
    'curl -H "$(scripts/tokens)" x': "there is no scripts/tokens",
}


def test_good_commands() -> None:
    """Commands, mentions, paths and flags that are there are not named."""
    assert commands(GOOD) == []
    assert commands(MENTIONS) == []


def test_bad_commands() -> None:
    """Each wrong command is named by its line, with what is wrong, and what to do."""
    found = commands(block(*BAD))
    assert [each for each in found if not each.remedy] == []
    for line, (text, problem) in enumerate(BAD.items(), 2):
        assert [each for each in found if each.line == line and problem in each.problem], text


BAD_MENTIONS = {
    "scripts/config set --reasons x": "unrecognized arguments: --reasons",
    "scripts/users revok": "invalid choice: 'revok'",
    "scripts/ops/nothing.py": "there is no scripts/ops/nothing.py",
    "--no-such-flag x": "no command has a flag `--no-such-flag`",
    "glcoud auth login": "the program `glcoud` is not known",
}


def test_bad_mentions() -> None:
    """A mention may leave out what is required, and gets nothing else wrong."""
    found = commands("\n".join(f"Use `{mention}`." for mention in BAD_MENTIONS))
    told = {finding.line: finding.problem for finding in found}
    assert len(told) == len(BAD_MENTIONS)
    for line, problem in enumerate(BAD_MENTIONS.values(), 1):
        assert problem in told[line]


def answers(words: list[str], *, mention: bool) -> Answer:
    return ask("scripts.ops.steps", "functions", [(words, mention)], ROOT)["answers"][0]


def test_only_a_mention_may_leave_out_what_is_required() -> None:
    """A command that a block shows has all its arguments."""
    assert answers(["relax"], mention=True)["problem"] is None
    assert "arguments are required" in (answers(["relax"], mention=False)["problem"] or "")


def test_nothing_of_a_command_is_run() -> None:
    """A command reads its arguments and stops: it asks nobody, and writes nothing."""
    said = ask("scripts.ops.config", "functions", [(["set", "-P", "nobody", "a=b"], False)], ROOT)
    assert said["answers"] == [{"problem": None, "rest": []}]
    assert {"--reason", "--dry-run"} <= set(said["flags"])
