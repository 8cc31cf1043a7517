"""Recipients in the studio, asked over HTTP: what pages show, what forms do, what hostile values become."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from newsletter.model.account import Role
from newsletter.model.member import ConsentBasis
from newsletter.pipeline import intake, members, suppressions
from newsletter.pipeline.members import Changes, Grounds
from newsletter.store import tables
from tests.browser.studio import Client, Studio
from tests.corpora import naughty_strings
from tests.sheets import workbook

pytestmark = pytest.mark.enable_socket

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


def ann(studio: Studio, **fields: str) -> int:
    changes = Changes(
        {"first_name": "Ann", "last_name": "Aubé", "company": "Forge", "province": "QC", **fields},
        {"member_number": "M-00412"},
        frozenset({"aerospace"}),
        consent=Grounds(ConsentBasis.EXPRESS, None, "form 12"),
    )
    story = members.add(studio.ctx, "ann@forge.example", changes)
    assert story.member is not None
    return story.member.id


def text(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_list_is_searched_filtered_and_paged(studio: Studio) -> None:
    number = ann(studio)
    members.unsubscribe(studio.ctx, "member0001@reader.example", "by phone")
    with studio.client(Role.VIEWER) as client:
        everybody = client.get("/recipients").text
        assert "41 members" in text(everybody)
        assert f'href="/recipients/{number}"' in everybody
        for query, found in (
            ("search=ann+aube", 1),
            ("search=m-00412", 1),
            ("search=00412", 0),
            ("search=forge&language=fr", 0),
            ("standing=unsubscribed", 1),
            ("search=ann&standing=mailable&province=QC&segment=quebec", 1),
            ("standing=nonsense&order=nonsense", 41),
        ):
            page = text(client.get(f"/recipients?{query}").text)
            assert (f"{found} member" in page) if found else ("Nobody meets these filters." in page), query
        assert "There is no segment" in client.get("/recipients?segment=nowhere").text
        seen: list[str] = []
        page = client.get("/recipients?order=address").text
        seen += re.findall(r"<small dir=\"auto\">([^<]+@[^<]+)</small>", page)
        assert len(seen) == 41
        assert seen == sorted(seen)
        fragment = client.get("/recipients?search=forge", **{"hx-request": "true"}).text
        assert "<html" not in fragment
        assert "1 member" in text(fragment)


def test_filters_go_into_the_file(studio: Studio) -> None:
    ann(studio, company="=HYPERLINK(1)")
    with studio.client(Role.VIEWER) as client:
        assert client.get("/recipients/members.csv").status_code in {404, 405}, (
            "looking writes no line of the log"
        )
        answer = client.post("/recipients/members.csv?search=ann%40forge", on="/recipients")
        assert answer.headers["content-disposition"] == 'attachment; filename="members.csv"'
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [(row["email"], row["company"]) for row in rows] == [("ann@forge.example", "'=HYPERLINK(1)")]
        form = client.form("/recipients")
        for _ in range(2):  # the page stays, and so does its form
            again = client.http.post(
                "/recipients/members.csv?province=QC", data=form, headers={"origin": client.origin}
            )
            assert "attachment" in again.headers["content-disposition"]
        assert len(client.post("/recipients/members.csv", on="/recipients").text.splitlines()) == 42
        assert client.post("/recipients/do-not-mail.csv", on="/recipients/do-not-mail").status_code == 200
    kept = [
        (row["actor"], row["act"], row["detail"])
        for row in studio.rows(tables.audit)
        if row["act"][:6] == "export"
    ]
    assert kept == [
        ("Viewer", "export-members", {"searched": True}),
        *[("Viewer", "export-members", {"province": "QC"})] * 2,
        ("Viewer", "export-members", {}),
        ("Viewer", "export-suppressions", {}),
    ]


def test_a_member_is_added_changed_and_unsubscribed(studio: Studio) -> None:
    with studio.client(Role.AUTHOR) as client:
        typed = {
            "email": "new@x.example",
            "first_name": "Nour",
            "tags": "a; b",
            "basis": "express",
            "evidence": "",
        }
        refused = client.post("/recipients/add", typed, on="/recipients/add")
        assert refused.status_code == 409
        assert 'value="Nour"' in refused.text, "what was typed stays"
        answer = client.post("/recipients/add", typed | {"evidence": "card"}, on="/recipients/add")
        assert answer.status_code == 303
        page = answer.headers["location"]
        member = members.get(studio.ctx, "new@x.example")
        assert (member.tags, member.consent and member.consent.evidence) == (frozenset({"a", "b"}), "card")
        client.post(
            f"{page}/edit",
            {
                "email": "newer@x.example",
                "first_name": "",
                "tags": "b",
                "new-name": "size",
                "new-value": "10",
            },
            on=f"{page}/edit",
        )
        member = members.get(studio.ctx, "newer@x.example")
        assert (member.first_name, member.tags, member.attributes) == ("", frozenset({"b"}), {"size": "10"})
        assert client.post(f"{page}/unsubscribe", {"evidence": " "}, on=page).status_code == 409
        client.post(f"{page}/unsubscribe", {"evidence": "by phone"}, on=page)
        told = text(client.get(page).text)
        assert "Not mailed: unsubscribed." in told
        assert "Proof: by phone. By: Author." in told
        assert told.index("Consent withdrawn") < told.index("Became a member"), "the newest first"
        oldest = text(client.get(f"{page}?order=oldest").text)
        assert oldest.index("Consent withdrawn") > oldest.index("Became a member")


def test_the_do_not_mail_list(studio: Studio) -> None:
    with studio.client(Role.AUTHOR) as client:
        page = "/recipients/do-not-mail"
        assert (
            client.post(page, {"address": "x@y.example", "reason": "manual", "why": ""}, on=page).status_code
            == 409
        )
        client.post(page, {"address": "x@y.example", "reason": "manual", "why": "the board"}, on=page)
        client.post(page, {"address": "z@y.example", "reason": "complaint", "why": "no such choice"}, on=page)
        assert suppressions.counted(studio.ctx) == {"manual": 2}
        told = text(client.get(page).text)
        assert "2 addresses are never mailed." in told
        assert "the board" in told
        assert "the board" in client.get(f"{page}?address=X%40y.example").text
        assert "is not on the list" in client.get(f"{page}?address=q%40y.example").text
        assert "This address is no member’s" in text(client.get("/recipients/who?address=q%40y.example").text)
        assert "Put on the do-not-mail list" in text(client.get("/recipients/who?address=x%40y.example").text)
        assert "x@y.example" in client.post(f"{page}.csv", on=page).text
        client.post(f"{page}/lift", {"address": "x@y.example", "why": "a mistake"}, on=page)
        assert suppressions.counted(studio.ctx) == {"manual": 1}


def wizard(client: Client, name: str, data: bytes) -> str:
    answer = client.post(
        "/recipients/import", on="/recipients/import", files={"file": (name, data, "text/csv")}
    )
    assert answer.status_code == 303, text(answer.text)
    return str(answer.headers["location"])


def test_the_wizard_from_file_to_members(studio: Studio) -> None:
    data = "Courriel;Prénom;Notes\r\nlea@x.example;Léa;=1+1\r\npas une adresse;=X;\r\n".encode("cp1252")
    with studio.client(Role.AUTHOR) as client:
        page = wizard(client, "été.csv", data)
        columns = text(client.get(page).text)
        for part in ("été.csv", "Courriel", "lea@x.example", "Windows-1252"):
            assert part in columns
        choices = {
            "column-0": "email",
            "column-1": "first_name",
            "column-2": "",
            "basis": "express",
            "evidence": "",
        }
        refused = client.post(f"{page}/columns", choices, on=page)
        assert (refused.status_code, "express consent needs proof" in text(refused.text).lower()) == (
            409,
            True,
        )
        client.post(f"{page}/columns", choices | {"evidence": "fair"}, on=page)
        plan = client.get(page).text
        assert "Léa" in text(plan)
        assert "There is no @ in it." in text(plan)
        (digest,) = re.findall(r'name="digest" value="([0-9a-f]{64})"', plan)
        refused_rows = client.get(f"{page}/refused.csv").text
        assert "'=X" in refused_rows
        members.add(studio.ctx, "lea@x.example", Changes({"first_name": "Lea"}))
        outdated = client.post(f"{page}/apply", {"digest": digest}, on=page)
        assert outdated.status_code == 409
        assert "Lea" in text(outdated.text), "the plan as it is now"
        assert members.get(studio.ctx, "lea@x.example").first_name == "Lea"
        (digest,) = re.findall(r'name="digest" value="([0-9a-f]{64})"', outdated.text)
        hidden = client.form(page)
        answers = [
            client.http.post(
                f"{page}/apply", data=hidden | {"digest": digest}, headers={"origin": client.origin}
            )
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [303, 303]
        assert members.get(studio.ctx, "lea@x.example").attributes == {}
        assert [row["act"] for row in studio.rows(tables.audit)].count("import") == 2, (
            "the set-up's, and this one"
        )
        assert "0 members are new. 1 changed" in text(client.get(page).text)
        assert client.get(f"{page}/refused.csv").status_code == 200


def test_what_is_no_list_is_told_where_it_was_handed_in(studio: Studio) -> None:
    with studio.client(Role.AUTHOR) as client:
        page = "/recipients/import"
        for data, told in (
            (workbook(), "is an Excel workbook, not a CSV file"),
            (workbook(), "choose “Save as” and “CSV UTF-8”"),
            (b"", "Choose a file first"),
            (b"a\0b", "no encoding"),
        ):
            files = {"file": ("a.xlsx", data, "text/csv")}
            answer = client.post(page, on=page, files=files)
            assert answer.status_code == 409
            assert told in answer.text
        assert intake.listed(studio.ctx) == []
        studio.speak(Role.AUTHOR, "fr")
        answer = client.post(page, on=page, files={"file": ("a.xlsx", workbook(), "text/csv")})
        assert "est un classeur Excel, pas un fichier CSV" in answer.text
        assert "Enregistrer sous" in answer.text
        studio.speak(Role.AUTHOR, "en")
        found = wizard(client, "a.csv", b"email\na@x.example\n")
        client.post(f"{found}/drop", on=found)
        assert "dropped" in client.get(found).text
        assert client.get("/recipients/import/999999").status_code == 404


def rows(*conditions: tuple[str, str, str], **more: str) -> dict[str, str]:
    made = {"mode": "rows", "join": "all", "label": "Mine", **more}
    for n, (field, test, value) in enumerate(conditions):
        made |= {f"field-{n}": field, f"test-{n}": test, f"value-{n}": value}
    return made


def test_segments_as_rows_and_as_text(studio: Studio) -> None:
    file = studio.root / "segments.toml"
    before = file.read_text(encoding="utf-8")
    with studio.client(Role.AUTHOR) as client:
        new = "/recipients/new-segment"
        typed = rows(("province", "is", "Québec; Ontario"), ("language", "is", "fr"))
        weighed = client.post("/recipients/weigh-segment", typed, on=new).text
        assert "Members in Quebec or Ontario who read French." in text(weighed)
        assert "<html" not in weighed
        more = client.post(f"{new}/draw", typed | {"act": "add"}, on=new).text
        assert 'name="field-2"' in more
        less = client.post(f"{new}/draw", typed | {"act": "remove-0"}, on=new).text
        assert 'name="field-1"' not in less
        as_text = client.post(f"{new}/draw", typed | {"act": "text"}, on=new).text
        assert 'province in ["QC", "ON"] and language == "fr"' in html.unescape(as_text)
        assert file.read_text(encoding="utf-8") == before, "nothing is saved by that"
        answer = client.post(new, typed, on=new)
        assert answer.headers["location"] == "/recipients/segments/mine"
        after = file.read_text(encoding="utf-8")
        assert after.startswith(before.rstrip("\n"))
        page = "/recipients/segments/mine"
        opened = client.get(page).text
        (seal,) = re.findall(r'name="seal" value="([0-9a-f]{32})"', opened)
        file.write_text(after.replace('language == "fr"', 'language == "en"'), encoding="utf-8")
        conflict = client.post(page, typed | {"name": "mine", "seal": seal}, on=page)
        assert "Somebody changed this segment" in conflict.text
        assert 'language == "en"' in html.unescape(conflict.text)
        assert 'language == "en"' in file.read_text(encoding="utf-8"), "nothing was overwritten"
        written = {
            "mode": "text",
            "label": "Mine",
            "name": "mine",
            "where": 'in segment "ontario" and (language == "fr" or company is empty)',
        }
        (seal,) = re.findall(r'name="seal" value="([0-9a-f]{32})"', conflict.text)
        assert client.post(page, written | {"seal": seal}, on=page).status_code == 303
        assert "says more than rows can" in client.get(page).text
        broken = client.post(page, written | {"where": "provnce ==", "seal": "x"}, on=page)
        assert "Somebody changed this segment" in broken.text or broken.status_code == 409
        listed = text(client.get("/recipients/segments").text)
        assert "Members in Ontario" in listed
        assert client.get("/recipients/segments/nowhere").status_code == 404


def test_a_refused_segment_keeps_what_was_typed(studio: Studio) -> None:
    with studio.client(Role.AUTHOR) as client:
        new = "/recipients/new-segment"
        typed = rows(("consent_on", "after", "soon"), label="Odd one")
        answer = client.post(new, typed, on=new)
        assert answer.status_code == 409
        assert 'value="Odd one"' in answer.text
        assert 'value="soon"' in answer.text


def test_who_may_only_look_changes_nothing(studio: Studio) -> None:
    number = ann(studio)
    with studio.client(Role.VIEWER) as client:
        page = client.get(f"/recipients/{number}").text
        assert "/edit" not in page
        assert "/unsubscribe" not in page
        for path in (
            "/recipients/add",
            f"/recipients/{number}/unsubscribe",
            "/recipients/do-not-mail",
            "/recipients/new-segment",
        ):
            assert client.post(path, {"evidence": "x", "email": "a@x.example"}).status_code == 403, path
        assert client.get("/recipients/import").status_code == 403
        assert 'name="seal"' not in client.get("/recipients/segments/ontario").text


def test_hostile_values_are_text(studio: Studio) -> None:
    hostile = [SCRIPT, "{{ 7*7 }}", *naughty_strings()[::60]]
    for n, value in enumerate(hostile):
        fields = dict.fromkeys(("first_name", "last_name", "company", "province", "language"), value)
        evidence = value.strip() or "x"
        changes = Changes(
            fields, {"note": value}, frozenset({value}), consent=Grounds(ConsentBasis.EXPRESS, None, evidence)
        )
        members.add(studio.ctx, f"hostile{n}@x.example", changes)
    header = ",".join(["email", *(f'"{SCRIPT.replace(chr(34), chr(34) * 2)}{n}"' for n in range(2))])
    data = f"{header}\nhostile0@x.example,{SCRIPT.replace(',', '')},2\n<script>@x,1,2\n".encode()
    with studio.client(Role.AUTHOR) as client:
        page = wizard(client, f"{SCRIPT}.csv", data)
        columns = {"column-0": "email", "column-1": "company", "column-2": "+", "basis": "b2b"}
        pages = [client.get(page).text]
        client.post(f"{page}/columns", columns, on=page)
        number = members.get(studio.ctx, "hostile0@x.example").id
        pages += [
            client.get(url).text
            for url in (
                page, "/recipients?search=hostile", "/recipients/import", f"/recipients/{number}", f"/recipients/{number}/edit",
                "/recipients?search=%3Cscript%3E", "/recipients/new-segment", "/recipients?segment=%22%3E%3Cscript%3E",
            )
        ]  # fmt: skip
        label = client.post(
            "/recipients/new-segment/draw",
            rows(("company", "is", SCRIPT), label=SCRIPT, act="add"),
            on="/recipients/new-segment",
        )
        pages.append(label.text)
    for shown in pages:
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "<script>@" not in shown
    assert any("&lt;script&gt;alert(1)" in shown for shown in pages)
