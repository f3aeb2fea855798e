"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from cse_profile import checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_profile.settings")
os.environ.setdefault("CSE_PROFILE_LOGIN", "web")

application = get_wsgi_application()
checks.refuse_to_serve()
