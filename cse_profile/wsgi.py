"""What gunicorn serves."""

import os

import django
from django.core.wsgi import get_wsgi_application

from cse_profile import checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_profile.settings")
os.environ.setdefault("CSE_PROFILE_LOGIN", "web")

django.setup()
checks.refuse_to_serve()
application = get_wsgi_application()
