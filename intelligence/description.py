"""The description of the API: OpenAPI 3.1, with the contract where its references are found."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import OpenApiResponse
from drf_spectacular.views import SpectacularAPIView

from intelligence import exchange, sent

#: Submissions in one array.
AT_MOST = 500


# The framework registers it by subclassing, untyped.
class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the bearer of a token is told."""

    target_class = "partners.tokens.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """A header, `Authorization: Token ...`."""
        return {"type": "apiKey", "in": "header", "name": "Authorization"}


def describe(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put the contract into what the framework found out by itself (a hook of its settings)."""
    definitions = {_named(name): part for name, part in _definitions()}
    result.setdefault("components", {}).setdefault("schemas", {}).update(definitions)
    for path in result["paths"].values():
        for operation in path.values():
            _refuse(operation["responses"])
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
    return result


#: How any request may be refused, whatever it asks, beside what an operation says of itself.
_REFUSALS = {
    "401": ("No token, or one that is not good.", "WWW-Authenticate", "string"),
    "403": ("The token, or its role, may not do this.", "", ""),
    "406": ("The answer was asked for in another form than JSON.", "", ""),
    "429": ("Asked too often: wait, then send the same again.", "Retry-After", "integer"),
    "503": ("The service cannot answer now. Nothing was stored.", "Retry-After", "integer"),
}


def _refuse(responses: dict[str, Any]) -> None:
    for code, (words, header, kind) in _REFUSALS.items():
        said: dict[str, Any] = {
            "description": words,
            "content": {"application/json": {"schema": ERRORS}},
        }
        if header:
            said["headers"] = {header: {"required": True, "schema": {"type": kind}}}
        responses[code] = said


def refused(**words: str) -> dict[int, OpenApiResponse]:
    """What an operation refuses by itself: `_400="..."` says when it answers 400."""
    return {
        int(code.strip("_")): OpenApiResponse(response=ERRORS, description=said)
        for code, said in words.items()
    }


def _named(name: str) -> str:
    return name.title().replace("_", "")


def _definitions() -> Iterator[tuple[str, Any]]:
    whole = _moved({name: part for name, part in exchange.SCHEMA.items() if name[0] != "$"})
    yield "submission", whole
    for name, part in exchange.SCHEMA["$defs"].items():
        yield name, _moved(part)
    yield "receipt", _RECEIPT
    yield "error", _object(pointer=_TEXT, code=_TEXT, message=_TEXT)
    rows = {"type": "array", "items": {"$ref": "#/components/schemas/Error"}, "minItems": 1}
    yield "errors", _object(errors=rows)
    taken = _object(status={"enum": [200, 201]}, receipt=RECEIPT)
    not_taken = _object(status={"enum": [400, 409]}, errors=rows)
    yield "result", {"oneOf": [taken, not_taken]}


def _object(**properties: Any) -> dict[str, Any]:
    """An object of exactly these; `advice` may be missing."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name != "advice"],
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}
SUBMISSION, RECEIPT, RESULT, ERRORS = (
    {"$ref": f"#/components/schemas/{name}"}
    for name in ("Submission", "Receipt", "Result", "Errors")
)
_RECEIPT = _object(
    id={"type": "string", "format": "uuid"},
    reference=_TEXT,
    status={
        "enum": list(sent.STAGES),
        "description": "“received” for the first 24 hours, whatever happens meanwhile.",
    },
    received_at={"type": "string", "format": "date-time"},
    advice=_TEXT | {"description": "What to do now, where a child may be at risk."},
)
#: What the body of a sending may be. An item that does not fit is refused by itself.
SENT = {
    "oneOf": [
        SUBMISSION,
        {
            "type": "array",
            "maxItems": AT_MOST,
            "items": {
                "anyOf": [
                    SUBMISSION,
                    {"description": "What does not fit is answered 400 at its place."},
                ]
            },
        },
    ]
}


def _moved(part: Any) -> Any:
    """`part` of the contract, with `#/$defs/x` as `#/components/schemas/X`."""
    if isinstance(part, list):
        return [_moved(row) for row in part]
    if not isinstance(part, dict):
        return part
    moved = {name: _moved(value) for name, value in part.items()}
    if isinstance(part.get("$ref"), str):
        name, *below = part["$ref"].removeprefix("#/$defs/").split("/")
        moved["$ref"] = "/".join(["#/components/schemas", _named(name), *below])
    return moved


@method_decorator(login_not_required, name="dispatch")
class Description(SpectacularAPIView):
    """OpenAPI 3.1 of this API, for anybody: it tells the format and nothing that was sent."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = [OpenApiJsonRenderer]  # noqa: RUF012 - the base declares it so
