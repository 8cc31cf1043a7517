"""Three thousand synthetic members: the same at every run, none of them anybody.

In: a number. Out: the text of a CSV file as a spreadsheet would save it. Called by `newsletter demo`.
"""

from __future__ import annotations

import csv
import io

_FIRST = {
    "en": [
        "Amelia",
        "Noah",
        "Priya",
        "Liam",
        "Hannah",
        "Wei",
        "Owen",
        "Fatima",
        "Jack",
        "Sofia",
        "Ethan",
        "Grace",
        "Malik",
        "Chloe",
        "Arjun",
        "Ruth",
        "Daniel",
        "Mei",
        "Isla",
        "Omar",
    ],
    "fr": [
        "Camille",
        "Étienne",
        "Zoé",
        "Mathieu",
        "Océane",
        "Benoît",
        "Anaïs",
        "Rémi",
        "Noémie",
        "Félix",
        "Maëlle",
        "Jérôme",
        "Élodie",
        "Hugo",
        "Léa",
        "Gaétan",
        "Aïcha",
        "Théo",
    ],
}
_LAST = {
    "en": [
        "Campbell",
        "Singh",
        "Nguyen",
        "O'Brien",
        "MacLeod",
        "Wong",
        "Fraser",
        "Patel",
        "Stewart",
        "Chen",
        "Murphy",
        "Ahmed",
        "Fisher",
        "Kowalski",
        "Grant",
        "Reid",
    ],
    "fr": [
        "Tremblay",
        "Gagnon",
        "L'Heureux",
        "Côté",
        "Bouchard",
        "Lévesque",
        "Gauthier",
        "Ouellet",
        "Bélanger",
        "Pelletier",
        "Fortin",
        "Thériault",
        "Nadeau",
    ],
}
_WORKS = {
    "en": ["Northern", "Lakeside", "Maple", "Cascade", "Prairie", "Harbour", "Summit", "Granite"],
    "fr": ["Boréal", "Laurentides", "Estuaire", "Saguenay", "Cartier", "Érablière", "Fjord", "Belvédère"],
}
_KIND = {
    "en": ("Precision Ltd.", "Robotics Inc.", "Castings & Forge", "Aerospace", "Foods", "Medical Devices"),
    "fr": (
        "Usinage inc.",
        "Robotique ltée",
        "Fonderie & Forge",
        "Aéronautique",
        "Agroalimentaire",
        "Dispositifs médicaux",
    ),
}
_PLACES = (
    ("ON", "America/Toronto", 40),
    ("QC", "America/Toronto", 24),
    ("BC", "America/Vancouver", 12),
    ("AB", "America/Edmonton", 10),
    ("MB", "America/Winnipeg", 4),
    ("SK", "America/Regina", 3),
    ("NS", "America/Halifax", 3),
    ("NB", "America/Moncton", 2),
    ("NL", "America/St_Johns", 2),
)
_TAGS = ("aerospace", "agri-food", "automotive", "medical", "sme", "research")
_COLUMNS = [
    "email",
    "first_name",
    "last_name",
    "company",
    "province",
    "language",
    "timezone",
    "tags",
    "consent_basis",
    "consent_date",
    "consent_evidence",
]


def _pick(values: tuple[str, ...] | list[str], number: int) -> str:
    return values[number % len(values)]


def _place(number: int) -> tuple[str, str]:
    share = number * 37 % 100
    for province, zone, part in _PLACES:
        share -= part
        if share < 0:
            return province, zone
    return _PLACES[0][:2]


def _row(number: int) -> list[str]:
    province, zone = _place(number)
    language = "fr" if province == "QC" or (province == "NB" and number % 3 == 0) else "en"
    first, last = _pick(_FIRST[language], number * 7), _pick(_LAST[language], number * 11 + number // 13)
    company = f"{_pick(_WORKS[language], number * 5 + number // 7)} {_pick(_KIND[language], number * 3)}"
    basis, day, evidence = "membership", "", "Member register, 1 December 2020"
    if number % 12 == 5:
        basis, day, evidence = (
            "express",
            f"2020-{number % 11 + 1:02}-{number % 27 + 1:02}",
            "Sign-up form on the website",
        )
    if number % 49 == 20:
        basis, day, evidence = "", "", ""
    return [
        f"member{number:04}@reader.example",
        "" if number % 9 == 4 else first,
        last,
        company,
        province,
        "" if number % 17 == 8 else language,
        "" if number % 5 == 3 else zone,
        ";".join({_pick(_TAGS, number), _pick(_TAGS, number * number)}),
        basis,
        day,
        evidence,
    ]


def members_csv(count: int) -> str:
    """A CSV of so many members: most with a zone and a language, some without a first name, a few without consent on file."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows(_row(number) for number in range(count))
    return out.getvalue()
