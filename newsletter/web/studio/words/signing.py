"""Words of signing in, of the welcome by a one-time link, of one's own account.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "signing_title": ("Sign in", "Ouvrir une session"),
    "signing_lead": ("The studio of {newsletter}.", "L’atelier de {newsletter}."),
    "signing_email": ("Email address", "Adresse courriel"),
    "signing_password": ("Password", "Mot de passe"),
    "signing_act": ("Sign in", "Ouvrir la session"),
    "signing_forgotten": (
        "Forgotten? An administrator makes you a new link, under Settings.",
        "Oublié? Une personne qui administre le compte peut vous créer un nouveau lien, dans les réglages.",
    ),
    "signing_nobody": (
        "Nobody has an account yet. The terminal in which the program was started shows a link for the first one; "
        "this command shows another:",
        "Personne n’a encore de compte. Le terminal où le programme a été lancé affiche un lien pour le premier; "
        "cette commande en affiche un autre\u00a0:",
    ),
    "signing_wrong": (
        "The address or the password is wrong.",
        "L’adresse ou le mot de passe est erroné.",
    ),
    "signing_out": ("You are signed out.", "Votre session est fermée."),
    "signing_out_everywhere": (
        "You are signed out everywhere.",
        "Vos sessions sont fermées partout.",
    ),
    "signing_welcome": ("Welcome, {name}", "Bienvenue, {name}"),
    "signing_welcome_lead": (
        "Choose a password. This link works once.",
        "Choisissez un mot de passe. Ce lien ne sert qu’une fois.",
    ),
    "signing_first": ("The first account", "Le premier compte"),
    "signing_first_lead": (
        "You will be able to give accounts to others. This link works once.",
        "Vous pourrez ensuite créer les comptes de vos collègues. Ce lien ne sert qu’une fois.",
    ),
    "signing_name": ("Your name", "Votre nom"),
    "signing_name_help": (
        "As others know you: it stands beside everything that you do here.",
        "Celui que vos collègues connaissent\u00a0: il figure à côté de tout ce que vous faites ici.",
    ),
    "signing_password_help": (
        "At least 12 characters. Four words that have nothing to do with each other are easy to remember.",
        "Au moins 12 caractères. Quatre mots sans rapport entre eux se retiennent bien.",
    ),
    "signing_also": ("You also", "Vous pouvez aussi"),
    "signing_also_approve": ("approve mailings", "approuver les envois"),
    "signing_also_send": ("send mailings", "faire partir les envois"),
    "signing_begin": ("Begin", "Commencer"),
    "signing_account": ("Your account", "Votre compte"),
    "signing_roles": ("Roles", "Rôles"),
    "signing_language": ("Language of these pages", "Langue de ces pages"),
    "signing_keep": ("Save", "Enregistrer"),
    "signing_kept": ("Saved.", "Enregistré."),
    "signing_change": ("Change the password", "Changer le mot de passe"),
    "signing_now_used": ("Password of now", "Mot de passe actuel"),
    "signing_wanted": ("New password", "Nouveau mot de passe"),
    "signing_changed": (
        "The password is changed. You are signed out everywhere else.",
        "Le mot de passe est changé. Vos autres sessions sont fermées.",
    ),
    "signing_everywhere": ("Sign out everywhere", "Fermer toutes les sessions"),
    "signing_everywhere_note": (
        "On this device and all others, at once.",
        "Sur cet appareil et tous les autres, immédiatement.",
    ),
}
