"""The routes of the store; openapi.json tells callers about them."""

from conteur.entrypoints.http.routes import Route, Routes, Who

PUBLISH, UNPUBLISH, STATUS = "publish", "unpublish", "status"
PUBLIC_STORE, ONBOARDING = "public_store", "onboarding"
COMPLETE, SNOOZE, VERIFY = "complete_step", "snooze_step", "verify_step"
CONTRACT, HEALTH = "openapi", "health"

STEP, SLUG = "step", "slug"

# As the database has them: what looks otherwise is no step's and no store's path.
_STEP = {STEP: "[a-z][a-z0-9_]{0,63}"}
_SLUG = {SLUG: "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"}

ROUTES = (
    Route("POST", "/api/store/publish", PUBLISH, Who.AUTHOR),
    Route("POST", "/api/store/unpublish", UNPUBLISH, Who.AUTHOR),
    Route("GET", "/api/store/status", STATUS, Who.AUTHOR),
    Route("GET", "/api/stores/{slug}", PUBLIC_STORE, Who.ANYBODY, parameters=_SLUG),
    Route("GET", "/api/onboarding", ONBOARDING, Who.AUTHOR),
    Route("POST", "/api/onboarding/{step}/complete", COMPLETE, Who.AUTHOR, parameters=_STEP),
    Route("POST", "/api/onboarding/{step}/snooze", SNOOZE, Who.AUTHOR, parameters=_STEP),
    Route("POST", "/api/onboarding/{step}/verification", VERIFY, Who.PROVIDER, parameters=_STEP),
    Route("GET", "/api/openapi.json", CONTRACT, Who.ANYBODY, switched=False),
    Route("GET", "/api/health", HEALTH, Who.ANYBODY, switched=False),
)


def store_routes() -> Routes:
    """Return all routes."""
    return Routes(ROUTES)
