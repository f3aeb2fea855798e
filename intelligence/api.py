"""The API's doors for submissions."""

import re
import uuid
from collections.abc import Sequence
from typing import IO, Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from intelligence import description, exchange, intake, sent
from intelligence.models import Submission
from partners import audit
from partners.models import User
from partners.policy import Action
from partners.web import Api, visible_or_404


class BadRequestError(exceptions.APIException):
    """What came is not JSON of the contract; `errors` says everything that is wrong."""

    status_code: int = status.HTTP_400_BAD_REQUEST

    def __init__(self, errors: list[exchange.Error]) -> None:
        self.errors = errors
        super().__init__(code="invalid")


class TooLargeError(BadRequestError):
    """More came than is read."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class SubmissionParser(BaseParser):
    """Strict JSON: what is ambiguous is refused before the contract is asked."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        """The parsed body. Raises BadRequestError with every error, TooLargeError."""
        raw = stream.read(exchange.MOST_BYTES + 1)  # however long it is, no more is held
        try:
            return exchange.parse(raw)
        except exchange.UnreadableError as unreadable:
            too_large = len(raw) > exchange.MOST_BYTES
            refusal = TooLargeError if too_large else BadRequestError
            raise refusal(unreadable.errors) from None


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


#: What a key may be made of: printable ASCII without spaces.
_KEY = re.compile(r"[\x21-\x7e]{0,128}")


def _key(request: Request) -> str:
    """The Idempotency-Key, or nothing. Raises BadRequestError."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        message = "An Idempotency-Key has at most 128 characters: letters, digits and signs."
        raise BadRequestError([exchange.Error("", "bad_key", message)])
    return key


def _listing(of: dict[str, str]) -> dict[str, Any]:
    return {"type": "array", "items": of}


class Submissions(Api):
    """What a partner's own system sends, and what became of it."""

    parser_classes = (SubmissionParser,)
    policy_actions: ClassVar = {
        "create": Action.SUBMIT,
        "list": Action.VIEW_SUBMISSIONS,
        "retrieve": Action.VIEW_SUBMISSIONS,
    }

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                {"type": "string", "pattern": r"^[\x21-\x7e]{0,128}$"},
                OpenApiParameter.HEADER,
                description="Stands for one content of one submission; not read with an array.",
            )
        ],
        request={"application/json": description.SENT},
        responses={
            200: OpenApiResponse(
                {"oneOf": [description.RECEIPT, _listing(description.RESULT)]},
                description="Held already, the first receipt; or an array, item by item.",
            ),
            201: OpenApiResponse(description.RECEIPT, description="Stored. It will be read."),
            **description.refused(
                _400="Not JSON of the contract: every error, with its JSON pointer.",
                _409="This reference, or key, was used before for other content, or taken back.",
                _413="More than 5 MiB.",
                _415="The body is not said to be JSON.",
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Send one submission, or an array of up to 500 that are taken independently."""
        key = _key(request)
        if isinstance(request.data, list):
            return self._create_many(request.data)
        (one,) = intake.submit_many([request.data], by=self.user, channel="api", keys=[key])
        answer, code = _answered(one)
        return Response(answer, status=code)

    def _create_many(self, payloads: list[object]) -> Response:
        if len(payloads) > description.AT_MOST:
            message = f"Send at most {description.AT_MOST} submissions at once."
            raise BadRequestError([exchange.Error("", "too_many", message)])
        results = []
        for one in intake.submit_many(payloads, by=self.user, channel="api"):
            answer, code = _answered(one)
            result = {"receipt": answer} if code < 400 else answer
            results.append({"status": code, **result})
        return Response(results)

    @extend_schema(responses={200: description.RECEIPT})  # of an array: it is called “list”
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

    @extend_schema(
        responses={
            200: description.RECEIPT,
            **description.refused(_404="There is none, or it is not yours."),
        }
    )
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


def _answered(answer: intake.Answer) -> tuple[dict[str, Any], int]:
    """The body and the status that say what became of one submission."""
    if isinstance(answer, intake.RefusedError):
        return {"errors": _listed(answer.errors)}, status.HTTP_400_BAD_REQUEST
    if isinstance(answer, intake.ConflictError):
        conflict = exchange.Error("/reference", answer.code, answer.sentence)
        return {"errors": _listed([conflict])}, status.HTTP_409_CONFLICT
    code = status.HTTP_201_CREATED if answer.created else status.HTTP_200_OK
    return answer.as_json, code


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
