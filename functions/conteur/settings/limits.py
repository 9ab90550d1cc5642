"""Settings of what users, networks and a day may have."""

from conteur.domain.budget import BudgetRule
from conteur.domain.prices import MICROS
from conteur.domain.quota import Limits, QuotaRule
from conteur.domain.ranges import DOLLARS_A_DAY, STORIES_A_DAY, STORIES_AT_ONCE, Range
from conteur.settings.values import SettingValues

_SHARDS = Range(1, 500, whole=True)


def quota_rule(values: SettingValues, usual: QuotaRule) -> QuotaRule:
    """Return the limits of users."""
    return QuotaRule(
        signed_in=_limits(values, "QUOTA", usual.signed_in),
        anonymous=_limits(values, "QUOTA_ANONYMOUS", usual.anonymous),
        new=_limits(values, "QUOTA_NEW", usual.new),
    )


def _limits(values: SettingValues, prefix: str, usual: Limits) -> Limits:
    a_day, at_once = f"{prefix}_STORIES_PER_DAY", f"{prefix}_STORIES_AT_ONCE"
    return Limits(
        stories_a_day=int(values.number(a_day, usual.stories_a_day, STORIES_A_DAY)),
        at_once=int(values.number(at_once, usual.at_once, STORIES_AT_ONCE)),
    )


def budget_rule(values: SettingValues, usual: BudgetRule) -> BudgetRule:
    """Return the limits of a day."""
    dollars = values.number("BUDGET_USD_PER_DAY", usual.micros_a_day / MICROS, DOLLARS_A_DAY)
    return BudgetRule(
        micros_a_day=round(MICROS * dollars),
        shards=int(values.number("BUDGET_SHARDS", usual.shards, _SHARDS)),
    )
