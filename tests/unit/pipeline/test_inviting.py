"""A link that is passed on by mail, where that is set up: to a real server of this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.model.account import Role
from newsletter.pipeline import accounts, inviting
from newsletter.pipeline.context import Context
from newsletter.settings import resolve
from tests.mail_server import mail_server
from tests.mailed import Mailed, world

pytestmark = pytest.mark.enable_socket
STUDIO = "https://studio.ngen.example"


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        yield made


def with_mail(mailed: Mailed, port: int, **more: str) -> Context:
    environ = {
        "NEWSLETTER_NOTICES_CHANNEL": "smtp",
        "NEWSLETTER_NOTICES_SMTP_HOST": "127.0.0.1",
        "NEWSLETTER_NOTICES_SMTP_PORT": str(port),
        "NEWSLETTER_NOTICES_SMTP_SECURITY": "none",
        **more,
    }
    return replace(mailed.ctx, settings=resolve({}, environ, {}), actor="Ana Côté")


def test_the_link_goes_to_its_person_in_their_language(mailed: Mailed) -> None:
    with mail_server() as server:
        ctx = with_mail(mailed, server.port)
        made = accounts.add(ctx, "Zoé\r\nBcc: x@evil.example", "zoe@ngen.example", [Role.AUTHOR], "fr")
        passed = inviting.pass_on(ctx, made, STUDIO)
        assert (passed.url, passed.mailed, passed.fault) == (f"{STUDIO}{made.path}", True, "")
        (mail,) = server.mails
    assert mail["To"].addresses[0].addr_spec == "zoe@ngen.example"
    assert len(mail["To"].addresses) == 1
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Votre compte pour Nouvelles de NGen"
    text = mail.get_content()
    assert "Ana Côté vous a créé un compte" in text
    assert re.search(rf"^{STUDIO}/welcome/[\w-]{{43}}\r?$", text, re.MULTILINE)


def test_where_nothing_is_set_up_a_person_passes_it_on(mailed: Mailed) -> None:
    made = accounts.add(mailed.ctx, "Zoé", "zoe@ngen.example", [Role.AUTHOR])
    assert inviting.pass_on(mailed.ctx, made, STUDIO) == inviting.Passed(f"{STUDIO}{made.path}", mailed=False)
    first = accounts.Invitation(None, "/welcome/x", made.until)
    assert not inviting.pass_on(mailed.ctx, first, STUDIO).mailed


@pytest.mark.parametrize("wrong", ["nobody listens", "plain to elsewhere"])
def test_a_fault_of_the_server_is_told_and_the_link_shown_all_the_same(mailed: Mailed, wrong: str) -> None:
    elsewhere = {"NEWSLETTER_NOTICES_SMTP_HOST": "192.0.2.1"} if wrong == "plain to elsewhere" else {}
    ctx = with_mail(mailed, 9, **elsewhere)
    made = accounts.add(ctx, "Zoé", "zoe@ngen.example", [Role.AUTHOR])
    passed = inviting.pass_on(ctx, made, STUDIO)
    assert (passed.url, passed.mailed) == (f"{STUDIO}{made.path}", False)
    assert passed.fault
