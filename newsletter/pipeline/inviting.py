"""Passing an account's link on: by mail, where a mail server for notices is set up; else a person does it.

In: an invitation, the studio's address. Out: whether it was mailed. Called by the studio and `newsletter staff`.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.channels import registry
from newsletter.channels.bounded import bounded
from newsletter.channels.contract import Undelivered
from newsletter.model.errors import ConfigurationError
from newsletter.model.notice import Message, Person
from newsletter.model.said import kept
from newsletter.pipeline.accounts import Invitation
from newsletter.pipeline.context import Context

_WORDS = {
    "en": (
        "Your account for {newsletter}",
        "{actor} has made you an account in the studio of {newsletter}.",
        "Choose a password by this link. It works once, within 24 hours.",
        "Choose a password:",
    ),
    "fr": (
        "Votre compte pour {newsletter}",
        "{actor} vous a créé un compte dans l’atelier de {newsletter}.",
        "Choisissez un mot de passe par ce lien. Il ne sert qu’une fois, dans les 24 heures.",
        "Choisir un mot de passe\u00a0:",
    ),
}


@dataclass(frozen=True, slots=True)
class Passed:
    """`url`: the link, to be shown once; `mailed`: it was sent to its person; `fault`: why it was not, empty when nothing was tried."""

    url: str
    mailed: bool
    fault: str = ""


def pass_on(ctx: Context, invitation: Invitation, studio: str) -> Passed:
    """Mail the link to its person, if there is a way. Nothing is raised: the link is shown in any case."""
    url = f"{studio}{invitation.path}"
    person = invitation.account
    if person is None or "smtp" not in ctx.settings.items("notices.channel"):
        return Passed(url, mailed=False)
    try:
        there = Person(person.name, person.email, person.language)
        way = registry.mailbox(ctx.settings, ctx.publication.sender.address, there)
        message = _message(ctx, person.language, url)
        bounded(lambda: way.post((message,)))
    except ConfigurationError as error:
        return Passed(url, mailed=False, fault=kept(error.said[0]))
    except Undelivered as error:
        return Passed(url, mailed=False, fault=error.what)
    return Passed(url, mailed=True)


def _message(ctx: Context, language: str, url: str) -> Message:
    names = ctx.publication.name
    newsletter = names.get(language) or next(iter(names.values()))
    told = [text.format(newsletter=newsletter, actor=ctx.actor) for text in _WORDS[language]]
    return Message(told[0], (told[1], told[2]), told[3], url)
