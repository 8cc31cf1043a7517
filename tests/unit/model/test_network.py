"""Which addresses and names are public: a table of spellings, the corpus, and what no address can do."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv6Address, ip_address

import ada_url
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import network
from tests.corpora import shared

REFUSED = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "100.100.100.200",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2600::5efe:7f00:1",
    "2600::200:5efe:a00:1",
    "fe80::1%eth0",
    "4000::1",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_public(address: str) -> None:
    assert network.address_fault(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public(address: str) -> None:
    assert network.address_fault(address) == ""
    assert network.host_fault(address) == ""


@pytest.mark.parametrize(
    "name",
    [
        "localhost", "LocalHost.", "a.localhost", "db.internal", "metadata.google.internal", "metadata.goog", "router.lan", "nas.local",
        "wiki.intranet", "printer", "host.home.arpa", "localhost.localdomain", "x.onion", "metadata", "instance-data.ec2",
    ],
)  # fmt: skip
def test_names_of_no_public_machine(name: str) -> None:
    assert network.name_fault(name)


@pytest.mark.parametrize(
    "name", ["ngen.ca", "local.example.org", "internal.org", "xn--caf-dma.example.com", "a.b.c.d.ca"]
)
def test_names_that_may_be_public(name: str) -> None:
    assert network.host_fault(name) == ""


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_never_public(inner: IPv4Address) -> None:
    number = int(inner)
    for prefix in ("::ffff:0:0", "64:ff9b::", "::"):
        assert network.address_fault(str(IPv6Address(int(IPv6Address(prefix)) + number)))
    assert network.address_fault(str(IPv6Address((0x2002 << 112) + (number << 80) + 1)))
    assert network.address_fault(str(IPv6Address((0x20010000 << 96) + number)))


@given(st.ip_addresses())
def test_nothing_is_public_that_the_standard_library_knows_as_special(
    address: IPv4Address | IPv6Address,
) -> None:
    if network.address_fault(str(address)) == "":
        assert address.is_global
        assert not address.is_private
        assert not any((address.is_multicast, address.is_reserved, address.is_unspecified))


def test_every_spelling_of_an_address_in_the_corpus_is_judged_as_the_address_that_browsers_read() -> None:
    """Hex, octal, short, full-width: 192.0x00A80001 is 192.168.0.1. A name in the corpus is judged as a name."""
    cases = json.loads(shared("corpora/whatwg-url/urltestdata.json").read_text(encoding="utf-8"))
    seen = 0
    for case in cases:
        if isinstance(case, str) or case.get("failure") or case.get("protocol") not in {"http:", "https:"}:
            continue
        host = ada_url.URL(case["href"]).hostname
        assert host == case["hostname"]
        literal = network.parsed(host)
        if literal is not None:
            seen += 1
            assert bool(network.host_fault(host)) == bool(
                network.address_fault(str(ip_address(host.strip("[]"))))
            )
    assert seen >= 20
