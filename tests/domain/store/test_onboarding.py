"""The gate: what an author has to do, whatever the order, the market and the version."""

import pytest

from conteur.domain.store.onboarding import (
    Action,
    Progress,
    Step,
    StepDefinition,
    StepError,
    StepStatus,
    Verification,
    of_market,
    percent_done,
    requirements,
)
from tests.store_world import EMAIL, IMPRESSUM, PAYMENTS, STEPS, TERMS, THEME, definition, done

NOTHING_DONE = [Step(each) for each in STEPS]


def due(*steps: Step, market: str = "FR") -> list[str]:
    return [each.id for each in requirements(steps, market).currently_due]


def test_all_that_is_required_is_due() -> None:
    """An author who has done nothing owes every required step of their market, in its order."""
    assert due(*NOTHING_DONE) == ["email", "payments", "terms"]


def test_another_market() -> None:
    """A step of another market is none of the author's."""
    assert due(*NOTHING_DONE, market="DE") == ["email", "payments", "impressum"]
    assert due(*NOTHING_DONE, market="US") == ["email", "payments"]


def test_nothing_is_due() -> None:
    """Once the required steps are done the gate is open, whatever else is left."""
    assert due(Step(EMAIL, done()), Step(TERMS, done()), Step(IMPRESSUM), Step(THEME)) == []


def test_a_new_version() -> None:
    """A step that was done in an older version is to be done again."""
    assert due(Step(definition("terms", version=2), done(version=1))) == ["terms"]


@pytest.mark.parametrize("status", [StepStatus.TODO, StepStatus.SKIPPED])
def test_only_done_is_done(status: StepStatus) -> None:
    """A required step that was skipped is due, as one that was not begun."""
    assert due(Step(TERMS, Progress(1, status))) == ["terms"]


def test_a_step_that_is_put_off() -> None:
    """A required step that was put off is still required."""
    assert due(Step(TERMS, Progress(1, snooze_count=1))) == ["terms"]


def test_the_gate_asks_no_role() -> None:
    """A required step that the role's list does not show is due all the same."""
    assert due(Step(definition("tax", roles=frozenset({"manager"})))) == ["tax"]


def test_what_a_provider_checks() -> None:
    """A due step that a provider is checking is named as such."""
    steps = [Step(EMAIL, Progress(1, verification=Verification.PENDING)), Step(PAYMENTS)]
    needed = requirements(steps, "FR")
    assert needed.pending_verification == (EMAIL,)
    assert needed.errors == ()


def test_what_a_provider_refused() -> None:
    """A due step that a provider refused is named with the reason."""
    refused = Progress(1, verification=Verification.FAILED, verification_reason="no such bank")
    needed = requirements([Step(PAYMENTS, refused), Step(EMAIL)], "FR")
    assert needed.errors == (StepError("payments", "no such bank"),)
    assert needed.pending_verification == ()


def test_a_refusal_of_an_older_version() -> None:
    """What a provider said of an older version says nothing of the new one."""
    refused = Progress(1, verification=Verification.FAILED, verification_reason="no such bank")
    assert requirements([Step(definition("payments", version=2), refused)], "FR").errors == ()


def test_progress_of_an_older_version() -> None:
    """A new version is begun anew, in the row that is there."""
    step = Step(definition("terms", version=2), Progress(1, snooze_count=3, row_version=9))
    assert step.current == Progress(2, row_version=9)


def test_percent() -> None:
    """The percentage is of the weights of the author's market: 20 of 100 in France."""
    steps = [Step(each, done() if each is EMAIL else None) for each in STEPS]
    assert percent_done(steps, "FR") == 20


def test_percent_of_another_market() -> None:
    """What is done, or left, of another market's steps counts for nothing."""
    steps = [Step(IMPRESSUM, done()), Step(TERMS)]
    assert (percent_done(steps, "FR"), percent_done(steps, "DE")) == (0, 100)


@pytest.mark.parametrize(("weights", "percent"), [((1, 2), 33), ((199, 1), 99), ((0, 0), 100)])
def test_percent_is_rounded_down(weights: tuple[int, int], percent: int) -> None:
    """Less than all is never 100 %, and where nothing weighs anything nothing is left."""
    first, second = (definition(f"step{each}", weight=each) for each in weights)
    assert percent_done([Step(first, done()), Step(second)], "FR") == percent


def test_the_steps_of_a_market() -> None:
    """A list has the market's own steps and everybody's, in their order."""
    assert [each.definition.id for each in of_market(NOTHING_DONE, "DE")] == [
        *("email", "payments", "theme", "impressum", "team"),
    ]


@pytest.mark.parametrize(("role", "shown"), [("manager", True), ("owner", False)])
def test_roles(role: str, *, shown: bool) -> None:
    """A step with roles is on their lists only."""
    assert definition("team", roles=frozenset({"manager"})).is_shown_to(role) is shown
    assert THEME.is_shown_to(role)


@pytest.mark.parametrize(
    ("action", "member"),
    [
        (Action("open_modal", "theme"), {"type": "open_modal", "modal": "theme"}),
        (Action("redirect", "/pay"), {"type": "redirect", "url": "/pay"}),
    ],
)
def test_actions(action: Action, member: dict[str, str]) -> None:
    """An action names the modal that it opens, or the URL that it goes to."""
    assert action.as_json() == member


def test_a_definition_for_everybody() -> None:
    """A step without markets is every market's."""
    everybody: StepDefinition = THEME
    assert everybody.is_of("JP")
