"""Settings are read from the environment alone; each case runs the file again."""

import re
import runpy
import secrets

import pytest
from django.conf import settings as live
from django.core.exceptions import ImproperlyConfigured

FILE = live.ROOT / "tracker" / "settings.py"
KEY = secrets.token_urlsafe(64)
PRODUCTION = {"TRACKER_ENV": "production", "SECRET_KEY": KEY, "ALLOWED_HOSTS": "tracker.example.org"}


@pytest.fixture
def read(monkeypatch):
    """The settings under nothing but the given environment."""

    def read(**environment):
        for name in [*PRODUCTION, "DATABASE_URL", "TRACKER_DATA", "HTTPS_ONLY", "TRUSTED_PROXIES"]:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(FILE))

    return read


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 60, "example-" + KEY], ids=["missing", "short", "monotonous", "example"]
)
def test_production_does_not_start_with_a_weak_secret_key(read, key):
    with pytest.raises(ImproperlyConfigured, match="at least 50 random characters"):
        read(**PRODUCTION | {"SECRET_KEY": key})


def test_production_is_the_default(read):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        read()


def test_production_does_not_start_without_its_hosts(read):
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
        read(**PRODUCTION | {"ALLOWED_HOSTS": " , "})


def test_production_speaks_https_only_and_shows_no_debug_pages(read):
    values = read(**PRODUCTION)
    assert values["DEBUG"] is False
    assert values["SECURE_SSL_REDIRECT"] is values["SESSION_COOKIE_SECURE"] is values["CSRF_COOKIE_SECURE"] is True
    assert values["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert values["ALLOWED_HOSTS"] == ["tracker.example.org"]


def test_secrets_are_read_from_files(read, tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "url").write_text("postgresql://editor@db.example/facts\n")
    (tmp_path / "password").write_text("p@ss/word\n")
    values = read(
        TRACKER_ENV="production",
        ALLOWED_HOSTS="tracker.example.org",
        SECRET_KEY_FILE=str(tmp_path / "key"),
        DATABASE_URL_FILE=str(tmp_path / "url"),
        DATABASE_PASSWORD_FILE=str(tmp_path / "password"),
    )
    database = values["DATABASES"]["default"]
    assert values["SECRET_KEY"] == KEY
    assert (database["USER"], database["HOST"], database["NAME"]) == ("editor", "db.example", "facts")
    assert database["PASSWORD"] == "p@ss/word"


def test_a_database_url_may_name_a_socket_folder_and_tls_options(read):
    values = read(TRACKER_ENV="local", DATABASE_URL="postgresql://me@%2Ftmp%2Fsockets:5433/facts?sslmode=require")
    database = values["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("/tmp/sockets", "5433", "facts")
    assert database["OPTIONS"]["sslmode"] == "require"


def test_a_malformed_database_url_is_refused_without_repeating_its_password(read):
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(TRACKER_ENV="local", DATABASE_URL="postgresql://me:hunter2@host:port:/x?nonsense=1")
    assert "DATABASE_URL" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", "one"),
        ("HTTPS_ONLY", "maybe"),
        ("TRACKER_ENV", "staging"),
        ("LOG_FORMAT", "xml"),
        ("IMPORT_LISTS", "un,cow"),  # the Correlates of War are imported from files
    ],
)
def test_a_value_that_means_nothing_is_refused_by_name(read, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**{"TRACKER_ENV": "local", name: value})


def test_forwarded_addresses_are_trusted_only_with_proxies(read):
    assert "SECURE_PROXY_SSL_HEADER" not in read(TRACKER_ENV="local")
    proxied = read(TRACKER_ENV="local", TRUSTED_PROXIES="2")
    assert proxied["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert proxied["REST_FRAMEWORK"]["NUM_PROXIES"] == 2


def test_every_variable_is_in_the_table_and_nothing_else_is():
    sources = [FILE, *(live.ROOT / "tracker" / name for name in ("launcher/serve.py", "launcher/find_python.sh"))]
    text = "".join(source.read_text("utf-8") for source in sources)
    read_by_code = set(re.findall(r'(?:\benv\.\w+|\bwhole|environ\.get)\(\s*"([A-Z_]+)"', text)) | {"PYTHON"}
    read_by_code -= {"CALLED_FROM"}  # `./run` sets it for itself.
    table = (live.ROOT / "docs" / "install.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))
    assert documented == {name for name in read_by_code if name.removesuffix("_FILE") not in read_by_code - {name}}


def test_lock_files_name_no_host_and_vouch_for_every_package():
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-uv.lock"):
        text = (live.ROOT / name).read_text("utf-8")
        assert not re.search(r"https?:|--index-url|--extra-index-url|--find-links", text), name
        entries = re.split(r"\n(?=[a-z])", text)
        assert all("--hash=sha256:" in entry for entry in entries), name


def test_the_tests_lock_holds_the_runtime_s_whole():
    pin = re.compile(r"^[a-z0-9.-]+==\S+", re.MULTILINE)
    runtime, tests = (
        set(pin.findall((live.ROOT / name).read_text("utf-8")))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert len(runtime) > 20
    assert runtime < tests


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "https://tracker.example.org"),
        ({"ALLOWED_HOSTS": ".example.org,other.example"}, "https://example.org"),
        ({"PUBLIC_URL": "https://www.example.org:8443/tracker/"}, "https://www.example.org:8443/tracker"),
    ],
)
def test_links_begin_with_where_the_site_is_reached(read, environment, url):
    assert read(**PRODUCTION | environment)["PUBLIC_URL"] == url


@pytest.mark.parametrize(
    "url", ["tracker.example.org", "ftp://example.org", "https://", "https://me:pw@example.org", "/x"]
)
def test_links_that_lead_nowhere_are_refused_at_the_start(read, url):
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL must look like"):
        read(**PRODUCTION | {"PUBLIC_URL": url})
