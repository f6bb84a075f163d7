"""Blocked addresses and URLs, without a network."""

from ipaddress import ip_address, ip_network

import pytest

from relations.errors import UrlRefused
from relations.net.guard import Rules, endpoint, is_public

STRICT = Rules(allow_http=False, ports=frozenset({443}), networks=())
LAX = Rules(allow_http=True, ports=frozenset(), networks=(ip_network("10.0.0.0/8"),))

FORBIDDEN = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
    "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1",
    "64:ff9b::808:808", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1",
    "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fd20:ce::254", "fe80::1", "fe80::1%eth0", "2606:4700::1111%eth0", "fec0::1", "ff02::1",
    "4000::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.9.9.9", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1", "172.15.255.255",
    "172.32.0.1", "192.0.1.1", "192.167.255.255", "192.169.0.1", "198.17.255.255", "198.20.0.1", "223.255.255.255",
    "2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001::1", "2003::1", "3ffe::1",
]  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_addresses_that_are_not_everybody_s_are_forbidden(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_public_internet_are_allowed(address):
    assert is_public(ip_address(address))


def test_one_forbidden_address_among_several_forbids_the_name():
    assert STRICT.allow_all(["1.1.1.1", "2606:4700:4700::1111"])
    assert not STRICT.allow_all(["1.1.1.1", "127.0.0.1"])
    assert not STRICT.allow_all(["1.1.1.1", "::ffff:10.0.0.1"])
    assert not STRICT.allow_all([])


def test_an_operator_s_network_is_allowed_and_nothing_beside_it():
    assert LAX.allow_all(["10.1.2.3", "1.1.1.1"])
    assert not LAX.allow_all(["127.0.0.1"])
    assert not LAX.allow_all(["::ffff:10.1.2.3"])


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org/hook?a=b", "https://example.org/hook?a=b"),
        ("https://EXAMPLE.org:443", "https://example.org/"),
        ("https://example.org.", "https://example.org/"),
        ("https://bücher.example/über?q=ü", "https://xn--bcher-kva.example/%C3%BCber?q=%C3%BC"),
        ("https://example.org/a%2Fb;c=1", "https://example.org/a%2Fb;c=1"),
        ("https://1.1.1.1/", "https://1.1.1.1/"),
        ("https://[2606:4700:4700:0::1111]/", "https://[2606:4700:4700::1111]/"),
    ],
)
def test_a_url_is_kept_in_one_spelling(url, canonical):
    assert endpoint(url, STRICT).url == canonical


REFUSED = [
    "", "example.org", "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "https://", "https:///hook",
    "https://user@example.org/", "https://user:password@example.org/", "https://example.org:8443/",
    "https://example.org:0/", "https://example.org:65536/", "https://example.org:x/", "https://example.org/#here",
    "https://example.org/a b", "https://example.org/\n", "https://exam\tple.org/", "https://example.org\\@evil.org/",
    "https://localhost/", "https://intranet/", "https://[::1/", "https://[::g]/", "https://-a.example/",
    "https://" + "a" * 64 + ".example/", "https://example.org/" + "a" * 1500, "https://exa\x00mple.org/",
    # Loopback and metadata in every spelling that some program understands.
    "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/",
    "https://0x7f.0.0.1/", "https://0X7F.1/", "https://0177.0.0.1/", "https://017700000001/", "https://127.0.0.01/",
    "https://127.0.0.1./", "https://127。0。0。1/", "https://①②⑦.⓪.⓪.①/", "https://１２７.0.0.1/", "https://0/",
    "https://169.254.169.254/latest/meta-data/", "https://2852039166/", "https://0xa9fea9fe/", "https://0251.0376.0251.0376/",
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fd00:ec2::254]/", "https://[fe80::1%25eth0]/",
    "https://[::127.0.0.1]/", "https://256.1.1.1/", "https://1.1.1.1.1/", "https://192.0.0.192/", "https://100.100.100.200/",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_a_url_that_leads_elsewhere_is_refused_with_the_reason(url):
    with pytest.raises(UrlRefused, match=r"Webhooks are not sent to this URL: .+") as refusal:
        endpoint(url, STRICT)
    assert refusal.value.field == "url"


def test_what_the_operator_allows_is_accepted():
    assert endpoint("http://10.1.2.3:8080/hook", LAX).destination == "10.1.2.3:8080"
    assert endpoint("http://receiver:8080/hook", LAX).host == "receiver"
    with pytest.raises(UrlRefused, match=r"port 0 is not allowed\.$"):
        endpoint("http://receiver:0/hook", LAX)
    with pytest.raises(UrlRefused, match=r"port 81 is not allowed \(allowed: 443\)\.$"):
        endpoint("https://example.org:81/", STRICT)
    with pytest.raises(UrlRefused, match="not one of the public internet"):
        endpoint("http://127.0.0.1:8080/hook", LAX)
