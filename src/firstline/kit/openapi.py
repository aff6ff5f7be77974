"""The description of the API, with the refusals as they really come: RFC 9457 problems."""

from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin

from firstline.kit.problems import MEDIA_TYPE, TITLES, Http

REFUSED = sorted({*TITLES, 409})
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do, in one sentence"},
        "field": {"type": "string", "description": "The field that was refused"},
        "state": {"type": "string", "description": "The request's present state"},
    },
}


def with_refusals(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that Litestar made, with the refusals of every operation."""
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    response = {"description": "Refused; detail says what to do", "content": content}
    parts["responses"] = {"Problem": response}
    for path in schema["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                reference = {"$ref": "#/components/responses/Problem"}
                operation["responses"] |= {str(status): reference for status in REFUSED}
    return schema


class JsonSchema(JsonRenderPlugin):
    def render(self, request: Http, openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, with_refusals(openapi_schema))  # pyright: ignore[reportUnknownMemberType]


class YamlSchema(YamlRenderPlugin):
    def render(self, request: Http, openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, with_refusals(openapi_schema))  # pyright: ignore[reportUnknownMemberType]


def creates(what: Any) -> dict[int, ResponseSpec]:
    """Answers of a keyed call that makes `what`: 201, or 200 when its key was seen before."""
    return {
        201: ResponseSpec(what, generate_examples=False, description="Done"),
        200: ResponseSpec(what, generate_examples=False, description="Done before, by this key"),
    }


def shows(what: Any) -> dict[int, ResponseSpec]:
    """Answers of a call that changes a thing and shows it."""
    return {200: ResponseSpec(what, generate_examples=False, description="As it stands now")}
