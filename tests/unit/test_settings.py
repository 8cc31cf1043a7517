"""Settings: an address that would spoil every email or link is refused before anything is sent."""

from __future__ import annotations

import pytest

from newsletter.model.errors import ConfigurationError
from newsletter.settings import resolve


@pytest.mark.parametrize(
    "url",
    [
        "https://infolettre.québec.ca",
        "https://news.example.org/a b",
        "https://news.example.org/a\tb",
        'https://news.example.org/"><script>',
        "https://news.example.org/<b>",
        "https://news.example.org\\@elsewhere.example",
        "https://news.example.org/?a=b",
        "https://news.example.org/#a",
        "https://user@news.example.org",
        "https://news.example.org:99999",
        "https://news.example.org:0",
        "http://news.example.org",
        "ftp://news.example.org",
        "news.example.org",
        "https://",
        "",
    ],
)
def test_a_public_address_that_cannot_stand_in_a_header_or_a_link(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"web\.base_url"):
        resolve({}, {"NEWSLETTER_WEB_BASE_URL": url}, {})


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://news.example.org/", "https://news.example.org"),
        ("https://xn--qubec-csa.ca:8443/infolettre/", "https://xn--qubec-csa.ca:8443/infolettre"),
        ("http://[::1]:8025", "http://[::1]:8025"),
        ("http://localhost:8025", "http://localhost:8025"),
    ],
)
def test_a_public_address(url: str, kept: str) -> None:
    assert resolve({}, {"NEWSLETTER_WEB_BASE_URL": url}, {}).text("web.base_url") == kept
