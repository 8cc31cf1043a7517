"""Which channels are set up, from settings as people write them; secrets stay where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.channels import registry
from newsletter.model.errors import ConfigurationError
from newsletter.settings import Settings, resolve
from newsletter.workspace import read_secrets

SENDER = "news@ngen.example"
SMTP = {
    "channel": ["smtp"],
    "smtp_host": "mail.example.org",
    "people": ["Jay Myers <jay@ngen.example>", "Zoé <zoe@ngen.example> fr"],
}


def settings(table: dict[str, object], **environ: str) -> Settings:
    return resolve({"notices": table}, environ, {})


def test_people_and_their_languages() -> None:
    targets = registry.targets(settings(SMTP | {"languages": ["en", "fr"]}), SENDER)
    assert [(one.name, one.languages) for one in targets] == [
        ("smtp jay@ngen.example", ("en",)),
        ("smtp zoe@ngen.example", ("fr",)),
    ]


def test_a_webhook_speaks_every_language_that_is_wanted() -> None:
    url = "https://hooks.slack.com/services/T/B/x"
    table: dict[str, object] = {"channel": ["smtp", "webhook"], "webhook": "slack", "languages": ["fr", "en"]}
    targets = registry.targets(settings(SMTP | table, NEWSLETTER_NOTICES_WEBHOOK_URL=url), SENDER)
    assert [(one.name, one.languages) for one in targets][-1] == ("slack", ("fr", "en"))


def test_nothing_is_set_up() -> None:
    assert not registry.is_set_up(settings({}))
    assert registry.targets(settings({}), SENDER) == []


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({"channel": ["smtp"]}, "notices-incomplete"),
        ({"channel": ["webhook"]}, "notices-incomplete"),
        (SMTP | {"people": ["Jay"]}, "notices-people"),
        (SMTP | {"people": ["Jay <jay@ngen.example> de"]}, "notices-people"),
        (SMTP | {"people": ["Jay\r\nBcc: x <jay@ngen.example>"]}, "notices-people"),
        (SMTP | {"people": ["Jay <jay@@ngen.example>"]}, "notices-people"),
        (SMTP | {"from": "not an address"}, "notices-from"),
        (SMTP | {"smtp_security": "none"}, "notices-plain"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(table: dict[str, object], code: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        registry.targets(settings(table), SENDER)
    assert raised.value.code == code
    assert raised.value.hint or code == "notices-from"


@pytest.mark.parametrize(
    "table", [{"channel": ["telegram"]}, {"languages": ["de"]}, {"webhook": "irc"}, {"smtp_security": "ssl3"}]
)
def test_words_that_are_not_known(table: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match="notices"):
        settings(table)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/x",
        "https://user:pw@hooks.slack.com/",
        "ftp://x",
        "https://",
        "https://a b",
        "javascript:x",
    ],
)
def test_a_webhook_is_https_and_never_shown(url: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        settings({}, NEWSLETTER_NOTICES_WEBHOOK_URL=url)
    assert url not in str(raised.value)


def test_secrets_do_not_stand_in_the_file() -> None:
    for name in ("webhook_url", "smtp_password"):
        with pytest.raises(ConfigurationError, match="secret"):
            settings({name: "x"})


def test_secrets_from_files_that_only_we_can_read(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    path = tmp_path / "secrets" / "notices.smtp_password.key"
    path.write_text("hunter2\n", encoding="utf-8")
    path.chmod(0o600)
    (tmp_path / "secrets" / "sendgrid.key").write_text("SG.x", encoding="utf-8")
    (tmp_path / "secrets" / "sendgrid.key").chmod(0o600)
    found = read_secrets(tmp_path)
    assert found == {"notices.smtp_password": "hunter2", "sendgrid.api_key": "SG.x"}
    assert resolve({}, {}, found).secret("notices.smtp_password").reveal() == "hunter2"
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="others"):
        read_secrets(tmp_path)


def test_the_fingerprint_changes_with_every_setting_and_says_nothing() -> None:
    made = {
        registry.fingerprint(settings(table, **environ), SENDER, b"k" * 32)
        for table, environ in (
            (SMTP, {}),
            (SMTP | {"smtp_port": 465}, {}),
            (SMTP | {"people": ["jay@ngen.example"]}, {}),
            (SMTP, {"NEWSLETTER_NOTICES_SMTP_PASSWORD": "hunter2"}),
            (SMTP, {"NEWSLETTER_NOTICES_SMTP_PASSWORD": "hunter3"}),
        )
    }
    assert len(made) == 5
    assert registry.fingerprint(settings(SMTP), SENDER, b"k" * 32) in made
    assert registry.fingerprint(settings(SMTP), SENDER, b"o" * 32) not in made
