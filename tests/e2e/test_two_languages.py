"""An issue in two languages, with slots and a conditional block everywhere, through both providers: every member gets the same mail from
either, in their own language, or in both with both subjects."""

from __future__ import annotations

import email
import io
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import redirect_stdout
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from newsletter import cli
from tests.emulated import KEY, Emulated, emulator

ROOT = Path(__file__).parents[2]
N = "\u00a0"
SLUG = "clinic"
FRONT = """---
subject: {{{{ member.first_name | default("{friend}") }}}}{subject}
preheader: {preheader}
title: {title}
template: event
date: 2021-01-27
data:
  scene:
    image: hooks.png
    alt:
      en: A hook that's free
      fr: Un crochet qu'on libère : le vôtre
---

"""
ENGLISH = (
    FRONT.format(friend="friend", subject=": it's time", preheader="What's new", title="It's time")
    + """\
::: event title="It's the clinic" date="2021-02-11" time="1:00 p.m." zone="Eastern" place="Online"
:::

Dear {{ member.first_name | default("friend") }}, see [our page](https://www.ngen.ca/for/{{ member.company | default("you") }}).

::: when province == "ON"
Only for Ontario, {{ member.last_name | default("friend") }}.
:::
"""
)
FRENCH = (
    FRONT.format(
        friend="à vous", subject=", c'est l'heure !", preheader="Quoi de neuf ?", title="C'est l'heure"
    )
    + """\
::: event title="La clinique : à l'heure" date="2021-02-11" time="13h00" zone="(heure de l'Est)" place="En ligne"
:::

Bonjour {{ member.first_name | default("à vous") }}, voyez [notre page](https://www.ngen.ca/pour/{{ member.company | default("vous") }}) : 95 % l'ont lue.

::: when province == "ON"
Pour l'Ontario seulement, {{ member.last_name | default("à vous") }}.
:::
"""
)
CSV = """email,first_name,last_name,company,province,language,consent_basis,consent_evidence
ann@reader.example,Ann <b>&,Lee,Acme,ON,en,express,form
benoit@reader.example,Benoît,Roy,Aciers,QC,fr,express,form
chris@reader.example,Chris,Poe,Castings,ON,,express,form
nobody@reader.example,,,,QC,de,express,form
"""


@pytest.fixture(scope="module")
def far() -> Iterator[Emulated]:
    with emulator() as running:
        yield running


def workspace(folder: Path) -> Path:
    folder.mkdir()
    for name in ("newsletter.toml", "segments.toml"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copytree(ROOT / "issues/2021-01-27-next-shift", folder / "issues" / SLUG)
    (folder / f"issues/{SLUG}.en.md").write_text(ENGLISH, encoding="utf-8")
    (folder / f"issues/{SLUG}.fr.md").write_text(FRENCH, encoding="utf-8")
    (folder / "members.csv").write_text(CSV, encoding="utf-8")
    return folder


def sent(folder: Path, patch: pytest.MonkeyPatch, **environ: str) -> dict[str, Any]:
    """The issue sent to everyone from a workspace; the report."""
    patch.chdir(folder)
    for name, value in {
        "NEWSLETTER_CLOCK": "2021-01-26T12:00:00Z",
        "NEWSLETTER_SEND_RATE_PER_MINUTE": "0",
        **environ,
    }.items():
        patch.setenv(name, value)
    assert cli.main(["members", "import", "members.csv"]) == 0
    assert cli.main(["send", SLUG, "--segment", "everyone", "--yes"]) == 0
    told = io.StringIO()
    with redirect_stdout(told):
        assert cli.main(["report", "1", "--json"]) == 0
    report: dict[str, Any] = json.loads(told.getvalue())
    return report


def alike(text: str) -> str:
    """A mail without what differs with each mailing: tokens in its own addresses, names of pictures, line ends, encodings of spaces."""
    text = re.sub(r"(http://127\.0\.0\.1:8025/\w+/)[^\s\"'<>)]*", r"\1…", text)
    return text.replace("\r\n", "\n").rstrip("\n")


def parts(message: EmailMessage) -> tuple[str, str]:
    html, text = (message.get_body((kind,)) for kind in ("html", "plain"))
    assert html is not None
    assert text is not None
    return html.get_content(), text.get_content()


@pytest.fixture(scope="module")
def mails(
    tmp_path_factory: pytest.TempPathFactory, far: Emulated
) -> dict[str, dict[str, tuple[str, str, str]]]:
    """Subject, HTML and text of every reader, by provider."""
    folder = tmp_path_factory.mktemp("both")
    with pytest.MonkeyPatch.context() as patch:
        report = sent(workspace(folder / "files"), patch)
        assert report["languages"] == {"en": 1, "fr": 1, "en+fr": 2}
    written = {}
    for path in (folder / "files/var/outbox").rglob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        written[str(message["To"].addresses[0].addr_spec)] = (str(message["Subject"]), *parts(message))
    with pytest.MonkeyPatch.context() as patch:
        far.reset()
        environ = {
            "NEWSLETTER_PROVIDER": "sendgrid",
            "NEWSLETTER_SENDGRID_BASE_URL": far.url,
            "SENDGRID_API_KEY": KEY,
        }
        environ["NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY"] = far.webhook_key
        report = sent(workspace(folder / "sendgrid"), patch, **environ)
        assert report["languages"] == {"en": 1, "fr": 1, "en+fr": 2}
    delivered = {
        one["address"]: (one["subject"], one["html"], one["text"])
        for one in far.ask("GET", "/messages?full=1")["messages"]
    }
    return {"outbox": written, "sendgrid": delivered}


def test_both_providers_give_every_reader_the_same_mail(
    mails: dict[str, dict[str, tuple[str, str, str]]],
) -> None:
    outbox, sendgrid = mails["outbox"], mails["sendgrid"]
    assert outbox.keys() == sendgrid.keys() == set(re.findall(r"^\S+@reader\.example", CSV, re.MULTILINE))
    for address, (subject, html, text) in outbox.items():
        assert sendgrid[address][0] == subject
        assert alike(sendgrid[address][1]) == alike(html)
        assert alike(sendgrid[address][2]) == alike(text)


@pytest.mark.parametrize("provider", ["outbox", "sendgrid"])
@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("ann@reader.example", "Ann <b>&: it’s time"),
        ("benoit@reader.example", "Benoît, c’est l’heure!"),
        ("chris@reader.example", "Chris: it’s time | Chris, c’est l’heure!"),
        ("nobody@reader.example", "friend: it’s time | à vous, c’est l’heure!"),
    ],
)
def test_the_subject_is_in_the_readers_language_or_in_both(
    provider: str, address: str, subject: str, mails: dict[str, dict[str, tuple[str, str, str]]]
) -> None:
    assert mails[provider][address][0] == subject


@pytest.mark.parametrize("provider", ["outbox", "sendgrid"])
@pytest.mark.parametrize(
    ("address", "shown", "hidden"),
    [
        ("ann@reader.example", ["Dear Ann <b>&,", "Only for Ontario, Lee.", "February"], ["Bonjour", "Québec", "février"]),
        ("benoit@reader.example", ["Bonjour Benoît,", f"95{N}% l’ont lue", f"13{N}h{N}00", "février"], ["Dear", "Pour l’Ontario", "February"]),
        ("chris@reader.example", ["Dear Chris,", "Bonjour Chris,", "Only for Ontario, Poe.", "Pour l’Ontario seulement, Poe."], []),
        ("nobody@reader.example", ["Dear friend,", "Bonjour à vous,"], ["Only for Ontario", "Pour l’Ontario"]),
    ],
)  # fmt: skip
def test_slots_blocks_and_dates_are_the_readers_own_in_html_and_text(
    provider: str,
    address: str,
    shown: list[str],
    hidden: list[str],
    mails: dict[str, dict[str, tuple[str, str, str]]],
) -> None:
    _subject, html, text = mails[provider][address]
    page = unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(style|head)\b.*?</\1>", "", html, flags=re.DOTALL)))
    for where in (" ".join(page.replace(N, "_").split()), " ".join(text.replace(N, "_").split())):
        assert [words for words in shown if words.replace(N, "_") not in where] == []
        assert [words for words in hidden if words in where] == []


def test_preheader_alt_text_and_links_are_set_in_their_language(
    mails: dict[str, dict[str, tuple[str, str, str]]],
) -> None:
    _subject, html, text = mails["sendgrid"]["benoit@reader.example"]
    assert "Quoi de neuf?" in html
    assert f'alt="Un crochet qu’on libère{N}: le vôtre"' in unescape(html)
    assert "zq" not in text
    _subject, english, _text = mails["outbox"]["ann@reader.example"]
    assert "What’s new" in unescape(english)
    assert 'alt="A hook that’s free"' in unescape(english)
