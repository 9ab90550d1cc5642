"""What the reviewed plan says of the money and the doors: no service is asked."""

from conteur.settings import AppCheckMode, Environment
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, left_out, passed

BUDGET, APP_CHECK = "BUDGET_USD_PER_DAY", "APP_CHECK"
_STRICT = {AppCheckMode.ENFORCED.value, AppCheckMode.CONSUMED.value}


def look_budget(desk: Desk) -> Finding:
    """Return whether all stories of a day have a bound in money. Raises OperationError."""
    values = desk.settings(BUDGET)
    if all(is_bound(value) for value in values):
        return passed(f"{' or '.join(sorted(values))} US dollars a day for the model")
    return failed(
        f"{BUDGET} is {' or '.join(sorted(values)) or 'not set'}: the model's bill has no bound",
        f"Set it above 0 in functions/.env.{desk.site.name} (docs/limits.md says how to choose), "
        "and run scripts/plan --update.",
    )


def look_app_check(desk: Desk) -> Finding:
    """Return whether only apps that attest themselves may call. Raises OperationError."""
    if desk.site.name != Environment.PRODUCTION:
        return left_out(f"{desk.site.name} does not ask for it")
    values = desk.settings(APP_CHECK)
    if values <= _STRICT:
        return passed(" and ".join(sorted(values)))
    return failed(
        f"{APP_CHECK} is {' or '.join(sorted(values)) or 'not set'}: any program may call",
        f"Set {APP_CHECK}=enforced in functions/.env.{desk.site.name}, and run scripts/plan "
        "--update.",
    )


def is_bound(text: str) -> bool:
    """Tell whether a setting is an amount that ends."""
    try:
        return 0 < float(text) < float("inf")
    except ValueError:
        return False
