"""Every word of the preview's pages, in English and French, in one table.

In: a name and a language. Out: a sentence. Called by the preview's pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("en", "fr")

_TABLE: Final[dict[str, tuple[str, str]]] = {
    "issues": ("Issues", "Numéros"),
    "skip": ("Skip to the mail", "Passer au courriel"),
    "other_language": ("Français", "English"),
    "other_language_code": ("fr", "en"),
    "language": ("Language of the mail", "Langue du courriel"),
    "both_languages": ("Both", "Les deux"),
    "view": ("Show as", "Afficher"),
    "view_both": ("Side by side", "Côte à côte"),
    "view_desktop": ("Desktop", "Ordinateur"),
    "view_phone": ("Phone", "Téléphone"),
    "view_text": ("Plain text", "Texte brut"),
    "view_source": ("Source", "Code source"),
    "conditions": ("Reader’s settings", "Réglages du lecteur"),
    "dark": ("Dark", "Sombre"),
    "images_off": ("No images", "Sans images"),
    "reader": ("As", "Pour"),
    "reader_usual": ("Usual reader", "Lectrice ou lecteur type"),
    "reader_nameless": ("Only an address known", "Seule l’adresse est connue"),
    "reader_french": ("Accents everywhere", "Des accents partout"),
    "reader_long": ("Very long names", "Noms très longs"),
    "reader_markup": ("HTML in the name", "Du HTML dans le nom"),
    "reader_rtl": ("Right-to-left name", "Nom de droite à gauche"),
    "reader_member": ("A member", "Un membre"),
    "member": ("Address of a member", "Adresse d’un membre"),
    "member_unknown": ("No member has this address.", "Aucun membre n’a cette adresse."),
    "blocks": ("Conditional blocks", "Blocs conditionnels"),
    "blocks_reader": ("as this reader", "comme ce lecteur"),
    "blocks_all": ("all shown", "tous affichés"),
    "blocks_none": ("none shown", "aucun affiché"),
    "show": ("Show", "Afficher"),
    "inbox": ("In the inbox", "Dans la boîte de réception"),
    "colon": (": ", "\u00a0: "),
    "inbox_cut": ("{shown} of {all} characters of the subject", "{shown} des {all} caractères de l’objet"),
    "inbox_whole": ("the whole subject", "l’objet en entier"),
    "no_preheader": (
        "There is no preheader: programs show the first words instead.",
        "Il n’y a pas d’en-tête d’aperçu : les programmes montrent les premiers mots.",
    ),
    "now": ("9:00", "9 h"),
    "remarks": ("Remarks", "Remarques"),
    "accepted": ("Accepted", "Accepté"),
    "no_remarks": ("Nothing to remark on.", "Rien à signaler."),
    "error": ("Error", "Erreur"),
    "warning": ("Warning", "Avertissement"),
    "info": ("Note", "Note"),
    "errors": ("{n} to mend", "{n} à corriger"),
    "warnings": ("{n} to look at", "{n} à vérifier"),
    "clean": ("no remarks", "sans remarque"),
    "mail": ("This mail", "Ce courriel"),
    "planned": ("Dates judged for", "Dates vérifiées pour"),
    "size": ("HTML", "HTML"),
    "size_of": ("{size} KB of 102", "{size} ko sur 102"),
    "size_help": ("Gmail cuts a mail off at 102 KB", "Gmail coupe un courriel à 102 ko"),
    "words": ("Words", "Mots"),
    "minutes": ("{n} min to read", "{n} min de lecture"),
    "images": ("Images", "Images"),
    "images_of": ("{n}, {size} KB", "{n}, {size} ko"),
    "fields": ("Personal fields", "Champs personnels"),
    "none": ("none", "aucun"),
    "links": ("Links", "Liens"),
    "wide": ("Wider than the screen by {n} px", "Dépasse l’écran de {n} px"),
    "desktop_frame": ("Desktop, {n} px", "Ordinateur, {n} px"),
    "phone_frame": ("Phone, {n} px", "Téléphone, {n} px"),
    "broken": ("This cannot be shown yet", "Ceci ne peut pas encore être affiché"),
    "broken_kept": (
        "Below is how it last looked. It is renewed as soon as the file is mended.",
        "En dessous : le dernier état lisible. L’aperçu se renouvelle dès que le fichier est corrigé.",
    ),
    "broken_never": (
        "It appears here as soon as the file is mended.",
        "Le courriel paraît ici dès que le fichier est corrigé.",
    ),
    "live": ("Renewed at every save", "Renouvelé à chaque enregistrement"),
    "renewed": ("Renewed {time}", "Renouvelé à {time}"),
    "stopped": ("The preview has stopped", "L’aperçu s’est arrêté"),
    "no_issues": ("No issues yet", "Aucun numéro pour l’instant"),
    "no_issues_hint": ("Start one in the terminal:", "Commencez-en un dans le terminal :"),
    "unreadable": ("cannot be shown yet", "ne peut pas encore être affiché"),
    "gone": ("There is no such page", "Cette page n’existe pas"),
    "to_issues": ("All issues", "Tous les numéros"),
}


def words(language: str) -> Mapping[str, str]:
    """All words of an interface language."""
    index = LANGUAGES.index(language)
    return {name: pair[index] for name, pair in _TABLE.items()}


def preferred(asked: str, accepted: str) -> str:
    """The interface language: the one asked for, else the first known of Accept-Language, else English."""
    if asked in LANGUAGES:
        return asked
    for part in accepted.split(","):
        code = part.split(";")[0].strip().lower().partition("-")[0]
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]
