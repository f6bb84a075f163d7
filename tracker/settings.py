"""Every setting, its default and its environment variable; nothing else reads the environment.

`docs/install.md` has the table of them, and a test holds it to this file.
"""

import tomllib
from pathlib import Path
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.csp import CSP

from tracker import request_ids
from tracker.environment import (
    database,
    env,
    env_bool,
    env_fernet_keys,
    env_int,
    env_limit,
    env_list,
    env_networks,
    env_ports,
    env_url,
)

ROOT = Path(__file__).resolve().parent.parent

# --- which kind of installation -------------------------------------------------------------------------------------
# Production unless told otherwise: who forgets the variable gets the strict settings. `./run` says "local".

TRACKER_ENV = env("TRACKER_ENV", "production")
if TRACKER_ENV not in {"production", "local", "test"}:
    raise ImproperlyConfigured(f"TRACKER_ENV must be production, local or test, not {TRACKER_ENV!r}.")
PRODUCTION = TRACKER_ENV == "production"

# No debug pages anywhere: they show settings and source, and the API promises problem+json for every error.
DEBUG = False

SECRET_KEY = env("SECRET_KEY")
if PRODUCTION and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or "example" in SECRET_KEY.lower()):
    raise ImproperlyConfigured(
        "SECRET_KEY (or SECRET_KEY_FILE) must hold at least 50 random characters, and not the example's. "
        "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
SECRET_KEY = SECRET_KEY or get_random_secret_key()
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that the site answers for, separated by commas.")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

# --- what the site is made of ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    # Before `relations`, which takes its pages out of the admin.
    "procrastinate.contrib.django",
    "relations",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
]

MIDDLEWARE = [
    "tracker.request_ids.RequestIds",
    "tracker.problems.MethodProblems",
    "tracker.health.Probes",
    "django.middleware.security.SecurityMiddleware",
    "tracker.overload.admission.WholeFiles",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "relations.api.relations.hot_path.HotPath",
    "tracker.problems.BodyLimit",
    "tracker.overload.admission.Admission",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tracker.slashes.LastSlash",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracker.logins.LoginLimit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
APPEND_SLASH = True
CSRF_FAILURE_VIEW = "tracker.problems.forbidden"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            # In its room, which a folder named templatetags would not be.
            "libraries": {
                "latest_changes": "relations.admin.latest_changes",
                "troubled_subscriptions": "relations.admin.troubled_subscriptions",
            },
        },
    },
]

FIXTURE_DIRS = [ROOT / "fixtures"]

# --- database -------------------------------------------------------------------------------------------------------

# Milliseconds, in processes that serve the web; 0: no limit. `tracker/wsgi.py` says which those are.
READ_TIMEOUT_MS = env_int("READ_TIMEOUT_MS", 2_000)
WRITE_TIMEOUT_MS = env_int("WRITE_TIMEOUT_MS", 30_000)
_WEB_SESSION = {
    "statement_timeout": READ_TIMEOUT_MS,
    "lock_timeout": env_int("LOCK_TIMEOUT_MS", 10_000),
    "idle_in_transaction_session_timeout": env_int("IDLE_TRANSACTION_TIMEOUT_MS", 60_000),
    # A worker that was killed leaves no query behind.
    "client_connection_check_interval": 1_000,
    # One question has one core at most.
    "max_parallel_workers_per_gather": 0,
}
IS_WEB = env("TRACKER_PROCESS") == "web"
DATABASES = {
    "default": database(
        env("DATABASE_URL", "postgresql:///tracker"),
        password=env("DATABASE_PASSWORD"),
        pool_size=env_int("DATABASE_POOL_SIZE", 0),
        session=_WEB_SESSION if IS_WEB else {},
    )
}
# Told to the process that migrates: the role, other than its own, that the application connects as.
DATABASE_APP_ROLE = env("DATABASE_APP_ROLE")
DATABASE_APP_PASSWORD = env("DATABASE_APP_PASSWORD")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where the embedded database, archives and the local secret key live.
TRACKER_DATA = Path(env("TRACKER_DATA", str(ROOT / ".data"))).resolve()

# --- people ---------------------------------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

if TRACKER_ENV == "test":
    # Slow hashes are for attackers.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# --- language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
FORMAT_MODULE_PATH = "tracker.formats"

# --- static files ---------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(ROOT / ".static"))).resolve()
# Tests read static files where they lie; elsewhere `collectstatic` has gathered them.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = TRACKER_ENV == "test"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TRACKER_ENV == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# --- safety ---------------------------------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# A local run speaks plain HTTP; production stands behind TLS. The probes are answered before any redirect.
HTTPS_ONLY = env_bool("HTTPS_ONLY", default=PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = "tracker.sessions"
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 365 * 24 * 3600) if HTTPS_ONLY else 0
# HSTS for subdomains and browsers' preload lists would bind sites beside this one: the operator's decision, made at
# the proxy.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# How many proxies of ours stand in front: that many entries at the end of X-Forwarded-For are believed.
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Bodies: a bulk POST of facts fits; bigger ones are refused with 413.
DATA_UPLOAD_MAX_MEMORY_SIZE = env_int("BODY_LIMIT_BYTES", 5 * 1024 * 1024)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- API ------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["relations.api.http.formats.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["relations.api.http.formats.JsonParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "relations.api.http.formats.Negotiation",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "relations.api.http.permissions.TokenAuthentication",
        "relations.api.http.permissions.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["relations.api.http.permissions.Scoped"],
    "DEFAULT_SCHEMA_CLASS": "relations.api.schema.Schema",
    "EXCEPTION_HANDLER": "relations.api.http.errors.problem",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "UNICODE_JSON": True,
    "COERCE_DECIMAL_TO_STRING": True,
}

# "600/minute": how many writes of one token or address, failed logins of one address, and reads (empty: no limit).
WRITE_LIMIT = env_limit("WRITE_LIMIT", "600/minute")
LOGIN_LIMIT = env_limit("LOGIN_LIMIT", "30/minute")
# Failed logins to one account, from wherever they come; browsers that have logged in to it count for themselves.
ACCOUNT_LOGIN_LIMIT = env_limit("ACCOUNT_LOGIN_LIMIT", "60/hour")
READ_LIMIT = env_limit("READ_LIMIT", "")
# Threads of one web worker, as `./run` and the image start them: most of them only wait. Shares of them, by kind of
# request, are the tracker's own (tracker/overload/admission.py).
WEB_THREADS = env_int("WEB_THREADS", 160)
# How many reads one worker works on at once, and half of the reads about one pair, of the writes and of the admin's
# pages: with more, their computing is in each other's way and in that of what is answered from memory.
WEB_AT_ONCE = env_int("WEB_AT_ONCE", 1)
EXPORTS_AT_ONCE = max(1, WEB_THREADS // 160)
BODIES_AT_ONCE = max(1, WEB_THREADS // 8)
# Seconds until a client is dropped that reads nothing of its response; tracker/overload/clients.py.
SILENT_CLIENT_SECONDS = env_int("SILENT_CLIENT_SECONDS", 30)

SPECTACULAR_SETTINGS = {
    "TITLE": "Sanctions and diplomatic-status tracker",
    "DESCRIPTION": "What is the diplomatic and sanctions status between two countries, today, on any day, and as it "
    "was known on any day.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # The validator's badge would be another host.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None, "displayRequestDuration": True},
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "relations.api.schema.without_enum_ids",
        "relations.api.webhooks.events.with_webhooks",
    ],
}

# --- webhooks -------------------------------------------------------------------------------------------------------

# Where the tracker is reached from outside: what the links in webhooks and feeds begin with.
PUBLIC_URL = env_url("PUBLIC_URL") or (
    f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if PRODUCTION and ALLOWED_HOSTS[0] != "*" else "http://127.0.0.1:8000"
)
# A subscriber chooses where requests go. By default: to https, port 443, on the public internet.
WEBHOOK_ALLOW_HTTP = env_bool("WEBHOOK_ALLOW_HTTP", default=False)
WEBHOOK_ALLOWED_PORTS = env_ports("WEBHOOK_ALLOWED_PORTS", "443,80" if WEBHOOK_ALLOW_HTTP else "443")
WEBHOOK_ALLOWED_NETWORKS = env_networks("WEBHOOK_ALLOWED_NETWORKS")
# Certificates of authorities that receivers may be signed by, beside those that the system trusts.
WEBHOOK_CA_FILE = env("WEBHOOK_CA_FILE")
# What the secrets of subscriptions are sealed with, the newest first; derived from SECRET_KEY where there are none.
WEBHOOK_SECRET_KEYS = env_fernet_keys("WEBHOOK_SECRET_KEYS")
WEBHOOK_KEEP_DAYS = env_int("WEBHOOK_KEEP_DAYS", 30)
# Requests that one worker has under way at once.
WEBHOOK_IN_FLIGHT = env_int("WEBHOOK_IN_FLIGHT", 400)

# --- imports --------------------------------------------------------------------------------------------------------

# Lists that are fetched from their publishers by themselves: "un,ofac". Without any the tracker asks nobody anything.
IMPORT_LISTS = env_list("IMPORT_LISTS")
fetched_lists = sorted(
    path.stem
    for path in (ROOT / "relations" / "importers" / "sources").glob("*.toml")
    if "hours" in tomllib.loads(path.read_text("utf-8"))
)
if unknown_lists := set(IMPORT_LISTS) - set(fetched_lists):
    raise ImproperlyConfigured(f"IMPORT_LISTS may name {', '.join(fetched_lists)}, not {sorted(unknown_lists)}.")
# Files that are uploaded to be imported may be larger than other bodies.
IMPORT_LIMIT_BYTES = env_int("IMPORT_LIMIT_BYTES", 64 * 1024 * 1024)
PROCRASTINATE_IMPORT_PATHS = ["relations.importers.engine.jobs"]

# --- logs -----------------------------------------------------------------------------------------------------------

LOG_LEVEL = env("LOG_LEVEL", "INFO").upper()
LOG_FORMAT = env("LOG_FORMAT", "json" if PRODUCTION else "console")
if LOG_FORMAT not in {"json", "console"}:
    raise ImproperlyConfigured(f"LOG_FORMAT must be json or console, not {LOG_FORMAT!r}.")
# A line for every request: off by default, since the proxy in front has one already.
ACCESS_LOG = env_bool("ACCESS_LOG", default=False)

# What every line carries, whether structlog or a library wrote it.
LOG_CONTEXT: list[Any] = [
    structlog.contextvars.merge_contextvars,
    request_ids.named,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
LOG_RENDERERS: dict[str, list[Any]] = {
    "json": [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
    "console": [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)],
}
structlog.configure(
    processors=[*LOG_CONTEXT, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": LOG_CONTEXT,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *LOG_RENDERERS[LOG_FORMAT],
            ],
        },
    },
    "filters": {
        "shortened": {"()": "tracker.log_limits.Shortened"},
        "few": {"()": "tracker.log_limits.AtMost", "most": 10, "seconds": 60},
        "few_503": {"()": "tracker.log_limits.AtMost", "most": 10, "seconds": 60, "status": 503},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["shortened"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers mail administrators, whom the tracker does not know.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # A client's mistakes are answered, not logged: anybody could fill the disk with them.
        "django.request": {"level": "ERROR", "filters": ["few_503"]},
        "django.security": {"level": "CRITICAL"},
        # This one may be the operator's: CSRF_TRUSTED_ORIGINS or a proxy that changes the host.
        "django.security.csrf": {"level": "WARNING", "filters": ["few"]},
        "procrastinate": {"level": "WARNING"},
    },
}
