"""docs/api/http.md, made of the contract that is served at /api/openapi.json."""

from collections.abc import Iterable, Iterator
from typing import Any

from scripts.ops.documents.tables import Json, example, form, members, table, told

NAME = "docs/api/http.md"
SOURCE = "functions/conteur/entrypoints/openapi.json"
_METHODS = ("get", "post", "put", "patch", "delete")
_CALLERS = {"bearer": "an author", "signature": "a provider"}
_COMMON = {
    *("Cache-Control", "X-Correlation-Id", "X-Content-Type-Options"),
    *("Access-Control-Allow-Origin", "Access-Control-Expose-Headers"),
}
_INTRODUCTION = """\
# HTTP

<!-- Made by `python -m scripts.ops.documents write` from the contract, do not edit. -->

Every route, from the contract that is served at `/api/openapi.json`. How to use them is told in
[publish a store](store-publish-endpoint.md), [retries](retry-strategies.md) and
[gated routes](gated-routes.md); what each reason means, in [errors](../errors.md)."""


class HttpPage:
    """The page of one contract, an OpenAPI document."""

    def __init__(self, contract: Json) -> None:
        self._contract = contract
        self._components: Json = contract["components"]

    def text(self) -> str:
        """Return the page."""
        parts = [
            _INTRODUCTION,
            self._contract["info"]["description"],
            self._overview(),
            *(part for route in self._routes() for part in self._section(*route)),
            *self._preflights(),
            *self._headers(),
            *self._schemas(),
        ]
        return "\n\n".join(parts) + "\n"

    def _routes(self) -> Iterator[tuple[str, str, Json]]:
        for path, item in self._contract["paths"].items():
            yield from ((method, path, item[method]) for method in _METHODS if method in item)

    def _overview(self) -> str:
        rows = (
            (f"[`{method.upper()} {path}`](#{_anchor(method, path)})", it["summary"], _who(it))
            for method, path, it in self._routes()
        )
        return table(("route", "what", "who"), rows)

    def _section(self, method: str, path: str, operation: Json) -> Iterator[str]:
        yield f"## {method.upper()} {path}"
        yield f"{operation['summary']} {told(operation)}".rstrip()
        yield f"Who: {self._who_exactly(operation)}."
        if parameters := [self._found(each) for each in operation.get("parameters", [])]:
            yield self._parameters(parameters)
        if "requestBody" in operation:
            yield from self._body(operation["requestBody"])
        responses = {status: self._found(it) for status, it in operation["responses"].items()}
        yield self._answers(responses)
        for media in responses.get("200", {}).get("content", {}).values():
            if "example" in media:
                yield example(media["example"])

    def _who_exactly(self, operation: Json) -> str:
        schemes = [name for each in operation["security"] for name in each]
        return ", ".join([_who(operation), *map(self._scheme, schemes)])

    def _scheme(self, name: str) -> str:
        scheme = self._components["securitySchemes"][name]
        header = scheme.get("name", f"Authorization: {name.capitalize()}")
        return f"by `{header}`: {told(scheme)}".rstrip(".")

    def _parameters(self, parameters: Iterable[Json]) -> str:
        rows = (
            (
                f"`{each['name']}`",
                each["in"],
                "yes" if each["required"] else "no",
                form(each["schema"]),
                told(each),
                f"`{each['example']}`",
            )
            for each in parameters
        )
        return table(("parameter", "in", "required", "form", "what", "example"), rows)

    def _body(self, body: Json) -> Iterator[str]:
        required = "required" if body["required"] else "optional"
        for media, it in body["content"].items():
            yield f"Body, {required}, `{media}`: {form(it['schema'])}."
            yield example(it["example"])

    def _answers(self, responses: Json) -> str:
        rows = (
            (status, told(it), self._content(it), self._reasons_of(it), _beyond_common(it))
            for status, it in responses.items()
        )
        return table(("status", "means", "body", "reasons", "headers"), rows)

    def _content(self, response: Json) -> str:
        bodies = [_body_of(it["schema"]) for it in response.get("content", {}).values()]
        return ", ".join(bodies) or "none"

    def _reasons_of(self, response: Json) -> str:
        schemas = (it["schema"] for it in response.get("content", {}).values())
        found = sorted({reason for schema in schemas for reason in _reasons(schema)})
        return ", ".join(f"[`{reason}`](../errors.md#{reason.lower()})" for reason in found)

    def _preflights(self) -> Iterator[str]:
        yield "## Preflights"
        paths = [path for path, item in self._contract["paths"].items() if "options" in item]
        shown = ", ".join(f"`{path}`" for path in paths)
        yield f"`OPTIONS` answers browsers, with no token, by 204 and these headers, at {shown}:"
        preflight = self._components["responses"]["Preflight"]
        rows = (
            (f"`{name}`", form(self._found(header)["schema"]), told(self._found(header)))
            for name, header in preflight["headers"].items()
        )
        yield table(("header", "form", "what"), rows)

    def _headers(self) -> Iterator[str]:
        yield "## Headers of answers"
        yield f"{', '.join(f'`{name}`' for name in sorted(_COMMON))} are on every answer of `/api`."
        found: dict[str, list[Json]] = {}
        for _, _, operation in self._routes():
            for response in map(self._found, operation["responses"].values()):
                for name, header in response.get("headers", {}).items():
                    described = self._found(header)
                    if described not in found.setdefault(name, []):
                        found[name].append(described)
        rows = (
            (f"`{name}`", form(each["schema"]), told(each))
            for name, all_of_it in sorted(found.items())
            for each in all_of_it
        )
        yield table(("header", "form", "what"), rows)

    def _schemas(self) -> Iterator[str]:
        yield "## Schemas"
        for name, schema in self._components["schemas"].items():
            yield f"### {name}"
            yield from filter(None, (told(schema), *_shape(schema)))

    def _found(self, part: Json) -> Json:
        """Follow a `$ref`."""
        while "$ref" in part:
            where: Any = self._contract
            for name in part["$ref"].removeprefix("#/").split("/"):
                where = where[name]
            part = where
        return part


def _shape(schema: Json) -> Iterator[str]:
    for alternative in (*schema.get("oneOf", ()), *schema.get("allOf", ())):
        if "$ref" in alternative:
            yield f"All of {form(alternative)}, and:"
        else:
            yield members(alternative)
    if schema.get("properties"):
        yield members(schema)


def _body_of(schema: Json) -> str:
    """Return the links of an answer's schemas, without what narrows them."""
    parts = [*schema.get("allOf", ()), *schema.get("oneOf", ())]
    named = [form(schema)] if "$ref" in schema else []
    return ", ".join(dict.fromkeys([*named, *(_body_of(each) for each in parts if _refers(each))]))


def _refers(schema: Json) -> bool:
    parts = (*schema.get("allOf", ()), *schema.get("oneOf", ()))
    return "$ref" in schema or any(map(_refers, parts))


def _reasons(schema: Json) -> Iterator[str]:
    for part in (*schema.get("allOf", ()), *schema.get("oneOf", ())):
        yield from _reasons(part)
    yield from schema.get("properties", {}).get("error", {}).get("enum", ())


def _beyond_common(response: Json) -> str:
    names = [name for name in response.get("headers", {}) if name not in _COMMON]
    return ", ".join(f"`{name}`" for name in names)


def _who(operation: Json) -> str:
    schemes = {name for each in operation["security"] for name in each}
    return _CALLERS[schemes.pop()] if schemes else "anybody"


def _anchor(method: str, path: str) -> str:
    kept = (c for c in f"{method} {path}".lower() if c.isalnum() or c in " -_")
    return "".join(kept).replace(" ", "-")


def page(contract: Json) -> str:
    """Return the page of a contract."""
    return HttpPage(contract).text()
