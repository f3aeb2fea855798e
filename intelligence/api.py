"""The API's doors for submissions."""

import uuid
from collections.abc import Sequence
from typing import IO, Any, ClassVar

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from intelligence import exchange, intake, sent
from intelligence.models import Submission
from partners import audit
from partners.models import User
from partners.policy import Action
from partners.web import Api, visible_or_404

#: Submissions in one array.
AT_MOST = 500


class BadRequestError(exceptions.APIException):
    """What came is not JSON of the contract; `errors` says everything that is wrong."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, errors: list[exchange.Error]) -> None:
        self.errors = errors
        super().__init__(code="invalid")


class SubmissionParser(BaseParser):
    """Strict JSON: what is ambiguous is refused before the contract is asked."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        """The parsed body. Raises BadRequestError with every error."""
        try:
            return exchange.parse(stream.read())
        except exchange.UnreadableError as unreadable:
            raise BadRequestError(unreadable.errors) from None


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Errors for programs: a code, a sentence, and where there are several, a pointer each."""
    if isinstance(error, BadRequestError):
        return Response({"errors": _listed(error.errors)}, status=error.status_code)
    response = exception_handler(error, context)
    if response is not None:
        code = error.get_codes() if isinstance(error, exceptions.APIException) else "not_found"
        detail = response.data.get("detail", "") if isinstance(response.data, dict) else ""
        response.data = {"errors": [{"pointer": "", "code": code, "message": str(detail)}]}
    return response


def _listed(errors: list[exchange.Error]) -> list[dict[str, str]]:
    return [{"pointer": e.pointer, "code": e.code, "message": e.message} for e in errors]


_ONE = {"$ref": "#/components/schemas/Submission"}
_RECEIPT = {"$ref": "#/components/schemas/Receipt"}
_ERRORS = {"$ref": "#/components/schemas/Errors"}


class Submissions(Api):
    """What a partner's own system sends, and what became of it."""

    parser_classes = (SubmissionParser,)
    policy_actions: ClassVar = {
        "create": Action.SUBMIT,
        "list": Action.VIEW_SUBMISSIONS,
        "retrieve": Action.VIEW_SUBMISSIONS,
    }

    @extend_schema(
        request={"application/json": {"oneOf": [_ONE, {"type": "array", "items": _ONE}]}},
        responses={
            200: {"oneOf": [_RECEIPT, {"type": "array", "items": {"type": "object"}}]},
            201: _RECEIPT,
            400: _ERRORS,
            401: _ERRORS,
            403: _ERRORS,
            409: _ERRORS,
            415: _ERRORS,
        },
    )
    def create(self, request: Request) -> Response:
        """Send one submission, or an array of up to 500 that are taken independently."""
        if isinstance(request.data, list):
            return self._create_many(request.data)
        key = request.headers.get("Idempotency-Key", "")[:128]
        answer, code = _take(self.user, request.data, key)
        return Response(answer, status=code)

    def _create_many(self, payloads: list[object]) -> Response:
        if len(payloads) > AT_MOST:
            message = f"Send at most {AT_MOST} submissions at once."
            raise BadRequestError([exchange.Error("", "too_many", message)])
        results = []
        for payload in payloads:
            answer, code = _take(self.user, payload, "")
            result = {"receipt": answer} if code < 400 else answer
            results.append({"status": code, **result})
        return Response(results)

    @extend_schema(responses={200: {"type": "array", "items": _RECEIPT}, 401: _ERRORS})
    def list(self, request: Request) -> Response:
        """The newest 100 submissions that this agency's token has sent."""
        rows = sent.page(to=self.user, at_most=100).rows
        audit.record(
            by=self.user,
            operation="consultation",
            verb="list submissions",
            object_type="submission",
            object_ids=[row.pk for row in rows],
        )
        return Response(_shown(rows, self.user))

    @extend_schema(responses={200: _RECEIPT, 401: _ERRORS, 404: _ERRORS})
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        """What became of one submission."""
        row = visible_or_404(Submission.objects.all(), self.user, pk=pk)
        audit.record(
            by=self.user,
            operation="consultation",
            verb="view submission",
            object_type="submission",
            object_ids=[row.pk],
        )
        return Response(_shown([row], self.user)[0])


def _take(by: User, payload: object, key: str) -> tuple[dict[str, Any], int]:
    try:
        with transaction.atomic():
            receipt = intake.submit(payload, by=by, channel="api", idempotency_key=key)
    except intake.RefusedError as refused:
        return {"errors": _listed(refused.errors)}, status.HTTP_400_BAD_REQUEST
    except intake.ConflictError:
        message = "This reference was used before for other content."
        conflict = exchange.Error("/reference", "conflict", message)
        return {"errors": _listed([conflict])}, status.HTTP_409_CONFLICT
    code = status.HTTP_201_CREATED if receipt.created else status.HTTP_200_OK
    return receipt.as_json, code


def _shown(rows: Sequence[Submission], to: User) -> list[dict[str, str]]:
    """Each with its status, as the pages of whoever sent it say."""
    stages = sent.stages(rows, to)
    return [
        {
            "id": str(row.pk),
            "reference": row.reference,
            "status": stages[row.pk],
            "received_at": row.received_at.isoformat(),
        }
        for row in rows
    ]
