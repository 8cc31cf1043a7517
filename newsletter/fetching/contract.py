"""What the fetcher answers with, what it keeps to, and why it may bring nothing.

In: nothing. Out: values. Called by the fetcher and by pipeline.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why nothing came. The words are stable: they stand in JSON and in the kept results."""

    REFUSED = "refused"  #: by us: the address is not one of the public Internet, or nothing that we ask
    NAME = "name"  #: the host's name leads to no address
    CONNECT = "connect"  #: nobody answers there
    TLS = "tls"  #: no encryption, or a certificate that is not trusted or not the host's
    TIME = "time"  #: it took too long, all together
    ANSWER = "answer"  #: what came is no HTTP answer, or in an encoding that nobody asked for
    SIZE = "size"  #: it is larger than agreed
    REDIRECTS = "redirects"  #: too many of them, in a circle, or to nowhere
    BARRED = "barred"  #: a redirect leads to where the caller never wants to go


class Unfetched(Exception):
    """Nothing came. `detail` says more in a few words (of ours: no server's words)."""

    def __init__(self, why: Why, detail: str = "", hops: tuple[Hop, ...] = ()) -> None:
        super().__init__(f"{why}: {detail}" if detail else str(why))
        self.why = why
        self.detail = detail
        self.hops = hops


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: the status, and where it led."""

    status: int
    url: str

    @property
    def permanent(self) -> bool:
        """True when the server says that the address changed for good (RFC 9110 sections 15.4.2 and 15.4.9)."""
        return self.status in {301, 308}


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` are for everything together: names, connections, redirects, the last byte. `octets` are of the body, unpacked."""

    seconds: float = 10.0
    octets: int = 2_000_000
    redirects: int = 5
    header_octets: int = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said last. `url` is where it stands after the redirects; `media_type` is in lower case, without parameters."""

    url: str
    status: int
    hops: tuple[Hop, ...] = ()
    media_type: str = ""
    charset: str = ""
    body: bytes = b""


#: the addresses of a host's name, as the system gives them; raises OSError
Resolver = Callable[[str], tuple[str, ...]]
