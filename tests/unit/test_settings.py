"""Settings: an address that would spoil every email or link is refused before anything is sent."""

from __future__ import annotations

import pytest

from newsletter.model.errors import ConfigurationError
from newsletter.model.thresholds import DEFAULTS
from newsletter.settings import SETTINGS, resolve


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


def test_no_setting_stands_twice() -> None:
    for names in ([one.name for one in SETTINGS], [one.environment for one in SETTINGS if one.environment]):
        assert sorted(set(names)) == sorted(names)


def test_thresholds_of_checks_are_settings() -> None:
    assert resolve({}, {}, {}).thresholds == DEFAULTS
    tables = {"checks": {"subject-length": {"most": 50}, "link-shortener": {"hosts": ["sho.rt"]}}}
    changed = resolve(tables, {"NEWSLETTER_CHECKS_CONTRAST_TEXT": "7"}, {}).thresholds
    assert changed == {
        **DEFAULTS,
        "subject-length.most": 50,
        "link-shortener.hosts": ("sho.rt",),
        "contrast.text": 7.0,
    }


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"checks": {"subject-length": {"mosst": 50}}}, "checks.subject-length.most"),
        ({"checks": {"subject-lenght": {"most": 50}}}, "checks.subject-length.most"),
        ({"checks": {"subject-length": {"most": "many"}}}, "newsletter.toml"),
        ({"checks": {"contrast": {"text": -1}}}, "newsletter.toml"),
        ({"checks": {"contrast": {"text": float("nan")}}}, "newsletter.toml"),
    ],
)
def test_a_threshold_that_cannot_be(tables: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        resolve(tables, {}, {})
    assert said in raised.value.hint
