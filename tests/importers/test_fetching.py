"""Fetching from a server on loopback: what is taken, what is refused, and that it ends."""

import http.server
import ssl
import threading
import time
from ipaddress import ip_network

import pytest
import trustme

from relations.errors import FetchFailed
from relations.importers.engine.fetching import Fetched, Terms, fetch
from relations.net.guard import Rules

HERE = Rules(allow_http=False, ports=frozenset(), networks=(ip_network("127.0.0.0/8"),))


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        getattr(self, self.path.strip("/").partition("?")[0])()

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {"Content-Length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def file(self):
        if self.headers.get("If-None-Match") == '"v1"':
            self.answer(304, ETag='"v1"')
        else:
            self.answer(200, b"<list/>", ETag='"v1"', Last_Modified="Tue, 24 Nov 2026 00:00:00 GMT")

    def moved(self):
        self.answer(302, Location="/file")

    def round(self):
        self.answer(302, Location="/round")

    def downgraded(self):
        self.answer(302, Location="http://127.0.0.1/file")

    def nowhere(self):
        self.answer(302, Location="https://[half")

    def inward(self):
        self.answer(302, Location="https://10.0.0.1/file")

    def large(self):
        self.answer(200, b"x" * 2000)

    def unannounced(self):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"x" * 2000)
        self.close_connection = True

    def cut(self):
        self.send_response(200)
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(b"x" * 100)
        self.close_connection = True

    def drip(self):
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not self.server.over.wait(0.05):
            self.wfile.write(b"x")
            self.wfile.flush()

    def packed(self):
        self.answer(200, b"x", Content_Encoding="gzip")

    def broken(self):
        self.answer(500)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    authorities = url = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()

    def handle_error(self, request, client_address):
        """A client that leaves early is what some tests are about."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    authority = trustme.CA()
    found = Server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    found.socket = context.wrap_socket(found.socket, server_side=True)
    found.authorities = str(tmp_path_factory.mktemp("tls") / "authority.pem")
    authority.cert_pem.write_to_path(found.authorities)
    found.url = f"https://127.0.0.1:{found.server_address[1]}"
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield found
    found.over.set()
    found.shutdown()
    thread.join()
    found.server_close()


def terms(server, **limits):
    return Terms(rules=HERE, authorities=server.authorities, **limits)


def test_a_file_is_taken_with_its_validators_and_asked_for_again_only_if_it_changed(server, tmp_path):
    into = tmp_path / "list.xml"
    found = fetch(f"{server.url}/file", into=into, terms=terms(server))
    assert found == Fetched(changed=True, etag='"v1"', last_modified="Tue, 24 Nov 2026 00:00:00 GMT")
    assert into.read_bytes() == b"<list/>"
    into.unlink()
    again = fetch(f"{server.url}/file", into=into, etag='"v1"', last_modified=found.last_modified, terms=terms(server))
    assert (again.changed, into.exists()) == (False, False)
    _, headers = server.asked[-1]
    assert headers["If-None-Match"] == '"v1"'
    assert headers["If-Modified-Since"] == found.last_modified


def test_a_redirection_is_followed(server, tmp_path):
    fetch(f"{server.url}/moved", into=tmp_path / "list.xml", terms=terms(server))
    assert (tmp_path / "list.xml").read_bytes() == b"<list/>"


@pytest.mark.parametrize(
    ("path", "limits", "why"),
    [
        ("/round", {}, "it redirects more than 5 times"),
        ("/downgraded", {}, "could not be fetched: it must begin with https://"),
        ("/inward", {}, "could not be fetched: the address is not one of the public internet"),
        ("/nowhere", {}, "it redirects to an address that is not well formed"),
        ("/packed", {}, "it is sent as gzip, which was not asked for"),
        ("/large", {"most": 1000}, "it has 2,000 bytes; the limit is 1,000"),
        ("/unannounced", {"most": 1000}, "it has more than 1,000 bytes"),
        ("/broken", {}, "it answered 500"),
        ("/cut", {}, "without sending complete message body"),
    ],
)
def test_what_is_not_the_whole_file_is_refused_and_nothing_is_left(server, tmp_path, path, limits, why):
    into = tmp_path / "list.xml"
    with pytest.raises(FetchFailed, match=why):
        fetch(server.url + path, into=into, terms=terms(server, **limits))
    assert not into.exists()


def test_a_slow_drip_ends_at_the_deadline_of_the_whole(server, tmp_path):
    began = time.monotonic()
    with pytest.raises(FetchFailed, match=r"it took more than 0\.5 seconds"):
        fetch(f"{server.url}/drip", into=tmp_path / "list.xml", terms=terms(server, deadline=0.5))
    assert time.monotonic() - began < 60  # of 5,000 that it would drip


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/list", "https://localhost.localdomain/list", "http://example.org/list", "file:///etc/passwd"],
)
def test_only_public_addresses_are_asked_and_only_by_https(tmp_path, url):
    with pytest.raises(FetchFailed):
        fetch(url, into=tmp_path / "list.xml", terms=Terms(deadline=5))


def test_a_certificate_that_nobody_vouches_for_is_refused(server, tmp_path):
    with pytest.raises(FetchFailed, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(f"{server.url}/file", into=tmp_path / "list.xml", terms=Terms(rules=HERE))
