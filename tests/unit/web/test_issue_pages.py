"""The issue page asked without a browser: who may, what is refused, what comes back, and that looking changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from newsletter.model.account import Role
from newsletter.model.campaign import AudienceRule
from newsletter.model.publication import TrackingMode
from newsletter.pipeline import translating
from newsletter.pipeline.freeze import freeze
from newsletter.store import campaigns, editions
from newsletter.store.tables import audit, specimens
from newsletter.web.studio.issues import ROUTES
from newsletter.web.studio.routing import Act
from tests.browser.studio import GREETING, Client, Studio, served
from tests.emulated import Emulated

pytestmark = pytest.mark.enable_socket

URL = f"/issues/{GREETING}"
PNG = (Path(__file__).parents[3] / "issues/2021-01-20-january-digest/bench.png").read_bytes()
#: what looking may write: sessions are renewed
RENEWED = ("staff_sessions",)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, far: Emulated) -> Iterator[Studio]:
    """One studio for all tests of this module: each mends what it changes, or works on texts of its own."""
    with served(tmp_path_factory.mktemp("issues"), far) as made:
        yield made


@pytest.fixture
def author(kept: Studio) -> Iterator[Client]:
    before = {path: path.read_bytes() for path in (kept.root / "issues").rglob("*") if path.is_file()}
    with kept.client(Role.AUTHOR) as client:
        yield client
    for path in list((kept.root / "issues").rglob("*")):
        if path.is_file() and path not in before:
            path.unlink()
    for path, data in before.items():
        path.write_bytes(data)


def file(kept: Studio, language: str = "en") -> Path:
    return kept.root / "issues" / f"{GREETING}.{language}.md"


def hidden(author: Client, name: str) -> str:
    page = author.get(URL).text
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def digest(author: Client) -> str:
    return hidden(author, "digest")


def texts(kept: Studio, **changed: str) -> dict[str, str]:
    return {
        f"text-{language}": changed.get(language) or file(kept, language).read_text(encoding="utf-8")
        for language in ("en", "fr")
    }


def test_looking_at_everything_changes_nothing(kept: Studio) -> None:
    with kept.client(Role.VIEWER) as client:
        client.get("/issues")
        before = kept.everything(*RENEWED)
        paths = [
            "/issues",
            URL,
            f"{URL}/mail/saved",
            f"{URL}/mail/saved?lang=fr&colours=dark&images=off&program=outlook",
        ]
        paths += [f"{URL}?tab={tab}" for tab in ("inbox", "text", "source", "languages", "changes")]
        for path in paths:
            assert client.get(path).status_code == 200, path
        assert kept.everything(*RENEWED) == before


def test_who_may_only_look_writes_nothing(kept: Studio) -> None:
    with kept.client(Role.VIEWER) as client:
        assert client.get("/issues/new").status_code == 403
        for way in ROUTES:
            if isinstance(way, Act):
                path = way.path.replace("{slug}", GREETING)
                answer = client.post(path, {"text": "gone", "language": "en", "digest": ""}, on="/account")
                assert answer.status_code == 403, path
    assert "gone" not in file(kept).read_text(encoding="utf-8")


def test_no_act_without_its_token(kept: Studio, author: Client) -> None:
    for way in ROUTES:
        if isinstance(way, Act):
            path = way.path.replace("{slug}", GREETING)
            answer = author.http.post(path, data={"text": "x"}, headers={"origin": author.origin})
            assert answer.status_code == 403, path
            assert author.http.post(path, data={"text": "x"}).status_code == 403, path


def test_mails_come_with_a_policy_that_runs_no_script(kept: Studio, author: Client) -> None:
    answer = author.get(f"{URL}/mail/saved?reader=markup")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "<b onmouseover" not in answer.text
    images = set(re.findall(r'"(/issues/at/i/[^"]+)"', answer.text))
    assert images
    for path in images:
        shown = author.get(path)
        assert (shown.status_code, shown.headers["content-type"].split("/")[0]) == (200, "image")
    assert author.get(f"{URL}/mail/{'0' * 24}").status_code == 404
    assert author.get("/issues/at/i/none.png").status_code == 404


@pytest.mark.parametrize("slug", ["nothing", "..%2f..%2fetc", "a" * 300, "%00", "%3Cscript%3E", "x.en"])
def test_an_issue_that_is_not_there_is_said_so(author: Client, slug: str) -> None:
    for path in (f"/issues/{slug}", f"/issues/{slug}/mail/saved"):
        answer = author.get(path)
        assert answer.status_code == 404
        assert "<script>" not in answer.text


# --- saving ---


def keep(author: Client, text: str, before: str, language: str = "en") -> httpx.Response:
    return author.post(f"{URL}/keep", {"text": text, "digest": before, "language": language}, on="/account")


def test_a_pause_in_typing_is_saved(kept: Studio, author: Client) -> None:
    def told() -> int:
        return sum(row["act"] == "write" for row in kept.rows(audit))

    fresh = file(kept).read_text(encoding="utf-8") + "\nOne more.\n"
    answer = keep(author, fresh, digest(author))
    assert answer.status_code == 200
    first = told()  # others of this module write as well, within the same while or before it
    assert first
    assert file(kept).read_text(encoding="utf-8") == fresh
    assert answer.json()["digest"] == digest(author)
    again = keep(author, fresh + "\nTwo.\n", answer.json()["digest"])
    assert again.status_code == 200
    assert told() == first, "one act for a while of typing"


def test_another_edit_comes_back_and_three_ways_end_it(kept: Studio, author: Client) -> None:
    before = digest(author)
    theirs = file(kept).read_text(encoding="utf-8") + "\nTheirs.\n"
    file(kept).write_text(theirs, encoding="utf-8")
    refused = keep(author, "mine", before)
    assert refused.status_code == 409
    assert refused.json()["theirs"] == theirs
    assert file(kept).read_text(encoding="utf-8") == theirs
    data = {"language": "en", "text": "---\nsubject: Mine\n---\n", "choice": "joined"}
    stale = author.post(f"{URL}/keep-settled", {**data, "digest": before}, on="/account")
    assert stale.status_code == 409
    settled = author.post(f"{URL}/keep-settled", {**data, "digest": refused.json()["digest"]}, on="/account")
    assert settled.status_code == 200
    assert file(kept).read_text(encoding="utf-8") == data["text"]
    assert theirs in [one.read_text(encoding="utf-8") for one in (kept.root / "var/replaced").iterdir()]


def test_by_hand_a_conflict_is_a_page_with_both(kept: Studio, author: Client) -> None:
    before = digest(author)
    theirs = file(kept).read_text(encoding="utf-8") + "\n</textarea><script>alert(1)</script>\n"
    file(kept).write_text(theirs, encoding="utf-8")
    answer = author.post(f"{URL}/save", {"text": "mine", "digest": before, "language": "en"}, on=URL)
    assert answer.status_code == 409
    assert "This text was changed elsewhere" in answer.text
    assert "<script>alert" not in answer.text
    assert file(kept).read_text(encoding="utf-8") == theirs


def test_five_megabytes_are_refused(kept: Studio, author: Client) -> None:
    before = file(kept).read_bytes()
    assert keep(author, "a" * (5 << 20), digest(author)).status_code == 413
    assert keep(author, "a" * (2 << 20), digest(author)).status_code == 422
    assert file(kept).read_bytes() == before


# --- what is not saved ---


def test_what_is_being_written_is_shown_and_not_saved(kept: Studio, author: Client) -> None:
    before = file(kept).read_bytes()
    english = before.decode().replace("A year of making it work", "Unsaved subject")
    answer = author.post(f"{URL}/show", {**texts(kept, en=english), "shown": "en"}, on="/account")
    assert "Unsaved subject" in answer.text
    source = re.search(r'src="(/issues/[^"]+/mail/[^"]+)"', answer.text)
    assert source
    assert "Unsaved subject" in author.get(source[1].replace("&amp;", "&")).text
    assert file(kept).read_bytes() == before


def test_remarks_name_line_and_field(kept: Studio, author: Client) -> None:
    english = (
        file(kept).read_text(encoding="utf-8").replace("subject: A year of making it work\n", "subject: \n")
    )
    answer = author.post(f"{URL}/remarks", texts(kept, en=english), on="/account")
    assert 'data-field="subject"' in answer.text or 'data-check="subject-missing"' in answer.text
    assert "No test of this text was sent yet." in answer.text


def test_blocks_move_in_both_texts(kept: Studio, author: Client) -> None:
    english = file(kept).read_text(encoding="utf-8")
    line = english[: english.index("::: figures")].count("\n") + 1
    data = {**texts(kept), "language": "en", "line": str(line), "way": "down"}
    moved = author.post(f"{URL}/move", data, on="/account").json()
    assert set(moved["texts"]) == {"en", "fr"}
    assert moved["said"] == "Moved, in every language."
    for wrong in ("0", "-1", "x", "99999999999", "1" * 500):
        answer = author.post(f"{URL}/move", {**data, "line": wrong}, on="/account")
        assert answer.status_code == 409
        assert answer.json()["trouble"]


def test_the_form_fills_in_texts(kept: Studio, author: Client) -> None:
    data = {**texts(kept), "language": "fr", "own-subject": "Un autre objet", "shared-date": "2020-12-17"}
    made = author.post(f"{URL}/fill", data, on="/account").json()["texts"]
    assert "subject: Un autre objet\n" in made["fr"]
    assert "date: 2020-12-17\n" in made["en"]
    again = author.post(
        f"{URL}/form", {"text-en": made["en"], "text-fr": made["fr"], "language": "fr"}, on="/account"
    )
    assert 'value="Un autre objet"' in again.text


def test_a_picture_becomes_a_file(kept: Studio, author: Client) -> None:
    files: dict[str, Any] = {"picture": ("<script>.png", PNG, "text/html")}
    made = author.post(f"{URL}/picture", {"alt": 'x" onload="y'}, on="/account", files=files).json()
    assert made["name"] == "script.png"
    assert made["lines"] == '::: image src="script.png" alt="x“ onload=”y"\n:::\n'
    bad: dict[str, Any] = {"picture": ("a.png", b"<svg onload=alert(1)>", "image/png")}
    assert author.post(f"{URL}/picture", {}, on="/account", files=bad).status_code == 409


def test_an_issue_in_one_file_without_a_language_in_its_name(kept: Studio, author: Client) -> None:
    path = kept.root / "issues/solo.md"
    path.write_text("---\nsubject: Alone\ntemplate: letter\n---\n\nFirst.\n\nSecond.\n", encoding="utf-8")
    page = author.get("/issues/solo")
    assert page.status_code == 200
    found = re.search(r'name="digest" value="([^"]*)"', page.text)
    assert found
    text = path.read_text(encoding="utf-8").replace("First.", "Changed.")
    shown = author.post(
        "/issues/solo/show", {"text-en": text, "shown": "en", "tab": "text"}, on="/account"
    ).text
    assert "Changed." in shown
    line = text[: text.index("Changed.")].count("\n") + 1
    data = {"text-en": text, "language": "en", "line": str(line), "way": "down"}
    moved = author.post("/issues/solo/move", data, on="/account").json()["texts"]["en"]
    assert moved.index("Second.") < moved.index("Changed.")
    data = {"text": moved, "digest": found[1], "language": ""}
    assert author.post("/issues/solo/keep", data, on="/account").status_code == 200
    assert path.read_text(encoding="utf-8") == moved


# --- new issues, tests ---


def test_a_new_issue_from_each_way(kept: Studio, author: Client) -> None:
    for way, slug in (("template", "2021-05-01-a"), ("last", "2021-05-02-b")):
        answer = author.post(
            "/issues/new", {"slug": slug, "title": "May", "way": way, "template": "letter"}, on="/issues/new"
        )
        assert (answer.status_code, answer.headers["location"]) == (303, f"/issues/{slug}")
        assert (kept.root / f"issues/{slug}.fr.md").exists()
    letter = {"letter": ("../x.md", b"# May\n\nDear members,\n\nIt is warm.\n", "text/markdown")}
    answer = author.post(
        "/issues/new", {"slug": "2021-05-03-c", "way": "letter"}, on="/issues/new", files=letter
    )
    assert answer.status_code == 200
    assert "It is warm." in next((kept.root / "issues").glob("2021-05-03-c*.md")).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("../../x", "a.md"),
        ("UPPER", "a.md"),
        ("", "a.md"),
        (GREETING, "a.md"),
        ("2021-06-01-x", "a.exe"),
        ("2021-06-01-x", "a.docx"),
    ],
)
def test_what_is_no_name_or_no_letter_begins_nothing(
    kept: Studio, author: Client, slug: str, name: str
) -> None:
    before = sorted(path.name for path in (kept.root / "issues").iterdir())
    files = {"letter": (name, b"PK\x03\x04 no document", "application/octet-stream")}
    answer = author.post("/issues/new", {"slug": slug, "way": "letter"}, on="/issues/new", files=files)
    assert answer.status_code in {404, 409}
    assert sorted(path.name for path in (kept.root / "issues").iterdir()) == before


def test_a_test_goes_to_staff_alone_unless_it_is_meant(kept: Studio, author: Client) -> None:
    data = {"to": "stranger@elsewhere.example", "languages": "en"}
    assert author.post(f"{URL}/test", data, on=URL).status_code == 409
    assert kept.rows(specimens) == []
    assert author.post(f"{URL}/test", {**data, "meant": "yes"}, on=URL).status_code == 303
    assert (
        author.post(f"{URL}/test", {"to": "SENDER@ngen.example", "languages": "fr"}, on=URL).status_code
        == 303
    )
    assert [(row["address"], row["language"]) for row in kept.rows(specimens)] == [
        ("stranger@elsewhere.example", "en"),
        ("SENDER@ngen.example", "fr"),
    ]
    assert "This very text" in author.get(URL).text
    many = ",".join(f"a{number}@ngen.example" for number in range(11))
    assert author.post(f"{URL}/test", {"to": many, "meant": "yes"}, on=URL).status_code == 409


def approve_now(kept: Studio) -> None:
    """The greeting as it is, approved for a mailing."""
    ctx = kept.ctx
    frozen = freeze(ctx, GREETING)
    assert frozen.edition is not None
    now = kept.clock()
    with ctx.store.write() as db:
        editions.put(db, frozen.edition, frozen.files, now)
        planned = campaigns.Planned(
            ctx.publication.key, GREETING, "", frozen.edition.id, AudienceRule(("all",)), "sendgrid",
            official=False, tracking=TrackingMode.OFF, key_id=1, gentle=False, grace_seconds=0,
        )  # fmt: skip
        number = campaigns.create(db, planned, now)
        campaigns.update(db, number, approved_at=now, approved_by="Approver")


@pytest.mark.ci
def test_what_changed_since_the_approval_is_told_in_words_and_pictures(kept: Studio, author: Client) -> None:
    assert "Nothing of this issue was approved yet" in author.get(f"{URL}?tab=changes").text
    approve_now(kept)
    page = author.get(f"{URL}?tab=changes").text
    assert "Approved by Approver on 14 December 2020" in page
    assert page.count("No word changed.") == 2
    english = (
        file(kept)
        .read_text(encoding="utf-8")
        .replace("a year like no other", "a year <b>unlike</b> any other")
    )
    data = {**texts(kept, en=english), "shown": "en", "tab": "changes"}
    page = author.post(f"{URL}/show", data, on="/account").text
    assert re.search(r"<del>like(?: no)?</del>", page)
    assert "unlike" in page
    assert page.count("No word changed.") == 1
    before, now = re.findall(r'src="(/issues/[^"]+/mail/[^"]+)"', page)
    assert "a year like no other" in author.get(before.replace("&amp;", "&")).text
    assert "unlike" in author.get(now.replace("&amp;", "&")).text
    assert "waiting for approval" in author.get("/issues").text


def test_the_list_shows_subjects_dates_and_state(kept: Studio, author: Client) -> None:
    page = author.get("/issues").text
    assert "A year of making it work" in page
    assert "Une année à se retrousser les manches" in page
    assert "Wednesday 16 December 2020" in page
    assert "being written" in page  # the other issues are


@pytest.mark.ci
def test_what_is_stale_is_outlined_in_both_mails(kept: Studio, author: Client) -> None:
    """The French block whose English has changed since it was reviewed, and the English one; in the language of the page."""
    translating.review(kept.ctx, translating.look(kept.ctx, GREETING), "Jay")
    english = file(kept)
    old = "What you set in motion"
    text = english.read_text(encoding="utf-8")
    assert old in text
    page = author.get(f"{URL}?tab=languages").text
    assert "marks=" not in page, "all is in step: nothing is outlined"
    english.write_text(text.replace(old, "What you have set going", 1), encoding="utf-8")
    page = author.get(f"{URL}?tab=languages").text
    assert "What is stale or missing is outlined" in page
    shown = {}
    for source in re.findall(r'<iframe[^>]+src="([^"]+marks=[^"]+)"', page):
        found = re.findall(
            r'<(\w+) data-standing="([^"]*)" data-kind="(\w+)"[^>]*>([^<]*)',
            author.get(unescape(source)).text,
        )
        shown[re.findall(r"lang=(\w+)", source)[0]] = found
    assert [(one[1], one[3].replace("\u00a0", " ")) for one in shown["en"]] == [
        ("Changed since it was translated", "What you have set going")
    ]
    ((_, label, kind, words),) = shown["fr"]
    assert (label, kind) == ("Stale: its source has changed", "stale")
    assert words.strip()
