from pathlib import Path

import pytest
import yaml

from scripts.ops.boxes.people import people_boxes
from scripts.ops.workflow_rules import VARIABLES, broken_rules

ROOT = Path(__file__).parents[3]
SHA = "0123456789abcdef0123456789abcdef01234567"
GOOD = f"""\
on:
  push:
    branches: [staging]
permissions:
  contents: read
concurrency:
  group: deploy-staging
  cancel-in-progress: false
jobs:
  deploy:
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    environment: staging
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@{SHA} # v6.0.2
        with:
          persist-credentials: false
      - uses: google-github-actions/auth@{SHA} # v3.0.0
        with:
          service_account: ${{{{ vars.DEPLOY_SERVICE_ACCOUNT }}}}
      - run: scripts/deploy staging
"""


def test_a_workflow_that_keeps_all_rules_is_left_alone() -> None:
    """Of a sound workflow nothing is said."""
    assert broken_rules("a.yml", GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        (f"checkout@{SHA}", "checkout@v6", "not pinned"),
        (f"checkout@{SHA}", "checkout@0123456", "not pinned"),
        (f"actions/checkout@{SHA}", f"someone/deploy@{SHA}", "whose actions are not run here"),
        (" # v6.0.2", "", "does not say its version"),
        ("  push:\n", "  pull_request_target:\n", "what strangers send"),
        ("  push:\n", "  pull_request:\n", "must not log in"),
        (
            "permissions:\n  contents: read\ncon",
            "permissions: write-all\ncon",
            "not `contents: read`",
        ),
        ("permissions:\n  contents: read\ncon", "con", "not `contents: read`"),
        (
            "      id-token: write",
            "      contents: write\n      id-token: write",
            "may write contents",
        ),
        ("    timeout-minutes: 30\n", "", "timeout-minutes"),
        ("timeout-minutes: 30", "timeout-minutes: 360", "timeout-minutes"),
        ("persist-credentials: false", "fetch-depth: 0", "leaves its token behind"),
        ("    environment: staging\n", "", "without an environment"),
        ("  group: deploy-staging\n", "", "two could run at once"),
        ("cancel-in-progress: false", "cancel-in-progress: true", "must not be cancelled"),
        ("vars.DEPLOY_SERVICE_ACCOUNT", "secrets.KEY", "logins are keyless"),
        ("vars.DEPLOY_SERVICE_ACCOUNT", "vars.SOME_ACCOUNT", "is in no list"),
        ("service_account:", "credentials_json:", "logins are keyless"),
        ("scripts/deploy staging", "scripts/migrate postgresql://a:b@c/d", "logins are keyless"),
    ],
)
def test_each_broken_rule_is_told(good: str, bad: str, told: str) -> None:
    """Whatever breaks a rule is found, where all else is as it should be."""
    assert good in GOOD
    assert any(told in found.message for found in broken_rules("a.yml", GOOD.replace(good, bad, 1)))


@pytest.mark.parametrize(
    ("text", "told"), [("a: [", "no YAML"), ("on: push\n", "no jobs"), ("", "no jobs")]
)
def test_what_is_no_workflow_is_told(text: str, told: str) -> None:
    """A file that cannot be a workflow is one finding, not a crash."""
    found = broken_rules("a.yml", text)
    assert [told in each.message for each in found] == [True]


def test_a_finding_names_its_line() -> None:
    """An editor can go where the rule is broken."""
    found = broken_rules("a.yml", GOOD.replace(f"checkout@{SHA}", "checkout@v6"))
    assert str(found[0]).startswith("a.yml:18: actions/checkout@v6")


def test_every_variable_is_used_and_explained() -> None:
    """The list of variables is that of the workflows, and the page has each of them."""
    used = "".join(path.read_text() for path in (ROOT / ".github/workflows").glob("*.yml"))
    page = (ROOT / "docs/continuous-delivery.md").read_text()
    assert [name for name in sorted(VARIABLES) if f"vars.{name} " not in used] == []
    assert [name for name in sorted(VARIABLES) if f"`{name}`" not in page] == []


@pytest.mark.parametrize(
    ("workflow", "command"),
    [
        ("staging", "scripts/deploy staging --unpin --reason"),
        ("production", "scripts/deploy production --canary 5,20,50,100 --reason"),
    ],
)
def test_a_pin_does_not_keep_the_next_deploy_out(workflow: str, command: str) -> None:
    """After a rollback the next deploy ends the pin: staging's at once, production's by steps."""
    text = (ROOT / f".github/workflows/{workflow}.yml").read_text()
    steps = yaml.safe_load(text)["jobs"]["deploy"]["steps"]
    assert [
        command in step["run"] for step in steps if "scripts/deploy" in step.get("run", "")
    ] == [True]


def test_the_page_confirms_the_boxes_that_only_a_person_can_tick() -> None:
    """What a reviewer answers for is what preflight asks a person, in the table and below it."""
    page = (ROOT / "docs/continuous-delivery.md").read_text()
    boxes = ",".join(box.key for box in people_boxes())
    assert f"answers for by approving: `{boxes}` |" in page
    assert f"gh variable set CONFIRMED_BY_REVIEW --env production --body {boxes}\n" in page
