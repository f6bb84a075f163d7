"""Every setting, its default and its environment variable; a test compares the table in docs/install.md with them."""

import gc
import tomllib
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.csp import CSP
from whitenoise.compress import Compressor

from tracker import environment as env
from tracker import logs

# Until `relations/apps.py` has loaded everything: none of it is garbage. The collector took a seventh of a start.
gc.disable()

ROOT = Path(__file__).resolve().parent.parent
VERSION = "1.0.0"
"""The release, as in `pyproject.toml`, which an image does not contain."""

# --- which kind of installation -------------------------------------------------------------------------------------
# Without the variable the strict settings apply. `./run` sets "local".

TRACKER_ENV = env.choice("TRACKER_ENV", "production", "production", "local", "test")
PRODUCTION = TRACKER_ENV == "production"

# Debug pages show settings and source, and the API promises problem+json for every error.
DEBUG = False

SECRET_KEY = env.text("SECRET_KEY")
if PRODUCTION and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or "example" in SECRET_KEY.lower()):
    raise ImproperlyConfigured(
        "SECRET_KEY (or SECRET_KEY_FILE) must be at least 50 random characters, and not the example's. "
        "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
SECRET_KEY = SECRET_KEY or get_random_secret_key()
SECRET_KEY_FALLBACKS = env.items("SECRET_KEY_FALLBACKS")

ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that the site answers for, separated by commas.")
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS")

# --- applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "tracker.admin.AdminConfig",
    *(
        f"django.contrib.{name}"
        for name in ("auth", "contenttypes", "sessions", "messages", "staticfiles", "postgres", "humanize")
    ),
    # Before `relations`, which removes its pages from the admin.
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
    "tracker.middleware.ApiVersion",
    "tracker.health.Probes",
    "django.middleware.security.SecurityMiddleware",
    "tracker.middleware.Cors",
    "tracker.compression.Compression",
    "tracker.overload.admission.WholeFiles",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "tracker.problems.MethodProblems",
    "relations.api.relations.hot_path.HotPath",
    "tracker.problems.BodyLimit",
    "tracker.overload.admission.Admission",
    "tracker.middleware.ReadLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tracker.middleware.AdminLanguage",
    "tracker.middleware.LastSlash",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracker.logins.LoginLimit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
CSRF_FAILURE_VIEW = "tracker.problems.forbidden"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"index_page": "relations.admin.index_page", "web": "relations.web.tags"},
        },
    },
]

FIXTURE_DIRS = [ROOT / "fixtures"]

# --- database -------------------------------------------------------------------------------------------------------
# Milliseconds, in processes that serve the web (those of `tracker/wsgi.py`); 0: no limit.
READ_TIMEOUT_MS = env.number("READ_TIMEOUT_MS", 2_000)
WRITE_TIMEOUT_MS = env.number("WRITE_TIMEOUT_MS", 30_000)
_WEB_SESSION = {
    "statement_timeout": READ_TIMEOUT_MS,
    "lock_timeout": env.number("LOCK_TIMEOUT_MS", 10_000),
    "idle_in_transaction_session_timeout": env.number("IDLE_TRANSACTION_TIMEOUT_MS", 60_000),
    # Ends the query of a worker that was killed.
    "client_connection_check_interval": 1_000,
    # One core per query at most.
    "max_parallel_workers_per_gather": 0,
}
IS_WEB = env.text("TRACKER_PROCESS") == "web"
DATABASES = {
    "default": env.database(
        env.text("DATABASE_URL", "postgresql:///tracker"),
        password=env.text("DATABASE_PASSWORD"),
        pool_size=env.number("DATABASE_POOL_SIZE", 0),
        session=_WEB_SESSION if IS_WEB else {},
    )
}
# For the process that migrates: the role that the application connects as, if it is another one.
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE")
DATABASE_APP_PASSWORD = env.text("DATABASE_APP_PASSWORD")

# Where the embedded database, archives and the local secret key live.
TRACKER_DATA = Path(env.text("TRACKER_DATA", str(ROOT / ".data"))).resolve()

# Where `manage.py publish` writes packages of open data, and `/data/` looks for them.
PUBLISHED_DATA = Path(env.text("PUBLISHED_DATA", str(TRACKER_DATA / "published"))).resolve()

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
if TRACKER_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# --- language and time ----------------------------------------------------------------------------------------------
# Pages for readers are in the reader's language (tracker/frame.py), as are the login and what of the admin is Django's;
# the API and feeds are in English.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "tracker.formats"

# --- static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(ROOT / ".static"))).resolve()
# Tests use the sources of static files, other processes those of `collectstatic`.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = TRACKER_ENV == "test"
# Source maps, half of all bytes, are for debuggers alone.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TRACKER_ENV == "test"
        else "tracker.static_files.Storage"
    },
}

# --- safety ---------------------------------------------------------------------------------------------------------
SECURE_CSP: dict[str, Sequence[str]] = {
    "default-src": [CSP.NONE],
    **{name: [CSP.SELF] for name in ("script-src", "style-src", "font-src", "connect-src", "form-action")},
    "img-src": [CSP.SELF, "data:"],
    **{name: [CSP.NONE] for name in ("base-uri", "frame-ancestors")},
}

# Production is behind a proxy with TLS; a local run has plain HTTP. The probes are answered before any redirect.
HTTPS_ONLY = env.flag("HTTPS_ONLY", default=PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SESSION_ENGINE = "tracker.sessions"
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 365 * 24 * 3600) if HTTPS_ONLY else 0
# HSTS for subdomains and preload lists affects other sites: the operator decides it, at the proxy.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "mail.W001"]

# The number of our own proxies: that many entries at the end of X-Forwarded-For are trusted.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A bulk POST of facts fits; bigger bodies get 413.
DATA_UPLOAD_MAX_MEMORY_SIZE = env.number("BODY_LIMIT_BYTES", 5 * 1024 * 1024)
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
}

# The site whose scripts may read without credentials: any (`*`), one (`https://example.org`), or none (empty).
CORS_ORIGIN = env.text("CORS_ORIGIN", "*")

# Writes of one token or address, failed logins of one address, and reads; empty: no limit.
WRITE_LIMIT = env.rate("WRITE_LIMIT", "600/minute")
LOGIN_LIMIT = env.rate("LOGIN_LIMIT", "30/minute")
# Failed logins to one account from all addresses; browsers that have logged in to it count separately.
ACCOUNT_LOGIN_LIMIT = env.rate("ACCOUNT_LOGIN_LIMIT", "60/hour")
READ_LIMIT = env.rate("READ_LIMIT", "")
# Threads of one web worker, most of which wait. Kinds of requests have shares (tracker/overload/admission.py).
WEB_THREADS = env.number("WEB_THREADS", 160)
# Concurrent reads of one worker; reads of one pair, writes and admin pages have twice as many each. More would delay
# each other, and the answers from the cache.
WEB_AT_ONCE = env.number("WEB_AT_ONCE", 1)
EXPORTS_AT_ONCE = max(1, WEB_THREADS // 160)
BODIES_AT_ONCE = max(1, WEB_THREADS // 8)
# Seconds until a client that reads nothing of its response is disconnected (tracker/overload/clients.py).
SILENT_CLIENT_SECONDS = env.number("SILENT_CLIENT_SECONDS", 30)

SPECTACULAR_SETTINGS = {
    "TITLE": "Sanctions and diplomatic-status tracker",
    "DESCRIPTION": "What is the diplomatic and sanctions status between two countries, today, on any day, and as it "
    "was known on any day.",
    "VERSION": VERSION,
    "CONTACT": {"name": "The operator of this installation"},
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # The validator's badge would come from another host.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None, "displayRequestDuration": True},
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "relations.api.webhooks.events.with_webhooks",
        "relations.api.openapi.finish.finished",
    ],
}

# --- webhooks -------------------------------------------------------------------------------------------------------
# The public URL, for links in webhooks and feeds.
PUBLIC_URL = env.url("PUBLIC_URL") or (
    f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if PRODUCTION and ALLOWED_HOSTS[0] != "*" else "http://127.0.0.1:8000"
)
# Subscribers choose the URLs. By default only https, port 443, on the public internet is allowed.
WEBHOOK_ALLOW_HTTP = env.flag("WEBHOOK_ALLOW_HTTP", default=False)
WEBHOOK_ALLOWED_PORTS = env.ports("WEBHOOK_ALLOWED_PORTS", "443,80" if WEBHOOK_ALLOW_HTTP else "443")
WEBHOOK_ALLOWED_NETWORKS = env.networks("WEBHOOK_ALLOWED_NETWORKS")
# Certificate authorities of receivers, in addition to the system's.
WEBHOOK_CA_FILE = env.text("WEBHOOK_CA_FILE")
# Keys that encrypt the secrets of subscriptions, the newest first; derived from SECRET_KEY by default.
WEBHOOK_SECRET_KEYS = env.fernet_keys("WEBHOOK_SECRET_KEYS")
WEBHOOK_KEEP_DAYS = env.number("WEBHOOK_KEEP_DAYS", 30)
# Concurrent requests of one worker.
WEBHOOK_IN_FLIGHT = env.number("WEBHOOK_IN_FLIGHT", 400)

# Mail to owners whose subscriptions fail; without a host none is sent.
_smtp = {
    "host": env.text("EMAIL_HOST"),
    "port": env.number("EMAIL_PORT", 25),
    "username": env.text("EMAIL_HOST_USER"),
    "password": env.text("EMAIL_HOST_PASSWORD"),
    "use_tls": env.flag("EMAIL_USE_TLS", default=False),
    "use_ssl": env.flag("EMAIL_USE_SSL", default=False),
    "timeout": 10,
}
_smtp_backend = "django.core.mail.backends.smtp.EmailBackend"
MAILERS = {"default": {"BACKEND": _smtp_backend, "OPTIONS": _smtp}} if _smtp["host"] else {}
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "tracker@localhost")

# --- imports --------------------------------------------------------------------------------------------------------
# Lists to fetch from their publishers, like "un,ofac"; none by default.
IMPORT_LISTS = env.items("IMPORT_LISTS")
if IMPORT_LISTS:  # most installations fetch none, and their descriptions are read for the check alone
    sources = (ROOT / "relations/importers/sources").glob("*.toml")
    fetched = sorted(path.stem for path in sources if "hours" in tomllib.loads(path.read_text("utf-8")))
    if unknown := set(IMPORT_LISTS) - set(fetched):
        raise ImproperlyConfigured(f"IMPORT_LISTS may name {', '.join(fetched)}, not {sorted(unknown)}.")
# Uploaded publications may be larger than other bodies.
IMPORT_LIMIT_BYTES = env.number("IMPORT_LIMIT_BYTES", 64 * 1024 * 1024)
PROCRASTINATE_IMPORT_PATHS = ["relations.importers.engine.jobs"]

# --- logs -----------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
LOG_FORMAT = env.choice("LOG_FORMAT", "json" if PRODUCTION else "console", "json", "console")
# Off by default, since the proxy has an access log.
ACCESS_LOG = env.flag("ACCESS_LOG", default=False)

LOGGING = logs.configure(level=LOG_LEVEL, renderer=LOG_FORMAT)
