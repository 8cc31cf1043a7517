"""Sentences of the log: who did what.

In: nothing. Out: a table. Called by words. `log_ACT` is the sentence of an act (its hyphens and spaces are underscores).
"""

TABLE = {
    "log_title": ("Log", "Journal"),
    "log_lead": (
        "Everything that somebody did, newest first. Nothing is ever taken out of it.",
        "Tout ce qui a été fait, du plus récent au plus ancien. Rien n’en est jamais retiré.",
    ),
    "log_empty": ("Nothing here", "Rien ici"),
    "log_empty_lead": ("No line of the log is like that.", "Aucune ligne du journal ne correspond."),
    "log_who": ("Who", "Qui"),
    "log_what": ("What", "Quoi"),
    "log_about": ("About", "À propos de"),
    "log_anybody": ("anybody", "tout le monde"),
    "log_anything": ("anything", "tout"),
    "log_show": ("Show", "Afficher"),
    "log_other": ("{actor}: {act} {subject}", "{actor}\u00a0: {act} {subject}"),
    "log_sign_in": ("{actor} signed in.", "{actor} a ouvert une session."),
    "log_sign_out": ("{actor} signed out.", "{actor} a fermé sa session."),
    "log_sign_out_everywhere": ("{actor} signed out everywhere.", "{actor} a fermé toutes ses sessions."),
    "log_add_account": ("{actor} made an account for {subject}.", "{actor} a créé un compte pour {subject}."),
    "log_change_account": (
        "{actor} changed the account of {subject}.",
        "{actor} a modifié le compte de {subject}.",
    ),
    "log_end_account": (
        "{actor} ended the account of {subject}.",
        "{actor} a mis fin au compte de {subject}.",
    ),
    "log_make_account_link": (
        "{actor} made a new link for {subject}.",
        "{actor} a créé un nouveau lien pour {subject}.",
    ),
    "log_set_password": ("{actor} set a password.", "{actor} a choisi un mot de passe."),
    "log_choose_language": ("{actor} chose another language.", "{actor} a changé de langue."),
    "log_hold_everything": ("{actor} held everything: {reason}", "{actor} a tout retenu\u00a0: {reason}"),
    "log_release_everything": ("{actor} ended the hold.", "{actor} a mis fin à la retenue."),
    "log_release": ("{actor} let mailing {subject} go on.", "{actor} a laissé repartir l’envoi {subject}."),
    "log_pause": ("{actor} paused mailing {subject}.", "{actor} a mis l’envoi {subject} en pause."),
    "log_correct": (
        "{actor} stopped mailing {subject} to correct it.",
        "{actor} a arrêté l’envoi {subject} pour le corriger.",
    ),
    "log_resume": ("{actor} let mailing {subject} go on.", "{actor} a repris l’envoi {subject}."),
    "log_cancel": ("{actor} cancelled mailing {subject}.", "{actor} a annulé l’envoi {subject}."),
    "log_approve": ("{actor} approved mailing {subject}.", "{actor} a approuvé l’envoi {subject}."),
    "log_plan": ("{actor} planned mailing {subject}.", "{actor} a planifié l’envoi {subject}."),
    "log_reschedule": (
        "{actor} gave mailing {subject} another time.",
        "{actor} a déplacé l’envoi {subject}.",
    ),
    "log_hold": (
        "Mailing {subject} was held: its issue differs from the approved version.",
        "L’envoi {subject} a été retenu\u00a0: le numéro diffère de la version approuvée.",
    ),
    "log_absence_proven": (
        "It was proven that a group of mailing {subject} had not been sent; it was handed over again.",
        "Il a été prouvé qu’un groupe de l’envoi {subject} n’était pas parti; la remise a repris.",
    ),
    "log_settle": (
        "{actor} decided about what was not confirmed of mailing {subject}.",
        "{actor} a tranché ce qui n’était pas confirmé dans l’envoi {subject}.",
    ),
    "log_write": ("{actor} wrote in the issue {subject}.", "{actor} a écrit dans le numéro {subject}."),
    "log_new": ("{actor} began the issue {subject}.", "{actor} a commencé le numéro {subject}."),
    "log_picture": (
        "{actor} put a picture into the issue {subject}.",
        "{actor} a ajouté une image au numéro {subject}.",
    ),
    "log_confirm_holiday": (
        "{actor} confirmed the day of {subject}.",
        "{actor} a confirmé le jour de {subject}.",
    ),
    "log_series": ("{actor} planned series {subject}.", "{actor} a planifié la série {subject}."),
    "log_series_end": ("{actor} ended series {subject}.", "{actor} a mis fin à la série {subject}."),
    "log_draft": (
        "Mailing {subject} was prepared by its series.",
        "L’envoi {subject} a été préparé par sa série.",
    ),
    "log_claim": (
        "{actor} let this copy of the database send.",
        "{actor} a permis à cette copie de la base de faire des envois.",
    ),
    "log_preferences": ("A reader chose preferences.", "Un lecteur a choisi ses préférences."),
    "log_notices_test": ("{actor} tried the second channel.", "{actor} a essayé le second canal."),
    "log_member_add": ("{actor} added the member {subject}.", "{actor} a ajouté le membre {subject}."),
    "log_member_edit": ("{actor} changed the member {subject}.", "{actor} a modifié le membre {subject}."),
    "log_unsubscribe": ("{actor} took {subject} off the list.", "{actor} a désabonné {subject}."),
    "log_suppress": (
        "{actor} put {subject} on the do-not-mail list.",
        "{actor} a mis {subject} sur la liste d’exclusion.",
    ),
    "log_suppression_lift": (
        "{actor} took {subject} off the do-not-mail list.",
        "{actor} a retiré {subject} de la liste d’exclusion.",
    ),
    "log_suppressions_import": (
        "{actor} added the file {subject} to the do-not-mail list.",
        "{actor} a ajouté le fichier {subject} à la liste d’exclusion.",
    ),
    "log_import_upload": (
        "{actor} handed in the list {subject}.",
        "{actor} a remis la liste {subject}.",
    ),
    "log_segment_save": (
        "{actor} changed the segment {subject}.",
        "{actor} a modifié le segment {subject}.",
    ),
    "log_segment_rename": (
        "{actor} gave the segment {subject} another name.",
        "{actor} a renommé le segment {subject}.",
    ),
    "log_segment_remove": (
        "{actor} deleted the segment {subject}.",
        "{actor} a supprimé le segment {subject}.",
    ),
    "log_import_columns": (
        "{actor} decided what the columns of {subject} become.",
        "{actor} a décidé ce que deviennent les colonnes de {subject}.",
    ),
    "log_import_drop": ("{actor} dropped the file {subject}.", "{actor} a abandonné le fichier {subject}."),
    "log_look_again": (
        "{actor} looked again for what is not confirmed of mailing {subject}.",
        "{actor} a cherché de nouveau ce qui n’est pas confirmé de l’envoi {subject}.",
    ),
    "log_export_members": ("{actor} exported members.", "{actor} a exporté des membres."),
    "log_export_suppressions": (
        "{actor} exported the do-not-mail list.",
        "{actor} a exporté la liste d’exclusion.",
    ),
    "log_export_receipt": (
        "{actor} downloaded the receipt of mailing {subject}.",
        "{actor} a téléchargé le reçu de l’envoi {subject}.",
    ),
    "log_import": ("{actor} imported members from {subject}.", "{actor} a importé des membres de {subject}."),
    "log_test": ("{actor} sent a test of {subject}.", "{actor} a envoyé un essai de {subject}."),
    "log_open_calendar": ("{actor} opened the calendar feed.", "{actor} a ouvert le flux du calendrier."),
    "log_revoke_calendar": ("{actor} closed the calendar feed.", "{actor} a fermé le flux du calendrier."),
    "log_ask_for_approval": (
        "{actor} asked for the approval of mailing {subject}.",
        "{actor} a demandé l’approbation de l’envoi {subject}.",
    ),
    "log_remind_of_approval": (
        "Somebody was reminded of the approval of mailing {subject}.",
        "Un rappel a été envoyé pour l’approbation de l’envoi {subject}.",
    ),
    "log_ask_for_a_change": (
        "{actor} asked for a change in mailing {subject}.",
        "{actor} a demandé une modification de l’envoi {subject}.",
    ),
    "log_withdraw_request": (
        "{actor} withdrew a request for approval of mailing {subject}.",
        "{actor} a retiré une demande d’approbation de l’envoi {subject}.",
    ),
    "log_comment": ("{actor} commented on {subject}.", "{actor} a commenté {subject}."),
    "log_review_link": (
        "{actor} made a link for reviewers of {subject}.",
        "{actor} a créé un lien pour réviser {subject}.",
    ),
    "log_revoke_review_links": (
        "{actor} ended the links for reviewers of {subject}.",
        "{actor} a désactivé les liens pour réviser {subject}.",
    ),
    "log_make_token": (
        "{actor} made a token for programs: {subject}.",
        "{actor} a créé un jeton pour programmes\u00a0: {subject}.",
    ),
    "log_revoke_token": ("{actor} revoked the token {subject}.", "{actor} a révoqué le jeton {subject}."),
    "log_share": (
        "{actor} let one more machine send: {subject}.",
        "{actor} a autorisé une autre machine à envoyer\u00a0: {subject}.",
    ),
    "log_migrate": (
        "{actor} moved everything to another database.",
        "{actor} a tout déplacé vers une autre base de données.",
    ),
}
