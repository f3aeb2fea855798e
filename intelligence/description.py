"""The description of the API: OpenAPI 3.1, with the contract where its references are found."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView

from intelligence import exchange


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
    return result


def _named(name: str) -> str:
    return name.title().replace("_", "")


def _definitions() -> Iterator[tuple[str, Any]]:
    whole = _moved({name: part for name, part in exchange.SCHEMA.items() if name[0] != "$"})
    yield "submission", whole
    for name, part in exchange.SCHEMA["$defs"].items():
        yield name, _moved(part)
    text = {"type": "string"}
    receipt = dict.fromkeys(("id", "reference", "status", "received_at", "advice"), text)
    yield "receipt", {"type": "object", "properties": receipt}
    error = dict.fromkeys(("pointer", "code", "message"), text)
    rows = {"type": "array", "items": {"type": "object", "properties": error}}
    yield "errors", {"type": "object", "properties": {"errors": rows}, "required": ["errors"]}


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
