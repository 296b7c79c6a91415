"""One page per service: its routes, what they take, what they answer, and how they refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from docs.generators.markdown import page, table
from docs.generators.services import Document, documents
from docs.generators.shapes import phrase, shape_tables

METHODS: Final = ("get", "post", "put", "patch", "delete")
ABOUT: Final = """\
All addresses lie behind one edge: on this machine `http://127.0.0.1:8180` for dev, `:8080` for
prod. Times are ISO 8601 in UTC, sizes in bytes, money in credits. A refusal is a problem document
(RFC 9457); [its codes](problems.md) are stable. An access token goes into the header
`Authorization: Bearer`; an API key goes there too, or into `X-API-Key`."""
NEEDS: Final = {"AccessToken": "an access token", "ApiKey": "an API key"}
SUBJECTS: Final = {
    "user": "accounts, sign-in, sessions, API keys",
    "payment": "plans, checkout, subscriptions, credits",
    "generation": "quotes, jobs, their progress",
    "gallery": "images, albums, tags, shares, uploads, exports",
    "model": "checkpoints and their installation",
}


def pages() -> dict[str, str]:
    """The pages of the services, and their list."""
    written = {f"api/{name}.md": _service(name, found) for name, found in documents().items()}
    return {"api/index.md": _index(), **written}


def _index() -> str:
    rows = [(f"[{name}]({name}.md)", SUBJECTS[name]) for name in documents()]
    return page("API", ABOUT, table(("service", "about"), rows), "[All problem codes](problems.md)")


def _service(name: str, document: Document) -> str:
    schemas = document["components"]["schemas"]
    routes = [
        (method, path, operations[method])
        for path, operations in document["paths"].items()
        for method in METHODS
        if method in operations
    ]
    return page(
        f"API of the {name} service",
        f"About {SUBJECTS[name]}.",
        table(("route", "what it does"), map(_line, routes)),
        *(block for each in routes for block in _route(*each, schemas)),
        "## Shapes",
        *shape_tables(schemas),
        "[All services](index.md)",
    )


def _line(route: tuple[str, str, Mapping[str, Any]]) -> tuple[str, str]:
    method, path, operation = route
    words = str(operation.get("description") or operation.get("summary", "")).strip()
    return f"`{method.upper()} {path}`", words.partition("\n\n")[0].replace("\n", " ")


def _route(
    method: str, path: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]
) -> Iterator[str]:
    yield f"## `{method.upper()} {path}`"
    yield str(operation.get("description") or operation.get("summary", "")).strip()
    yield _needs(operation)
    parameters = [_parameter(each, schemas) for each in operation.get("parameters", ())]
    if parameters:
        yield table(("parameter", "in", "is", "meaning"), parameters)
    for media, body in operation.get("requestBody", {}).get("content", {}).items():
        yield f"Takes `{media}`: {phrase(body.get('schema', {}), schemas)}."
    yield table(
        ("answer", "gives"),
        (
            (status, _answer(found, schemas))
            for status, found in sorted(operation["responses"].items())
        ),
    )


def _needs(operation: Mapping[str, Any]) -> str:
    schemes = [name for each in operation.get("security", ()) for name in each]
    return (
        f"Needs {' or '.join(NEEDS[name] for name in schemes)}." if schemes else "Needs no sign-in."
    )


def _parameter(found: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[str, str, str, str]:
    schema = found.get("schema", {})
    words = phrase(schema, schemas)
    if not found.get("required"):
        default = schema.get("default")
        words += "; may be left out" if default is None else f"; default `{default}`"
    meaning = str(found.get("description") or schema.get("description", ""))
    return f"`{found['name']}`", str(found["in"]), words, meaning


def _answer(found: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    told = []
    for media, content in found.get("content", {}).items():
        if media == "application/problem+json":
            codes = content.get("examples", {})
            told.append(", ".join(f"[`{code}`](problems.md)" for code in codes))
        else:
            told.append(f"`{media}`: {phrase(content.get('schema', {}), schemas)}")
    return "; ".join(filter(None, told)) or str(found.get("description", ""))
