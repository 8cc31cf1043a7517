"""`members`, `segments`, `suppressions` as they are called: the contract of the command line."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsletter import cli
from newsletter.model.member import COLUMNS
from tests.sheets import workbook
from tests.unit.workspace.folder import make

CSV = """email,first_name,company,province,language,tags,consent_basis,consent_date,consent_evidence,sector
zoe@acier.example.ca,Zoé,Aciérie,Québec,fr,aerospace;sme,express,2020-01-15,form,steel
jay@ngen.example.ca,Jay,NGen,ON,en,,membership,,,
bad address,,,,,,,,,
,Nobody,,,,,,,,
ann@x.example.ca,Ann,,,,,,,,
"""

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    make(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-16T14:00:00Z")
    (tmp_path / "members.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "segments.toml").write_text(
        '[quebec]\nwhere = \'province == "QC"\'\nlabel = "Québec"\n', encoding="utf-8"
    )

    def called(*arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = cli.main(list(arguments))
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in arguments else out

    return called


def test_import_says_what_became_of_every_row(run: Run) -> None:
    code, found = run("members", "import", "members.csv", "--json")
    assert code == 0
    assert {name: found[name] for name in ("added", "changed", "unchanged", "refused", "not_mailable")} == {
        "added": 3,
        "changed": 0,
        "unchanged": 0,
        "refused": [
            {"line": 4, "email": "bad address", "reason": "there is no @ in it"},
            {"line": 5, "email": "", "reason": "there is no address"},
        ],
        "not_mailable": {"no-consent": 1},
    }
    assert run("members", "import", "members.csv", "--json")[1]["unchanged"] == 3
    code, text = run("members", "import", "members.csv", "--basis", "express", "--evidence", "form of 2020")
    assert (code, text.splitlines()[0]) == (0, "members.csv: 0 added, 1 changed, 2 unchanged, 2 refused")


def test_the_report_of_a_messy_spreadsheet_in_the_order_in_which_it_is_needed(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"p{n}@x.example.ca;Pat;Place {n};{n}/1/2020;;\n" for n in range(30))
    (tmp_path / "liste.csv").write_bytes(
        "Courriel;Prénom;Province;consent_date;;Email\nbad;Zoé;ON;;;\n"
        f"{rows}A@x.example.ca;Ann;QC;;oops;b@x.example.ca\na@x.example.ca;Ann;QC;;;\n".encode("cp1252")
    )
    capsys.readouterr()
    assert cli.main(["members", "import", "liste.csv", "--basis", "purchase"]) == 0
    found = capsys.readouterr()
    assert found.out.splitlines() == [
        "liste.csv: 31 added, 0 changed, 1 unchanged, 1 refused",
        "  not mailable, a consent date that is unclear: 30",
        "  not mailable, a purchase or inquiry without its day: 1",
    ]
    assert found.err.splitlines() == [
        "  Not all of it was UTF-8: those letters were read as Windows-1252. Look at the accents.",
        "  columns: email (“Courriel”), first_name (“Prénom”), province, consent_date",
        "  kept as further fields: email_ (“Email”)",
        "  line 2: refused: bad: there is no @ in it",
        "  the consent date is unclear, such as “0/1/2020” (write 2020-12-16): kept, not mailable (30 rows, first in line 3)",
        "  province “Place 10” is not one that is known here; kept as written, and further ones like it"
        " (20 rows, first in line 13)",
        "  purchase without its day: kept, not mailable (2 rows, first in line 33)",
        *(
            f"  province “Place {n}” is not one that is known here; kept as written (line {3 + n})"
            for n in range(10)
        ),
        "  column E has no name: what stands there was not read (line 33)",
        "  line 34: repeated: a@x.example.ca: stands in line 33 too; the later line counts",
    ]


@pytest.mark.parametrize("command", ["members", "suppressions"])
def test_a_workbook_is_named_and_so_is_the_way_to_a_list(run: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "members.xlsx").write_bytes(workbook())
    code, found = run(command, "import", "members.xlsx", "--json")
    assert code == 1
    assert found["error"]["code"] == "import-no-csv"
    assert "members.xlsx is an Excel workbook, not a CSV file" in found["error"]["message"]
    assert "“Save as” and “CSV UTF-8”" in found["error"]["hint"]


def test_a_file_of_a_header_only(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("email\n")
    code, found = run("members", "import", "empty.csv", "--json")
    assert (code, found["added"], found["changed"], found["unchanged"], found["refused"]) == (1, 0, 0, 0, [])
    assert (
        run("members", "import", "empty.csv")[1] == "empty.csv: 0 added, 0 changed, 0 unchanged, 0 refused\n"
    )


def test_columns_of_the_same_name_are_all_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "twice.csv").write_text("Email,Email,,consent_expires_on\na@x.example.ca,b,,\n")
    assert run("members", "import", "twice.csv", "--json")[1]["columns"] == [
        {"header": "Email", "name": "email"},
        {"header": "Email", "name": "email_"},
        {"header": "consent_expires_on", "name": ""},
    ]


def test_a_dry_run(run: Run) -> None:
    code, found = run("members", "import", "members.csv", "--dry-run", "--json")
    assert (code, found["added"], found["dry_run"]) == (0, 3, True)
    assert run("members", "list", "--json")[1] == {"count": 0, "members": []}
    assert "no consent on file: 1" in run("members", "import", "members.csv", "--dry-run")[1]


def test_a_file_of_which_nothing_is_taken(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("email\nx\n")
    code, found = run("members", "import", "bad.csv", "--json")
    assert (code, found["added"], len(found["refused"])) == (1, 0, 1)
    (tmp_path / "none.csv").write_text("name\nx\n")
    code, found = run("members", "import", "none.csv", "--json")
    assert (code, found["error"]["code"], found["error"]["place"]) == (1, "members-no-email", "none.csv:1")
    assert run("members", "import", "nowhere.csv")[0] == 2
    assert run("members", "import", "members.csv", "--basis", "because")[0] == 2


def test_an_export_comes_back_unchanged(run: Run, tmp_path: Path) -> None:
    run("members", "import", "members.csv")
    code, text = run("members", "export")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == [*COLUMNS, "sector"]
    assert rows[0]["tags"] == "aerospace;sme"
    assert run("members", "export", "--out", "out.csv") == (0, "")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == text
    assert run("members", "import", "out.csv", "--json")[1]["unchanged"] == 3
    run("members", "export", "--out", "excel.csv", "--excel")
    assert (tmp_path / "excel.csv").read_bytes().startswith(b"\xef\xbb\xbfemail,")
    assert run("members", "import", "excel.csv", "--json")[1]["unchanged"] == 3


def test_one_member(run: Run) -> None:
    code, found = run(
        "members", "add", "New@x.example.ca", "--first-name", "Ève", "--province", "Ont.", "--tag", "a", "--tag", "b",
        "--set", "size=50", "--basis", "inquiry", "--consent-date", "2020-12-01", "--json",
    )  # fmt: skip
    assert code == 0
    member = found["member"]
    assert (member["email"], member["first_name"], member["province"], member["size"]) == (
        "New@x.example.ca",
        "Ève",
        "ON",
        "50",
    )
    assert (member["tags"], member["consent_expires_on"], found["mailable"]) == (
        ["a", "b"],
        "2021-06-01",
        True,
    )
    code, found = run(
        "members", "edit", "new@x.example.ca", "--company", "X", "--first-name", "", "--untag", "A", "--json"
    )
    assert (code, found["member"]["first_name"], found["member"]["tags"]) == (0, "", ["b"])
    code, found = run("members", "unsubscribe", "new@x.example.ca", "--json")
    assert (code, found["mailable"], found["reason"]) == (0, False, "unsubscribed")
    code, text = run("members", "show", "NEW@x.example.ca")
    assert code == 0
    assert "may be mailed      no: unsubscribed" in text
    assert run("members", "show", "nobody@x.example.ca", "--json")[0] == 1
    assert run("members", "add", "new@x.example.ca")[0] == 1
    assert run("members", "add", "x@x.example.ca", "--evidence", "form")[0] == 2
    assert run("members", "add", "x@x.example.ca", "--set", "size")[0] == 2
    assert run("members", "show", "no address")[0] == 1


def test_listing_in_a_segment(run: Run) -> None:
    run("members", "import", "members.csv")
    code, found = run("members", "list", "--segment", "quebec", "--json")
    assert (code, [one["email"] for one in found["members"]]) == (0, ["zoe@acier.example.ca"])
    assert run("members", "list", "--segment", 'sector == "steel"', "--json")[1]["count"] == 1
    assert run("members", "list", "--search", "NGEN", "--json")[1]["count"] == 1
    assert (
        run("members", "list", "--limit", "1")[1]
        == "zoe@acier.example.ca · Zoé · Aciérie · QC · fr · aerospace; sme\n"
    )
    assert run("members", "list", "--segment", "nowhere")[0] == 1


def test_segments(run: Run, tmp_path: Path) -> None:
    run("members", "import", "members.csv")
    code, found = run("segments", "explain", "quebec", "--json")
    assert (code, found["count"], found["mailable"], found["label"], found["missing"]) == (
        0,
        1,
        1,
        "Québec",
        {"province": 1},
    )
    assert "1 has no province and is not" in run("segments", "explain", "quebec")[1]
    code, found = run("segments", "list", "--json")
    assert (code, [(one["name"], one["count"]) for one in found["segments"]]) == (
        0,
        [("everyone", 3), ("quebec", 1)],
    )
    assert run("segments", "--json") == (code, found)
    assert run("segments")[1] == run("segments", "list")[1]
    assert cli.main(["segments", "--json", "list"]) == 2  # never an answer without its JSON
    (tmp_path / "segments.toml").write_text("[quebec]\nwhere = 'province = \"QC\"'\n")
    code, found = run("segments", "explain", "quebec", "--json")
    assert (code, found["error"]["code"], found["error"]["place"]) == (
        1,
        "segment-expression",
        "segments.toml:2",
    )
    assert run("segments", "list")[0] == 1


def test_the_do_not_mail_list(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gone.csv").write_text("email,reason\na@x.example.ca,complaint\nb@x.example.ca,\nbad,\n")
    code, found = run("suppressions", "import", "gone.csv", "--reason", "unsubscribed", "--json")
    assert (code, found["added"], found["known"], len(found["refused"])) == (0, 2, 0, 1)
    assert found["reasons"] == {"complaint": 1, "unsubscribed": 1}
    assert run("suppressions", "import", "gone.csv", "--json")[1]["known"] == 1  # b: manual is another reason
    code, text = run("suppressions", "export")
    assert (code, len(list(csv.DictReader(io.StringIO(text))))) == (0, 3)
    assert run("suppressions", "export", "--out", "list.csv")[0] == 0
    assert run("suppressions", "import", "list.csv", "--json")[1]["known"] == 3
    assert run("suppressions", "add", "c@x.example.ca", "--json")[1]["added"] is True
    code, found = run("suppressions", "list", "--reason", "manual", "--json")
    assert (code, found["count"], found["reasons"]) == (0, 2, {"manual": 2})
    assert run("suppressions", "lift", "c@x.example.ca", "--why", "typing error")[0] == 0
    assert run("suppressions", "lift", "a@x.example.ca", "--why", "please")[0] == 1
    assert run("suppressions", "list", "--limit", "1")[1].count("\n") == 1


def test_nothing_of_a_file_steers_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(
        b"email,na\x1b[31mme,province\n\x1b]0;title\x07@x,y,z\na@x.example.ca,\x1b[2J,\x1b[31m\n"
    )
    for arguments in (
        ("members", "import", "bad.csv"),
        ("members", "list"),
        ("members", "show", "a@x.example.ca"),
    ):
        assert "\x1b" not in run(*arguments)[1]


@pytest.mark.parametrize("name", ["members", "segments", "suppressions"])
def test_the_line_of_the_help_is_that_of_the_table(name: str) -> None:
    command = cli.command.get_command(None, name)  # type: ignore[arg-type] # the group asks nothing of it
    assert command is not None
    assert command.help == cli.COMMANDS[name].help


def test_the_line_of_progress_is_gone_before_the_report_is_written(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", sys.stderr)
    assert cli.main(["members", "import", "members.csv"]) == 0
    before, _, _after = capsys.readouterr().err.partition("members.csv: 3 added")
    assert before.endswith("\r")


def test_columns_that_a_person_decides(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kontakt.csv").write_text("Kontakt,Notes,x\nann@x.ca,secret,1\nno,,2\n", encoding="utf-8")
    assert run("members", "import", "kontakt.csv")[0] == 1
    asked = ["--column", "kontakt=email", "--column", "x = +", "--leave-out", "Notes", "--refused", "bad.csv"]
    code, found = run("members", "import", "kontakt.csv", *asked, "--json")
    assert (code, found["added"]) == (0, 1)
    assert {one["header"]: one["name"] for one in found["columns"]} == {
        "Kontakt": "email",
        "Notes": "",
        "x": "x",
    }
    assert (tmp_path / "bad.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "line,reason,Kontakt,Notes,x",
        "3,there is no @ in it,no,,2",
    ]
    assert run("members", "import", "kontakt.csv", "--column", "nope")[0] == 2
    assert run("members", "import", "kontakt.csv", "--column", "nope=email")[0] == 1


def test_a_segment_is_saved_from_the_command_line(run: Run, tmp_path: Path) -> None:
    before = (
        (tmp_path / "segments.toml").read_text(encoding="utf-8")
        if (tmp_path / "segments.toml").exists()
        else ""
    )
    code, found = run("segments", "save", "east", 'province in ["QC", "NB"]', "--label", "The east", "--json")
    assert (code, found["saved"]) == (0, True)
    text = (tmp_path / "segments.toml").read_text(encoding="utf-8")
    assert text.startswith(before.rstrip("\n"))
    assert '[east]\nlabel = "The east"\nwhere = \'province in ["QC", "NB"]\'\n' in text
    assert "Members in Nova Scotia." in run("segments", "save", "east", 'province == "NS"')[1]
    assert 'label = "The east"' in (tmp_path / "segments.toml").read_text(encoding="utf-8")
    assert run("segments", "save", "east", "provnce ==")[0] == 1
