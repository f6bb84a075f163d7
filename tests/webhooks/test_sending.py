"""The wire: where connections go and where none may, what is read, how long it may take."""

import datetime as dt
import socket
import ssl
import threading
import tracemalloc
from ipaddress import ip_network

import pytest
import trustme
from django.core.exceptions import ImproperlyConfigured

from relations.delivery import sending
from relations.delivery.sending import Sender
from relations.net import client
from tests.waiting import PATIENCE
from tests.webhooks.conftest import is_verified
from tests.webhooks.messages import BODY, SECRET, sent
from tests.webhooks.receivers import Receiver, answer, listening


@pytest.fixture
def names(monkeypatch):
    """A name server: what each name resolves to. It counts what it is asked."""
    known: dict[str, list[str]] = {}
    asked: list[str] = []

    def look_up(host, port):
        asked.append(host)
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known[host]

    monkeypatch.setattr(client, "_look_up", look_up)
    known["asked"] = asked
    return known


@pytest.fixture
def strict(operator):
    """Allows nothing but the public internet."""
    operator.WEBHOOK_ALLOWED_NETWORKS = []
    return operator


def test_a_message_arrives_whole_and_signed(receiver):
    outcome = sent(receiver.url + "?a=b")
    (got,) = receiver.received
    assert (outcome.succeeded, outcome.status, outcome.error) == (True, 204, None)
    assert (got.path, got.body) == ("/hook?a=b", BODY)
    assert got.headers | {"webhook-timestamp": "", "webhook-signature": ""} == {
        "host": f"127.0.0.1:{receiver.port}", "user-agent": "sanctions-tracker-webhooks/1",
        "content-type": "application/json", "content-length": str(len(BODY)), "accept": "*/*",
        "accept-encoding": "identity", "connection": "close", "webhook-id": "msg_1", "webhook-timestamp": "",
        "webhook-signature": "",
    }  # fmt: skip
    assert is_verified(got, SECRET.reveal())


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_a_success(receiver, status):
    receiver.say = lambda _: answer(status, body=b"" if status == 204 else b"thanks")
    assert sent(receiver.url).succeeded


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304, 400, 404, 410, 429, 500, 503])
def test_everything_else_is_a_failure_and_no_redirect_is_followed(receiver, status):
    elsewhere = Receiver()
    with listening(elsewhere):
        receiver.say = lambda _: answer(status, f"Location: {elsewhere.url}")
        outcome = sent(receiver.url)
    assert (outcome.succeeded, outcome.status, elsewhere.connections) == (False, status, 0)


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (429, "120", 120), (503, "0", 0), (503, "999999999999", 86400), (429, "-5", None), (429, "soon", None),
        (200, "120", None), (500, "120", None), (429, "12.5", None), (429, "９", None),
        (503, "Wed, 21 Oct 2015 07:28:00 GMT", 0), (503, "Fri, 31 Dec 9999 23:59:59 GMT", 86400),
    ],
)  # fmt: skip
def test_a_busy_receiver_says_when_to_come_back_but_not_beyond_a_day(receiver, status, retry_after, seconds):
    receiver.say = lambda _: answer(status).replace(b"\r\n", b"\r\nRetry-After: " + retry_after.encode() + b"\r\n", 1)
    assert sent(receiver.url).retry_after == (None if seconds is None else dt.timedelta(seconds=seconds))


def test_a_date_to_come_back_is_counted_from_now(receiver):
    when = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
    receiver.say = lambda _: answer(503, f"Retry-After: {when:%a, %d %b %Y %H:%M:%S} GMT")
    assert 540 < sent(receiver.url).retry_after.total_seconds() <= 600


# --- the deadline and what is read -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("say", "error"),
    [(lambda _: None, "timeout"), (lambda _: 0.05, "timeout"),
     (lambda _: b"HTTP/1.1 100 Continue\r\n\r\n", "protocol")],
    ids=["hangs", "drips", "says nothing final"],
)  # fmt: skip
def test_one_deadline_applies_to_the_whole_request(receiver, monkeypatch, say, error):
    monkeypatch.setattr(sending, "DEADLINE", 0.4)
    receiver.say = say
    outcome = sent(receiver.url)
    assert (outcome.error, outcome.status) == (error, None)
    assert outcome.milliseconds < 10_000  # of the 50 s that it drips, and for ever


def test_a_receiver_that_never_finishes_its_answer_has_not_answered(receiver, monkeypatch):
    monkeypatch.setattr(sending, "DEADLINE", 0.4)
    receiver.say = lambda _: 0.0001  # the head soon, the body never whole
    assert sent(receiver.url).error == "timeout"


def test_a_name_server_that_does_not_answer_counts_against_the_deadline(monkeypatch, operator):
    monkeypatch.setattr(sending, "DEADLINE", 0.2)
    over = threading.Event()
    monkeypatch.setattr(client, "_look_up", lambda _host, _port: over.wait(PATIENCE) and ["127.0.0.1"])
    assert sent("http://slow.example/").error == "timeout"
    over.set()


def test_of_a_huge_answer_little_is_read_and_less_is_stored(receiver):
    receiver.say = lambda _: answer(200, body=b"x" * (64 * 2**20))
    sent(receiver.url)
    tracemalloc.start()
    outcome = sent(receiver.url)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (outcome.succeeded, outcome.answer) == (True, b"x" * 4096)
    # The receiver here has one answer of 64 MiB in memory; the sender adds next to nothing.
    assert peak < 64 * 2**20 * 2 + 2**20


@pytest.mark.parametrize(
    "said", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 2000 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
             b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"],
    ids=["nothing", "garbage", "no status", "endless head", "broken off"],
)  # fmt: skip
def test_what_is_no_answer_is_recorded_as_an_error_of_the_protocol(receiver, said):
    receiver.say = lambda _: said
    outcome = sent(receiver.url)
    assert (outcome.error, outcome.status) == ("protocol", None)


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert sent(f"http://127.0.0.1:{free.getsockname()[1]}/").error == "connect"


# --- where no connection may go ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.0.0.1.",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[::1]",
     "localhost", "0.0.0.0", "[::]", "169.254.169.254", "[fd00:ec2::254]", "192.0.0.192", "100.100.100.200"],
)  # fmt: skip
def test_no_spelling_of_a_forbidden_address_is_connected_to(receiver, strict, host):
    outcome = sent(f"http://{host}:{receiver.port}/hook")
    assert (outcome.error, outcome.status, outcome.answer) == ("blocked", None, b"")
    assert receiver.connections == 0


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], ["2002:7f00:1::"], ["fe80::1%lo"],
     ["93.184.215.14", "127.0.0.1"], ["127.0.0.1", "93.184.215.14"], ["2606:4700::1", "::1"], ["169.254.169.254"]],
)  # fmt: skip
def test_a_name_is_judged_by_all_of_its_addresses_whenever_it_is_connected_to(receiver, strict, names, addresses):
    """A name was public when it was saved, and is not now; or one of its addresses is not."""
    names["moved.example"] = addresses
    assert sent(f"http://moved.example:{receiver.port}/hook").error == "blocked"
    assert (receiver.connections, names["asked"]) == (0, ["moved.example"])


def test_the_address_that_was_looked_at_is_the_one_connected_to(receiver, names):
    """A second look-up could be answered with something else."""
    names["receiver.example"] = ["127.0.0.1"]
    outcome = sent(f"http://receiver.example:{receiver.port}/hook")
    assert (outcome.succeeded, names["asked"]) == (True, ["receiver.example"])
    assert receiver.received[0].headers["host"] == f"receiver.example:{receiver.port}"


def test_the_next_address_is_tried_where_one_is_dead(receiver, names):
    names["receiver.example"] = ["127.0.0.99", "127.0.0.1"]
    assert sent(f"http://receiver.example:{receiver.port}/hook").succeeded


def test_a_name_without_an_address_is_recorded_as_an_error_of_the_name(names):
    assert sent("http://nowhere.example/").error == "name"


def test_no_proxy_of_the_environment_is_used(receiver, strict, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, receiver.url)
    assert sent("http://127.0.0.1:9/").error == "blocked"
    assert receiver.connections == 0


@pytest.mark.parametrize("url", ["http://example.org/", "ftp://example.org/", "https://example.org:22/"])
def test_a_url_that_was_saved_under_other_rules_is_judged_again(operator, names, url):
    operator.WEBHOOK_ALLOW_HTTP = False
    operator.WEBHOOK_ALLOWED_PORTS = [443]
    assert sent(url).error == "blocked"
    assert names["asked"] == []


def test_only_the_operator_s_networks_are_open(operator, receiver):
    operator.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.2/32")]
    assert sent(receiver.url).error == "blocked"
    assert receiver.connections == 0


# --- TLS -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def trusted(authority, operator, tmp_path):
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    operator.WEBHOOK_CA_FILE = str(file)


def tls(authority, *names):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_tls_is_checked_by_name_at_the_address_that_was_looked_at(authority, trusted, names):
    names["receiver.example"] = ["127.0.0.1"]
    shown = []
    context = tls(authority, "receiver.example")
    context.sni_callback = lambda _connection, name, _context: shown.append(name)
    with listening(secure := Receiver(tls=context)):
        outcome = sent(f"https://receiver.example:{secure.port}/hook")
    assert (outcome.succeeded, shown, len(secure.received)) == (True, ["receiver.example"], 1)


def test_an_address_is_checked_by_the_certificate_s_address(authority, trusted):
    with listening(secure := Receiver(tls=tls(authority, "127.0.0.1"))):
        assert sent(f"https://127.0.0.1:{secure.port}/hook").succeeded


@pytest.mark.parametrize("name", ["another.example", "127.0.0.1"])
def test_a_certificate_of_another_name_is_refused_before_anything_is_sent(authority, trusted, names, name):
    names["receiver.example"] = ["127.0.0.1"]
    with listening(secure := Receiver(tls=tls(authority, name))):
        assert sent(f"https://receiver.example:{secure.port}/hook").error == "tls"
    assert secure.received == []


def test_an_authority_that_nobody_trusts_is_refused(names):
    names["receiver.example"] = ["127.0.0.1"]
    with listening(secure := Receiver(tls=tls(trustme.CA(), "receiver.example"))):
        assert sent(f"https://receiver.example:{secure.port}/hook").error == "tls"
    assert secure.received == []


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_authorities_that_cannot_be_read_stop_the_worker_before_it_sends_anything(operator, tmp_path, content):
    file = tmp_path / "authorities.pem"
    if content is not None:
        file.write_text(content)
    operator.WEBHOOK_CA_FILE = str(file)
    with pytest.raises(ImproperlyConfigured, match="WEBHOOK_CA_FILE"):
        Sender(at_once=1)


def test_a_receiver_without_tls_is_refused(receiver):
    assert sent(receiver.url.replace("http:", "https:")).error == "tls"


def test_a_long_answer_over_tls_is_cut_short_as_well(authority, trusted):
    with listening(secure := Receiver(tls=tls(authority, "127.0.0.1"), say=lambda _: answer(200, body=b"x" * 2**20))):
        outcome = sent(f"https://127.0.0.1:{secure.port}/hook", number=5)
    assert (outcome.succeeded, outcome.answer) == (True, b"x" * 4096)
