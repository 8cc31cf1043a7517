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
}
