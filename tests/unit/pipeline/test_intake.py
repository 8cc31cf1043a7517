"""Files that are handed in: kept from everybody else, applied once, forgotten in time."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.model.errors import AuthorError, NotAllowed, NotFound
from newsletter.model.intake import IntakeState
from newsletter.pipeline import import_plan, intake, members
from newsletter.pipeline.members import Changes
from newsletter.store import tables
from tests.corpora import naughty_strings
from tests.mailed import Mailed, world

TEXT = "Courriel;Prénom;Équipe\r\nzoe@x.ca;Zoé;A\r\nno;=1+1;B\r\nana@x.ca;Ana;\r\n"
DATA = TEXT.encode("cp1252")


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        yield made


def files(mailed: Mailed) -> list[str]:
    folder = mailed.ctx.root / "var" / "imports"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def mapped(mailed: Mailed, data: bytes = DATA) -> int:
    number = intake.receive(mailed.ctx, "liste.csv", data).id
    intake.decide(mailed.ctx, number, {}, "express", "form of May")
    return number


def test_a_file_from_upload_to_the_end(mailed: Mailed) -> None:
    found = intake.receive(mailed.ctx, "C:\\Users\\me\\Liste d’été.csv", DATA)
    assert (found.name, found.state, found.size) == ("Liste d’été.csv", IntakeState.NEW, len(DATA))
    kept = mailed.ctx.root / "var" / "imports" / f"{found.id}.csv"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    seen = intake.sight(mailed.ctx, found)
    assert seen.encoding == "Windows-1252"
    assert [(one.header, one.guess, one.samples) for one in seen.columns] == [
        ("Courriel", "email", ("zoe@x.ca", "no", "ana@x.ca")),
        ("Prénom", "first_name", ("Zoé", "=1+1", "Ana")),
        ("Équipe", "+", ("A", "B")),
    ]
    decided = intake.decide(mailed.ctx, found.id, {2: ""}, "express", "form of May")
    assert (decided.state, decided.columns) == (IntakeState.MAPPED, {2: ""})
    assert [one.target for one in intake.sight(mailed.ctx, decided).columns] == ["email", "first_name", ""]
    plan = intake.planned(mailed.ctx, decided)
    assert (plan.added, plan.refused) == (2, 1)
    assert "'=1+1" in "".join(intake.refused(mailed.ctx, decided))
    done = intake.apply(mailed.ctx, found.id, plan.digest)
    assert done.state is IntakeState.APPLIED
    assert done.result == {"added": 2, "changed": 0, "unchanged": 0, "refused": 1, "listed": 0, "leaving": 0}
    assert members.get(mailed.ctx, "zoe@x.ca").first_name == "Zoé"
    assert members.get(mailed.ctx, "zoe@x.ca").attributes == {}
    assert files(mailed) == [f"{found.id}.refused.csv"]
    assert "no" in "".join(intake.refused(mailed.ctx, done))
    assert [row["act"] for row in mailed.rows(tables.audit)] == [
        "import-upload",
        "import-columns",
        "import",
    ]


def test_a_second_click_applies_nothing(mailed: Mailed) -> None:
    number = mapped(mailed)
    plan = intake.planned(mailed.ctx, intake.find(mailed.ctx, number))
    results: list[object] = []

    def click() -> None:
        try:
            results.append(intake.apply(mailed.ctx, number, plan.digest).state)
        except NotAllowed as error:
            results.append(error.code)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert IntakeState.APPLIED in results
    assert set(results) <= {IntakeState.APPLIED, "import-busy", "import-closed"}
    assert intake.apply(mailed.ctx, number, plan.digest).state is IntakeState.APPLIED
    assert [row["act"] for row in mailed.rows(tables.audit)].count("import") == 1
    assert len([row for row in mailed.rows(tables.consents) if row["kind"] == "granted"]) == 2


def test_a_plan_that_no_longer_holds_leaves_the_file_open(mailed: Mailed) -> None:
    number = mapped(mailed)
    old = intake.planned(mailed.ctx, intake.find(mailed.ctx, number))
    members.add(mailed.ctx, "zoe@x.ca", Changes({"first_name": "Zoë"}))
    with pytest.raises(NotAllowed) as caught:
        intake.apply(mailed.ctx, number, old.digest)
    assert caught.value.code == "import-changed"
    again = intake.planned(mailed.ctx, intake.find(mailed.ctx, number))
    assert (again.added, again.changed) == (1, 1)
    assert intake.apply(mailed.ctx, number, again.digest).state is IntakeState.APPLIED


def test_what_is_dropped_or_forgotten_leaves_no_file(mailed: Mailed) -> None:
    first, second, third = mapped(mailed), mapped(mailed), mapped(mailed)
    intake.drop(mailed.ctx, first)
    intake.drop(mailed.ctx, first)
    plan = intake.planned(mailed.ctx, intake.find(mailed.ctx, third))
    intake.apply(mailed.ctx, third, plan.digest)
    assert files(mailed) == [f"{second}.csv", f"{third}.refused.csv"]
    mailed.clock.forward(intake.KEPT.total_seconds())
    assert intake.sweep(mailed.ctx) == 1
    assert files(mailed) == []
    assert intake.find(mailed.ctx, second).state is IntakeState.DROPPED
    for act in (intake.planned, intake.sight):
        with pytest.raises(NotAllowed):
            act(mailed.ctx, intake.find(mailed.ctx, second))
    with pytest.raises(NotAllowed):
        list(intake.refused(mailed.ctx, intake.find(mailed.ctx, third)))


def test_what_broke_off_can_be_planned_again(mailed: Mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    number = mapped(mailed)
    with mailed.ctx.store.write() as db:
        db.execute(tables.intakes.update().values(state="applying"))
    with pytest.raises(NotAllowed):
        intake.apply(mailed.ctx, number, "x")
    intake.sweep(mailed.ctx)
    assert intake.find(mailed.ctx, number).state is IntakeState.APPLYING
    mailed.clock.forward(intake.STUCK.total_seconds() + 1)
    intake.sweep(mailed.ctx)
    assert intake.find(mailed.ctx, number).state is IntakeState.MAPPED

    def breaks(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(import_plan, "apply", breaks)
    with pytest.raises(RuntimeError):
        intake.apply(mailed.ctx, number, "x")
    assert intake.find(mailed.ctx, number).state is IntakeState.MAPPED


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"", NotAllowed, "import-empty"),
        (b" \r\n ", NotAllowed, "import-empty"),
        (b"PK\x03\x04rest", NotAllowed, "import-no-csv"),
        (b"%PDF-1.7", NotAllowed, "import-no-csv"),
        (b"x" * (intake.MAX_SIZE + 1), NotAllowed, "import-too-large"),
        (b'"never closed\n', AuthorError, "members-header"),
        (b"a\0b\n", AuthorError, "members-encoding"),
        (",".join("abcdefgh" + str(n) for n in range(300)).encode(), AuthorError, "members-columns"),
    ],
)
def test_what_is_no_list_is_not_kept(mailed: Mailed, data: bytes, error: type[Exception], code: str) -> None:
    with pytest.raises(error) as caught:
        intake.receive(mailed.ctx, "a.csv", data)
    assert caught.value.code == code  # type: ignore[attr-defined]
    assert files(mailed) == []
    assert intake.listed(mailed.ctx) == []


def test_a_file_without_known_columns_can_be_mapped(mailed: Mailed) -> None:
    found = intake.receive(mailed.ctx, "a.csv", b"Kontakt,x\nann@x.ca,1\n")
    with pytest.raises(AuthorError):
        intake.decide(mailed.ctx, found.id, {}, "", "")
    decided = intake.decide(mailed.ctx, found.id, {0: "email"}, "", "")
    assert intake.planned(mailed.ctx, decided).added == 1


def test_express_consent_needs_proof(mailed: Mailed) -> None:
    number = intake.receive(mailed.ctx, "a.csv", DATA).id
    with pytest.raises(NotAllowed) as caught:
        intake.decide(mailed.ctx, number, {}, "express", "  ")
    assert caught.value.code == "consent-unproven"


def test_no_more_than_some_files_wait(mailed: Mailed) -> None:
    for _ in range(intake.MAX_OPEN):
        intake.receive(mailed.ctx, "a.csv", b"email\na@x.ca\n")
    with pytest.raises(NotAllowed) as caught:
        intake.receive(mailed.ctx, "a.csv", b"email\na@x.ca\n")
    assert caught.value.code == "import-too-many"


def test_names_of_files_never_lead_anywhere(mailed: Mailed) -> None:
    for name in ("../../etc/passwd", "..", "a\0b.csv", "x" * 400, "", *naughty_strings()[::25]):
        found = intake.receive(mailed.ctx, name, b"email\na@x.ca\n")
        assert "/" not in found.name
        assert 0 < len(found.name) <= 120
        intake.drop(mailed.ctx, found.id)
    assert files(mailed) == []
    with pytest.raises(NotFound):
        intake.find(mailed.ctx, 10**30)
