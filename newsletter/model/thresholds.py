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

_INCLUSIVE_EN = """chairman=chair, chairmen=chairs, chairwoman=chair, chairmanship=leadership, spokesman=spokesperson, spokesmen=spokespeople,
spokeswoman=spokesperson, businessman=business person, businessmen=business people, businesswoman=business person, salesman=salesperson,
salesmen=salespeople, saleswoman=salesperson, tradesman=tradesperson, tradesmen=tradespeople, craftsman=craftsperson, craftsmen=craftspeople,
craftsmanship=skill, workman=worker, workmen=workers, workmanship=quality of work, foreman=supervisor, foremen=supervisors,
repairman=repair technician, repairmen=repair technicians, serviceman=service technician, middleman=intermediary, middlemen=intermediaries,
layman=non-specialist, laymen=non-specialists, layman's terms=plain language, cameraman=camera operator, policeman=police officer,
policemen=police officers, fireman=firefighter, firemen=firefighters, mailman=letter carrier, congressman=member of Congress,
stewardess=flight attendant, waitress=server, housewife=homemaker, manpower=workforce, manned=staffed, unmanned=uncrewed, man-made=synthetic,
man-hour=hour of work, man-hours=hours of work, man hours=hours of work, man-day=working day, man-days=working days, mankind=humanity,
gentleman's agreement=informal agreement, ladies and gentlemen=everyone, dear sir=hello, dear sirs=hello, dear sir or madam=hello,
he or she=they, his or her=their, him or her=them, he/she=they, his/her=their, s/he=they, the disabled=people with disabilities,
the handicapped=people with disabilities, handicapped=with a disability, wheelchair-bound=who uses a wheelchair,
wheelchair bound=who uses a wheelchair, confined to a wheelchair=who uses a wheelchair, the blind=people who are blind,
the deaf=people who are deaf, the mentally ill=people with mental illness, suffers from a disability=has a disability,
able-bodied=without disabilities, special needs=access needs, the elderly=older people, the homeless=people without homes,
the poor=people with low incomes, whitelist=list of what is allowed, master/slave=primary and secondary,
grandfathered=exempted, sanity check=quick check, tone deaf=insensitive, tone-deaf=insensitive, crippled=badly hurt, lame duck=outgoing,
eskimo=Inuit, eskimos=Inuit, spirit animal=inspiration, low man on the totem pole=most junior, third world=lower-income countries,
third-world=lower-income, illegal immigrant=undocumented person, illegal immigrants=undocumented people,
sexual preference=sexual orientation""".replace("\n", " ").split(", ")
_INCLUSIVE_FR = """hommes d'affaires=gens d'affaires, homme d'affaires=personne d'affaires, femmes d'affaires=gens d'affaires,
droits de l'homme=droits de la personne, droits de l’homme=droits de la personne, homme de métier=personne de métier,
hommes de métier=gens de métier, homme à tout faire=personne polyvalente, hommes-années=années-personnes, homme-jour=jour-personne,
hommes-jours=jours-personnes, heures-hommes=heures-personnes, l'homme de la rue=tout le monde, mademoiselle=madame, chers messieurs=bonjour,
cher monsieur ou madame=bonjour, les handicapés=les personnes en situation de handicap, un handicapé=une personne en situation de handicap,
une handicapée=une personne en situation de handicap, des handicapés=des personnes en situation de handicap,
cloué à un fauteuil roulant=qui se déplace en fauteuil roulant, cloués à un fauteuil roulant=qui se déplacent en fauteuil roulant,
confiné à un fauteuil roulant=qui se déplace en fauteuil roulant, souffre d'un handicap=vit avec un handicap,
souffrant d'un handicap=vivant avec un handicap, malade mental=personne vivant avec un trouble mental,
malades mentaux=personnes vivant avec un trouble mental, les aveugles=les personnes aveugles, les sourds=les personnes sourdes,
sourd-muet=sourd, les vieux=les personnes aînées, les vieillards=les personnes aînées, troisième âge=personnes aînées,
les pauvres=les personnes à faible revenu, les sans-abri=les personnes en situation d'itinérance,
les itinérants=les personnes en situation d'itinérance, clochard=personne en situation d'itinérance, esquimau=inuit, esquimaux=inuits,
esquimaude=inuite, les indiens d'amérique=les premières nations, amérindiens=premières nations, amérindien=autochtone, amérindienne=autochtone,
autochtones du canada=peuples autochtones, tiers-monde=pays à faible revenu, tiers monde=pays à faible revenu,
immigrants illégaux=personnes sans papiers, immigrant illégal=personne sans papiers, clandestins=personnes sans papiers,
liste noire=liste de blocage, listes noires=listes de blocage, liste blanche=liste d'autorisation, listes blanches=listes d'autorisation,
maître/esclave=principal et secondaire, préférence sexuelle=orientation sexuelle, minorités visibles=personnes racisées,
chef de file masculin=chef de file, ménagère=personne au foyer, ménagères=personnes au foyer, hôtesse de l'air=agente de bord,
père de famille=parent, bon père de famille=personne raisonnable, langue maternelle=première langue""".replace(
    "\n", " "
).split(", ")

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
    Threshold("spelling.words", (), "Words of your own: of your field, your people, your products."),
    Threshold("spelling.most", 10, "The most remarks on words in one language; the rest is told in one."),
    Threshold("inclusive-words.english", tuple(_INCLUSIVE_EN), "Words, and what includes everybody: `chairman=chair`."),
    Threshold("inclusive-words.french", tuple(_INCLUSIVE_FR), "The same in French."),
    Threshold("inclusive-words.more", (), "Further words of yours, in any language: `guys=everyone`."),
    Threshold("inclusive-words.allowed", (), "Words of the lists that are all right here."),
    Threshold("spam-score.warn", 3, "Points of SpamAssassin from which a mail is looked at."),
    Threshold("spam-score.most", 5, "Points at which filters put a mail away."),
    Threshold("picture-ground.least", 1.5, "The least contrast with the ground that half of what is drawn must have."),
    Threshold("size-clipped.warn", 90, "Kilobytes of HTML from which a mail is near the size at which Gmail cuts it off."),
    Threshold("size-clipped.most", 102, "Kilobytes of HTML from which Gmail hides the rest, footer included."),
    Threshold("from-domain.free", tuple(_FREE_MAIL), "The hosts of free mail, from which no mailing may come."),
)  # fmt: skip

DEFAULTS: Mapping[str, Limit] = MappingProxyType({one.name: one.default for one in THRESHOLDS})
