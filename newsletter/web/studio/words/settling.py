"""Words of what is not confirmed, and of deciding about it.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "settling_unclear_one": (
        "We do not know whether this {n} person got it",
        "Nous ne savons pas si cette {n} personne l’a reçu",
    ),
    "settling_unclear_many": (
        "We do not know whether these {n} people got it",
        "Nous ne savons pas si ces {n} personnes l’ont reçu",
    ),
    "settling_unclear_lead": (
        "The line broke, or the mail service failed, while it was being handed over. Nothing is sent again by itself: a second copy cannot be called back.",
        "La liaison s’est rompue, ou le service d’envoi a failli, pendant la remise. Rien ne repart tout seul : un second exemplaire ne se rappelle pas.",
    ),
    "settling_case_one": ("{n} person", "{n} personne"),
    "settling_case_many": ("{n} people", "{n} personnes"),
    "settling_case_posted": ("posted {at}", "transmis le {at}"),
    "settling_case_answer": ("How the call ended", "Comment l’appel s’est terminé"),
    "settling_case_news": (
        "News of other people in this mailing have come in since then, but none of these.",
        "Des nouvelles d’autres personnes de cet envoi sont arrivées depuis, mais aucune de celles-ci.",
    ),
    "settling_case_no_news": (
        "No news have come in since then, of anybody.",
        "Aucune nouvelle n’est arrivée depuis, de personne.",
    ),
    "settling_case_until": (
        "One sign of life settles it; it waits for that until {at}.",
        "Un seul signe de vie règle la question; il est attendu jusqu’au {at}.",
    ),
    "settling_advice": ("Recommended", "Recommandé"),
    "settling_advice_wait": (
        "wait. Mostly a sign comes within minutes, and it settles itself.",
        "attendre. Un signe arrive le plus souvent en quelques minutes, et tout se règle seul.",
    ),
    "settling_advice_assume": (
        "count them as handed over. A mail service has mostly taken what it did not refuse.",
        "les compter comme remis. Un service d’envoi a le plus souvent pris ce qu’il n’a pas refusé.",
    ),
    "settling_asked": ("What the mail service was asked", "Ce qui a été demandé au service d’envoi"),
    "settling_proof": (
        "It can be revoked. Unless something of it is seen, it is proven at {at} that nobody of these has it, and it is handed over again by itself.",
        "L’appel est révocable. Si rien n’en est vu, il sera prouvé à {at} que personne de ce groupe ne l’a, et la remise reprendra seule.",
    ),
    "settling_advice_rather_again": (
        "hand it over once more. The mail service’s log should know these people by now, and does not; that is no proof, so whoever has it after all gets two copies.",
        "remettre une fois de plus. Le journal du service d’envoi devrait connaître ces personnes, et ne les connaît pas; ce n’est pas une preuve, et quiconque l’a malgré tout en recevra deux.",
    ),
    "settling_advice_revoked": (
        "hand it over once more. The mail service says that it revoked the call: whoever is counted as handed over would mostly get nothing.",
        "remettre une fois de plus. Le service d’envoi dit avoir révoqué l’appel : quiconque serait compté comme remis ne recevrait le plus souvent rien.",
    ),
    "settling_advice_again": (
        "hand it over once more. It was refused or revoked, so nobody of these has anything.",
        "remettre une fois de plus. L’appel a été refusé ou révoqué : personne de ce groupe n’a rien reçu.",
    ),
    "settling_look": ("Look for news now", "Chercher des nouvelles maintenant"),
    "settling_assume": ("Count as handed over", "Compter comme remis"),
    "settling_assume_all": ("Count all as handed over", "Tout compter comme remis"),
    "settling_again": ("Hand over once more", "Remettre une fois de plus"),
    "settling_again_all": ("Hand all over once more", "Tout remettre une fois de plus"),
    "settling_again_means": (
        "Nobody is left out, but whoever has it gets two copies.",
        "Personne n’est oublié, mais quiconque l’a déjà en reçoit deux exemplaires.",
    ),
    "settling_again_refused": (
        "They were refused, so nobody gets two copies.",
        "Ils ont été refusés : personne n’en reçoit deux exemplaires.",
    ),
    "settling_more_cases_one": ("And {n} more like these.", "Et {n} autre semblable."),
    "settling_more_cases_many": ("And {n} more like these.", "Et {n} autres semblables."),
    "settling_proven_one": (
        "{n} group was settled by news that came in.",
        "{n} groupe a été réglé par des nouvelles reçues.",
    ),
    "settling_proven_many": (
        "{n} groups were settled by news that came in.",
        "{n} groupes ont été réglés par des nouvelles reçues.",
    ),
    "settling_nothing_new": ("Nothing new has come in.", "Rien de nouveau n’est arrivé."),
    "settling_assumed": ("Counted as handed over.", "Compté comme remis."),
    "settling_once_more": ("It is handed over once more.", "La remise se fait une fois de plus."),
}
