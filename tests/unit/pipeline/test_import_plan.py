"""An import is planned first: what the plan says is what happens, to the last row, or nothing does."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.audience.differences import Difference
from newsletter.model.errors import AuthorError, NotAllowed
from newsletter.model.member import ConsentBasis
from newsletter.pipeline import importing, members
from newsletter.pipeline.import_plan import Options, Plan, apply, plan, refused_rows
from newsletter.pipeline.members import Changes, Grounds
from newsletter.store import tables
from tests.audiences import hostile
from tests.databases import examples
from tests.mailed import Mailed, world

HEADER = "Courriel professionnel;Prénom;Nom de l'entreprise;Secteur;Notes;Statut\r\n"
ROWS = (
    "zoe@acier.example;Zoé;Forge & Fils;Acier;interne;\r\n"
    "ANA@example.org;Ana;New Works;Acier;;\r\n"
    "gone@example.org;Guy;Ailleurs;;;\r\n"
    "pas une adresse;X;=2+2;;;\r\n"
    "zoe@acier.example;Zoé;Forge & Filles;;;\r\n"
    "left@example.org;Lou;;;;désabonné\r\n"
)
COLUMNS = {0: "email", 4: ""}


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        members.add(made.ctx, "ana@example.org", Changes({"first_name": "Ana", "company": "Old Works"}))
        members.add(made.ctx, "gone@example.org", Changes({"first_name": "Guy"}))
        members.unsubscribe(made.ctx, "gone@example.org", "by phone")
        yield made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "liste.csv"
    found.write_bytes((HEADER + ROWS).encode("cp1252"))
    return found


def asked(**more: object) -> Options:
    given = {"columns": COLUMNS, "basis": ConsentBasis.EXPRESS, "evidence": "form", "name": "liste.csv"}
    return Options(**(given | more))  # type: ignore[arg-type]


def contents(mailed: Mailed) -> dict[str, object]:
    names = ("members", "member_tags", "consents", "suppressions")
    return {name: mailed.rows(getattr(tables, name)) for name in names}


def summary(found: Plan) -> dict[str, object]:
    return {
        "rows": (found.added, found.changed, found.unchanged, found.refused, found.repeated),
        "new": found.new_rows,
        "seals": found.seals,
    }


def test_a_plan_says_what_each_row_does_and_writes_nothing(mailed: Mailed, path: Path) -> None:
    before = contents(mailed)
    found = plan(mailed.ctx, path, asked())
    assert contents(mailed) == before
    assert (found.added, found.changed, found.unchanged, found.refused) == (2, 3, 0, 1)
    assert found.rows == 6
    assert found.encoding == "Windows-1252"
    assert dict(found.columns)["Secteur"] == "secteur"
    assert dict(found.columns)["Notes"] == ""
    (changed, gone) = found.changed_rows
    assert changed.member.email == "ana@example.org"
    assert changed.differences == (
        Difference("company", "Old Works", "New Works"),
        Difference("secteur", "", "Acier"),
        Difference("consent", "", "express · form"),
    )
    assert [one.field for one in gone.differences] == ["company"], "no consent for who left"
    assert [(one.line, one.email, one.reasons) for one in found.listed_rows] == [
        (4, "gone@example.org", ("unsubscribed",))
    ]
    assert (found.listed, found.leaving, found.repeated) == (1, 1, 1)
    assert [(line, one.company) for line, one in found.new_rows] == [(6, "Forge & Filles"), (7, "")]
    assert [one.line for one in found.refused_rows] == [5]


def test_the_plan_is_what_happens(mailed: Mailed, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PAGE", 2)
    found = plan(mailed.ctx, path, asked())
    assert len(found.seals) == 3
    done = apply(mailed.ctx, path, asked(), found.digest)
    assert summary(done) == summary(found)
    again = plan(mailed.ctx, path, asked())
    assert (again.added, again.digest != found.digest) == (0, True)
    assert members.get(mailed.ctx, "ana@example.org").company == "New Works"
    assert [row["source"] for row in mailed.rows(tables.consents) if row["source"].startswith("import")] == [
        "import liste.csv:2",
        "import liste.csv:3",
        "import liste.csv:7",
    ]


def test_a_plan_that_no_longer_holds_is_not_applied(mailed: Mailed, path: Path) -> None:
    found = plan(mailed.ctx, path, asked())
    members.edit(mailed.ctx, "ana@example.org", Changes({"company": "Newer Works"}))
    before = contents(mailed)
    with pytest.raises(NotAllowed) as caught:
        apply(mailed.ctx, path, asked(), found.digest)
    assert caught.value.code == "import-changed"
    assert contents(mailed) == before


@pytest.mark.parametrize(
    "other", [{"columns": {0: "email", 4: "+"}}, {"basis": None}, {"evidence": "another form"}]
)
def test_another_decision_is_another_plan(mailed: Mailed, path: Path, other: dict[str, object]) -> None:
    found = plan(mailed.ctx, path, asked())
    with pytest.raises(NotAllowed):
        apply(mailed.ctx, path, asked(**other), found.digest)


def test_a_change_while_it_is_written_stops_what_follows(
    mailed: Mailed, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PAGE", 1)
    found = plan(mailed.ctx, path, asked())
    wanted = importing.Options(**{**_fields(asked()), "agreed": found.seals})
    members.edit(mailed.ctx, "gone@example.org", Changes({"company": "Elsewhere"}))
    with pytest.raises(NotAllowed) as caught, importing.import_members(mailed.ctx, path, wanted):
        pass
    assert caught.value.code == "import-changed"
    assert members.get(mailed.ctx, "ana@example.org").company == "New Works", "written before, as agreed"
    assert members.get(mailed.ctx, "gone@example.org").company == "Elsewhere"
    assert members.find(mailed.ctx, "left@example.org") is None


def _fields(options: Options) -> dict[str, object]:
    return {name: getattr(options, name) for name in options.__slots__}


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({0: "company"}, "cannot both be company"),
        ({0: "+"}, "no column holds the address"),
        ({0: "email", 1: "email"}, "cannot both be email"),
        ({0: "email", 1: "nonsense"}, "cannot become"),
        ({0: "email", 77: "+"}, "cannot become"),
    ],
)
def test_choices_that_cannot_be(mailed: Mailed, path: Path, columns: dict[int, str], problem: str) -> None:
    with pytest.raises(AuthorError, match=problem):
        plan(mailed.ctx, path, asked(columns=columns))


def test_columns_by_their_header(mailed: Mailed, path: Path) -> None:
    found = plan(
        mailed.ctx, path, asked(columns={}, headers={"courriel PROFESSIONNEL": "email", "notes": ""})
    )
    assert found.added == 2
    with pytest.raises(AuthorError, match="no column is called"):
        plan(mailed.ctx, path, asked(headers={"Nope": "email"}))


def test_refused_rows_come_back_as_a_harmless_file(mailed: Mailed, path: Path) -> None:
    rows = list(csv.reader(io.StringIO("".join(refused_rows(mailed.ctx, path, asked())))))
    assert rows[0][:3] == ["line", "reason", "Courriel professionnel"]
    assert len(rows) == 2
    assert (rows[1][0], rows[1][2], rows[1][4]) == ("5", "pas une adresse", "'=2+2")


@settings(max_examples=examples(20))
@given(
    st.lists(
        st.tuples(st.sampled_from(["a@x.ca", "b@x.ca", "c@x.ca", "no"]), hostile(), hostile()), max_size=8
    )
)
@pytest.mark.ci
def test_any_file_does_what_its_plan_said(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("plan")
    text = io.StringIO()
    csv.writer(text).writerows([("email", "company", "remarque"), *rows])
    path = folder / "a.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "replace"))
    with world(folder) as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "PAGE", 3)
        members.add(made.ctx, "a@x.ca", Changes({}, consent=Grounds(ConsentBasis.EXPRESS, None, "card")))
        options = Options(basis=ConsentBasis.B2B)
        found = plan(made.ctx, path, options)
        done = apply(made.ctx, path, options, found.digest)
        assert summary(done) == summary(found)
        nothing = plan(made.ctx, path, options)
        assert (nothing.added, nothing.refused) == (0, found.refused)
