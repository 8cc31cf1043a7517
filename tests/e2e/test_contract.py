"""The contract of the command line: what scripts and other tools rely on, asked of the commands themselves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newsletter import cli
from tests.emulated import KEY, Emulated, emulator

ROOT = Path(__file__).parents[2]
SLUG = "note"
NOTE = """---
subject: A word about our work
preheader: Something short, and what comes of it.
title: A word
template: plain
only: {language: en, by: Ann Lee, reason: A note for one office}
---

Dear {{ member.first_name | default("friend") }}, see [our site](https://www.ngen.ca).
"""
CSV = """email,first_name,last_name,company,province,language,timezone,tags,consent_basis,consent_date,consent_evidence
ann@reader.example,Ann,Lee,Acme,ON,en,America/Toronto,aerospace;sme,express,2020-01-02,form
benoit@reader.example,Benoît,Roy,Aciers,QC,fr,America/Toronto,sme,membership,,register
dan@reader.example,Dan,Poe,Castings,BC,en,America/Vancouver,,express,2020-03-04,form
nobody@reader.example,No,Body,X,ON,en,,,,,
not-an-address,X,Y,Z,ON,en,,,express,2020-01-02,form
"""


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout; anything else there is a fault."""
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture(scope="module")
def far_end() -> Iterator[Emulated]:
    with emulator() as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    for name in ("newsletter.toml", "segments.toml"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copytree(ROOT / "issues", folder / "issues")
    (folder / "issues" / f"{SLUG}.md").write_text(NOTE, encoding="utf-8")
    (folder / "members.csv").write_text(CSV, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-01T12:00:00Z")
    return folder


@pytest.fixture
def run(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def called(*arguments: str) -> Done:
        capsys.readouterr()
        code = cli.main(arguments)
        seen = capsys.readouterr()
        return Done(code, seen.out, seen.err)

    return called


@pytest.fixture
def sendgrid(far_end: Emulated, monkeypatch: pytest.MonkeyPatch) -> Emulated:
    far_end.reset()
    far_end.ask("DELETE", "/faults")
    for name, value in {
        "NEWSLETTER_PROVIDER": "sendgrid",
        "NEWSLETTER_SENDGRID_BASE_URL": far_end.url,
        "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": far_end.webhook_key,
        "NEWSLETTER_SEND_RATE_PER_MINUTE": "0",
        "SENDGRID_API_KEY": KEY,
    }.items():
        monkeypatch.setenv(name, value)
    return far_end


def taken(far_end: Emulated) -> list[str]:
    return sorted(row["address"] for row in far_end.ask("GET", "/deliveries")["deliveries"])


# --- writing ---


def test_check(run: Run, workspace: Path) -> None:
    found = run("check", SLUG, "--json")
    nothing = {"counts": {"error": 0, "warning": 0, "info": 0}, "findings": [], "accepted": []}
    assert (found.code, found.json) == (0, {"issue": SLUG, **nothing})
    (workspace / "issues" / f"{SLUG}.md").write_text(
        NOTE.replace("template: plain", "templat: plain"), encoding="utf-8"
    )
    found = run("check", SLUG, "--json")
    finding = next(one for one in found.json["findings"] if one["severity"] == "error")
    assert found.code == 1
    promised = {"check", "severity", "language", "file", "line", "column", "message", "hint"}
    assert set(finding) == promised | {"message_fr", "hint_fr"}
    assert (finding["file"], finding["line"]) == (f"issues/{SLUG}.md", 5)
    assert "template" in finding["hint"]


def test_build(run: Run, workspace: Path) -> None:
    run("members", "import", "members.csv")
    found = run(
        "build", "2020-12-16-holiday-greeting", "--out", "out", "--as", "benoit@reader.example", "--json"
    )
    assert found.code == 0
    names = {path.name for path in (workspace / "out").iterdir()}
    stem = "2020-12-16-holiday-greeting"
    assert names >= {
        f"{stem}.{lang}.{kind}" for lang in ("en", "fr", "en+fr") for kind in ("html", "txt", "eml")
    }
    built = json.loads((workspace / "out" / "build.json").read_text(encoding="utf-8"))
    assert set(built["fr"]) >= {"subject", "preheader", "bytes", "slots", "links", "digest"}
    assert "Benoît" in (workspace / "out" / f"{stem}.fr.html").read_text(encoding="utf-8")
    (workspace / "issues" / f"{SLUG}.md").write_text(
        NOTE.replace("subject: A word about our work\n", ""), encoding="utf-8"
    )
    found = run("build", SLUG, "--out", "spoilt", "--json")
    assert found.code == 1
    assert (workspace / "spoilt" / "build.json").exists()


@pytest.mark.parametrize(
    "body",
    [
        "<mj-section><mj-column><mj-text>{{ content }}</mj-text></mj-column></mj-section>",
        "<mj-section><mj-column>{% for block in body %}{{ block }}{% endfor %}</mj-column></mj-section>",
        "{{ content }}",
        '{% include "parts/own.mjml" %}',
    ],
)
def test_an_own_template(run: Run, workspace: Path, body: str) -> None:
    footer = (
        '<mj-section><mj-column><mj-text>{{ publication.postal_address }} <a href="{{ links.unsubscribe }}">Unsubscribe</a>'
        "</mj-text></mj-column></mj-section>"
    )
    (workspace / "templates" / "parts" / "own.mjml").write_text("{{ content }}", encoding="utf-8")
    (workspace / "templates" / "own.mjml").write_text(
        f"<mjml><mj-body>{body}{footer}</mj-body></mjml>", encoding="utf-8"
    )
    (workspace / "issues" / f"{SLUG}.md").write_text(
        NOTE.replace("template: plain", "template: own"), encoding="utf-8"
    )
    found = run("build", SLUG, "--out", "out")
    assert found.code == 0, found.err
    html = (workspace / "out" / f"{SLUG}.en.html").read_text(encoding="utf-8")
    assert "Dear Alex" in html
    assert 'href="https://www.ngen.ca"' in html


# --- members and segments ---


def test_members_and_segments(run: Run, workspace: Path) -> None:
    found = run("members", "import", "members.csv", "--json")
    assert found.code == 0
    report = found.json
    assert (report["added"], report["changed"], report["unchanged"]) == (4, 0, 0)
    assert [(row["line"], row["email"]) for row in report["refused"]] == [(6, "not-an-address")]
    assert report["not_mailable"] == {"no-consent": 1}
    assert run("members", "import", "members.csv", "--json").json["unchanged"] == 4
    exported = run("members", "export").out
    (workspace / "again.csv").write_text(exported, encoding="utf-8")
    again = run("members", "import", "again.csv", "--json").json
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 4)
    explained = run("segments", "explain", "ontario", "--json").json
    assert explained["count"] == 2
    assert run("segments", "explain", "everyone", "--json").json["count"] == 4
    assert run("segments", "explain", "nowhere", "--json").code == 1


def test_an_import_without_any_good_row_is_refused(run: Run, workspace: Path) -> None:
    (workspace / "bad.csv").write_text("email\nnope\n", encoding="utf-8")
    assert run("members", "import", "bad.csv", "--json").code == 1


# --- sending ---


def test_send_twice_and_overlapping(run: Run, sendgrid: Emulated, workspace: Path) -> None:
    run("members", "import", "members.csv")
    first = run("send", SLUG, "--segment", "ontario", "--yes", "--json")
    assert (first.code, first.json["campaign"], first.json["status"]) == (0, 1, "finished")
    assert taken(sendgrid) == ["ann@reader.example"]
    again = run("send", SLUG, "--segment", "ontario", "--yes", "--json")
    assert (again.code, again.json["campaign"]) == (0, 1)
    (workspace / "issues" / f"{SLUG}.md").write_text(NOTE.replace("our site", "our page"), encoding="utf-8")
    wider = run("send", SLUG, "--segment", "everyone", "--yes", "--json")
    assert (wider.code, wider.json["campaign"]) == (0, 2)
    assert wider.json["excluded"] == {"already-had-it": 1, "no-consent": 1}
    assert taken(sendgrid) == ["ann@reader.example", "benoit@reader.example", "dan@reader.example"]
    report = run("report", "2", "--json").json
    keys = {
        *(
            "campaign",
            "issue",
            "status",
            "closed",
            "candidates",
            "excluded",
            "prepared",
            "pending",
            "skipped",
        ),
        *(
            "cancelled",
            "expired",
            "accepted",
            "rejected",
            "in_doubt",
            "held",
            "no_news",
            "deferred",
            "delivered",
        ),
        *("bounced", "dropped", "complained", "unsubscribed", "opens", "clicks", "links", "languages"),
    }
    assert keys <= set(report)
    assert (report["closed"], report["candidates"], report["prepared"], report["accepted"]) == (True, 4, 2, 2)
    listed = run("campaigns", "--json").json["campaigns"]
    assert [(row["campaign"], row["issue"], row["status"]) for row in listed] == [
        (2, SLUG, "finished"),
        (1, SLUG, "finished"),
    ]
    copy = run("send", SLUG, "--segment", "ontario", "--again", "typo", "--yes", "--json")
    assert copy.json["campaign"] == 3
    assert taken(sendgrid).count("ann@reader.example") == 2
    assert run("why", "ann@reader.example", "--json").code == 0


def test_a_send_wants_a_yes_and_somebody(run: Run, sendgrid: Emulated) -> None:
    assert run("send", SLUG, "--segment", "everyone", "--yes").code == 1  # nobody is there
    run("members", "import", "members.csv")
    refused = run("send", SLUG, "--segment", "everyone", "--json")  # no terminal, no --yes
    assert refused.code == 1
    assert refused.json["error"]["code"] == "not-confirmed"
    assert run("send", SLUG, "--yes").code == 1  # nobody said who
    assert run("send").code == 2
    assert run("sned").code == 2
    assert taken(sendgrid) == []


def test_a_misspelt_provider_is_refused_before_anything_counts(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("members", "import", "members.csv")
    monkeypatch.setenv("NEWSLETTER_PROVIDER", "sendgird")
    for command in (("send", SLUG), ("schedule", SLUG, "--at", "2020-12-16 09:00")):
        found = run(*command, "--segment", "everyone", "--yes", "--json")
        assert (found.code, found.json["error"]["code"]) == (1, "provider-unknown")
        assert "sendgrid" in found.json["error"]["hint"]
    assert run("campaigns", "--json").json == {"campaigns": []}


def test_findings_of_severity_error_forbid_sending(run: Run, sendgrid: Emulated, workspace: Path) -> None:
    run("members", "import", "members.csv")
    (workspace / "issues" / f"{SLUG}.md").write_text(
        NOTE.replace("subject: A word about our work\n", ""), encoding="utf-8"
    )
    found = run("send", SLUG, "--segment", "everyone", "--yes", "--json")
    assert found.code == 1
    assert found.json["findings"]
    assert taken(sendgrid) == []


@pytest.mark.parametrize("status", [401, *(pytest.param(one, marks=pytest.mark.ci) for one in (403, 302))])
def test_an_account_refused_pauses_and_exits_1(run: Run, sendgrid: Emulated, status: int) -> None:
    run("members", "import", "members.csv")
    rule = {"action": "redirect", "status": 302} if status == 302 else {"action": "status", "status": status}
    sendgrid.ask("PUT", "/faults", {"rules": [rule]})
    found = run("send", SLUG, "--segment", "everyone", "--yes", "--json")
    assert (found.code, found.json["status"], found.json["pending"]) == (1, "paused", 3)
    sendgrid.ask("DELETE", "/faults")
    assert run("resume", "1").code == 0
    assert len(taken(sendgrid)) == 3


def test_in_doubt_exits_3_and_settle_changes_nothing_without_evidence(run: Run, sendgrid: Emulated) -> None:
    run("members", "import", "members.csv")
    sendgrid.ask("PUT", "/faults", {"rules": [{"action": "reset", "accepted": True, "times": 1}]})
    found = run("send", SLUG, "--segment", "everyone", "--yes", "--json")
    assert (found.code, found.json["status"]) == (3, "held")
    assert found.json["in_doubt"] > 0
    before = run("report", "1", "--json").json
    assert run("settle", "1", "--json").code == 3
    assert run("report", "1", "--json").json == before
    assert run("settle", "1", "--assume").code == 0
    assert run("report", "1", "--json").json["closed"]
    assert max(map(taken(sendgrid).count, taken(sendgrid))) == 1


def test_edited_while_unfinished_is_held_until_a_person_chooses(
    run: Run, sendgrid: Emulated, workspace: Path
) -> None:
    run("members", "import", "members.csv")
    sendgrid.ask("PUT", "/faults", {"rules": [{"action": "status", "status": 401, "times": 1}]})
    assert run("send", SLUG, "--segment", "everyone", "--yes").code == 1
    (workspace / "issues" / f"{SLUG}.md").write_text(NOTE.replace("our site", "our page"), encoding="utf-8")
    held = run("send", SLUG, "--segment", "everyone", "--yes", "--json")
    assert (held.code, held.json["status"], held.json["reason"]) == (3, "held", "text-differs")
    assert taken(sendgrid) == []
    assert run("resume", "1").code == 0  # the approved text goes out
    message = sendgrid.ask("GET", "/messages?full=1")["messages"][0]
    assert "our site" in message["html"]


def test_pause_resume_cancel(run: Run, sendgrid: Emulated) -> None:
    run("members", "import", "members.csv")
    planned = run("schedule", SLUG, "--segment", "everyone", "--at", "2020-12-16 09:00", "--yes", "--json")
    assert (planned.code, planned.json["status"]) == (0, "scheduled")
    unasked = run("cancel", "1")  # nobody is there to say yes
    assert (unasked.code, "add --yes" in unasked.err) == (1, True)
    assert run("campaigns", "--json").json["campaigns"][0]["status"] == "scheduled"
    assert run("cancel", "1", "--yes").code == 0
    assert run("cancel", "1", "--yes").code == 1
    over = run("cancel", "1")  # refused for what it is, without a question
    assert (over.code, "nothing of it is left" in over.err) == (1, True)
    assert run("send", SLUG, "--segment", "everyone", "--yes").code == 1  # cancelled: it posts nothing
    assert run("pause", "9").code == 1
    assert taken(sendgrid) == []


# --- planning ---


def test_schedule_shows_waves_in_utc(run: Run) -> None:
    run("members", "import", "members.csv")
    wish = ("schedule", SLUG, "--segment", "everyone", "--dry-run", "--json")
    found = run(*wish, "--at", "2020-12-16 09:00").json
    assert found["local"] == "2020-12-16T09:00"
    assert [(wave["due_at"], wave["members"]) for wave in found["waves"]] == [("2020-12-16T14:00:00Z", 3)]
    assert found["warnings"] == []
    found = run(
        *wish,
        "--at",
        "09:00",
        "--holiday",
        "Christmas Day",
        "--offset",
        "-3 working days",
        "--zone",
        "member",
    ).json
    assert found["local"] == "2020-12-22T09:00"
    waves = [(wave["due_at"], wave["zones"], wave["members"]) for wave in found["waves"]]
    assert waves == [
        ("2020-12-22T14:00:00Z", ["America/Toronto"], 2),
        ("2020-12-22T17:00:00Z", ["America/Vancouver"], 1),
    ]
    assert run("campaigns", "--json").json == {"campaigns": []}
    assert run(*wish, "--at", "2019-12-16 09:00").code == 1
    assert run(*wish).code == 1


def test_what_is_approved_stays_approved_when_it_is_asked_for_again(run: Run) -> None:
    run("members", "import", "members.csv")
    wish = ("schedule", SLUG, "--segment", "everyone", "--at", "2020-12-16 09:00")
    assert run(*wish, "--yes", "--json").json["status"] == "scheduled"
    again = run(*wish)  # nobody to ask, and no --yes
    assert (again.code, "approved already" in again.out) == (0, True)
    assert run("campaigns", "--json").json["campaigns"][0]["status"] == "scheduled"
    other = run(*wish[:-1], "2020-12-17 09:00", "--json")
    assert (other.code, other.json["status"]) == (0, "draft")
    assert run("resume", "1").code == 1  # a draft wants approval
    assert run("approve", "1", "--yes").code == 0
    waiting = run("resume", "1")  # and then its time, for which no terminal must wait
    assert (waiting.code, "2020-12-17 09:00 (America/Toronto)" in waiting.out) == (0, True)


def test_what_is_too_late_is_not_approved(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("members", "import", "members.csv")
    assert run("schedule", SLUG, "--segment", "everyone", "--at", "2020-12-16 09:00", "--json").code == 0
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-18T12:00:00Z")
    found = run("approve", "1", "--yes")
    assert (found.code, "has passed" in found.err) == (1, True)
    assert run("campaigns", "--json").json["campaigns"][0]["status"] == "draft"


def test_to_schedule_what_is_under_way_or_over_says_that_nothing_was_planned(
    run: Run, sendgrid: Emulated, workspace: Path
) -> None:
    run("members", "import", "members.csv")
    wish = ("schedule", SLUG, "--segment", "everyone", "--at", "2020-12-16 09:00", "--yes")
    sendgrid.ask("PUT", "/faults", {"rules": [{"action": "status", "status": 401, "times": 1}]})
    assert run("send", SLUG, "--segment", "everyone", "--yes").code == 1
    (workspace / "issues" / f"{SLUG}.md").write_text(NOTE.replace("our site", "our page"), encoding="utf-8")
    held = run(*wish)
    assert (held.code, "differ from the version that was approved" in held.out) == (3, True)
    assert run("resume", "1").code == 0
    over = run(*wish)
    assert (over.code, "Nothing was planned" in over.out) == (1, True)


def test_another_copy_wants_a_reason_of_its_own(
    run: Run, sendgrid: Emulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("members", "import", "members.csv")
    wish = ("send", SLUG, "--segment", "everyone", "--yes")
    assert run(*wish, "--again", " ").code == 2
    monkeypatch.setenv("NEWSLETTER_PROVIDER", "outbox")
    assert run(*wish).code == 0
    monkeypatch.setenv("NEWSLETTER_PROVIDER", "sendgrid")
    seen = run(*wish)
    assert (seen.code, "It was handed to outbox" in seen.err) == (0, True)
    assert taken(sendgrid) == []
    assert run(*wish, "--again", "by sendgrid").code == 0
    assert run(*wish, "--again", "by sendgrid").code == 0  # the same command again mails nobody twice
    assert len(taken(sendgrid)) == 3


def test_a_draft_waits_for_approval_and_work_sends_it_in_its_time(
    run: Run, sendgrid: Emulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("members", "import", "members.csv")
    planned = run("schedule", SLUG, "--segment", "everyone", "--at", "2020-12-16 09:00", "--json")
    assert (planned.code, planned.json["status"]) == (0, "draft")
    assert run("work", "--once").code == 0
    assert run("approve", "1", "--yes").code == 0
    assert run("approve", "1", "--yes").code == 1
    assert run("work", "--once").code == 0
    assert taken(sendgrid) == []
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-16T14:00:01Z")
    assert run("work", "--once").code == 0
    assert len(taken(sendgrid)) == 3


def test_later_than_its_grace_it_is_held(
    run: Run, sendgrid: Emulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("members", "import", "members.csv")
    run("schedule", SLUG, "--segment", "everyone", "--at", "2020-12-16 09:00", "--yes")
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-16T18:30:00Z")
    assert run("work", "--once").code == 0
    listed = run("campaigns", "--json").json["campaigns"][0]
    assert (listed["status"], listed["reason"]) == ("held", "late")
    assert taken(sendgrid) == []
    assert run("resume", "1").code == 0  # a person lets it go out late
    assert len(taken(sendgrid)) == 3


def test_an_edit_after_approval_holds_it(
    run: Run, sendgrid: Emulated, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("members", "import", "members.csv")
    run("schedule", SLUG, "--segment", "everyone", "--at", "2020-12-16 09:00", "--yes")
    (workspace / "issues" / f"{SLUG}.md").write_text(NOTE.replace("our site", "our page"), encoding="utf-8")
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-16T14:00:01Z")
    run("work", "--once")
    assert run("campaigns", "--json").json["campaigns"][0]["reason"] == "text-differs"
    assert taken(sendgrid) == []
    assert run("approve", "1", "--yes").code == 0  # a person takes the new text
    run("work", "--once")
    assert len(taken(sendgrid)) == 3
    assert "our page" in sendgrid.ask("GET", "/messages?full=1")["messages"][0]["html"]


# --- tests and settings ---


def test_test_messages_count_nowhere(run: Run, sendgrid: Emulated) -> None:
    found = run(
        "test",
        "2020-12-16-holiday-greeting",
        "--to",
        "x@office.example,y@office.example",
        "--lang",
        "both",
        "--json",
    )
    assert found.code == 0
    messages = sendgrid.ask("GET", "/messages?full=1")["messages"]
    assert sorted(message["address"] for message in messages) == ["x@office.example", "y@office.example"]
    assert all(message["subject"].startswith("[TEST] ") for message in messages)
    french = run("test", "2020-12-16-holiday-greeting", "--to", "x@office.example", "--lang", "fr", "--json")
    assert french.code == 0
    subjects = [message["subject"] for message in sendgrid.ask("GET", "/messages?full=1")["messages"]]
    assert any(subject.startswith("[ESSAI] ") for subject in subjects)
    assert run("campaigns", "--json").json == {"campaigns": []}
    assert run("test", SLUG, "--to", "not an address").code == 2
    assert run("test", SLUG, "--to", "x@office.example", "--worst").code == 0


@pytest.mark.ci
def test_a_key_is_never_shown(run: Run, sendgrid: Emulated) -> None:
    shown = run("settings")
    assert KEY not in shown.out + shown.err
    sendgrid.ask("PUT", "/faults", {"rules": [{"action": "status", "status": 401}]})
    run("members", "import", "members.csv")
    failed = run("send", SLUG, "--segment", "everyone", "--yes")
    assert KEY not in failed.out + failed.err


def test_official_hosts_refuse_what_is_not_ready(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("members", "import", "members.csv")
    monkeypatch.setenv("NEWSLETTER_PROVIDER", "sendgrid")
    monkeypatch.setenv("SENDGRID_API_KEY", KEY)
    refused = run("send", SLUG, "--segment", "everyone", "--yes", "--json")
    assert refused.json["error"]["code"] == "clock-refused"
    monkeypatch.setenv("NEWSLETTER_SENDGRID_BASE_URL", "https://api.sendgrid.example")
    assert (
        run("send", SLUG, "--segment", "everyone", "--yes", "--json").json["error"]["code"]
        == "setting-invalid"
    )


def test_a_key_alone_sends_nothing_through_sendgrid(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", KEY)
    run("members", "import", "members.csv")
    assert run("send", SLUG, "--segment", "everyone", "--yes").code == 0
    assert len(list((workspace / "var" / "outbox").rglob("*.eml"))) == 3
