"""The words of the public pages, in English and French (of Canada: a no-break space before a colon, none before ; ! ?).

In: a language. Out: texts with places for `name`, `address`, `contact`. Called by web.public.pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "language": "English",
        "languages": "Language",
        "switch": "Lire en français",
        "ask_title": "Leave {name}?",
        "ask_lead": "This is about {address}. Nothing has changed yet.",
        "ask_lead_bare": "Nothing has changed yet.",
        "ask_button": "Unsubscribe",
        "ask_instead": "Change your preferences instead",
        "done_title": "You are unsubscribed",
        "done_lead": "We will send no more mail to {address}.",
        "done_lead_bare": "We will send you no more mail.",
        "done_more": "This holds at once, also for a mailing that is just going out. One that is already on its way to you may still arrive.",
        "done_back": "Was that a mistake? Write to {contact} and we will put you back.",
        "test_title": "This was a test message",
        "test_lead": "Its links act on nobody. Nobody was unsubscribed, and nothing was changed.",
        "unknown_title": "We cannot find this mailing",
        "unknown_lead": "The link is ours, but our records do not hold the mailing that it came with. Write to {contact}, and we will do by hand what you wanted.",
        "missing_title": "This link does not work",
        "missing_lead": "Perhaps it was cut off when it was copied. Open the mail again and try from there.",
        "missing_home": "Go to our website",
        "unclear_title": "Nothing was changed",
        "unclear_lead": "The request did not say what to do. Please press the button.",
        "trouble_title": "Not just now",
        "trouble_lead": "Something is wrong on our side, and nothing was changed. Please try again in a few minutes.",
        "prefer_title": "Your preferences",
        "prefer_lead": "These are for the mails we send to {address}.",
        "prefer_lead_bare": "These are for the mails we send you.",
        "prefer_language": "Language of the mails",
        "prefer_both": "Both, in one mail",
        "prefer_measure": "Reading",
        "prefer_quiet": "Do not measure my reading",
        "prefer_quiet_more": "Mails to you will carry no counting image and no counted links.",
        "prefer_save": "Save",
        "prefer_saved": "Saved.",
        "prefer_leave": "Unsubscribe from {name}",
        "prefer_left": "You are unsubscribed. What you choose here counts only if you come back.",
        "prefer_gone": "We no longer hold anything about you that could be chosen here.",
        "hold_title": "Hold this mailing?",
        "hold_subject": "Subject",
        "hold_when": "When",
        "hold_people": "For",
        "hold_lead": "Nothing has changed yet. If you hold it, nobody new gets it, and nothing is lost: it can go on later.",
        "hold_moved": "Handed over already: {moved}. That cannot be called back.",
        "hold_button": "Hold the mailing",
        "held_title": "It is held",
        "held_lead": "Nobody new gets it. Your colleagues with notices are told.",
        "held_more": "To let it go on, or to end it: newsletter resume {number}, newsletter cancel {number}, on the computer where the newsletter is kept.",
        "held_before_lead": "It was held before: nobody new gets it.",
        "over_title": "There is nothing left to hold",
        "over_lead": "This mailing has come to its end.",
        "expired_title": "This link has expired",
        "expired_lead": "It was for one mailing, whose time is over. Nothing was changed.",
        "archive_title": "Past issues",
        "archive_none": "No issue stands here yet.",
        "archive_back": "All past issues",
        "archive_feed": "Follow by feed (Atom)",
        "archive_only": "In English only",
        "over_one": "This event has taken place.",
        "over_many": "These events have taken place.",
        "over_one_named": "This event has taken place: {titles}.",
        "over_many_named": "These events have taken place: {titles}.",
        "own_title": "Your own link is in your mail",
        "own_lead": "You came here from a page and not from a mail, so we do not know who you are. Open a mail that we sent you: the link at its end is yours alone.",
        "own_more": "Have you none at hand? Write to {contact}.",
    },
    "fr": {
        "language": "Français",
        "languages": "Langue",
        "switch": "Read in English",
        "ask_title": "Quitter {name}?",
        "ask_lead": "Il s’agit de l’adresse {address}. Rien n’a encore changé.",
        "ask_lead_bare": "Rien n’a encore changé.",
        "ask_button": "Me désabonner",
        "ask_instead": "Modifier plutôt vos préférences",
        "done_title": "Désabonnement confirmé",
        "done_lead": "Nous n’enverrons plus rien à l’adresse {address}.",
        "done_lead_bare": "Nous ne vous enverrons plus rien.",
        "done_more": "C’est déjà en vigueur, même pour un envoi en cours. Un courriel qui est déjà en route vers vous peut encore arriver.",
        "done_back": "C’était une erreur? Écrivez à {contact}, et nous vous réinscrirons.",
        "test_title": "C’était un message d’essai",
        "test_lead": "Ses liens n’agissent sur personne. Personne n’a été désabonné et rien n’a été changé.",
        "unknown_title": "Envoi introuvable",
        "unknown_lead": "Ce lien vient bien de nous, mais nos registres ne contiennent plus l’envoi dont il provient. Écrivez à {contact}, et nous ferons à la main ce que vous vouliez.",
        "missing_title": "Ce lien ne fonctionne pas",
        "missing_lead": "Il a peut-être été coupé lors de la copie. Rouvrez le courriel et réessayez à partir de là.",
        "missing_home": "Aller à notre site Web",
        "unclear_title": "Rien n’a été changé",
        "unclear_lead": "La demande ne disait pas quoi faire. Veuillez appuyer sur le bouton.",
        "trouble_title": "Pas pour l’instant",
        "trouble_lead": "Une erreur est survenue de notre côté, et rien n’a été changé. Veuillez réessayer dans quelques minutes.",
        "prefer_title": "Vos préférences",
        "prefer_lead": "Elles valent pour les courriels envoyés à {address}.",
        "prefer_lead_bare": "Elles valent pour les courriels que nous vous envoyons.",
        "prefer_language": "Langue des courriels",
        "prefer_both": "Les deux, dans un même courriel",
        "prefer_measure": "Lecture",
        "prefer_quiet": "Ne pas mesurer ma lecture",
        "prefer_quiet_more": "Les courriels que vous recevrez ne contiendront ni image de comptage ni lien compté.",
        "prefer_save": "Enregistrer",
        "prefer_saved": "C’est enregistré.",
        "prefer_leave": "Me désabonner de {name}",
        "prefer_left": "Votre désabonnement est en vigueur. Vos choix ne vaudront que si vous revenez.",
        "prefer_gone": "Nous ne détenons plus rien à votre sujet qui puisse être choisi ici.",
        "hold_title": "Retenir cet envoi?",
        "hold_subject": "Objet",
        "hold_when": "Quand",
        "hold_people": "Pour",
        "hold_lead": "Rien n’a encore changé. Si vous le retenez, plus personne ne le recevra, et rien ne sera perdu\u00a0: il pourra reprendre plus tard.",
        "hold_moved": "Déjà remis\u00a0: {moved}. Cela ne peut pas être rappelé.",
        "hold_button": "Retenir l’envoi",
        "held_title": "L’envoi est retenu",
        "held_lead": "Plus personne ne le reçoit. Vos collègues qui ont les avis en sont informés.",
        "held_more": "Pour le laisser reprendre, ou y mettre fin\u00a0: newsletter resume {number}, newsletter cancel {number}, sur l’ordinateur où l’infolettre est gardée.",
        "held_before_lead": "Il était déjà retenu\u00a0: plus personne ne le reçoit.",
        "over_title": "Il n’y a plus rien à retenir",
        "over_lead": "Cet envoi est arrivé à son terme.",
        "expired_title": "Ce lien n’est plus valable",
        "expired_lead": "Il était pour un seul envoi, dont l’heure est passée. Rien n’a été changé.",
        "archive_title": "Numéros parus",
        "archive_none": "Aucun numéro n’est encore paru ici.",
        "archive_back": "Tous les numéros parus",
        "archive_feed": "S’abonner au fil (Atom)",
        "archive_only": "En français seulement",
        "over_one": "Cet événement a eu lieu.",
        "over_many": "Ces événements ont eu lieu.",
        "over_one_named": "Cet événement a eu lieu\u00a0: {titles}.",
        "over_many_named": "Ces événements ont eu lieu\u00a0: {titles}.",
        "own_title": "Votre lien se trouve dans votre courriel",
        "own_lead": "Vous arrivez d’une page, et non d’un courriel\u00a0: nous ne savons donc pas qui vous êtes. Ouvrez un courriel que nous vous avons envoyé\u00a0: le lien au bas du message n’appartient qu’à vous.",
        "own_more": "Vous n’en avez pas sous la main? Écrivez à {contact}.",
    },
}


def spoken(languages: Sequence[str]) -> tuple[str, ...]:
    """The languages of a publication that these pages speak, in its order; English where there is none."""
    return tuple(language for language in languages if language in WORDS) or ("en",)


def preferred(header: str, languages: Sequence[str]) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110 section 12.5.4); the first one where none fits."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        name, _, parameters = part.strip().partition(";")
        language, weight = name.strip().lower().partition("-")[0], _weight(parameters)
        if language in languages and weight:
            wishes.append((-weight, place, language))
    return min(wishes)[2] if wishes else languages[0]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
