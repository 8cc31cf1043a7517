"""Why something that was sent did nothing, for people who know nothing of commands.

In: an error. Out: a sentence in their language. Called by web.public.reviewing and approving.
"""

from __future__ import annotations

from newsletter.model.errors import Explained

_TOLD = {
    "comment-name": ("Say who you are, please.", "Dites qui vous êtes, s’il vous plaît."),
    "comment-empty": ("Say what you think, please.", "Dites ce que vous en pensez, s’il vous plaît."),
    "comment-block": (
        "The text has changed since you opened this page. This is how it is now: say it again, please.",
        "Le texte a changé depuis que vous avez ouvert cette page. Voici son état actuel\u00a0: redites-le, s’il vous plaît.",
    ),
    "comment-unknown": ("That comment is not there any more.", "Ce commentaire n’existe plus."),
    "comments-many": (
        "Many comments came at once. Wait some minutes, please; nothing that was said before is lost.",
        "Beaucoup de commentaires sont arrivés d’un coup. Patientez quelques minutes; rien n’est perdu.",
    ),
    "review-over": ("This review is over.", "Cette révision est terminée."),
    "approval-shown": (
        "It changed while you were looking. Nothing was approved; this is how it is now.",
        "Il a changé pendant que vous regardiez. Rien n’a été approuvé; voici son état actuel.",
    ),
    "change-empty": ("Say what should be changed, please.", "Dites ce qu’il faut changer, s’il vous plaît."),
    "comments-open": (
        "Comments on it are open: they come first.",
        "Des commentaires sont ouverts\u00a0: ils passent d’abord.",
    ),
    "approval-errors": (
        "The text has errors now, and cannot be approved.",
        "Le texte contient maintenant des erreurs et ne peut pas être approuvé.",
    ),
    "not-ready": (
        "The program is not ready to send to real people: whoever looks after it must put something right first.",
        "Le programme n’est pas prêt à écrire à de vraies personnes\u00a0: la personne qui s’en occupe doit d’abord corriger quelque chose.",
    ),
    "nobody": ("It would reach nobody now.", "Il n’atteindrait personne pour l’instant."),
    "campaign-late": ("Its time has passed.", "Le moment de l’envoi est passé."),
    "approver-unknown": (
        "Choose one of those who are listed.",
        "Choisissez l’une des personnes de la liste.",
    ),
}
_ELSE = (
    "That did not work, and nothing was changed. Please tell whoever sent you the link.",
    "Cela n’a pas fonctionné, et rien n’a été changé. Prévenez la personne qui vous a envoyé le lien.",
)


def refusal(error: Explained, language: str) -> str:
    """The sentence."""
    return _TOLD.get(error.code, _ELSE)[language == "fr"]
