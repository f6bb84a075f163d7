"""SSRF guard: judges URLs and addresses, so that no request can be directed at the operator's own network.

The table of addresses is our own: for `ipaddress.is_global`, NAT64 and 6to4 forms of loopback addresses are global, as
are multicast and 192.0.0.192 (Oracle Cloud's metadata). Sources: the IANA IPv4 and IPv6 Special-Purpose Address
Registries (RFC 6890, RFC 8190) and the RFC named with each network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urlsplit

import idna
from django.conf import settings

from relations.errors import UrlRefused

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

_PORTS = {"https": 443, "http": 80}

_NOT_PUBLIC_4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; 0.0.0.0 is this host (RFC 791, 1122)
        "10.0.0.0/8",  # private use (RFC 1918)
        "100.64.0.0/10",  # carriers' NAT (RFC 6598); Alibaba's metadata at 100.100.100.200
        "127.0.0.0/8",  # loopback (RFC 1122)
        "168.63.129.16/32",  # Azure's own services for a virtual machine, at a public address (Microsoft's documents)
        "169.254.0.0/16",  # link local (RFC 3927); metadata of most clouds at 169.254.169.254
        "172.16.0.0/12",  # private use (RFC 1918)
        "192.0.0.0/24",  # protocol assignments (RFC 6890), DS-Lite (RFC 6333), Oracle's metadata at 192.0.0.192
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # 6to4 relays (RFC 3068, deprecated by RFC 7526)
        "192.168.0.0/16",  # private use (RFC 1918)
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation (RFC 5737)
        "203.0.113.0/24",  # documentation (RFC 5737)
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved, and the broadcast address (RFC 1112, 919)
    )
]
_GLOBAL_UNICAST_6 = IPv6Network("2000::/3")
"""All that is assigned for the public internet (RFC 4291). Outside of it lie loopback, unspecified, IPv4-mapped and
-compatible addresses, NAT64 (64:ff9b::/96, RFC 6052; 64:ff9b:1::/48, RFC 8215), discard-only (100::/64, RFC 6666),
segment routing (5f00::/16, RFC 9602), unique local (fc00::/7, RFC 4193, with fd00:ec2::254 and fd20:ce::254, metadata
of AWS and Google), link local (fe80::/10), site local (fec0::/10, RFC 3879) and multicast (ff00::/8)."""
_NOT_PUBLIC_6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments (RFC 2928): Teredo (RFC 4380), benchmarks (RFC 5180), ORCHID (RFC 7343)
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4: the IPv4 address of anything is inside (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
]


@lru_cache(maxsize=4096)
def is_public(address: Address) -> bool:
    """True for an address of the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None or address not in _GLOBAL_UNICAST_6:
        return False
    return not any(address in network for network in _NOT_PUBLIC_6)


@dataclass(frozen=True, slots=True)
class Rules:
    """Permissions: plain HTTP, ports (none given: every port), networks in addition to the public internet."""

    allow_http: bool
    ports: frozenset[int]
    networks: tuple[Network, ...]

    @classmethod
    def of_the_operator(cls) -> Rules:
        return cls(
            settings.WEBHOOK_ALLOW_HTTP, frozenset(settings.WEBHOOK_ALLOWED_PORTS),
            tuple(settings.WEBHOOK_ALLOWED_NETWORKS),
        )  # fmt: skip

    def allows(self, address: Address) -> bool:
        return is_public(address) or any(
            address in network for network in self.networks if network.version == address.version
        )

    def allow_all(self, addresses: Iterable[str]) -> bool:
        """True if a look-up gave addresses and every one of them is allowed."""
        parsed = [ip_address(address) for address in addresses]
        return bool(parsed) and all(map(self.allows, parsed))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The parts of a URL: `host` is an address or a name in ASCII, `target` the path with the query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def address(self) -> Address | None:
        """The host, if it is an address and no name."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def destination(self) -> str:
        """`host:port`, by which concurrent requests are counted."""
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def authority(self) -> str:
        """`host:port`, without the scheme's own port."""
        return self.destination.removesuffix(f":{_PORTS[self.scheme]}")

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


@lru_cache(maxsize=4096)
def endpoint(url: str, rules: Rules) -> Endpoint:
    """Parses a URL. Raises `UrlRefused` with the reason.

    A name may resolve to something else tomorrow, so the client judges its addresses on every connection.
    """
    if not url or len(url) > 1500 or re.search(r"[\x00-\x20\x7f\\]", url):
        raise _refused("it must be a URL of at most 1,500 characters, without spaces, controls and backslashes")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused("it is not well formed") from None
    schemes = ("https", "http") if rules.allow_http else ("https",)
    if parts.scheme not in schemes:
        raise _refused(f"it must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if "@" in parts.netloc:
        raise _refused("a user name or password in it would be shown to everybody who sees the URL")
    if parts.fragment or url.endswith("#"):
        raise _refused("a fragment (#…) is never sent")
    port = _PORTS[parts.scheme] if port is None else port
    if port == 0 or (rules.ports and port not in rules.ports):
        allowed = f" (allowed: {', '.join(map(str, sorted(rules.ports)))})" if rules.ports else ""
        raise _refused(f"port {port} is not allowed{allowed}")
    parsed = Endpoint(parts.scheme, _host(parts.hostname or "", rules), port, _target(parts.path, parts.query))
    if parsed.address is not None and not rules.allows(parsed.address):
        raise _refused("the address is not one of the public internet")
    return parsed


def _host(host: str, rules: Rules) -> str:
    """Normalises the host. Refuses spellings of an address that only some programs understand."""
    host = host.rstrip(".")
    if ":" in host:
        try:
            address = IPv6Address(host)
        except ValueError:
            raise _refused("the host is no IPv6 address") from None
        if address.scope_id is not None:
            raise _refused("the host must not name a network interface")
        return str(address)
    try:
        name = idna.encode(host, uts46=True, transitional=False).decode().lower()
    except (idna.IDNAError, UnicodeError):
        raise _refused("the host is no name that can be looked up") from None
    name = name.rstrip(".")
    if re.fullmatch(r"0[xX][0-9a-fA-F]*|\d+", name.rpartition(".")[2]):
        return _dotted_decimal(name)
    if "." not in name and not rules.networks:
        raise _refused("the host must be a full name, as example.org")
    return name


def _dotted_decimal(name: str) -> str:
    """An IPv4 address as in RFC 3986. To some programs `0177.0.0.1`, `0x7f.1` and `2130706433` are 127.0.0.1."""
    try:
        return str(IPv4Address(name))
    except ValueError:
        raise _refused("an IPv4 address must be written as four decimal numbers") from None


def _target(path: str, query: str) -> str:
    """Path and query in ASCII, with their own percent-encodings."""
    target = quote(path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{target}?{quote(query, safe="/%:@!$&'()*+,;=~-._?")}" if query else target


def _refused(why: str) -> UrlRefused:
    return UrlRefused(field="url", why=why)
