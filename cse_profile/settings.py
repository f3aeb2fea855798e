"""All settings, one file; whatever differs between installations comes from the environment."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from cse_profile import roles

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("CSE_PROFILE_VAR") or BASE_DIR / "var").resolve()

#: The demonstration runs on invented data, over plain HTTP, on this machine only.
DEMO = os.environ.get("CSE_PROFILE_DEMO") == "1"
SECRET_KEY = os.environ.get("CSE_PROFILE_SECRET_KEY") or "only-for-development-and-tests"
DEBUG = False
ALLOWED_HOSTS = os.environ.get("CSE_PROFILE_HOSTS", "127.0.0.1,localhost,testserver").split(",")


def database(url: str) -> dict[str, object]:
    """A `postgresql://login:password@host:port/name?host=/socket/folder` as Django wants it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        port, parts = None, urlsplit("")
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "A database address looks like postgresql://login:password@host:5432/name."
        )
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or (unquote(parts.hostname) if parts.hostname else "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": query,
    }


#: Which of the three database logins this process uses: owner, web or worker.
LOGIN = os.environ.get("CSE_PROFILE_LOGIN", "owner")
DATABASES = {
    "default": database(roles.address(LOGIN) or "postgresql:///cse_profile"),
}
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # the templates of its widgets, for our form renderer
    "rest_framework",
    "drf_spectacular",
    "guardian",
    "csp",
    "partners",
    "intelligence",
    "victims",
    "offenders",
    "problem_profile",
    "cse_profile",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "partners.tokens.TokenMiddleware",
    "partners.welsh.WelshMiddleware",
    "partners.web.NoStoreMiddleware",
    "partners.web.ContextMiddleware",
    "partners.returning.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "cse_profile.urls"
WSGI_APPLICATION = "cse_profile.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "partners.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "partners.forms.Renderer"

AUTH_USER_MODEL = "partners.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # has_perm() is not how we ask: partners.policy is
ANONYMOUS_USER_NAME = None  # guardian: an anonymous visitor is never a row
GUARDIAN_MONKEY_PATCH_USER = False

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist"]
WHITENOISE_USE_FINDERS = DEBUG

SESSION_ENGINE = "partners.sessions"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
#: Off for the demonstration only, which is plain HTTP on the loopback address.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SECURE_SSL_REDIRECT = os.environ.get("CSE_PROFILE_TLS") == "1"
#: Only where a proxy ends TLS and overwrites this header: anybody can send it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SSL_REDIRECT else None
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
#: Not "no-referrer": browsers then send forms with "Origin: null", which the check of their origin
#: refuses, and nobody could sign in. Another site learns nothing of where somebody came from.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
#: What partners upload is never written to a disk. A larger request has no file.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

#: Off unless both are set. What goes out says that there is a message, and nothing of it.
EMAIL_HOST = os.environ.get("CSE_PROFILE_MAIL_HOST", "")
DEFAULT_FROM_EMAIL = os.environ.get("CSE_PROFILE_MAIL_FROM", "")
MAIL_IS_ON = bool(EMAIL_HOST and DEFAULT_FROM_EMAIL)
EMAIL_PORT = int(os.environ.get("CSE_PROFILE_MAIL_PORT") or 25)
EMAIL_USE_TLS = os.environ.get("CSE_PROFILE_MAIL_TLS") == "1"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["partners.tokens.ApiTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["partners.tokens.DenyAll"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],  # each viewset says what it reads
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "intelligence.api.answer_error",
    "URL_FORMAT_OVERRIDE": None,  # `?format=` would answer 404
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
#: Requests to the API a minute, by one token and by all tokens of one agency: `partners.pace`.
API_A_MINUTE = {
    "token": int(os.environ.get("CSE_PROFILE_TOKEN_A_MINUTE") or 6000),
    "agency": int(os.environ.get("CSE_PROFILE_AGENCY_A_MINUTE") or 12000),
}
#: Messages that people without an account may send an hour from one network address.
STRANGER_AN_HOUR = int(os.environ.get("CSE_PROFILE_STRANGER_AN_HOUR") or 10)
#: The header in which a proxy names the visitor's network address, like X-Real-IP: only where the
#: proxy overwrites it. Without it all who come through a proxy have one pace.
ADDRESS_HEADER = os.environ.get("CSE_PROFILE_ADDRESS_HEADER", "")
#: Hours after the return in which a return home interview is to be held: 72 by the statutory
#: guidance on children who go missing (Department for Education, January 2014).
RETURN_INTERVIEW_HOURS = int(os.environ.get("CSE_PROFILE_RETURN_INTERVIEW_HOURS") or 72)
SPECTACULAR_SETTINGS = {
    "TITLE": "Partnership Intelligence",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["intelligence.description.describe"],
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TIMEZONE = TIME_ZONE

#: Mentions that reach this many failures are set aside for a person.
PARK_AFTER = 5

# Errors are told without their messages, which may quote what was sent.
LOGGING_CONFIG = "cse_profile.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handler would mail whole requests.
    "loggers": {"django": {"handlers": [], "level": "INFO"}},
}
