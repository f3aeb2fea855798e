"""What gunicorn serves."""

import os

import django
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from cse_profile import checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_profile.settings")
os.environ.setdefault("CSE_PROFILE_LOGIN", "web")

django.setup()
checks.refuse_to_serve()
application = get_wsgi_application()
# Every address and its view is imported now, not while the first visitor waits.
get_resolver().url_patterns  # noqa: B018
