"""Imports of whole files into a real database: counted to the last row, never twice, never bringing anybody back."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.audience import encodings
from newsletter.audience.importing import Kind
from newsletter.model.errors import AuthorError
from newsletter.model.folding import fold
from newsletter.model.member import COLUMNS, Consent, ConsentBasis, Exclusion, SuppressionReason
from newsletter.pipeline import importing, members
from newsletter.pipeline.importing import Options, import_members
from newsletter.pipeline.members import Changes, Grounds
from newsletter.store import suppressions, tables
from tests.audiences import hostile
from tests.corpora import naughty_strings
from tests.databases import examples
from tests.mailed import Mailed, key_of, world

FRENCH = Path(__file__).parents[2] / "golden" / "members" / "liste-des-membres.csv"


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        yield made


def write(folder: Path, rows: Sequence[Mapping[str, str]] | str, name: str = "members.csv") -> Path:
    path = folder / name
    if isinstance(rows, str):
        path.write_text(rows, encoding="utf-8", newline="")
        return path
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8", "replace"))
    return path


def take(mailed: Mailed, path: Path, options: Options = Options()) -> dict[str, Any]:  # noqa: B008 - frozen
    with import_members(mailed.ctx, path, options) as report:
        return {
            "kinds": {kind.value: number for kind, number in report.kinds.items()},
            "refused": [tuple(one) for one in report.refused()],
            "repeated": [(one.line, one.email) for one in report.repeated()],
            "not_mailable": {reason: number for reason, number in report.not_mailable.items() if number},
            "notes": [note.text for note in report.notes],
            "encoding": report.decoding.encoding,
        }


def counts(added: int = 0, changed: int = 0, unchanged: int = 0) -> dict[str, int]:
    return {"added": added, "changed": changed, "unchanged": unchanged}


def exported(mailed: Mailed) -> str:
    return "".join(members.exported(mailed.ctx))


def contents(mailed: Mailed) -> dict[str, list[dict[str, Any]]]:
    return {
        name: mailed.rows(getattr(tables, name))
        for name in ("members", "member_tags", "consents", "suppressions")
    }


def test_a_spreadsheet_saved_in_quebec(mailed: Mailed) -> None:
    found = take(mailed, FRENCH)
    assert found["encoding"] == "Windows-1252"
    assert found["kinds"] == counts(added=6, changed=1)
    assert found["refused"] == [
        (7, "ne-pas-repondre@acier.example.ca", "nobody reads a newsletter at this address"),
        (
            8,
            "anaïs@acier.example.ca",
            "accents and other special letters before the @ cannot be delivered everywhere",
        ),
    ]
    assert found["repeated"] == [(11, "ZOE.COTE@acier.example.ca")]
    assert found["not_mailable"] == {"no-consent": 1, "consent-expired": 1, "no-evidence": 1}
    assert found["notes"] == [
        "the consent date of a membership or contract is read as the day on which it ended",
        "language “bilingue” is not one that is known here; kept as written",
        "express consent without evidence: kept, not mailable",
    ]
    zoe = members.get(mailed.ctx, "Zoe.Cote@acier.example.ca")
    assert (zoe.first_name, zoe.last_name, zoe.company) == ("Zoé", "Côté-Roy", "Aciérie « Québec » inc.")
    assert (zoe.province, zoe.language, zoe.tags) == ("QC", "fr", frozenset({"aérospatiale", "PME"}))
    assert zoe.attributes == {"no_de_membre": "0001", "chiffre_d_affaires": "1 234,56 $"}
    assert zoe.consent == Consent(ConsentBasis.EXPRESS, date(2020, 1, 15), "Formulaire du 15 janvier")
    assert members.get(mailed.ctx, "noel@usine.example.ca").company == "Usine; outils, pièces"
    jay = members.get(mailed.ctx, "jay@atelier.example.ca")
    assert (jay.company, jay.attributes["chiffre_d_affaires"]) == ('Atelier "Le Grand"', "=1+1")
    assert jay.consent == Consent(ConsentBasis.MEMBERSHIP, date(2018, 3, 31), "", date(2020, 3, 31))
    luc = members.get(mailed.ctx, "luc@acier.example.ca")
    assert (luc.company, luc.province, luc.consent) == ("Roy et fils", "NL", None)


def test_the_same_file_again_changes_nothing(mailed: Mailed, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        [
            {"email": f"p{n}@x.ca", "first_name": "É", "tags": "a;b", "consent_basis": "b2b"}
            for n in range(40)
        ],
    )
    assert take(mailed, path)["kinds"] == counts(added=40)
    before = contents(mailed)
    assert take(mailed, path)["kinds"] == counts(unchanged=40)
    assert contents(mailed) == before


def test_an_export_changes_nothing_and_comes_out_the_same(mailed: Mailed, tmp_path: Path) -> None:
    take(mailed, FRENCH)
    before, text = contents(mailed), exported(mailed)
    assert text.splitlines()[0].split(",") == [*COLUMNS, "chiffre_d_affaires", "no_de_membre"]
    assert "'=1+1" in text
    assert "'-5" in text
    found = take(mailed, write(tmp_path, text))
    assert found["kinds"] == counts(unchanged=6)
    assert contents(mailed) == before
    assert exported(mailed) == text


def test_an_export_makes_the_same_members_in_another_workspace(mailed: Mailed, tmp_path: Path) -> None:
    take(mailed, FRENCH)
    path = write(tmp_path, exported(mailed))
    with world(tmp_path / "other") as other:
        assert take(other, path)["kinds"] == counts(added=6)
        assert exported(other) == exported(mailed)


def test_a_dry_run_says_what_would_be_and_writes_nothing(
    mailed: Mailed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PAGE", 3)
    rows = [
        {"email": f"p{n % 7}@x.ca", "first_name": str(n // 9), "consent_basis": "b2b" if n % 3 else ""}
        for n in range(20)
    ]
    rows.insert(4, {"email": "bad", "first_name": "", "consent_basis": ""})
    path = write(tmp_path, rows)
    before = mailed.everything()
    dry = take(mailed, path, Options(dry_run=True))
    assert mailed.everything() == before
    assert take(mailed, path) == dry
    assert len(mailed.rows(tables.members)) == 7


@pytest.mark.parametrize("page", [1, 2, 5, 100])
def test_the_size_of_a_page_makes_no_difference(
    mailed: Mailed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(importing, "PAGE", page)
    rows = [
        {
            "email": f"p{n % 4}@x.ca",
            "first_name": f"N{n}",
            "tags": f"t{n}",
            "consent_basis": "",
            "unsubscribed": "",
        }
        for n in range(9)
    ]
    rows[5]["consent_basis"], rows[6]["unsubscribed"] = "b2b", "yes"
    found = take(mailed, write(tmp_path, rows))
    assert found["kinds"] == counts(added=4, changed=5)
    assert len(found["repeated"]) == 5
    assert found["not_mailable"] == {"no-consent": 2, "unsubscribed": 1}
    assert [(row["email"], row["first_name"]) for row in mailed.rows(tables.members)] == [
        ("p0@x.ca", "N8"), ("p1@x.ca", "N5"), ("p2@x.ca", "N6"), ("p3@x.ca", "N7"),
    ]  # fmt: skip
    assert {row["tag"] for row in mailed.rows(tables.member_tags)} == {f"t{n}" for n in range(9)}


def test_rows_without_a_basis_are_stored_and_not_mailable(mailed: Mailed, tmp_path: Path) -> None:
    found = take(mailed, write(tmp_path, [{"email": f"p{n}@x.ca"} for n in range(5)]))
    assert found["not_mailable"] == {"no-consent": 5}
    story = members.story(mailed.ctx, "p1@x.ca")
    assert story.member is not None
    assert story.exclusion is Exclusion.NO_CONSENT


def test_consent_for_all_rows_needs_evidence(mailed: Mailed, tmp_path: Path) -> None:
    path = write(tmp_path, [{"email": "a@x.ca"}])
    assert take(mailed, path, Options(ConsentBasis.EXPRESS))["not_mailable"] == {"no-evidence": 1}
    assert take(mailed, path, Options(ConsentBasis.EXPRESS, "Form"))["kinds"] == counts(changed=1)
    (line,) = members.story(mailed.ctx, "a@x.ca").consents
    assert (line.kind, line.evidence, line.source, line.actor) == (
        "granted",
        "Form",
        "import members.csv:2",
        "tester",
    )


@pytest.mark.parametrize("reason", SuppressionReason)
def test_nobody_who_left_is_brought_back(mailed: Mailed, tmp_path: Path, reason: SuppressionReason) -> None:
    from newsletter.pipeline import suppressions as list_

    take(mailed, write(tmp_path, [{"email": "A@x.ca", "consent_basis": "b2b"}]))
    list_.add(mailed.ctx, "a@x.ca", reason, "test")
    again = {
        "email": "a@X.CA",
        "consent_basis": "express",
        "consent_evidence": "asked anew",
        "status": "subscribed",
    }
    found = take(mailed, write(tmp_path, [again]))
    story = members.story(mailed.ctx, "a@x.ca")
    assert story.exclusion in {Exclusion.UNSUBSCRIBED, Exclusion.SUPPRESSED}
    assert [line.kind for line in story.consents if line.kind == "granted"] == ["granted"]
    if reason is SuppressionReason.ERASED:
        assert found["refused"] == [(2, "a@x.ca", "suppressed (erased)")]
    else:
        assert found["kinds"] == counts(unchanged=1)


def test_who_left_elsewhere_is_suppressed_and_the_log_says_so(mailed: Mailed, tmp_path: Path) -> None:
    found = take(
        mailed, write(tmp_path, [{"email": "a@x.ca", "consent_basis": "b2b", "statut": "désabonné"}])
    )
    assert found["not_mailable"] == {"unsubscribed": 1}
    with mailed.ctx.store.read() as db:
        (line,) = suppressions.of(db, key_of("a@x.ca"))
    assert (line.reason, line.source, line.address) == (
        SuppressionReason.UNSUBSCRIBED,
        "import members.csv:2",
        "a@x.ca",
    )
    assert [one.kind for one in members.story(mailed.ctx, "a@x.ca").consents] == ["withdrawn"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "members-empty"),
        ("\n\n", "members-empty"),
        ("name,phone\na,b\n", "members-no-email"),
        ('"email,x\na,b\n', "members-header"),
        ("email," + ",".join(f"c{n}" for n in range(300)), "members-columns"),
    ],
)
def test_files_that_are_no_members_at_all(mailed: Mailed, tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(AuthorError) as caught:
        take(mailed, write(tmp_path, text))
    assert caught.value.code == code
    assert str(caught.value.place).startswith("members.csv")


def test_a_file_that_is_too_long_is_not_begun(
    mailed: Mailed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encodings, "MAX_FILE", 1 << 10)
    path = write(tmp_path, [{"email": f"p{n}@x.ca"} for n in range(200)])
    with pytest.raises(AuthorError, match="longer than") as caught:
        take(mailed, path)
    assert caught.value.code == "members-too-large"
    assert not mailed.rows(tables.members)


def test_a_line_that_never_ends_keeps_the_rows_before_it(mailed: Mailed, tmp_path: Path) -> None:
    path = write(tmp_path, "email\n" + "".join(f"p{n}@x.ca\n" for n in range(5_000)) + "a" * (1 << 21))
    with pytest.raises(AuthorError, match="line is longer") as caught:
        take(mailed, path)
    assert str(caught.value.place) == "members.csv:5002"
    assert len(mailed.rows(tables.members)) == 5_000


def test_an_import_that_breaks_off_has_written_whole_pages(
    mailed: Mailed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PAGE", 10)
    path = write(tmp_path, [{"email": f"p{n}@x.ca"} for n in range(35)])

    def stop(rows: int, _size: int) -> None:
        if rows == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), import_members(mailed.ctx, path, progress=stop):
        pass
    assert len(mailed.rows(tables.members)) == 20
    assert [row["detail"]["added"] for row in mailed.rows(tables.audit)] == [20]
    assert take(mailed, path)["kinds"] == counts(added=15, unchanged=20)


def test_the_big_list_of_naughty_strings_in_every_column(mailed: Mailed, tmp_path: Path) -> None:
    texts = naughty_strings()
    rows = [
        {
            "email": f"p{n}@x.ca",
            **{name: texts[(n + at) % len(texts)] for at, name in enumerate((*COLUMNS[1:], "further"))},
        }
        for n in range(len(texts))
    ]
    found = take(mailed, write(tmp_path, rows))
    assert found["kinds"] == counts(added=len(texts))
    text = exported(mailed)
    assert take(mailed, write(tmp_path, text))["kinds"] == counts(unchanged=len(texts))
    assert exported(mailed) == text


CELL = st.one_of(
    hostile(),
    st.text(max_size=8),
    st.sampled_from(["express", "form", "2020-01-01", "a;b", "a;=1", "yes", "'=x", "bounced", "Membre"]),
)


@settings(max_examples=examples(25))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a@x.ca", "b@x.ca", "A@X.ca", "c@x.ca", "bad"]),
            st.lists(CELL, min_size=14, max_size=14),
        ),
        min_size=1,
        max_size=6,
    )
)
@pytest.mark.ci
def test_import_of_export_is_nothing(
    tmp_path_factory: pytest.TempPathFactory, file: list[tuple[str, list[str]]]
) -> None:
    folder = tmp_path_factory.mktemp("round")
    names = (*COLUMNS[1:], "status", "unsubscribed", "sector")
    with world(folder) as mailed:
        rows = [{"email": email, **dict(zip(names, cells, strict=True))} for email, cells in file]
        found = take(mailed, write(folder, rows))
        assert sum(found["kinds"].values()) + len(found["refused"]) == sum(
            1 for row in rows if any(row.values())
        )
        before, text = contents(mailed), exported(mailed)
        take(mailed, write(folder, text))
        assert contents(mailed) == before
        assert exported(mailed) == text


@settings(max_examples=examples(25))
@given(
    st.lists(st.sampled_from(SuppressionReason), min_size=1, max_size=2),
    st.lists(st.lists(CELL, min_size=14, max_size=14), min_size=1, max_size=4),
    st.booleans(),
)
@pytest.mark.ci
def test_no_file_makes_a_suppressed_address_mailable(
    tmp_path_factory: pytest.TempPathFactory,
    reasons: list[SuppressionReason],
    file: list[list[str]],
    member: bool,
) -> None:
    from newsletter.pipeline import suppressions as list_

    folder = tmp_path_factory.mktemp("history")
    names = (*COLUMNS[1:], "status", "unsubscribed", "sector")
    with world(folder) as mailed:
        if member:
            members.add(mailed.ctx, "a@x.ca", Changes(consent=Grounds(ConsentBasis.EXPRESS, None, "form")))
        for reason in reasons:
            list_.add(mailed.ctx, "a@x.ca", reason, "test")
        take(
            mailed,
            write(folder, [{"email": "a@x.ca", **dict(zip(names, cells, strict=True))} for cells in file]),
        )
        assert members.story(mailed.ctx, "a@x.ca").exclusion in {Exclusion.SUPPRESSED, Exclusion.UNSUBSCRIBED}


@pytest.mark.ci
def test_memory_does_not_grow_with_the_file(
    mailed: Mailed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PAGE", 500)
    monkeypatch.setattr(importing, "PIECE", 1 << 14)
    peaks = []
    for rows in (2_000, 8_000):
        path = write(
            tmp_path, "email,company\n" + "".join(f"p{n}@x{rows}.ca,{'firm' * 10}\n" for n in range(rows))
        )
        tracemalloc.start()
        take(mailed, path, Options(dry_run=True))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.25 * peaks[0]


def test_kinds_are_words_of_the_contract() -> None:
    assert [kind.value for kind in Kind] == ["added", "changed", "unchanged"]
    assert fold("É") == "e"
