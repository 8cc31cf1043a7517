"""How a mail stands in an inbox, before anybody opens it.

In: sender, subject, preheader, text. Out: rows cut where mail programs cut. Called by the preview's pages.

Programs cut by pixels; these are the usual numbers of characters (Gmail in a browser about 70 of the subject and 110 of subject and
preheader together; Outlook's list about 55, and one line of 80; iPhone about 41 and two lines of 45).
"""

from __future__ import annotations

from dataclasses import dataclass

_ENDING = "…"


@dataclass(frozen=True, slots=True)
class Row:
    """One inbox row. `cut` is how many characters of the subject are seen, 0 when all are."""

    program: str
    sender: str
    subject: str
    snippet: str
    cut: int


def rows(sender: str, subject: str, preheader: str, text: str) -> tuple[Row, ...]:
    """The row of a mail in Gmail, in Outlook and on an iPhone. Without a preheader, programs take the first words of the mail."""
    after = preheader or " ".join(text.split())
    gmail = shortened(subject, 70)
    return (
        Row(
            "Gmail",
            shortened(sender, 20),
            gmail,
            shortened(after, max(110 - len(gmail), 0)),
            _cut(subject, 70),
        ),
        Row(
            "Outlook", shortened(sender, 25), shortened(subject, 55), shortened(after, 80), _cut(subject, 55)
        ),
        Row("iPhone", shortened(sender, 28), shortened(subject, 41), shortened(after, 90), _cut(subject, 41)),
    )


def shortened(text: str, limit: int) -> str:
    """A text that fits, cut at its end as programs do, in the middle of a word if need be."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    return flat[: limit - 1].rstrip() + _ENDING if limit else ""


def _cut(subject: str, limit: int) -> int:
    return limit - 1 if len(" ".join(subject.split())) > limit else 0
