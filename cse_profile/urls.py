"""Every door, in one list."""

from django.urls import include, path

from intelligence.api import Submissions
from partners import health

api = [
    path("submissions/", Submissions.as_view({"get": "list", "post": "create"}), name="api-submissions"),
    path("submissions/<uuid:pk>/", Submissions.as_view({"get": "retrieve"}), name="api-submission"),
]

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", include(api)),
]

handler404 = "partners.web.not_found"
