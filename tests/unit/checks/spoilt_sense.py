"""How to spoil the sample for the checks of dates and of two languages."""

from __future__ import annotations

from tests.unit.checks.mutations import ENGLISH, FRENCH, body, spoil, swap

_EVENT = '::: event title="{}" date="{}" time="{}"\n:::'

spoil(
    "date-weekday",
    body(
        "Meet us on Tuesday, March 12, 2021, in Hamilton.", "Rendez-vous le mardi 12 mars 2021, à Hamilton."
    ),
)
spoil("date-weekday", body("See you on March 12 (Tuesday).", "Rendez-vous le 12 mars (mardi)."))
spoil(
    "date-past", body(_EVENT.format("Clinic", "2020-12-01", ""), _EVENT.format("Clinique", "2020-12-01", ""))
)
spoil("date-past", body("Please register by December 1.", "Inscrivez-vous d’ici le 1er décembre."))
spoil("date-past", body("Happy New Year 2020!", "Bonne année 2020!"))
spoil("time-zone-missing", body("We meet at 1:00 p.m. online.", "Rencontre à 13 h en ligne."))
spoil("bilingual-parity", swap(FRENCH, "148\u00a0M$ | investis", "184\u00a0M$ | investis"))
spoil("bilingual-parity", swap(FRENCH, "## Une place pour la relève\n", ""))
spoil("bilingual-parity", swap(FRENCH, "[www.ngen.ca](https://www.ngen.ca)", "site de NGen"))
spoil(
    "bilingual-parity", swap(FRENCH, "Voir ce que bâtissent nos membres", "See what our members are building")
)
spoil("bilingual-parity", body("We thank all of you for this.", "We thank all of you for this."))
spoil(
    "bilingual-parity",
    swap(ENGLISH, "in 65 projects led by industry, which", "in 66 projects led by industry, which"),
)
spoil(
    "bilingual-parity",
    body("[The page](https://www.ngen.ca/en/impact)", "[La page du projet](https://www.ngen.ca/en/impact)"),
)
