"""F22: what nobody should have in a list of members. It is told with its line, or arrives as it is; the rest is unaffected. Judged from the
emulator's log."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from newsletter.model.errors import AuthorError
from newsletter.pipeline.importing import Options, import_members
from tests.corpora import naughty_strings
from tests.faults.conftest import PEOPLE
from tests.faults.inside import approved, once, work
from tests.faults.stage import Stage

pytestmark = [pytest.mark.ci, pytest.mark.fault("F22")]

HEADER = ("email", "first_name", "company", "language", "consent_basis", "consent_date", "consent_evidence")
MEGABYTES = 10
OVERRIDE = "\u202egnp.exe\u202c"


def row(email: str, name: str) -> tuple[str, ...]:
    return (email, name, name, "en", "express", "2020-01-01", "form")


def write(folder: Path, rows: list[tuple[str, ...]]) -> Path:
    """The file as bytes: what is no character stays what it is."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    path = folder / "poison.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
    return path


def sent(stage: Stage, path: Path) -> tuple[set[str], list[str]]:
    """Import, then send: who was given a mail, and what was said of the lines that were not taken."""
    with stage.context() as ctx:
        with import_members(ctx, path, Options()) as report:
            told = [str(one) for one in report.refused()]
            kinds = report.kinds
        approved(ctx)
        work(ctx)
        people = PEOPLE + sum(kinds.values())
        assert once(stage, ctx, people).accepted == people
    return set(stage.addresses()), told


def test_the_big_list_of_naughty_strings(stage: Stage) -> None:
    """As names, six hundred times: everybody gets it once, and nobody's name became markup in it."""
    stage.extra["NEWSLETTER_SEND_BATCH_SIZE"] = "1000"
    texts = naughty_strings()
    reached, told = sent(
        stage, write(stage.folder, [row(f"q{n}@x.example", text) for n, text in enumerate(texts)])
    )
    assert len(reached) == PEOPLE + len(texts) - len(told)
    found = stage.emulated.ask("GET", "/messages?full=1&size=2000")["messages"]
    assert len(found) == len(reached)
    named = {f"q{n}@x.example": text for n, text in enumerate(texts)}
    for one in found:
        assert "<script" not in one["html"].lower()
        assert "{{" not in one["html"] or "{{" in named[one["address"]], "a place that was left"
        assert "\n" not in one["subject"]
    assert stage.emulated.ask("GET", "/report")["ok"]


ROWS = {
    "NUL": "a\0b",
    "half a character": "\ud800",
    "right to left": OVERRIDE,
    "four hundred kilobytes": "x" * 400_000,
    "broken JSON": '{"broken": ',
    "terminal": "\x1b[2J\x07",
    "line ends": "\u0007\u2028\u2029",
}
OFTEN = {"half a character", "four hundred kilobytes"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(text, id=kind, marks=[] if kind in OFTEN else pytest.mark.faults)
        for kind, text in ROWS.items()
    ],
)
def test_one_row_that_no_list_should_have(stage: Stage, name: str) -> None:
    reached, told = sent(
        stage, write(stage.folder, [row("bad@x.example", name), row("good@x.example", "Good")])
    )
    assert "good@x.example" in reached
    assert ("bad@x.example" in reached) is not bool(told), "it arrives, or its line is told"
    assert not told or "2" in told[0]


def test_a_line_of_ten_megabytes(stage: Stage) -> None:
    """Nothing says where it was to end: it is told with its line, what stands before it is kept, and mailed."""
    rows = [row("good@x.example", "Good"), row("bad@x.example", "x" * (MEGABYTES << 20))]
    with stage.context() as ctx:
        with pytest.raises(AuthorError) as raised, import_members(ctx, write(stage.folder, rows)):
            pass
        assert raised.value.place is not None
        assert raised.value.place.line == 3
        approved(ctx)
        work(ctx)
        assert once(stage, ctx, PEOPLE + 1).accepted == PEOPLE + 1
    assert "good@x.example" in stage.addresses()
