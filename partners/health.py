"""Whether this process can serve."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

_AWAY = "The service cannot answer now. Nothing was stored. Please try again in a moment."


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """200: the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, else 503. The broker may be away: reports are still safe."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database away", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """503, in the form that was asked for. The message of `error` may quote data: not logged."""
    match = request.resolver_match
    place = match.view_name if match else "before any page"
    logger.error("%s %s: %s", request.method, place, type(error).__name__)
    answer: HttpResponse
    if request.path.startswith("/api/"):
        errors = [{"pointer": "", "code": "unavailable", "message": _AWAY}]
        answer = JsonResponse({"errors": errors}, status=503)
    else:
        answer = HttpResponse(_AWAY, status=503, content_type="text/plain")
    answer.headers["Retry-After"] = "5"
    return answer
