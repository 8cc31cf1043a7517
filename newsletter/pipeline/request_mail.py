"""The mail of a request: what goes out, to whom, when, what changed, and one button that leads to a page of one's own.

In: a request, what would go out. Out: a Message, as text and as a page that fits a phone. Called by pipeline.requests_sent.

The page stands on a table of one column with its styles in place, for Outlook reads nothing else; dark colours come from one media
query. Everything that people wrote is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from newsletter.compose.differing import Change, Mark
from newsletter.model.approval import Asked, MailKind
from newsletter.model.notice import Message
from newsletter.pipeline import asking, notice_facts, request_words
from newsletter.pipeline.changes import Changed
from newsletter.pipeline.considering import Proposal
from newsletter.pipeline.context import Context
from newsletter.planning.phrases import NBSP

_MOST = 6  #: changes of a language that stand in the mail; the page has all
_SANS = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_SERIF = "'Iowan Old Style','Palatino Linotype',Palatino,Georgia,serif"
_DARK = (
    ".page{background:#14181B!important}.card{background:#1D2327!important}.ink{color:#ECE8E1!important}"
    ".quiet,.quiet td{color:#A9B3B9!important}.line{border-color:#333C42!important}.new{background:#12312F!important;color:#CDE9E6!important}"
    ".gone{color:#A9B3B9!important}.button{background:#6CC5BE!important}.button a{color:#10201F!important}"
)
_WORDS = {
    "en": {
        "kicker": "Please approve",
        "again": "Please approve again",
        "reminder": "Reminder: please approve",
        "last": "Last reminder: please approve",
        "asks": "{by} asks for your approval.",
        "deputy": "You are asked in the place of {by}.",
        "until": "Please answer by {deadline}.",
        "when": "When",
        "to": "To",
        "subject": "Subject",
        "changes": "Changes since you last answered ({at})",
        "approved": "Changes since the version that was approved ({at})",
        "same": "Nothing has changed since you last answered.",
        "first": "You have not seen it before.",
        "more": "{count} more on the page.",
        "fresh": "New in this language.",
        "gone": "No longer in this language.",
        "links": "The words are the same; where links lead is not.",
        "pictures": "Other pictures.",
        "look": "The words are the same; how it looks is not.",
        "waivers": "Remarks that are accepted",
        "button": "Look and decide",
        "safe": "The link is yours alone. Opening it changes nothing; without an answer nothing goes out.",
        "label_subject": "Subject",
        "label_preheader": "Preheader",
    },
    "fr": {
        "kicker": "À approuver",
        "again": "À approuver de nouveau",
        "reminder": f"Rappel{NBSP}: à approuver",
        "last": f"Dernier rappel{NBSP}: à approuver",
        "asks": "{by} demande votre approbation.",
        "deputy": "La demande vous est adressée à la place de {by}.",
        "until": "Veuillez répondre au plus tard le {deadline}.",
        "when": "Quand",
        "to": "Pour",
        "subject": "Objet",
        "changes": "Modifications depuis votre dernière réponse ({at})",
        "approved": "Modifications depuis la version approuvée ({at})",
        "same": "Rien n’a changé depuis votre dernière réponse.",
        "first": "Vous ne l’avez pas encore vu.",
        "more": "{count} autres sur la page.",
        "fresh": "Nouveau dans cette langue.",
        "gone": "N’existe plus dans cette langue.",
        "links": "Les mots sont les mêmes, mais des liens mènent ailleurs.",
        "pictures": "D’autres images.",
        "look": "Les mots sont les mêmes, mais l’apparence a changé.",
        "waivers": "Remarques acceptées",
        "button": "Voir et décider",
        "safe": "Ce lien est à vous seul. L’ouvrir ne change rien; sans réponse, rien ne part.",
        "label_subject": "Objet",
        "label_preheader": "Préen-tête",
    },
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a mail says, in words. `lead` are sentences, `facts` labelled lines, `changes` blocks under a heading."""

    kicker: str
    title: str
    lead: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    heading: str
    sections: tuple[tuple[str, tuple[Change, ...], tuple[str, ...]], ...]
    waivers: tuple[str, ...]
    url: str


def message(ctx: Context, asked: Asked, kind: MailKind, seen: Proposal) -> Message:
    """The mail of one kind to one person, about a mailing that has an edition."""
    words = _WORDS[asked.language]
    facts = _facts(ctx, asked, kind, seen, words)
    colon = f"{NBSP}: " if asked.language == "fr" else ": "
    subject = (
        f"{facts.kicker} – {facts.title}" if colon in facts.kicker else f"{facts.kicker}{colon}{facts.title}"
    )
    text = tuple(_text(facts, words, colon))
    url = f"{facts.url}?lang={asked.language}"
    return Message(subject, text, words["button"], url, _page(facts, words, asked.language, url))


def label(change: Change, language: str) -> str:
    """What a change of the inbox row is called; empty for one of the mail itself."""
    return _WORDS[language][f"label_{change.label}"] if change.label else ""


def told(one: Changed, language: str) -> tuple[str, ...]:
    """What changed in a language and is no change of words."""
    names = {"fresh": one.fresh, "gone": one.gone, "links": one.links}
    return tuple(_WORDS[language][name] for name, holds in names.items() if holds)


def beside(seen: Proposal, language: str) -> tuple[str, ...]:
    """What changed and is of no language."""
    found = seen.difference
    names = {"pictures": found.pictures, "look": found.look} if found else {}
    return tuple(_WORDS[language][name] for name, holds in names.items() if holds)


def heading(ctx: Context, seen: Proposal, language: str) -> str:
    """What the changes are changes since; or that there are none, or nothing to compare with."""
    words = _WORDS[language]
    if seen.since is None or seen.difference is None:
        return words["first"]
    if seen.since.own and not seen.difference.any:
        return words["same"]
    at = request_words.day(ctx, seen.since.at, language)
    return words["changes" if seen.since.own else "approved"].format(at=at)


def _facts(ctx: Context, asked: Asked, kind: MailKind, seen: Proposal, words: dict[str, str]) -> Facts:
    language, edition = asked.language, seen.edition
    if edition is None:
        raise LookupError(asked.campaign)
    asks = words["deputy" if asked.deputy_for else "asks"].format(by=asked.asked_by) if asked.asked_by else ""
    again = request_words.again(ctx, seen, language)
    until = words["until"].format(deadline=request_words.moment(ctx, asked.deadline, language))
    compared = request_words.compared_with(ctx, seen, language)
    rule = seen.campaign.audience
    reach = f"{request_words.audience(seen, language)} {compared}".strip()
    return Facts(
        kicker=words[_kicker(kind, again)],
        title=notice_facts.title(edition, language),
        lead=tuple(line for line in (asks, again, until) if line),
        facts=(
            (words["when"], request_words.when(seen, language)),
            (words["to"], f"{_capital(request_words.recipients(rule, language))}. {reach}"),
            (words["subject"], notice_facts.subject(edition, language)),
        ),
        heading=heading(ctx, seen, language),
        sections=tuple(_sections(seen, words, language)),
        waivers=tuple(f"{one.finding.told(language)[0]} — {one.reason}" for one in seen.waived),
        url=asking.url(ctx, asked),
    )


def _kicker(kind: MailKind, again: str) -> str:
    first = "again" if again else "kicker"
    return {MailKind.REMINDER: "reminder", MailKind.LAST: "last"}.get(kind, first)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sections(
    seen: Proposal, words: dict[str, str], language: str
) -> Iterator[tuple[str, tuple[Change, ...], tuple[str, ...]]]:
    if seen.difference is None:
        return
    for one in seen.difference.languages:
        left = len(one.changes) - _MOST
        more = (words["more"].format(count=left),) if left > 0 else ()
        name = _capital(request_words.language_name(one.language, language))
        yield name, one.changes[:_MOST], told(one, language) + more
    if also := beside(seen, language):
        yield "", (), also


def _text(facts: Facts, words: dict[str, str], colon: str) -> Iterator[str]:
    yield facts.title
    yield " ".join(facts.lead)
    for name, value in facts.facts:
        yield f"{name}{colon}{value}"
    yield facts.heading
    for name, found, also in facts.sections:
        if name:
            yield f"{name}{colon}".strip()
        for change in found:
            yield _spelled(change, words, colon)
        yield from also
    if facts.waivers:
        yield f"{words['waivers']}{colon}".strip()
        yield from (f"• {line}" for line in facts.waivers)
    yield words["safe"]


def _spelled(change: Change, words: dict[str, str], colon: str) -> str:
    marks = {Mark.GONE: "[- {} -]", Mark.NEW: "[+ {} +]", Mark.KEPT: "{}"}
    said = "".join(
        marks[run.mark].format(run.text.strip()) if run.mark is not Mark.KEPT else run.text
        for run in change.runs
    )
    said = said.replace("-][+", "-] [+")
    return f"{words[f'label_{change.label}']}{colon}{said}" if change.label else said


def _page(facts: Facts, words: dict[str, str], language: str, url: str) -> str:
    body = "".join(_rows(facts, words, url))
    return (
        f'<!doctype html><html lang="{language}" dir="ltr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">'
        '<meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no">'
        f"<title>{escape(facts.title)}</title><style>:root{{color-scheme:light dark}}"
        f"@media (prefers-color-scheme:dark){{{_DARK}}}@media (max-width:480px){{.card{{padding:24px 20px 28px!important}}"
        ".button{display:block!important;text-align:center}}</style></head>"
        f'<body class="page" style="margin:0;padding:0;background:#F4F1EC">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page" style="background:#F4F1EC">'
        '<tr><td align="center" style="padding:0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
        'style="max-width:600px"><tr><td class="card ink" style="background:#FFFFFF;padding:32px 32px 40px;color:#1F2A30;'
        f'font:16px/26px {_SANS}">{body}</td></tr></table></td></tr></table></body></html>'
    )


def _rows(facts: Facts, words: dict[str, str], url: str) -> Iterator[str]:
    yield f'<p class="quiet" style="margin:0 0 8px;color:#5A666D;font-size:13px;line-height:20px">{escape(facts.kicker)}</p>'
    yield f'<h1 class="ink" style="margin:0 0 16px;font:600 28px/34px {_SERIF};color:#1F2A30">{escape(facts.title)}</h1>'
    yield f'<p style="margin:0 0 24px">{"<br>".join(escape(line) for line in facts.lead)}</p>'
    yield '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 8px">'
    for name, value in facts.facts:
        yield (
            '<tr><td class="quiet line" valign="top" width="76" style="padding:10px 12px 10px 0;border-top:1px solid #DDD6CB;'
            f'color:#5A666D;font:16px/26px {_SANS}">{escape(name)}</td><td class="ink line" style="padding:10px 0;'
            f'border-top:1px solid #DDD6CB;color:#1F2A30;font:16px/26px {_SANS}">{escape(value)}</td></tr>'
        )
    yield "</table>"
    yield _button(words["button"], url)
    yield from _changed(facts, words)
    yield f'<p class="quiet" style="margin:32px 0 0;color:#5A666D;font-size:13px;line-height:20px">{escape(words["safe"])}</p>'


def _button(label: str, url: str) -> str:
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" style="margin:16px 0 32px"><tr><td>'
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>'
        '<td class="button" bgcolor="#0B5D5B" style="background:#0B5D5B;border-radius:8px;padding:0">'
        f'<a href="{escape(url)}" style="display:inline-block;padding:11px 28px;color:#FFFFFF;font:600 16px/26px {_SANS};'
        f'text-decoration:none">{escape(label)}</a></td></tr></table></td></tr></table>'
    )


def _changed(facts: Facts, words: dict[str, str]) -> Iterator[str]:
    yield _heading(facts.heading) if facts.sections else f"<p>{escape(facts.heading)}</p>"
    for name, found, also in facts.sections:
        if name:
            yield f'<p class="quiet" style="margin:16px 0 8px;color:#5A666D;font-size:13px;line-height:20px">{escape(name)}</p>'
        for change in found:
            yield f'<p class="line" style="margin:0 0 12px;padding:0 0 0 12px;border-left:2px solid #DDD6CB">{_marked(change, words)}</p>'
        for line in also:
            yield f'<p style="margin:0 0 12px">{escape(line)}</p>'
    if facts.waivers:
        yield _heading(words["waivers"])
        for line in facts.waivers:
            yield f'<p style="margin:0 0 8px">{escape(line)}</p>'


def _heading(text: str) -> str:
    return f'<h2 class="ink" style="margin:24px 0 8px;font:600 18px/26px {_SERIF};color:#1F2A30">{escape(text)}</h2>'


def _marked(change: Change, words: dict[str, str]) -> str:
    marks = {
        Mark.GONE: '<del class="gone" style="color:#5A666D">{}</del>',
        Mark.NEW: '<ins class="new" style="background:#DCEDEB;color:#0A3F3E;text-decoration:none">{}</ins>',
        Mark.KEPT: "{}",
    }
    said = "".join(marks[run.mark].format(escape(run.text)) for run in change.runs)
    said = said.replace("</del><ins", "</del> <ins")
    name = f"{escape(words[f'label_{change.label}'])} · " if change.label else ""
    return f"{name}{said}"
