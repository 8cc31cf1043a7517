"""Which machines are on the public Internet, and which are nobody's business: the one home of these rules.

In: an address or a host as a browser reads it (WHATWG: `ada_url`). Out: why it is not public, or nothing. Called by fetching,
checks and pipeline.

Sources: the IANA registries of special-purpose addresses (RFC 6890 and successors); RFC 6052 and RFC 8215 (NAT64), RFC 3056
(6to4), RFC 4380 (Teredo), RFC 6598 (shared by carriers), RFC 6761, RFC 6762 and RFC 8375 (names).
"""

from __future__ import annotations

import re
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

LOOPBACK_NAME = re.compile(r"(?:.+\.)?localhost")

_LOCAL_NAME = re.compile(
    r"(?:.+\.)?(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|onion|home\.arpa)"
)
#: services that tell a machine in a cloud its own secrets, where neither name nor address shows that they are local
_METADATA_NAMES = frozenset({"metadata.goog", "metadata.tencentyun.com", "instance-data.ec2"})
_METADATA = frozenset(
    {"169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"}
)
_PUBLIC_6 = IPv6Network("2000::/3")  #: all that IANA has given out; whatever lies outside is special
_SPECIAL_4 = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 "
    "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3"
)
#: within 2000::/3: protocols and Teredo, documentation (twice), 6to4
_SPECIAL_6 = "2001::/23 2001:db8::/32 2002::/16 3fff::/20"


@cache
def _special() -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text) for text in f"{_SPECIAL_4} {_SPECIAL_6}".split())


def parsed(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is; None for a name. Brackets may stand around it."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def address_fault(address: str) -> str:
    """Why an address is not on the public Internet, in a word that is stable; empty when it is.

    Addresses that carry another one inside (mapped, NAT64, 6to4, Teredo, ISATAP) are refused whatever it is.
    """
    found = parsed(address)
    if found is None or "%" in address:
        return "malformed"
    if str(found) in _METADATA:
        return "metadata"
    if found.is_loopback:
        return "loopback"
    public = found in _PUBLIC_6 and not _isatap(found) if isinstance(found, IPv6Address) else True
    special = any(found in network for network in _special())
    return "" if public and not special and found.is_global and not found.is_multicast else "not-public"


def name_fault(host: str) -> str:
    """Why a host's name is not one of the public Internet, as a stable word; empty when it may be."""
    name = host.rstrip(".").lower()
    if LOOPBACK_NAME.fullmatch(name):
        return "loopback"
    if name in _METADATA_NAMES or name.startswith("metadata."):
        return "metadata"
    return "not-public" if "." not in name or _LOCAL_NAME.fullmatch(name) else ""


def host_fault(host: str) -> str:
    """The same for a host that is an address or a name."""
    return name_fault(host) if parsed(host) is None else address_fault(host.strip("[]"))


def _isatap(address: IPv6Address) -> bool:
    """RFC 5214: the last 64 bits hold an IPv4 address behind 00-00-5E-FE."""
    return (int(address) >> 32) & 0xFDFFFFFF == 0x00005EFE
