"""The palette: every component of the catalogue with its name, what it is for, and lines to begin with, in English and French.

In: nothing. Out: a table. Called by the studio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from newsletter.compose.components import CATALOGUE
from newsletter.model.said import NBSP, Said


@dataclass(frozen=True, slots=True)
class Entry:
    """One component. `lines` are to be written into an issue of that language; `needs_picture`: they name a picture that must be there."""

    key: str
    name: Said
    purpose: Said
    lines: Said

    @property
    def needs_picture(self) -> bool:
        """True where the lines show a picture of the issue."""
        return 'image="' in self.lines.en or 'src="picture' in self.lines.en


def entries() -> tuple[Entry, ...]:
    """The whole palette, in the catalogue's order."""
    return tuple(Entry(key, *_TABLE[key]) for key in CATALOGUE)


_URL: Final = "https://www.example.org/"
_TABLE: Final[dict[str, tuple[Said, Said, Said]]] = {
    "hero": (
        Said("Main story", "Grande affiche"),
        Said(
            "The one thing that this mail is about: large headline, one button.",
            f"Le sujet du courriel{NBSP}: un grand titre, un seul bouton.",
        ),
        Said(
            f'::: hero title="The headline" href="{_URL}" link="What happens next"\nTwo lines that make one want to know more.\n:::\n',
            f'::: hero title="Le grand titre" href="{_URL}" link="Ce qui vient ensuite"\nDeux lignes qui donnent envie d’en savoir plus.\n:::\n',
        ),
    ),
    "lead": (
        Said("First story", "Article principal"),
        Said("The first story of a digest.", "Le premier article d’un bulletin."),
        Said(
            f'::: lead title="The headline" kicker="Subject" href="{_URL}" link="Read about the projects"\nTwo or three sentences.\n:::\n',
            f'::: lead title="Le titre" kicker="Thème" href="{_URL}" link="Découvrir les projets"\nDeux ou trois phrases.\n:::\n',
        ),
    ),
    "teaser": (
        Said("Short story", "Brève"),
        Said(
            "Headline, two lines, a link with a real name.",
            "Un titre, deux lignes, un lien qui dit où il mène.",
        ),
        Said(
            f'::: teaser title="The headline" kicker="Subject" side="none" href="{_URL}" link="Meet the members"\nOne or two lines.\n:::\n',
            f'::: teaser title="Le titre" kicker="Thème" side="none" href="{_URL}" link="Rencontrer les membres"\nUne ou deux lignes.\n:::\n',
        ),
    ),
    "two-up": (
        Said("Two stories side by side", "Deux brèves côte à côte"),
        Said(
            "Two stories of the same weight; one below the other on a phone.",
            "Deux sujets d’égale importance; l’un sous l’autre sur un téléphone.",
        ),
        Said(
            f'::: two-up\n::: teaser title="The first" href="{_URL}a" link="Visit the workshop"\nOne line.\n:::\n'
            f'::: teaser title="The second" href="{_URL}b" link="Meet the team"\nOne line.\n:::\n:::\n',
            f'::: two-up\n::: teaser title="Le premier" href="{_URL}a" link="Visiter l’atelier"\nUne ligne.\n:::\n'
            f'::: teaser title="Le second" href="{_URL}b" link="Rencontrer l’équipe"\nUne ligne.\n:::\n:::\n',
        ),
    ),
    "heading": (
        Said("Section heading", "Titre de section"),
        Said(
            "Opens a part of the mail, with a small line above.",
            "Ouvre une partie du courriel, avec un surtitre.",
        ),
        Said(
            '::: heading kicker="Calendar"\nDates to keep\n:::\n',
            '::: heading kicker="Calendrier"\nDates à retenir\n:::\n',
        ),
    ),
    "figures": (
        Said("Key figures", "Chiffres clés"),
        Said(
            "Numbers worth remembering: number, then what it counts.",
            f"Des nombres à retenir{NBSP}: le nombre, puis ce qu’il compte.",
        ),
        Said(
            "::: figures\n3,000+ | members\n65 | projects under way\n:::\n",
            f"::: figures\n3{NBSP}000+ | membres\n65 | projets en cours\n:::\n",
        ),
    ),
    "quote": (
        Said("Quotation", "Citation"),
        Said("Somebody’s words, and whose they are.", "Les mots d’une personne, et son nom."),
        Said(
            '::: quote who="Name, place"\nWhat they said.\n:::\n',
            '::: quote who="Nom, lieu"\nCe que la personne a dit.\n:::\n',
        ),
    ),
    "callout": (
        Said("Box", "Encadré"),
        Said(
            "What must not be missed: good to know, or a deadline.",
            f"À ne pas manquer{NBSP}: bon à savoir, ou date limite.",
        ),
        Said(
            '::: callout kind="deadline" title="What ends, and when"\nWhat to do before.\n:::\n',
            '::: callout kind="deadline" title="Ce qui prend fin, et quand"\nCe qu’il faut faire d’ici là.\n:::\n',
        ),
    ),
    "correction": (
        Said("Correction", "Rectificatif"),
        Said(
            "What was wrong in an earlier mail, and what is right.",
            "L’erreur d’un envoi précédent, et ce qui est juste.",
        ),
        Said(
            '::: correction title="What is right" date="2021-01-13"\nWhat we wrote by mistake, and our apology.\n:::\n',
            '::: correction title="Ce qui est juste" date="2021-01-13"\nCe que nous avions écrit par erreur, et nos excuses.\n:::\n',
        ),
    ),
    "button": (
        Said("Button", "Bouton"),
        Said("The one thing to press.", "Le seul geste à poser."),
        Said(
            f'::: button href="{_URL}"\nSay what happens\n:::\n',
            f'::: button href="{_URL}"\nDites ce qui se passe\n:::\n',
        ),
    ),
    "image": (
        Said("Picture", "Image"),
        Said(
            "A picture in the width of the text, with its text for those who do not see it.",
            "Une image de la largeur du texte, avec sa description pour qui ne la voit pas.",
        ),
        Said(
            '::: image src="picture.png" alt="What the picture shows"\n:::\n',
            '::: image src="picture.png" alt="Ce que montre l’image"\n:::\n',
        ),
    ),
    "table": (
        Said("Table", "Tableau"),
        Said("Figures that are compared.", "Des chiffres à comparer."),
        Said(
            '::: table title="What it shows" names="yes"\n| Region | 2019 | 2020 |\n|---|---|---|\n| Ontario | 61.5 | 74.2 |\n| Québec | 8.1 | 12.9 |\n:::\n',
            '::: table title="Ce qu’il montre" names="yes"\n| Région | 2019 | 2020 |\n|---|---|---|\n| Ontario | 61,5 | 74,2 |\n| Québec | 8,1 | 12,9 |\n:::\n',
        ),
    ),
    "rows": (
        Said("List in columns", "Liste en colonnes"),
        Said(
            "A short list of anything, up to four cells a row.",
            "Une courte liste, quatre cases au plus par ligne.",
        ),
        Said(
            '::: rows title="Where we will be"\nTrade fair | Montréal | 9 to 11 February\nOpen house | Hamilton | 18 February\n:::\n',
            '::: rows title="Où nous serons"\nSalon | Montréal | 9 au 11 février\nPortes ouvertes | Hamilton | 18 février\n:::\n',
        ),
    ),
    "calls": (
        Said("Calls for proposals", "Appels de propositions"),
        Said("What one can apply for, and until when.", "Ce à quoi on peut postuler, et jusqu’à quand."),
        Said(
            f'::: calls title="Open calls"\n[The call]({_URL}) | 12 March 2021, noon Eastern | For whom it is\n:::\n',
            f'::: calls title="Appels en cours"\n[L’appel]({_URL}) | 12 mars 2021, midi (HE) | À qui il s’adresse\n:::\n',
        ),
    ),
    "members": (
        Said("New members", "Nouveaux membres"),
        Said("Name, place, the way to them.", "Nom, lieu, lien."),
        Said(
            f'::: members title="New members"\nA firm | Hamilton, Ontario | [example.org]({_URL})\nAnother firm | Rimouski, Québec\n:::\n',
            f'::: members title="Nouveaux membres"\nUne entreprise | Hamilton (Ontario) | [example.org]({_URL})\nUne autre | Rimouski (Québec)\n:::\n',
        ),
    ),
    "event": (
        Said("Event", "Événement"),
        Said(
            "A date to keep, with a file for the reader’s calendar.",
            "Une date à retenir, avec un fichier pour l’agenda.",
        ),
        Said(
            f'::: event title="What happens" date="2021-02-11 13:00" time="1:00 to 2:30 p.m." zone="America/Toronto" place="Online" href="{_URL}" link="Register for the event" ics="yes"\n:::\n',
            f'::: event title="Ce qui a lieu" date="2021-02-11 13:00" time="de 13 h à 14 h 30" zone="America/Toronto" place="En ligne" href="{_URL}" link="S’inscrire à l’événement" ics="yes"\n:::\n',
        ),
    ),
    "file": (
        Said("File to take along", "Fichier à télécharger"),
        Said(
            "A document of the issue’s folder; kind and size are shown.",
            "Un document du dossier du numéro; type et taille sont affichés.",
        ),
        Said(
            '::: file src="guide.pdf" title="What it is"\nWho it is for.\n:::\n',
            '::: file src="guide.pdf" title="Ce que c’est"\nÀ qui il s’adresse.\n:::\n',
        ),
    ),
    "divider": (
        Said("Line", "Filet"),
        Said(
            "Between two parts that are not worth a heading.",
            "Entre deux parties qui ne méritent pas de titre.",
        ),
        Said("::: divider :::\n", "::: divider :::\n"),
    ),
    "sponsor": (
        Said("Sponsor", "Commanditaire"),
        Said("Somebody who pays to stand here, said so.", "Qui paie pour paraître ici, et c’est dit."),
        Said(
            f'::: sponsor name="The sponsor" href="{_URL}" link="Visit the sponsor"\nOne or two lines.\n:::\n',
            f'::: sponsor name="Le commanditaire" href="{_URL}" link="Visiter le commanditaire"\nUne ou deux lignes.\n:::\n',
        ),
    ),
    "letter": (
        Said("Letter", "Lettre"),
        Said(
            "A letter within the mail: place, day, who signs.",
            f"Une lettre dans le courriel{NBSP}: lieu, date, signature.",
        ),
        Said(
            '::: letter place="Hamilton" date="2021-01-20" salutation="Dear {{ member.first_name | default("friend") }}," name="Name" role="Role"\nThe letter.\n:::\n',
            '::: letter place="Hamilton" date="2021-01-20" salutation="Bonjour {{ member.first_name | default("à vous") }}," name="Nom" role="Fonction"\nLa lettre.\n:::\n',
        ),
    ),
    "signature": (
        Said("Signature", "Signature"),
        Said("Who signs, below a closing line.", "Qui signe, sous une formule de salutation."),
        Said(
            '::: signature name="Name" role="Role"\nWith our best wishes,\n:::\n',
            '::: signature name="Nom" role="Fonction"\nAvec nos meilleurs vœux,\n:::\n',
        ),
    ),
}
#: what is no component: a word, and lines to begin with
SNIPPETS: Final = (
    Entry(
        "slot",
        Said("First name", "Prénom"),
        Said("A personal field, with what stands there for those whose name is not known.", "Un champ personnel, et ce qui paraît quand le prénom est inconnu."),
        Said('{{ member.first_name | default("friend") }}', '{{ member.first_name | default("à vous") }}'),
    ),
    Entry(
        "when",
        Said("Only for some", "Pour certains seulement"),
        Said("A block that only some readers see.", "Un bloc que seuls certains lecteurs voient."),
        Said(
            "::: when province == \"ON\"\nWhat only they read.\n:::\n",
            "::: when province == \"ON\"\nCe qu’eux seuls lisent.\n:::\n",
        ),
    ),
)  # fmt: skip
