"""Where a URL may be asked: the address is read as a browser reads it, its host looked up once, and every answer judged.

In: a URL. Out: the host, the port, and the addresses that may be connected to; Unfetched where one of them is not public.
Called by fetcher, for the first URL and for every redirect.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass

import ada_url

from newsletter.fetching.contract import Resolver, Unfetched, Why
from newsletter.fetching.deadline import Deadline
from newsletter.model import network

_PORTS = {"http:": 80, "https:": 443}
_LONGEST = 8_000  #: characters of a URL
_MOST = 6  #: addresses of one host that are tried


@dataclass(frozen=True, slots=True)
class Spot:
    """A URL that may be asked, and where: connect to `addresses`, speak of `host`. `target` is path and query."""

    url: str
    secure: bool
    host: str
    port: int
    target: str
    addresses: tuple[str, ...]

    @property
    def authority(self) -> str:
        """The value of the Host header (RFC 9110 section 7.2)."""
        usual = self.port == _PORTS["https:" if self.secure else "http:"]
        return self.host if usual else f"{self.host}:{self.port}"


def system(host: str) -> tuple[str, ...]:
    """What the system's resolver says of a name."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def joined(location: str, base: str) -> str:
    """Where a Location header leads (RFC 9110 section 10.2.2), read as browsers do. Raises Unfetched."""
    try:
        return ada_url.URL(location, base=base).href
    except ValueError:
        raise Unfetched(Why.REDIRECTS, "to an address that no browser can read") from None


def spot(url: str, resolve: Resolver, deadline: Deadline, *, loopback: bool) -> Spot:
    """Judge and look up a URL. `loopback` lets this machine itself be asked, on any port. Raises Unfetched."""
    parsed = _read(url)
    host = parsed.hostname.rstrip(".")
    here = _judge(host, loopback=loopback)
    port = int(parsed.port or _PORTS[parsed.protocol])
    if port not in _PORTS.values() and not here:
        raise Unfetched(Why.REFUSED, f"port {port}")
    literal = network.parsed(host)
    addresses = (str(literal),) if literal else _looked_up(host, resolve, deadline)
    for address in addresses:
        fault = network.address_fault(address)
        if fault and not (fault == "loopback" and here):
            raise Unfetched(Why.REFUSED, fault)
    parsed.hash = ""
    target = f"{parsed.pathname}{parsed.search}"
    return Spot(parsed.href, parsed.protocol == "https:", host, port, target, addresses[:_MOST])


def _read(url: str) -> ada_url.URL:
    if len(url) > _LONGEST:
        raise Unfetched(Why.REFUSED, "too long")
    try:
        parsed = ada_url.URL(url)
    except (ValueError, UnicodeError):
        raise Unfetched(Why.REFUSED, "malformed") from None
    if parsed.protocol not in _PORTS:
        raise Unfetched(Why.REFUSED, "not http or https")
    if parsed.username or parsed.password:
        raise Unfetched(Why.REFUSED, "a name or password in the address")
    return parsed


def _judge(host: str, *, loopback: bool) -> bool:
    """True when the host is this machine and may be asked. Raises Unfetched for one that may not."""
    fault = network.host_fault(host)
    here = fault == "loopback" and loopback
    if fault and not here:
        raise Unfetched(Why.REFUSED, fault)
    return here


def _looked_up(host: str, resolve: Resolver, deadline: Deadline) -> tuple[str, ...]:
    """The system's resolver knows no limit of time: it is asked beside us, and left to its own end when it takes too long."""
    found: list[tuple[str, ...]] = []

    def ask() -> None:
        try:
            found.append(resolve(host))
        except (OSError, UnicodeError):
            found.append(())

    thread = threading.Thread(target=ask, name="look-up", daemon=True)
    thread.start()
    thread.join(deadline.left())
    if not found:
        raise Unfetched(Why.TIME, "looking up the name")
    if not found[0]:
        raise Unfetched(Why.NAME, "no such host")
    return found[0]
