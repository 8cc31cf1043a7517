"""What verbs refuse, in French: `error_CODE`, and `error_CODE_hint` for the next step. English is the error's own sentence.

In: nothing. Out: a table. Called by words. A code that is not here is told in English to everybody.
"""

TABLE = {
    "error_sign_in_wrong": (
        "the address or the password is wrong",
        "l’adresse ou le mot de passe est erroné",
    ),
    "error_sign_in_throttled": (
        "too many attempts failed: try again later",
        "trop de tentatives ont échoué\u00a0: réessayez un peu plus tard",
    ),
    "error_sign_in_throttled_hint": (
        "Who has forgotten the password asks an administrator for a new link.",
        "Mot de passe oublié? Une personne qui administre les comptes peut créer un nouveau lien.",
    ),
    "error_password_length": (
        "a password has 12 to 200 characters",
        "un mot de passe compte de 12 à 200 caractères",
    ),
    "error_password_length_hint": (
        "Four words that have nothing to do with each other are long enough, and easy to remember.",
        "Quatre mots sans rapport entre eux suffisent, et se retiennent bien.",
    ),
    "error_password_plain": (
        "this password is too easy to guess",
        "ce mot de passe est trop facile à deviner",
    ),
    "error_password_plain_hint": (
        "Take words that have nothing to do with you, nor with each other.",
        "Prenez des mots sans rapport avec vous ni entre eux.",
    ),
    "error_password_wrong": ("the password of now is wrong", "le mot de passe actuel est erroné"),
    "error_account_name": ("a name has 1 to 80 characters", "un nom compte de 1 à 80 caractères"),
    "error_account_email": ("this is not an email address", "ce n’est pas une adresse courriel"),
    "error_account_roles": ("an account has at least one role", "un compte a au moins un rôle"),
    "error_account_unknown": ("there is no such account", "ce compte n’existe pas"),
    "error_account_taken": (
        "somebody of the staff has this name or this address",
        "ce nom ou cette adresse appartient déjà à quelqu’un de l’équipe",
    ),
    "error_account_taken_hint": (
        "The log calls people by their names: add an initial, or the place where they work.",
        "Le journal désigne les gens par leur nom\u00a0: ajoutez une initiale ou le lieu de travail.",
    ),
    "error_account_last_admin": (
        "nobody would be left who can give roles",
        "il ne resterait personne pour gérer les rôles",
    ),
    "error_account_last_admin_hint": (
        "Make somebody else an administrator first.",
        "Donnez d’abord ce rôle à quelqu’un d’autre.",
    ),
    "error_link_gone": (
        "this link was used already, or is too old",
        "ce lien a déjà servi, ou il est trop ancien",
    ),
    "error_link_gone_hint": (
        "An administrator makes another one under Settings.",
        "Une personne qui administre les comptes peut en créer un autre, dans les réglages.",
    ),
    "error_form_unfinished": (
        "this was asked for before, and the program ended before it could say whether it was done",
        "ceci a déjà été demandé, et le programme s’est arrêté avant de pouvoir dire si c’est fait",
    ),
    "error_form_unfinished_hint": (
        "Nothing was done now. Look whether it shows below before you try again.",
        "Rien n’a été fait cette fois. Vérifiez ci-dessous si c’est fait avant de recommencer.",
    ),
    "error_hold_reason": ("a hold wants a reason", "une suspension demande une raison"),
    "error_import_changed_hint": (
        "Look at the plan as it is now, and apply that.",
        "Regardez le plan tel qu’il est maintenant, puis appliquez-le.",
    ),
    "error_import_busy": (
        "this file is just being applied, or its columns are not decided",
        "ce fichier est en cours d’application, ou ses colonnes ne sont pas décidées",
    ),
    "error_import_closed": (
        "this file was applied or dropped already",
        "ce fichier a déjà été appliqué ou abandonné",
    ),
    "error_import_closed_hint": (
        "Hand the file in again.",
        "Remettez le fichier.",
    ),
    "error_import_empty": ("the file is empty", "le fichier est vide"),
    "error_import_empty_hint": ("Choose the file again.", "Choisissez le fichier de nouveau."),
    "error_import_no_csv": (
        "this is a workbook or a PDF, not a CSV file",
        "c’est un classeur ou un PDF, pas un fichier CSV",
    ),
    "error_import_no_csv_hint": (
        "In the spreadsheet, choose “Save as” and “CSV UTF-8”, and take that file.",
        "Dans le tableur, choisissez «\u00a0Enregistrer sous\u00a0», puis «\u00a0CSV UTF-8\u00a0», et prenez ce fichier.",
    ),
    "error_import_too_large": (
        "the file is too large",
        "le fichier est trop volumineux",
    ),
    "error_import_too_large_hint": (
        "Cut it into several files, or use `newsletter members import`.",
        "Divisez-le en plusieurs fichiers, ou utilisez `newsletter members import`.",
    ),
    "error_import_too_many": (
        "too many files wait already",
        "trop de fichiers attendent déjà",
    ),
    "error_import_too_many_hint": (
        "Apply or drop some of them.",
        "Appliquez-en ou abandonnez-en quelques-uns.",
    ),
    "error_consent_unproven": (
        "this consent cannot be taken without its proof or its day",
        "ce consentement ne peut être retenu sans sa preuve ou sa date",
    ),
    "error_consent_unproven_hint": (
        "Say how these people consented: the form, the event, the date.",
        "Indiquez comment la personne a consenti\u00a0: le formulaire, l’événement, la date.",
    ),
    "error_members_mapping": (
        "two columns cannot become the same field",
        "deux colonnes ne peuvent devenir le même champ",
    ),
    "error_members_no_email": (
        "no column holds the address",
        "aucune colonne ne contient l’adresse",
    ),
    "error_members_no_email_hint": (
        "Choose the one that does.",
        "Choisissez celle qui la contient.",
    ),
    "error_members_encoding": (
        "the file is in no encoding that is known here",
        "le fichier est dans un encodage inconnu ici",
    ),
    "error_members_encoding_hint": (
        "Save it as CSV UTF-8.",
        "Enregistrez-le en CSV UTF-8.",
    ),
    "error_member_exists": (
        "another member has this address already",
        "un autre membre a déjà cette adresse",
    ),
    "error_member_erased": (
        "the owner of this address asked to be forgotten",
        "la personne à cette adresse a demandé l’effacement",
    ),
    "error_member_suppressed": (
        "this address is on the do-not-mail list",
        "cette adresse est sur la liste d’exclusion",
    ),
    "error_member_suppressed_hint": (
        "Only the person can come back, by subscribing again.",
        "Seule la personne peut revenir, en s’abonnant de nouveau.",
    ),
    "error_member_unknown": (
        "there is no such member",
        "ce membre n’existe pas",
    ),
    "error_address_role": (
        "nobody reads a newsletter at this address",
        "personne ne lit d’infolettre à cette adresse",
    ),
    "error_suppression_theirs": (
        "this address is there because the person said so",
        "cette adresse y est parce que la personne l’a voulu",
    ),
    "error_suppression_theirs_hint": (
        "Only the person can come back, by subscribing again.",
        "Seule la personne peut revenir, en s’abonnant de nouveau.",
    ),
    "error_suppression_unknown": (
        "this address is not on the do-not-mail list",
        "cette adresse n’est pas sur la liste d’exclusion",
    ),
    "error_segment_unknown": (
        "there is no such segment",
        "ce segment n’existe pas",
    ),
    "error_segment_name": (
        "this cannot be the name of a segment",
        "ceci ne peut être le nom d’un segment",
    ),
    "error_segment_file": (
        "segments.toml cannot be changed safely from here",
        "segments.toml ne peut être modifié d’ici sans risque",
    ),
    "error_segment_file_hint": (
        "Change it there with a text editor; nothing was written.",
        "Modifiez-le avec un éditeur de texte; rien n’a été écrit.",
    ),
    "error_file_changed": (
        "the file was changed while this ran: nothing was written",
        "le fichier a été modifié entre-temps\u00a0: rien n’a été écrit",
    ),
    "error_test_stranger": (
        "not every address is one of your staff’s",
        "les adresses ne sont pas toutes celles de votre équipe",
    ),
    "error_test_stranger_hint": (
        "Say below that you mean to send a test there, then send it again.",
        "Confirmez ci-dessous que c’est voulu, puis envoyez de nouveau.",
    ),
    "error_picture_kind": ("this is no PNG, JPEG or GIF", "ce n’est ni un PNG, ni un JPEG, ni un GIF"),
    "error_picture_kind_hint": (
        "Save it as one of these: mail programs show no other kind everywhere.",
        "Enregistrez-la sous l’un de ces formats\u00a0: les autres ne s’affichent pas partout.",
    ),
    "error_file_too_large": ("this is too large", "c’est trop volumineux"),
    "error_file_too_large_hint": (
        "A text has at most 1 MB, a picture at most 10 MB.",
        "Un texte compte au plus 1 Mo, une image au plus 10 Mo.",
    ),
    "error_issue_exists": ("there is an issue of this name already", "un numéro porte déjà ce nom"),
    "error_issue_exists_hint": ("Take another name.", "Prenez un autre nom."),
    "error_issue_name": ("this cannot be the name of an issue", "ceci ne peut pas être le nom d’un numéro"),
    "error_issue_name_hint": (
        "Use small letters a–z, digits and hyphens, at most 80, beginning with a letter or digit: 2020-12-16-greeting",
        "Employez des minuscules a–z, des chiffres et des traits d’union, 80 au plus, en commençant par une lettre ou un chiffre\u00a0: 2020-12-16-voeux",
    ),
    "error_issue_unknown": ("there is no such issue", "ce numéro n’existe pas"),
    "error_issue_unknown_hint": ("Go back to the list of issues.", "Revenez à la liste des numéros."),
}
