"""The issue page in a real browser: what one types is seen at once, saved in pauses, never written over another's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from newsletter.model.account import Role
from newsletter.store.tables import members, specimens
from tests.browser.studio import GREETING, Studio
from tests.corpora import naughty_strings

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.ci]

expect.set_options(timeout=15_000)
Checked = Callable[[Page, str], None]
URL = f"/issues/{GREETING}"
FRAME = "#pane iframe:not(.behind)"
#: milliseconds from a key to the new picture: 300 on a machine at rest, room for one that is not
BLINK = 1500
PICTURE = Path(__file__).parents[2] / "issues/2021-01-20-january-digest/bench.png"


def file(studio: Studio, language: str = "en") -> Path:
    return studio.root / "issues" / f"{GREETING}.{language}.md"


def opened(
    studio: Studio, page: Page, url: str = URL, role: Role = Role.AUTHOR, language: str = "en"
) -> list[str]:
    """The page, ready; and everything that a browser complains of."""
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(f"dialog {dialog.message}"))
    page.set_viewport_size({"width": 1280, "height": 900})
    studio.sign_in(page, role, language)
    page.goto(studio.url + url)
    if role is not Role.VIEWER:
        page.wait_for_selector("#issue[data-ready=yes]")
    return said


def put(page: Page, words: str, language: str = "en") -> None:
    """The cursor before some words of the editor."""
    page.evaluate(
        """([words, language]) => { const view = issuePapers.get(language).view; const at = view.state.doc.toString().indexOf(words);
        view.dispatch({selection: {anchor: at}, scrollIntoView: true}); view.focus(); }""",
        [words, language],
    )


def text(page: Page, language: str = "en") -> str:
    return str(page.evaluate("code => issuePapers.get(code).view.state.doc.toString()", language))


def saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_have_text("Saved", timeout=15_000)


def test_typing_is_seen_at_once_and_saved_in_a_pause(studio: Studio, page: Page) -> None:
    said = opened(studio, page)
    frame = page.frame_locator(FRAME)
    expect(frame.get_by_role("heading", name="A year of making it work")).to_be_visible()
    page.wait_for_selector("#remarks")
    put(page, "This was a year")
    took = []
    for number in range(8):
        begun = page.evaluate("performance.now()")
        page.keyboard.insert_text(f"Word{number} ")
        page.wait_for_function(
            "begun => Number(document.getElementById('pane').dataset.pictured || 0) > begun", arg=begun
        )
        took.append(
            page.evaluate("begun => Number(document.getElementById('pane').dataset.pictured) - begun", begun)
        )
        assert f"Word{number}" in frame.locator("body").inner_text()
    print(
        f"keystroke to picture, ms: best {min(took):.0f}, middle {sorted(took)[4]:.0f}, all {[round(one) for one in took]}"
    )
    assert min(took) < BLINK
    assert (
        "Word7" not in file(studio).read_text(encoding="utf-8")
        or page.locator("[data-status]").inner_text() == "Saved"
    )
    saved(page)
    assert "Word7 This was a year" in file(studio).read_text(encoding="utf-8")
    assert said == []


def test_a_click_on_a_remark_leads_to_its_line(studio: Studio, page: Page) -> None:
    path = file(studio)
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "Warmly,", "See you on Tuesday, December 16, 2020.\n\nWarmly,"
        ),
        encoding="utf-8",
    )
    opened(studio, page)
    remark = page.locator("#remarks .remark", has_text="Wednesday").first
    remark.get_by_role("button", name="line").click()
    at = page.evaluate(
        "() => { const s = issuePapers.get('en').view.state; return s.doc.lineAt(s.selection.main.head).text }"
    )
    assert at.startswith("See you on Tuesday")
    assert page.evaluate("document.activeElement.classList.contains('cm-content')")
    page.evaluate("() => issuePapers.get('en').view.dispatch({changes: {from: 0, to: 0, insert: ''}})")
    put(page, "Tuesday, December")
    for _ in "Tuesday":
        page.keyboard.press("Delete")
    page.keyboard.insert_text("Wednesday")
    expect(page.locator("#remarks .remark", has_text="is a Wednesday")).to_have_count(0, timeout=15_000)


def test_a_block_moves_in_both_languages_by_keyboard_and_comes_back(studio: Studio, page: Page) -> None:
    said = opened(studio, page)
    before = text(page), text(page, "fr")
    put(page, "3,000+ | members")
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(page.locator("[data-told]")).to_have_text("Moved, in every language.")
    for language, heading in (
        ("en", "## What you set in motion"),
        ("fr", "## Ce que vous avez mis en marche"),
    ):
        now = text(page, language)
        assert now.index(heading) < now.index("::: figures")
    page.keyboard.press("Alt+Shift+ArrowUp")
    page.wait_for_function("was => issuePapers.get('en').view.state.doc.toString() === was", arg=before[0])
    assert text(page, "fr") == before[1]
    page.keyboard.press("Alt+Shift+ArrowDown")
    page.wait_for_function("was => issuePapers.get('fr').view.state.doc.toString() !== was", arg=before[1])
    saved(page)
    french = file(studio, "fr").read_text(encoding="utf-8")
    assert french.index("## Ce que vous avez mis") < french.index("::: figures")
    assert said == []


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_an_edit_from_elsewhere_is_shown_beside_ones_own(studio: Studio, page: Page, choice: str) -> None:
    opened(studio, page)
    put(page, "Warmly,")
    page.route(
        "**/keep", lambda route: route.abort()
    )  # what is typed stays unsaved until the other edit is there
    page.keyboard.insert_text("Mine. ")
    path = file(studio)
    theirs = path.read_text(encoding="utf-8").replace("Warmly,", "Theirs. Warmly,")
    path.write_text(theirs, encoding="utf-8")
    page.unroute("**/keep")
    page.keyboard.insert_text("More. ")
    section = page.locator("#conflict")
    expect(section).to_be_visible(timeout=15_000)
    expect(section.locator(".cm-merge-b")).to_contain_text("Theirs.")
    assert path.read_text(encoding="utf-8") == theirs
    section.get_by_role("button", name="Keep mine" if choice == "mine" else "Take the other one").click()
    expect(section).to_be_hidden()
    kept = path.read_text(encoding="utf-8")
    assert ("Mine. More." in kept, "Theirs." in kept) == (choice == "mine", choice == "theirs")
    assert text(page) == kept
    aside = [one.read_text(encoding="utf-8") for one in (studio.root / "var/replaced").iterdir()]
    assert len(aside) == 1
    assert ("Theirs." in aside[0]) == (choice == "mine")


def test_an_edit_from_elsewhere_arrives_where_nothing_was_typed(studio: Studio, page: Page) -> None:
    opened(studio, page)
    path = file(studio)
    path.write_text(path.read_text(encoding="utf-8").replace("Warmly,", "Yours,"), encoding="utf-8")
    page.wait_for_function(
        "() => issuePapers.get('en').view.state.doc.toString().includes('Yours,')", timeout=15_000
    )
    assert page.locator("#conflict").is_hidden()


def test_two_tabs_one_is_told(studio: Studio, page: Page) -> None:
    opened(studio, page)
    other = page.context.new_page()
    other.goto(studio.url + URL)
    other.wait_for_selector("#issue[data-ready=yes]")
    for tab in (page, other):
        tab.route("**/live", lambda route: route.abort())
        put(tab, "Warmly,")
    page.keyboard.insert_text("First tab. ")
    other.keyboard.insert_text("Second tab. ")
    page.wait_for_function(
        "() => document.querySelector('[data-status]').textContent === 'Saved' || !document.getElementById('conflict').hidden",
        timeout=15_000,
    )
    expect(other.locator("[data-status]")).to_have_text(re.compile("Saved|Changed elsewhere"), timeout=15_000)
    conflicts = [tab for tab in (page, other) if tab.locator("#conflict").is_visible()]
    assert len(conflicts) == 1
    kept = file(studio).read_text(encoding="utf-8")
    assert ("First tab." in kept) != ("Second tab." in kept)


def test_a_dropped_picture_is_asked_what_it_shows_and_put_in(studio: Studio, page: Page) -> None:
    said = opened(studio, page)
    put(page, "Warmly,")
    page.evaluate(
        """bytes => { const data = new DataTransfer(); data.items.add(new File([new Uint8Array(bytes)], 'Équipe <b>.png', {type: 'image/png'}));
        const place = document.querySelector('.paper:not([hidden]) .cm-content'); const box = place.querySelector('.cm-line').getBoundingClientRect();
        for (const kind of ['dragover', 'drop']) place.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true,
          clientX: box.x + 20, clientY: box.y + 5})); }""",
        list(PICTURE.read_bytes()),
    )
    page.get_by_label("What does it show?").fill("The workbench")
    page.get_by_role("button", name="Put it in").click()
    page.wait_for_function(
        "() => issuePapers.get('en').view.state.doc.toString().includes('::: image src=\"equipe-b.png\" alt=\"The workbench\"')"
    )
    assert (studio.root / "issues" / GREETING / "equipe-b.png").read_bytes() == PICTURE.read_bytes()
    assert said == []


def test_a_component_from_the_palette_is_a_block_of_its_own(studio: Studio, page: Page) -> None:
    opened(studio, page)
    put(page, "Warmly,")
    page.get_by_text("Insert", exact=True).first.click()
    page.get_by_placeholder("Find a component").fill("quot")
    page.locator("[data-insert=quote]").click()
    assert 'Warmly,\n\n::: quote who="Name, place"\nWhat they said.\n:::\n\n::: signature' in text(page)
    expect(page.frame_locator(FRAME).get_by_text("What they said.")).to_be_visible(timeout=15_000)


def test_the_form_writes_the_lines_above_the_text(studio: Studio, page: Page) -> None:
    opened(studio, page)
    page.get_by_text("Subject, date, recipients").click()
    page.get_by_label("Subject", exact=True).fill("Another subject: ours")
    page.wait_for_function(
        "() => issuePapers.get('en').view.state.doc.toString().includes('subject: Another subject: ours')"
    )
    expect(page.locator(".inbox-line")).to_contain_text("Another subject: ours", timeout=15_000)
    saved(page)
    assert "\nsubject: Another subject: ours\n" in file(studio).read_text(encoding="utf-8")


WAYS = (
    "width=320", "width=375&colours=dark", "colours=partial", "colours=full", "images=off", "tab=inbox", "tab=text", "tab=source",
    "tab=languages", "tab=changes", "program=gmail", "program=gmail-other", "program=outlook&width=desktop", "reader=markup", "reader=rtl", "lang=en%2Bfr",
)  # fmt: skip


@pytest.mark.timeout(240)
def test_every_way_to_look(studio: Studio, page: Page) -> None:
    said = opened(studio, page)
    for query in WAYS:
        said.clear()
        page.goto(f"{studio.url}{URL}?{query}")
        page.locator("#pane").wait_for()
        if "tab" not in query:
            expect(page.frame_locator(FRAME).locator("body"), query).to_contain_text("Jay Myers")
        if "program" in query:
            expect(page.locator(".approximate"), query).to_contain_text("2026-05-13")
        refused = [one for one in said if not (query == "images=off" and "img-src 'none'" in one)]
        assert refused == [], query


def test_inverted_colours_turn_the_ground_dark(studio: Studio, page: Page) -> None:
    opened(studio, page)
    page.get_by_role("link", name="Inverted", exact=True).click()
    page.wait_for_function(
        """() => { const frames = [...document.querySelectorAll('#pane iframe:not(.behind)')]; const inside = frames[0].contentDocument;
        return inside && inside.body && getComputedStyle(inside.documentElement).backgroundColor === 'rgb(18, 18, 18)' || inside.documentElement.style.backgroundColor }"""
    )
    link = page.get_by_role("link", name="Inverted", exact=True)
    expect(link).to_have_attribute("aria-current", "true")


def test_a_member_by_address(studio: Studio, page: Page) -> None:
    someone = next(row for row in studio.rows(members) if row["first_name"])
    opened(studio, page, f"{URL}?reader=member&member={quote(someone['email'])}")
    expect(page.frame_locator(FRAME).locator("body")).to_contain_text(f"Dear {someone['first_name']},")
    page.goto(f"{studio.url}{URL}?reader=member&member=nobody@nowhere.example")
    expect(page.get_by_text("No member has this address.")).to_be_visible()


HOSTILE = (
    '<script>window.hacked = 1; alert(1)</script>\n\n<img src=x onerror="alert(2)">\n\n[click](javascript:alert(3))\n\n'
    '::: quote who="<svg onload=alert(4)>"\n</iframe><script>alert(5)</script>\n:::\n\n</textarea><script>alert(6)</script>\n'
)


@pytest.mark.parametrize("tab", ["mail", "source", "text", "languages"])
def test_scripts_in_the_text_are_words(studio: Studio, page: Page, tab: str) -> None:
    path = file(studio)
    naughty = "\n\n".join(one.replace("\0", "") for one in naughty_strings()[:60] if "\n" not in one)
    path.write_text(path.read_text(encoding="utf-8") + "\n" + HOSTILE + "\n" + naughty, encoding="utf-8")
    said = opened(studio, page, f"{URL}?tab={tab}&reader=markup")
    expect(page.locator("#remarks")).to_be_visible()
    assert page.evaluate(
        "[window, ...Array.from({length: frames.length}, (_, at) => frames[at])].every(one => one.hacked === undefined)"
    )
    assert [one for one in said if "dialog" in one] == []
    assert "</textarea><script>alert(6)</script>" in text(page)


def test_five_megabytes_pasted_are_refused_in_words_and_the_page_lives(studio: Studio, page: Page) -> None:
    opened(studio, page)
    before = file(studio).read_text(encoding="utf-8")
    put(page, "Warmly,")
    page.evaluate(
        "() => { const view = issuePapers.get('en').view; view.dispatch({changes: {from: 0, insert: 'paste '.repeat(900000)}}) }"
    )
    expect(page.locator("[data-status]")).to_contain_text("too large", timeout=30_000)
    assert file(studio).read_text(encoding="utf-8") == before
    page.get_by_role("button", name="Undo").click()
    saved(page)
    assert text(page) == before


def test_a_test_message_goes_out_marked_and_is_remembered(studio: Studio, page: Page) -> None:
    opened(studio, page)
    page.get_by_text("Send a test", exact=True).click()
    page.get_by_label("To", exact=True).fill("author@ngen.example, stranger@elsewhere.example")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_text("not an address of your staff")).to_be_visible()
    assert studio.rows(specimens) == []
    page.get_by_text("Send a test", exact=True).click()
    page.get_by_label("To", exact=True).fill("author@ngen.example")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_text("The test went to author@ngen.example (en, fr).")).to_be_visible(timeout=20_000)
    expect(page.locator("[data-tried]")).to_contain_text("This very text")
    assert {row["address"] for row in studio.rows(specimens)} == {"author@ngen.example"}
    put(page, "Warmly,")
    page.keyboard.insert_text("Very ")
    expect(page.locator("[data-tried]")).to_contain_text("No test of this text", timeout=15_000)
    expect(page.locator("[data-tried]")).to_contain_text("An earlier text")


def test_without_javascript_one_writes_and_saves(studio: Studio, browser: object, page: Page) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    studio.sign_in(plain, Role.AUTHOR)
    plain.goto(studio.url + URL)
    area = plain.locator("textarea[name=text]:visible")
    area.fill(area.input_value().replace("Warmly,", "Yours,"))
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("Saved.")).to_be_visible()
    assert "Yours," in file(studio).read_text(encoding="utf-8")
    area = plain.locator("textarea[name=text]:visible")
    area.fill(area.input_value().replace("Yours,", "Mine,"))
    path = file(studio)
    path.write_text(path.read_text(encoding="utf-8").replace("Yours,", "Theirs,"), encoding="utf-8")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("This text was changed elsewhere")).to_be_visible()
    assert "Theirs," in path.read_text(encoding="utf-8")
    plain.get_by_role("button", name="Keep mine").click()
    assert "Mine," in path.read_text(encoding="utf-8")
    assert plain.frame_locator("#pane iframe").locator("body").inner_text()
    context.close()


@pytest.mark.parametrize("way", ["template", "last", "letter"])
def test_a_new_issue(studio: Studio, page: Page, tmp_path: Path, way: str) -> None:
    studio.sign_in(page, Role.AUTHOR)
    page.goto(f"{studio.url}/issues/new")
    page.get_by_label("Name of the files").fill("2021-03-01-spring")
    page.get_by_label("Title").fill("Spring news")
    page.locator(f"#way-{way}").check()
    if way == "letter":
        letter = tmp_path / "Lettre été.md"
        letter.write_text("# Spring news\n\nDear members,\n\nThe snow is gone.\n", encoding="utf-8")
        page.get_by_label("Letter", exact=True).set_input_files(letter)
    page.get_by_role("button", name="Begin").click()
    if way == "letter":
        page.get_by_role("link", name="Write the issue").click()
    page.wait_for_selector("#issue[data-ready=yes]")
    assert page.url.split("?")[0] == f"{studio.url}/issues/2021-03-01-spring"
    assert list((studio.root / "issues").glob("2021-03-01-spring*.md"))
    page.goto(f"{studio.url}/issues")
    expect(page.get_by_role("heading", name="Spring news")).to_be_visible()


def test_a_viewer_reads_and_cannot_write(studio: Studio, page: Page) -> None:
    said = opened(studio, page, role=Role.VIEWER)
    assert page.locator("textarea").count() == 0
    expect(page.frame_locator(FRAME).locator("body")).to_contain_text("Jay Myers")
    page.get_by_role("link", name="375").click()
    expect(page.locator("[data-frame]")).to_have_attribute("data-width", "375")
    assert said == []


@pytest.mark.parametrize(
    "path", ["/issues", "/issues/new", URL, f"{URL}?tab=languages", f"{URL}?tab=inbox&lang=fr"]
)
def test_pages_are_sound_in_every_look(studio: Studio, page: Page, checked: Checked, path: str) -> None:
    studio.sign_in(page, Role.AUTHOR)
    checked(page, path)
