"""A greeting: its texts, a list of readers with names that do harm, and the witness who judges from the emulator's log alone.

In: a path for the list; what the emulator took. Out: a CSV file; assertions. Called by the whole story.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.browser.office import messages
from tests.emulated import Emulated

FIRST = 50  #: of a gentle start
HEAD = """---
subject: {subject}
preheader: {preheader}
title: {subject}
template: greeting
date: 2020-12-22
---

"""
TEXTS = {
    "en": HEAD.format(subject="Thank you for this year", preheader="What you made possible, and our best wishes.")
    + """\
Dear {{ member.first_name | default("friend") }},

Forty apprentices began in your shops this year. Thirty-six of them stayed.

Our office is closed from Friday, December 24, 2020, to Sunday, January 3, 2021.

A peaceful holiday to you and to those around you.

::: signature name="Jay Myers" role="For the whole team"
:::
""",
    "fr": HEAD.format(
        subject="Merci pour cette année", preheader="Ce que vous avez rendu possible, et nos meilleurs vœux."
    )
    + """\
Bonjour {{ member.first_name | default("à vous") }},

Cette année, quarante apprentis ont commencé chez vous. Trente-six sont restés.

Notre bureau est fermé du jeudi 24 décembre 2020 au dimanche 3 janvier 2021.

De paisibles fêtes à vous et aux vôtres.

::: signature name="Jay Myers" role="Pour toute l’équipe"
:::
""",
}  # fmt: skip
WRONG = {"en": "Sunday, January 3, 2021", "fr": "dimanche 3 janvier 2021"}
RIGHT = {"en": "Monday, January 4, 2021", "fr": "lundi 4 janvier 2021"}
#: what a greeting says in a language, in the mail's text
SAYS = {"en": "Forty apprentices", "fr": "quarante apprentis"}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "عبد الرحمن",
    "O'Brien & Söhne \"quoted\"",
    "{{ member.email }}",
    "{% for x in y %}",
    "=HYPERLINK(\"http://evil.example\")",
    "",
)  # fmt: skip
GONE = "gone@reader.example"  #: left long ago, says the list
LEAVING = "leaving@reader.example"  #: leaves after the approval
NO_CONSENT = "stranger@reader.example"
STAFF = "communications@ngen.example"


def readers() -> dict[str, str]:
    """Who is to get it: the language by the address, empty where it is not known. In Toronto's time 55 read English, so that the first
    group of a gentle start is fifty of them."""
    languages = ("en", "fr", "en", "", "en", "fr", "en", "en")
    return {f"m{n}@reader.example": languages[n % 8] for n in range(100)}


def write_list(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Email", "First name", "Province", "Language", "Status", "Consent basis", "Consent evidence"])  # fmt: skip
        for n, (address, language) in enumerate(readers().items()):
            name = HOSTILE[n] if n < len(HOSTILE) else f"Name{n}"
            rows.writerow([address, name, "ON" if n < 88 else "BC", language, "", "express", "sign-up form"])
        rows.writerow([GONE, "Gone", "ON", "en", "unsubscribed", "express", "sign-up form"])
        rows.writerow([LEAVING, "Leaving", "ON", "fr", "", "express", "sign-up form"])
        rows.writerow([NO_CONSENT, "Stranger", "ON", "en", "", "", ""])


def mailed(far: Emulated) -> list[dict[str, Any]]:
    """All mails but the copies that staff get before anybody else, which are marked."""
    every = messages(far)
    ours = [one for one in every if one["address"] == STAFF]
    assert all(one["subject"].startswith(("[TEST] ", "[ESSAI] ")) for one in ours)
    return [one for one in every if one not in ours]


def text_of(message: dict[str, Any]) -> str:
    """The words of a mail, as its two parts say them."""
    return re.sub(r"\s+", " ", f"{message['subject']} {message['text']} {message['html']}")


def judge(far: Emulated, first: list[dict[str, Any]]) -> None:
    """What the far end saw, and nothing else."""
    everything = mailed(far)
    wanted = readers()
    assert Counter(one["address"] for one in everything) == dict.fromkeys(wanted, 1), (
        "everyone once, nobody who left"
    )
    handed = [
        one["delivery"] for one in far.ask("GET", "/deliveries")["deliveries"] if one["address"] != STAFF
    ]
    assert len(set(handed)) == len(handed) == len(wanted), "each in one call of one request"
    early = {one["address"] for one in first}
    assert len(early) == FIRST
    for one in everything:
        address, words = one["address"], text_of(one)
        spoken = [wanted[address]] if wanted[address] else ["en", "fr"]
        assert [code for code in SAYS if SAYS[code] in words] == spoken, address
        date, other = (WRONG, RIGHT) if address in early else (RIGHT, WRONG)
        for code in spoken:
            assert date[code] in words, address
            assert other[code] not in words, address
        assert not re.search(r"<script|<img[^>]+onerror", one["html"], re.IGNORECASE), address
    assert "Dear {{ member.email }}," in next(
        one["text"] for one in everything if one["address"].startswith("m4@")
    )
