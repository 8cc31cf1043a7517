"""Recipients in a real browser: every page looked at, a list brought in, a segment built, one person's story; with and without script."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from newsletter.model.account import Role
from newsletter.model.member import ConsentBasis, SuppressionReason
from newsletter.pipeline import intake, members, suppressions
from newsletter.pipeline.members import Changes, Grounds
from tests.browser.studio import Studio
from tests.corpora import naughty_strings

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.ci]

Checked = Callable[[Page, str], None]

#: as Excel saves it in Quebec
LIST = (
    "Adresse de courriel;Prénom;Nom;Entreprise;Province;Langue;Numéro de membre;Notes internes;Statut\r\n"
    "lea.cote@usine.example;Léa;Côté;Usine Côté;Québec;français;M-77;à rappeler;\r\n"
    "MEMBER0003@reader.example;Émile;;Ateliers Émile;ON;;M-3;;\r\n"
    "member0001@reader.example;Guy;;;;;;;\r\n"
    "pas une adresse;=2+2;;;;;;;\r\n"
    "partie@usine.example;Jo;;;;;;;désabonné\r\n"
).encode("cp1252")
SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def filled(studio: Studio) -> Studio:
    """Somebody with a story, and a list for the pages to show."""
    changes = Changes(
        {
            "first_name": "Zoé",
            "last_name": "Tremblay",
            "company": "Forge Tremblay & Fils inc.",
            "province": "QC",
            "language": "fr",
        },
        {"member_number": "M-00412"},
        frozenset({"aerospace"}),
        consent=Grounds(ConsentBasis.EXPRESS, None, "registration form, spring fair"),
    )
    members.add(studio.ctx, "zoe@forge.example", changes)
    members.unsubscribe(studio.ctx, "member0001@reader.example", "by phone")
    suppressions.add(studio.ctx, "stranger@else.example", SuppressionReason.INVALID, "came back twice")
    with (studio.root / "segments.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[odd]\nlabel = "Nested"\nwhere = \'in segment "ontario" and (language == "fr" or "a" in tags)\'\n'
        )
        file.write('\n[broken]\nwhere = "provnce =="\n')
    return studio


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A browser that runs no script."""
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def handed_in(studio: Studio, *, mapped: bool) -> int:
    number = intake.receive(studio.ctx, "liste des membres.csv", LIST).id
    if mapped:
        intake.decide(studio.ctx, number, {7: ""}, "express", "salon du printemps")
    return number


PAGES = (
    "/recipients",
    "/recipients?search=forge&standing=mailable&order=name",
    "/recipients/add",
    "/recipients/{zoe}",
    "/recipients/{zoe}/edit",
    "/recipients/who?address=stranger%40else.example",
    "/recipients/do-not-mail",
    "/recipients/import",
    "/recipients/import/{fresh}",
    "/recipients/import/{mapped}",
    "/recipients/segments",
    "/recipients/segments/quebec",
    "/recipients/segments/odd",
    "/recipients/segments/broken",
    "/recipients/new-segment",
)


@pytest.mark.timeout(400)
def test_pages_of_recipients(filled: Studio, page: Page, checked: Checked) -> None:
    numbers = {
        "zoe": members.get(filled.ctx, "zoe@forge.example").id,
        "fresh": handed_in(filled, mapped=False),
        "mapped": handed_in(filled, mapped=True),
    }
    filled.sign_in(page, Role.AUTHOR)
    for path in PAGES:
        checked(page, path.format(**numbers))


def through_the_wizard(studio: Studio, page: Page, file: Path) -> None:
    file.write_bytes(LIST)
    page.goto(f"{studio.url}/recipients/import")
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Look into it").click()
    page.get_by_text("This is how the columns were understood").wait_for()
    chosen = page.get_by_label("What “Adresse de courriel” becomes")
    assert chosen.input_value() == "email"
    assert page.get_by_label("What “Numéro de membre” becomes").input_value() == "+"
    assert page.get_by_text("à rappeler").is_visible()
    page.get_by_label("What “Notes internes” becomes").select_option("left out")
    page.get_by_label("Consent", exact=True).select_option("express")
    page.get_by_label("Proof").fill("spring fair, April 2020")
    page.get_by_role("button", name="Show the plan").click()
    page.get_by_text("Nothing is written yet").wait_for()
    figures = [one.inner_text().split() for one in page.locator(".figures li").all()]
    assert figures == [["2", "new"], ["2", "changed"], ["0", "unchanged"], ["1", "refused"]]
    assert members.find(studio.ctx, "lea.cote@usine.example") is None


def test_a_list_from_a_spreadsheet(filled: Studio, page: Page, tmp_path: Path) -> None:
    filled.sign_in(page, Role.AUTHOR)
    through_the_wizard(filled, page, tmp_path / "Liste d’été.csv")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download these rows (CSV)").click()
    rows = list(csv.reader(io.StringIO(downloading.value.path().read_text(encoding="utf-8-sig"))))
    assert rows[0][2] == "Adresse de courriel"
    assert rows[1][0] == "5"
    assert "'=2+2" in rows[1]
    page.get_by_role("button", name="Apply to 4 members").dblclick()
    page.get_by_text("2 members are new.").wait_for()
    lea = members.get(filled.ctx, "lea.cote@usine.example")
    assert (lea.province, lea.language, lea.attributes) == ("QC", "fr", {"numero_de_membre": "M-77"})
    assert lea.consent is not None
    assert lea.consent.evidence == "spring fair, April 2020"
    guy = members.story(filled.ctx, "member0001@reader.example")
    assert guy.exclusion == "unsubscribed", "nobody comes back by a list"
    assert members.story(filled.ctx, "partie@usine.example").exclusion == "unsubscribed"
    page.goto(f"{filled.url}/recipients?search=M-77")
    page.get_by_role("link", name="Léa Côté").click()
    page.get_by_text("Became a member with the list Liste d’été.csv.").wait_for()


def test_a_list_without_script(filled: Studio, plain: Page, tmp_path: Path) -> None:
    filled.sign_in(plain, Role.AUTHOR)
    through_the_wizard(filled, plain, tmp_path / "liste.csv")
    plain.get_by_role("button", name="Apply to 4 members").click()
    plain.get_by_text("2 members are new.").wait_for()
    plain.goto(f"{filled.url}/recipients")
    plain.get_by_label("Search").fill("usine")
    plain.get_by_role("button", name="Show").click()
    plain.get_by_text("2 members", exact=True).wait_for()


def test_a_segment_as_rows_counts_while_it_is_written(filled: Studio, page: Page) -> None:
    filled.sign_in(page, Role.AUTHOR)
    page.goto(f"{filled.url}/recipients/new-segment")
    page.get_by_label("Name").fill("French in the east")
    page.get_by_label("Condition 1: Value").fill("QC; NB")
    page.get_by_text("Members in Quebec or New Brunswick.").wait_for()
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Condition 2: Field").select_option("language")
    page.get_by_label("Condition 2: Value").fill("fr")
    page.get_by_text("Members in Quebec or New Brunswick who read French.").wait_for()
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Condition 3: Field").select_option("consent_on")
    assert page.get_by_label("Condition 3: Is", exact=True).input_value() == "from"
    page.get_by_label("Condition 3: Is", exact=True).select_option("after")
    page.get_by_label("Condition 3: Value").fill("2019-12-31")
    page.get_by_text("who consented after 2019.").wait_for()
    page.get_by_text("have no language and are not in this segment.").wait_for()
    page.get_by_role("button", name="Remove condition 3").click()
    page.get_by_label("Condition 3: Field").wait_for(state="detached")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved in segments.toml.").wait_for()
    text = (filled.root / "segments.toml").read_text(encoding="utf-8")
    assert (
        '[french-in-the-east]\nlabel = "French in the east"\nwhere = \'province in ["QC", "NB"] and language == "fr"\''
        in text
    )
    assert page.get_by_label("Condition 1: Value").input_value() == "QC; NB"


def test_a_segment_that_somebody_changed_meanwhile(filled: Studio, page: Page) -> None:
    filled.sign_in(page, Role.AUTHOR)
    page.goto(f"{filled.url}/recipients/segments/quebec")
    page.get_by_label("Condition 1: Value").fill("MB")
    file = filled.root / "segments.toml"
    theirs = file.read_text(encoding="utf-8").replace('"QC"', '"NS"')
    file.write_text(theirs, encoding="utf-8")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Somebody changed this segment").wait_for()
    assert file.read_text(encoding="utf-8") == theirs
    assert page.get_by_text('province == "NS"').is_visible()
    page.get_by_role("button", name="Save mine instead").click()
    page.get_by_text("Saved in segments.toml.").wait_for()
    assert file.read_text(encoding="utf-8") == theirs.replace('"NS"', '"MB"')


def test_an_expression_without_script(filled: Studio, plain: Page) -> None:
    filled.sign_in(plain, Role.AUTHOR)
    plain.goto(f"{filled.url}/recipients/segments/odd")
    assert (
        plain.get_by_label("Expression").input_value()
        == 'in segment "ontario" and (language == "fr" or "a" in tags)'
    )
    plain.get_by_label("Expression").fill('province == "ON" and language == "en"')
    plain.get_by_role("button", name="Edit as rows").click()
    assert plain.get_by_label("Condition 2: Value").input_value() == "en"
    plain.get_by_role("button", name="Add a condition").click()
    plain.get_by_label("Condition 3: Field").select_option("tags")
    plain.get_by_label("Condition 3: Value").fill("aerospace")
    plain.get_by_role("button", name="Count").click()
    plain.get_by_text("tagged “aerospace”").wait_for()
    plain.get_by_role("button", name="Save").click()
    plain.get_by_text("Saved in segments.toml.").wait_for()
    assert (
        'province == "ON" and language == "en" and "aerospace" in tags'
        in (filled.root / "segments.toml").read_text()
    )


def test_the_list_follows_what_is_typed(filled: Studio, page: Page) -> None:
    filled.sign_in(page, Role.VIEWER)
    page.goto(f"{filled.url}/recipients")
    page.get_by_label("Search").press_sequentially("tremblay forge")
    page.get_by_text("1 member", exact=True).wait_for()
    assert "search=tremblay%20forge" in page.url
    page.get_by_text("Filters").click()
    page.get_by_label("Province").select_option("ON")
    page.get_by_text("Nobody meets these filters.").wait_for()
    page.get_by_role("link", name="Clear the filters").click()
    page.get_by_text("41 members", exact=True).wait_for()


def test_somebody_asks_to_be_left_in_peace(filled: Studio, page: Page) -> None:
    filled.sign_in(page, Role.AUTHOR, "fr")
    number = members.get(filled.ctx, "zoe@forge.example").id
    page.goto(f"{filled.url}/recipients/{number}")
    assert page.get_by_text("Peut recevoir les envois aujourd’hui.").is_visible()
    page.get_by_text("Désabonner", exact=True).click()
    page.get_by_label("Comment la personne l’a demandé").fill("par téléphone")
    page.get_by_role("button", name="Désabonner cette personne").click()
    page.get_by_text("Aucun envoi\u00a0: désabonnement.").wait_for()
    page.get_by_text("Preuve\u00a0: par téléphone.").wait_for()


def test_no_value_of_a_member_runs(filled: Studio, page: Page, tmp_path: Path) -> None:
    """In every field, in a header, in the name of a file: no script, no dialog."""
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    hostile = [SCRIPT, "javascript:alert(3)", "{{constructor.constructor('alert(4)')()}}"]
    hostile += [text for text in naughty_strings() if "script" in text.lower() or "onerror" in text.lower()][
        ::12
    ]
    for n, value in enumerate(hostile):
        fields = dict.fromkeys(("first_name", "last_name", "company", "province", "language"), value)
        members.add(
            filled.ctx,
            f"h{n}@x.example",
            Changes(
                fields,
                {"note": value},
                frozenset({value}),
                consent=Grounds(ConsentBasis.EXPRESS, None, value),
            ),
        )
    data = f'email,"{SCRIPT.replace(chr(34), chr(34) * 2)}"\nh0@x.example,"<img src=x onerror=alert(5)>"\n'.encode()
    number = intake.receive(filled.ctx, f"{SCRIPT}.csv", data).id
    filled.sign_in(page, Role.AUTHOR)
    numbers = [members.get(filled.ctx, f"h{n}@x.example").id for n in range(len(hostile))]
    pages = ["/recipients", f"/recipients/import/{number}", "/recipients/import", "/recipients/new-segment"]
    pages += [f"/recipients/{one}" for one in numbers] + [f"/recipients/{numbers[0]}/edit"]
    for path in pages:
        answer = page.goto(filled.url + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200
    intake.decide(filled.ctx, number, {1: "company"}, "", "")
    page.goto(f"{filled.url}/recipients/import/{number}", wait_until="load")
    page.goto(f"{filled.url}/recipients", wait_until="load")
    page.get_by_label("Search").fill("<img src=x onerror=alert(6)>")
    page.get_by_text("1 member").or_(page.get_by_text("Nobody meets these filters.")).first.wait_for()
    assert dialogs == []
