"""Words of mailings.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "mailing_title": ("Mailings", "Envois"),
    "mailing_none": ("No mailing yet", "Aucun envoi pour l’instant"),
    "mailing_none_lead": (
        "A mailing begins with an issue: write one, and send it to a segment.",
        "Un envoi commence par un numéro : écrivez-en un, puis envoyez-le à un segment.",
    ),
    "mailing_issue": ("Issue", "Numéro"),
    "mailing_status": ("Status", "État"),
    "mailing_time": ("Time", "Moment"),
    "mailing_handed_over": ("Handed over", "Remis"),
    "mailing_recipients": ("Recipients", "Destinataires"),
    "mailing_number": ("Mailing {number}", "Envoi {number}"),
    "mailing_draft": ("waiting for approval", "en attente d’approbation"),
    "mailing_scheduled": ("planned", "planifié"),
    "mailing_preparing": ("counting the recipients", "décompte des destinataires"),
    "mailing_sending": ("going out", "en cours d’envoi"),
    "mailing_paused": ("stopped", "arrêté"),
    "mailing_held": ("waiting for you", "en attente de vous"),
    "mailing_finished": ("finished", "terminé"),
    "mailing_cancelled": ("ended", "clos"),
    "mailing_expired": ("expired", "échu"),
    "mailing_kind_first": ("first text", "premier texte"),
    "mailing_kind_retry": ("tried again", "nouvel essai"),
    "mailing_kind_late": ("late joiners", "arrivés depuis"),
    "mailing_kind_corrected": ("corrected text", "texte corrigé"),
    "mailing_kind_rest": ("same text, the rest", "même texte, le reste"),
    "mailing_kind_told": ("short correction", "court rectificatif"),
    "mailing_have_it_one": ("{n} has it", "{n} l’a reçu"),
    "mailing_have_it_many": ("{n} have it", "{n} l’ont reçu"),
    "mailing_headline_one": (
        "{n} person, once. {not_mailed} not mailed, and why. {unexplained} unexplained.",
        "{n} personne, une fois. {not_mailed} sans envoi, avec la raison. {unexplained} sans explication.",
    ),
    "mailing_headline_many": (
        "{n} people, once each. {not_mailed} not mailed, and why. {unexplained} unexplained.",
        "{n} personnes, une fois chacune. {not_mailed} sans envoi, avec la raison. {unexplained} sans explication.",
    ),
    "mailing_headline_but_one": (
        "{n} person. {not_mailed} not mailed, and why. {unexplained} unexplained.",
        "{n} personne. {not_mailed} sans envoi, avec la raison. {unexplained} sans explication.",
    ),
    "mailing_headline_but_many": (
        "{n} people. {not_mailed} not mailed, and why. {unexplained} unexplained.",
        "{n} personnes. {not_mailed} sans envoi, avec la raison. {unexplained} sans explication.",
    ),
    "mailing_still_to_go_one": ("{n} still to go.", "{n} encore à envoyer."),
    "mailing_still_to_go_many": ("{n} still to go.", "{n} encore à envoyer."),
    "mailing_counted_later": (
        "The recipients are counted when it goes out.",
        "Les destinataires sont comptés au moment du départ.",
    ),
    "mailing_nobody_got_it": (
        "It was ended before anybody got it.",
        "Il a été clos avant que quiconque le reçoive.",
    ),
    "mailing_leaves_at": ("Goes out {at}.", "Départ le {at}."),
    "mailing_leaves_now": ("Goes out in a moment.", "Départ dans un instant."),
    "mailing_preparing_now": (
        "The recipients are being written down.",
        "Les destinataires sont en train d’être inscrits.",
    ),
    "mailing_draft_means": ("It waits for approval.", "Il attend une approbation."),
    "mailing_draft_corrected": (
        "Correct the issue, then have a last look and send it to those who have nothing yet.",
        "Corrigez le numéro, puis jetez un dernier coup d’œil et envoyez-le à ceux qui n’ont encore rien reçu.",
    ),
    "mailing_draft_rest": (
        "Those who have nothing yet get the text as it was approved, after a last look.",
        "Ceux qui n’ont encore rien reçu reçoivent le texte tel qu’il a été approuvé, après un dernier coup d’œil.",
    ),
    "mailing_draft_told": (
        "Fill in what was wrong and what is right, then send it to those who have the first text.",
        "Précisez ce qui était inexact et ce qui est exact, puis envoyez-le à ceux qui ont reçu le premier texte.",
    ),
    "mailing_draft_retry": (
        "Those who were refused are tried again after a last look.",
        "Ceux qui ont été refusés font l’objet d’un nouvel essai après un dernier coup d’œil.",
    ),
    "mailing_draft_late": (
        "Those who joined since get it after a last look.",
        "Ceux qui sont arrivés depuis le reçoivent après un dernier coup d’œil.",
    ),
    "mailing_of_all": ("of {all} handed over", "sur {all} remis"),
    "mailing_countdown_one": ("second to stop", "seconde pour arrêter"),
    "mailing_countdown_many": ("seconds to stop", "secondes pour arrêter"),
    "mailing_countdown_lead_one": (
        "{n} person has it. Then {rest} more follow.",
        "{n} personne l’a reçu. Ensuite, {rest} autres suivent.",
    ),
    "mailing_countdown_lead_many": (
        "{n} people have it. Then {rest} more follow.",
        "{n} personnes l’ont reçu. Ensuite, {rest} autres suivent.",
    ),
    "mailing_first": (
        "Gentle start: the first group goes out, then there is a minute to stop.",
        "Départ en douceur : le premier groupe part, puis il y a une minute pour arrêter.",
    ),
    "mailing_pace_one": ("{n} person a minute", "{n} personne par minute"),
    "mailing_pace_many": ("{n} people a minute", "{n} personnes par minute"),
    "mailing_ends_at": ("done about {at}", "fin vers {at}"),
    "mailing_calls_one": (
        "{n} call to the mail service is under way",
        "{n} appel au service d’envoi est en cours",
    ),
    "mailing_calls_many": (
        "{n} calls to the mail service are under way",
        "{n} appels au service d’envoi sont en cours",
    ),
    "mailing_waits": (
        "Waiting for the next time group, or for the program that sends.",
        "En attente du prochain groupe horaire, ou du programme qui envoie.",
    ),
    "mailing_waiting_again_one": (
        "{n} person waits: the mail service asked for patience. It is tried again by itself.",
        "{n} personne attend : le service d’envoi a demandé de patienter. Un nouvel essai se fait tout seul.",
    ),
    "mailing_waiting_again_many": (
        "{n} people wait: the mail service asked for patience. It is tried again by itself.",
        "{n} personnes attendent : le service d’envoi a demandé de patienter. Un nouvel essai se fait tout seul.",
    ),
    "mailing_waiting_until": ("Next try about {at}.", "Prochain essai vers {at}."),
    "mailing_groups": ("Time groups", "Groupes horaires"),
    "mailing_group_time": ("Time", "Moment"),
    "mailing_group_where": ("Where", "Où"),
    "mailing_group_far": ("How far", "Avancement"),
    "mailing_group_done": ("done", "terminé"),
    "mailing_group_later": ("later", "plus tard"),
    "mailing_group_now": ("now", "maintenant"),
    "mailing_group_unclear_one": ("{n} not confirmed", "{n} non confirmé"),
    "mailing_group_unclear_many": ("{n} not confirmed", "{n} non confirmés"),
    "mailing_stop": ("Stop", "Arrêter"),
    "mailing_stop_means": (
        "Nothing new leaves, at once. Then you decide: let it go on, correct it, or end it.",
        "Plus rien ne part, immédiatement. Ensuite, vous décidez : laisser reprendre, corriger ou clore.",
    ),
    "mailing_stop_planned": (
        "It does not go out until somebody lets it go on.",
        "Il ne part pas tant que personne ne le laisse reprendre.",
    ),
    "mailing_stopped_one": (
        "Stopped. {n} person has it, {rest} do not.",
        "Arrêté. {n} personne l’a reçu, {rest} non.",
    ),
    "mailing_stopped_many": (
        "Stopped. {n} people have it, {rest} do not.",
        "Arrêté. {n} personnes l’ont reçu, {rest} non.",
    ),
    "mailing_resume": ("Let it go on", "Laisser reprendre"),
    "mailing_resume_means_one": (
        "{n} person still gets it, with the text as it was approved.",
        "{n} personne le reçoit encore, avec le texte approuvé.",
    ),
    "mailing_resume_means_many": (
        "{n} people still get it, with the text as it was approved.",
        "{n} personnes le reçoivent encore, avec le texte approuvé.",
    ),
    "mailing_stopped_by": ("Stopped by {who}.", "Arrêté par {who}."),
    "mailing_unfilled": (
        "It still says where something is to be written: fill that in first.",
        "Il indique encore où écrire quelque chose : remplissez-le d’abord.",
    ),
    "mailing_goes_on": ("It goes on.", "Il reprend."),
    "mailing_type": ("Type {n} to confirm", "Tapez {n} pour confirmer"),
    "mailing_not_typed": (
        "The number was not typed as it is now: {n}. Nothing was changed.",
        "Le nombre tapé n’est pas celui de maintenant : {n}. Rien n’a changé.",
    ),
    "mailing_not_typed_step": (
        "Look at the number again, and type it.",
        "Vérifiez le nombre, puis tapez-le.",
    ),
    "mailing_cancel": ("End it", "Clore"),
    "mailing_cancel_yes": ("End it for good", "Clore définitivement"),
    "mailing_cancel_means_one": (
        "{n} person has it and keeps it. {rest} will not get it.",
        "{n} personne l’a reçu et le garde. {rest} ne le recevront pas.",
    ),
    "mailing_cancel_means_many": (
        "{n} people have it and keep it. {rest} will not get it.",
        "{n} personnes l’ont reçu et le gardent. {rest} ne le recevront pas.",
    ),
    "mailing_ended_one": (
        "Ended. {n} person has it, nobody else gets it.",
        "Clos. {n} personne l’a reçu, personne d’autre ne le recevra.",
    ),
    "mailing_ended_many": (
        "Ended. {n} people have it, nobody else gets it.",
        "Clos. {n} personnes l’ont reçu, personne d’autre ne le recevra.",
    ),
    "mailing_release": ("Let it go on", "Laisser partir"),
    "mailing_release_late": ("Let it go out late, now", "Laisser partir maintenant, en retard"),
    "mailing_day_passed": (
        "Its day has passed: give it another time in the schedule.",
        "Son jour est passé : donnez-lui un autre moment dans le calendrier.",
    ),
    "mailing_missed": (
        "It was due {at}, and that was missed.",
        "Il devait partir le {at}, et ce moment est passé.",
    ),
    "mailing_drop": ("Discard", "Abandonner"),
    "mailing_drop_means": (
        "Nobody gets it. What others already have stays counted.",
        "Personne ne le reçoit. Ce que d’autres ont déjà reçu reste compté.",
    ),
    "mailing_open_issue": ("Open the issue", "Ouvrir le numéro"),
    "mailing_not_confirmed_one": (
        "{n} person: it is not confirmed whether they got it. Nobody is mailed twice meanwhile.",
        "{n} personne : il n’est pas confirmé qu’elle l’a reçu. Personne ne le reçoit deux fois entre-temps.",
    ),
    "mailing_not_confirmed_many": (
        "{n} people: it is not confirmed whether they got it. Nobody is mailed twice meanwhile.",
        "{n} personnes : il n’est pas confirmé qu’elles l’ont reçu. Personne ne le reçoit deux fois entre-temps.",
    ),
    "mailing_correct": ("Stop and correct", "Arrêter et corriger"),
    "mailing_correct_title": ("Stop and correct", "Arrêter et corriger"),
    "mailing_correct_rest": ("Correct it for them", "Corriger pour eux"),
    "mailing_have": ("have it", "l’ont reçu"),
    "mailing_have_not": ("do not have it", "ne l’ont pas reçu"),
    "mailing_have_perhaps": ("not confirmed", "non confirmés"),
    "mailing_step_stop_one": (
        "It stops for good. {n} person does not get the text as it is.",
        "Il s’arrête définitivement. {n} personne ne reçoit pas le texte actuel.",
    ),
    "mailing_step_stop_many": (
        "It stops for good. {n} people do not get the text as it is.",
        "Il s’arrête définitivement. {n} personnes ne reçoivent pas le texte actuel.",
    ),
    "mailing_step_write": (
        "You correct the issue. What people already have stays stored as it was.",
        "Vous corrigez le numéro. Ce que les gens ont déjà reçu reste conservé tel quel.",
    ),
    "mailing_step_approve_one": (
        "After approval the corrected text goes to that {n} person, and to nobody else.",
        "Après approbation, le texte corrigé part à cette {n} personne, et à personne d’autre.",
    ),
    "mailing_step_approve_many": (
        "After approval the corrected text goes to those {n} people, and to nobody else.",
        "Après approbation, le texte corrigé part à ces {n} personnes, et à personne d’autre.",
    ),
    "mailing_correct_unclear_one": (
        "Of {n} person it is not known; they get nothing more until that is settled.",
        "Pour {n} personne, on ne sait pas; elle ne reçoit rien de plus tant que ce n’est pas réglé.",
    ),
    "mailing_correct_unclear_many": (
        "Of {n} people it is not known; they get nothing more until that is settled.",
        "Pour {n} personnes, on ne sait pas; elles ne reçoivent rien de plus tant que ce n’est pas réglé.",
    ),
    "mailing_what_is_wrong": ("What is wrong?", "Qu’est-ce qui ne va pas?"),
    "mailing_what_is_wrong_help": (
        "For those who look later. Readers do not see it.",
        "Pour ceux qui regarderont plus tard. Les lecteurs ne le voient pas.",
    ),
    "mailing_others_get": ("The others get", "Les autres reçoivent"),
    "mailing_others_corrected": ("the corrected text", "le texte corrigé"),
    "mailing_others_same": ("the same text, after all", "le même texte, finalement"),
    "mailing_others_same_help": ("Nothing was wrong.", "Rien n’était inexact."),
    "mailing_tell_too_one": (
        "Also prepare a short correction to the {n} person who has it",
        "Préparer aussi un court rectificatif pour la personne qui l’a reçu ({n})",
    ),
    "mailing_tell_too_many": (
        "Also prepare a short correction to the {n} people who have it",
        "Préparer aussi un court rectificatif pour les {n} personnes qui l’ont reçu",
    ),
    "mailing_tell_too_help": (
        "An issue of its own. It goes out only when you have filled it in and approved it. Mostly it is not needed.",
        "Un numéro à part. Il ne part que lorsque vous l’avez rempli et approuvé. Le plus souvent, il n’est pas nécessaire.",
    ),
    "mailing_back": ("Back", "Retour"),
    "mailing_corrected_one": (
        "Stopped. {n} person has it, {rest} do not. Their mailing is this one.",
        "Arrêté. {n} personne l’a reçu, {rest} non. Leur envoi est celui-ci.",
    ),
    "mailing_corrected_many": (
        "Stopped. {n} people have it, {rest} do not. Their mailing is this one.",
        "Arrêté. {n} personnes l’ont reçu, {rest} non. Leur envoi est celui-ci.",
    ),
    "mailing_told_made": (
        "The short correction is begun: the issue {issue}.",
        "Le court rectificatif est commencé : le numéro {issue}.",
    ),
    "mailing_go": ("A last look, then send", "Un dernier coup d’œil, puis envoyer"),
    "mailing_go_title": ("A last look", "Un dernier coup d’œil"),
    "mailing_go_refused": (
        "The text has errors: they come first.",
        "Le texte contient des erreurs : elles passent d’abord.",
    ),
    "mailing_unchanged_corrected": (
        "The text is still the one that was stopped: nothing was corrected yet.",
        "Le texte est encore celui qui a été arrêté : rien n’a encore été corrigé.",
    ),
    "mailing_unchanged_told": (
        "The text is still the one that people have: nothing was corrected yet.",
        "Le texte est encore celui que les gens ont reçu : rien n’a encore été corrigé.",
    ),
    "mailing_would_get_one": ("person gets it", "personne le reçoit"),
    "mailing_would_get_many": ("people get it", "personnes le reçoivent"),
    "mailing_text": ("Text", "Texte"),
    "mailing_send_to_one": ("Send to {n} person", "Envoyer à {n} personne"),
    "mailing_send_to_many": ("Send to {n} people", "Envoyer à {n} personnes"),
    "mailing_wants_sender": (
        "Somebody with the right to send does the rest.",
        "Une personne qui a le droit d’envoyer fait le reste.",
    ),
    "mailing_wants_approver": (
        "Somebody with the role of an approver does the rest.",
        "Une personne qui a le rôle d’approbateur fait le reste.",
    ),
    "mailing_nobody": ("Nobody would get it.", "Personne ne le recevrait."),
    "mailing_everything_held": (
        "Everything is held: it goes out only when that ends.",
        "Tout est retenu : il ne partira qu’à la fin de cette retenue.",
    ),
    "mailing_goes_out": ("Approved. It goes out now.", "Approuvé. Il part maintenant."),
    "mailing_receipt": ("Receipt", "Attestation"),
    "mailing_waiting_due": ("Due {at}.", "Prévu le {at}."),
    "mailing_waiting_was_due": ("Was due {at}, and was missed.", "Prévu le {at}, et manqué."),
    "mailing_waiting_expired": ("Was due {at}; its day has passed.", "Prévu le {at}; son jour est passé."),
    "mailing_waiting_some": ("{n} have it, {rest} do not.", "{n} l’ont reçu, {rest} non."),
    "mailing_waiting_nobody": ("Nobody has it.", "Personne ne l’a reçu."),
    "mailing_festive": ("festive", "festif"),
}
