"""Whether this process can serve."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse


@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    """200: the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, else 503. The broker may be away: reports are still safe."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database away", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
