"""The contract as a file says what the code does, no more and no less."""

import json
from collections.abc import Iterable
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from werkzeug.test import TestResponse

from conteur import errors
from conteur.domain.store.publication import Blocked
from conteur.entrypoints.http import problem
from conteur.entrypoints.http.routes import Route, Who
from conteur.entrypoints.store_contract import contract
from conteur.entrypoints.store_rendering import steps_missing
from conteur.entrypoints.store_routes import ROUTES
from conteur.errors import ConteurError, StoreError
from tests.entrypoints.store_world import API_URL, DUE, GOOD, PRIVATE, World

DOCUMENT = contract(API_URL)
OF_ANOTHER_FUNCTION = "/health"

Kind = type[ConteurError]

# What each route may be answered with, beside 200.
EVERYWHERE: set[Kind] = {errors.MethodNotAllowedError, errors.BugError}
SWITCHED: set[Kind] = {
    *(errors.StoreDisabledError, errors.ShortMemoryError, errors.SecretUnavailableError),
    *(errors.DatabaseBusyError, errors.DatabaseUnavailableError, errors.StoreTimeoutError),
}
WITH_BODY: set[Kind] = {
    *(errors.BodyTooLargeError, errors.UnsupportedMediaTypeError),
    *(errors.MalformedRequestError, errors.InvalidFieldError),
}
BY_WHO: dict[Who, set[Kind]] = {
    Who.ANYBODY: set[Kind](),
    Who.PROVIDER: {errors.SignatureInvalidError, errors.UnknownAuthorError},
    Who.AUTHOR: {
        *(errors.NoTokenError, errors.TokenExpiredError, errors.TokenInvalidError),
        *(errors.RateLimitedError, errors.AuthUnavailableError),
        *(errors.UnknownAuthorError, errors.AuthorBlockedError),
    },
}
CHANGING: set[Kind] = {errors.IdempotencyInFlightError, errors.IdempotencyKeyReusedError}
STORE: set[Kind] = {errors.StoreNotFoundError}
STEP: set[Kind] = {errors.StepNotFoundError, errors.GatingUnavailableError}
BY_ROUTE: dict[str, set[Kind]] = {
    "publish": {
        *(errors.ConfirmationRequiredError, errors.VersionMismatchError),
        *(errors.StepsMissingError, errors.GatingUnavailableError, *CHANGING, *STORE),
    },
    "unpublish": {errors.VersionMismatchError, *CHANGING, *STORE},
    "status": {errors.GatingUnavailableError, *STORE},
    "public_store": STORE,
    "onboarding": {errors.GatingUnavailableError},
    "complete_step": {errors.ProviderOnlyError, *CHANGING, *STEP},
    "snooze_step": {errors.SnoozeLimitError, *CHANGING, *STEP},
    "verify_step": STEP,
    "openapi": set(),
    "health": set(),
}
OF_PATHS: set[Kind] = {errors.RouteNotFoundError}
NONE: set[Kind] = set()
# Nobody is answered with these: see their classes.
UNHEARD = {errors.MailError}


def refusals(route: Route) -> set[Kind]:
    """Return the errors that the route may answer."""
    return {
        *EVERYWHERE,
        *(SWITCHED if route.switched else NONE),
        *(WITH_BODY if route.method == "POST" else NONE),
        *BY_WHO[route.who],
        *BY_ROUTE[route.name],
        *(OF_PATHS if route.parameters else NONE),
    }


CASES = [(route, error) for route in ROUTES for error in sorted(refusals(route), key=str)]


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        where: Any = DOCUMENT
        for name in part["$ref"].removeprefix("#/").split("/"):
            where = where[name]
        part = where
    return part


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = DOCUMENT["paths"][route.path][route.method.lower()]
    return operation


def _response(route: Route, status: int) -> dict[str, Any]:
    return _resolved(_operation(route)["responses"][str(status)])


def _validate(value: object, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(value)


def _check(route: Route, answer: TestResponse) -> None:
    """Hold an answer against what the contract says of its route and status."""
    response = _response(route, answer.status_code)
    for name, header in response.get("headers", {}).items():
        described = _resolved(header)
        if name in answer.headers:
            _validate(answer.headers[name], described["schema"])
        else:
            assert not described["required"], name
    media = response["content"][answer.content_type]
    _validate(answer.get_json(force=True), media["schema"])


def _reasons(schema: dict[str, Any]) -> Iterable[str]:
    """Yield the reasons that a problem's schema names."""
    for part in (*schema.get("allOf", ()), *schema.get("oneOf", ())):
        yield from _reasons(part)
        yield from part.get("properties", {}).get("error", {}).get("enum", ())


def _instance(kind: type[ConteurError]) -> ConteurError:
    if issubclass(kind, errors.StepsMissingError):
        return steps_missing(Blocked(PRIVATE, DUE))
    if issubclass(kind, errors.InvalidFieldError):
        return errors.InvalidFieldError("days", "must be 1 to 30")
    if issubclass(kind, errors.MethodNotAllowedError):
        return errors.MethodNotAllowedError("X", ["POST", "OPTIONS"])
    return kind("for a reason")


def test_valid() -> None:
    """The file is OpenAPI 3.1, and says where it is served."""
    schemathesis.openapi.from_dict(dict(DOCUMENT)).validate()
    assert DOCUMENT["servers"] == [{"url": API_URL}]


def test_routes() -> None:
    """The file has each route by its path, method and name, and its preflight, and no other."""
    told = {
        (path, method, operation["operationId"])
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if path != OF_ANOTHER_FUNCTION
    }
    assert told == {
        *((route.path, route.method.lower(), route.name) for route in ROUTES),
        *((route.path, "options", f"preflight_{route.name}") for route in ROUTES),
    }


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_reasons(route: Route) -> None:
    """Each operation names exactly the reasons that its route has, under their statuses."""
    told = {
        (int(status), reason)
        for status, response in _operation(route)["responses"].items()
        if status != "200"
        for reason in _reasons(_resolved(response)["content"][problem.MEDIA_TYPE]["schema"])
    }
    assert told == {(problem.status_of(error), error.reason) for error in refusals(route)}


def test_catalogue() -> None:
    """Every error that only authors meet is some route's."""
    heard = {error for route in ROUTES for error in refusals(route)}
    assert {*errors.kinds(StoreError)} - UNHEARD <= heard


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_security(route: Route) -> None:
    """Each operation says who may call it, as its route does."""
    schemes: dict[Who, list[dict[str, list[str]]]] = {
        Who.AUTHOR: [{"bearer": []}],
        Who.PROVIDER: [{"signature": []}],
        Who.ANYBODY: [],
    }
    assert _operation(route)["security"] == schemes[route.who]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_success(world: World, route: Route) -> None:
    """What a route answers when all is well is what the file says: headers, members, forms."""
    answer = world.send(route.name)
    assert answer.status_code == 200
    _check(route, answer)


@pytest.mark.parametrize(
    ("route", "kind"), CASES, ids=[f"{route.name}-{kind.reason}" for route, kind in CASES]
)
def test_refusal(world: World, route: Route, kind: type[ConteurError]) -> None:
    """Each error is answered as the file says, by every route that has it."""
    world.error = _instance(kind)
    _check(route, world.send(route.name))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_examples(route: Route) -> None:
    """Each example is what its schema says."""
    operation = _operation(route)
    described = [*operation["responses"].values(), operation.get("requestBody", {})]
    media = [each for part in described for each in _resolved(part).get("content", {}).values()]
    for each in media:
        if "example" in each:
            _validate(each["example"], each["schema"])


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "POST"])
def test_request_example(world: World, route: Route) -> None:
    """A body that the file gives as an example is taken."""
    example = _operation(route)["requestBody"]["content"]["application/json"]["example"]
    method, _, _ = GOOD[route.name]
    assert (method, world.send(route.name, json.dumps(example).encode()).status_code) == (
        "POST",
        200,
    )


def test_parameters() -> None:
    """The forms of the paths' parameters are those of the routes, as ECMA words them."""
    for route in ROUTES:
        for name, form in route.parameters.items():
            told = _resolved(DOCUMENT["components"]["parameters"][name.capitalize()])
            assert told["schema"]["pattern"].replace("(", "(?:") == f"^{form}$"
