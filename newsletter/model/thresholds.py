"""The thresholds of all checks: name, default, meaning. The only place that knows them.

In: nothing. Out: data. Called by settings, which lets newsletter.toml change them, and by the checks; docs are made from it.

`subject-length.most` stands in newsletter.toml as `most` under `[checks.subject-length]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Limit = int | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """One threshold. `name` begins with the check's own name and a full stop."""

    name: str
    default: Limit
    help: str

    @property
    def check(self) -> str:
        """The check that it belongs to."""
        return self.name.partition(".")[0]


_SHORTENERS = [
    "bit.ly",
    "bitly.com",
    "t.co",
    "tinyurl.com",
    "goo.gl",
    "ow.ly",
    "buff.ly",
    "is.gd",
    "v.gd",
    "t.ly",
    "cutt.ly",
    "rebrand.ly",
    "rb.gy",
    "lnkd.in",
    "trib.al",
    "dlvr.it",
    "ift.tt",
    "shorturl.at",
    "tiny.cc",
    "adf.ly",
    "bl.ink",
    "short.io",
    "s.id",
    "qr.ae",
    "j.mp",
    "fb.me",
    "amzn.to",
    "youtu.be.link",
    "snip.ly",
    "soo.gd",
    "clck.ru",
    "u.to",
    "tr.im",
]
_FREE_MAIL = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.ca",
    "yahoo.fr",
    "ymail.com",
    "outlook.com",
    "hotmail.com",
    "hotmail.ca",
    "hotmail.fr",
    "live.com",
    "live.ca",
    "msn.com",
    "aol.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "gmx.com",
    "gmx.net",
    "gmx.de",
    "mail.com",
    "proton.me",
    "protonmail.com",
    "zoho.com",
    "yandex.com",
    "mail.ru",
    "sympatico.ca",
    "videotron.ca",
    "bell.net",
    "rogers.com",
    "shaw.ca",
    "telus.net",
    "orange.fr",
    "free.fr",
    "laposte.net",
]
_GENERIC = """click here, here, click, click this link, this link, link, read more, more, learn more, see more, find out more, more info,
more information, details, continue, go, view, download, this page, website, cliquez ici, cliquer ici, ici, ce lien, lien, lire la suite, lire plus,
en savoir plus, savoir plus, voir plus, plus, plus d'info, plus d'infos, plus d'information, plus d'informations, détails, suite, la suite,
continuer, voir, télécharger, cette page, site web""".replace("\n", " ").split(", ")
_SPAM = """act now, buy now, order now, click here, limited time, 100% free, free gift, risk free, risk-free, no obligation, guaranteed,
winner, you have won, cash bonus, earn money, make money, double your, last chance, urgent, agissez maintenant, achetez maintenant,
commandez maintenant, cliquez ici, durée limitée, 100 % gratuit, cadeau gratuit, sans risque, sans obligation, garanti, gagnant,
vous avez gagné, argent facile, dernière chance""".replace("\n", " ").split(", ")

THRESHOLDS: tuple[Threshold, ...] = (
    Threshold("subject-length.least", 10, "The fewest characters of a subject."),
    Threshold("subject-length.most", 60, "The most characters of a subject that phones show."),
    Threshold("subject-length.longest", 78, "The most characters of a subject that any mail program shows."),
    Threshold("personalization.share", 50, "The percentage of members who may see a fallback."),
    Threshold("personalization.longest", 60, "The most characters of a member's value."),
    Threshold("link-status.unsure", ("401", "402", "403", "405", "406", "418", "429", "451", "503", "999"), "Statuses with which servers send programs away and let people in."),
    Threshold("bilingual-parity.least", 0.6, "The share of a section's words in one language that the other must have."),
    Threshold("subject-style.capitals", 30, "The largest share of words in capitals, in percent."),
    Threshold("subject-style.emoji", 1, "The most emoji in a subject."),
    Threshold("subject-style.phrases", tuple(_SPAM), "What spam says, and a subject should not."),
    Threshold("preheader-missing.least", 30, "The fewest characters of a preheader."),
    Threshold("preheader-missing.most", 100, "The most characters of a preheader that inboxes show."),
    Threshold("text-parity.words", 80, "The smallest share of the words of the HTML that the plain text has, in percent."),
    Threshold("text-lines.most", 78, "The most characters on a line of plain text."),
    Threshold("link-shortener.hosts", tuple(_SHORTENERS), "The hosts that shorten addresses."),
    Threshold("link-text-generic.words", tuple(_GENERIC), "Words of a link that do not say where it leads."),
    Threshold("image-alt.most", 125, "The most characters of alternative text."),
    Threshold("client-support.share", 10, "Percent of readers whose mail programs must lack a feature for it to be remarked on."),
    Threshold("client-support.mix", ("apple-mail.ios=28", "outlook.windows=20", "gmail.desktop-webmail=14", "outlook.outlook-com=8", "apple-mail.macos=7", "gmail.android=6", "gmail.ios=5", "outlook.ios=4", "outlook.macos=3", "outlook.android=2", "yahoo.desktop-webmail=2", "samsung-email.android=1"), "The readers' mail programs, with their shares."),
    Threshold("client-support.allowed", (), "Features, by their names at caniemail.com, that are used in spite of that."),
    Threshold("image-weight.each", 200, "Kilobytes from which a picture is heavy."),
    Threshold("image-weight.most", 1024, "Kilobytes from which a picture is too heavy to send."),
    Threshold("image-weight.total", 800, "Kilobytes from which the pictures of a mail are heavy together."),
    Threshold("image-size.times", 3, "How many times its shown width a picture may have."),
    Threshold("image-size.most", 1200, "The width in pixels up to which a picture is never too large."),
    Threshold("image-animated.seconds", 5, "How many seconds a picture may move."),
    Threshold("image-animated.most", 1024, "Kilobytes from which a picture that moves is too heavy."),
    Threshold("image-only.least", 400, "The fewest characters of text in a mail that has a picture."),
    Threshold("contrast.text", 4.5, "The least contrast of text with its ground."),
    Threshold("contrast.large", 3.0, "The least contrast of large text (24 px, or 18.66 px bold)."),
    Threshold("contrast.least", 3.0, "The contrast under which a mail is not sent."),
    Threshold("font-size.body", 14, "The least size, in pixels, that most of the text is set in."),
    Threshold("font-size.least", 12, "The least size, in pixels, of any visible text."),
    Threshold("tap-target.least", 44, "The least height of a button, in pixels."),
    Threshold("outlook-traps.most", 700, "The largest width of an element, in pixels."),
    Threshold("outlook-traps.margin", 16, "The largest margin of a picture, in pixels, that is not missed where Outlook leaves it out."),
    Threshold("head-css.most", 16, "Kilobytes of styles that Gmail takes."),
    Threshold("invisible-characters.run", 3, "How many invisible signs in a row are too many."),
    Threshold("word-count.least", 50, "The fewest words of a mail."),
    Threshold("word-count.most", 5000, "The most words of a mail."),
    Threshold("word-count.sentence", 30, "The most words of a sentence, on average."),
    Threshold("size-clipped.warn", 90, "Kilobytes of HTML from which a mail is near the size at which Gmail cuts it off."),
    Threshold("size-clipped.most", 102, "Kilobytes of HTML from which Gmail hides the rest, footer included."),
    Threshold("from-domain.free", tuple(_FREE_MAIL), "The hosts of free mail, from which no mailing may come."),
)  # fmt: skip

DEFAULTS: Mapping[str, Limit] = MappingProxyType({one.name: one.default for one in THRESHOLDS})
