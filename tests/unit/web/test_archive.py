"""The archive: what went out, for everybody; nobody's data, no counting, nothing that staff did not mean to show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from newsletter.compose import freeze
from newsletter.compose.happenings import happenings
from newsletter.model.artwork import Condition, Mark, MarkKind
from newsletter.model.campaign import CampaignStatus
from newsletter.model.outline import Outline, Piece, PieceKind
from newsletter.model.place import Place
from newsletter.settings import Settings
from newsletter.store import tables
from newsletter.web.public.app import Public
from tests.browser.mails import rendered
from tests.mailed import BASE_URL, Mailed, hand_over, world
from tests.published import frozen, publish
from tests.unit.web.test_public import Site

EVENT = "2021-01-27-next-shift"
ATOM = "{http://www.w3.org/2005/Atom}"
TOKEN = re.compile(r"/[cupvo]/[A-Za-z0-9_-]+")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with world(tmp_path) as mailed:
        yield Site(hand_over(mailed))


def told(site: Site, **values: object) -> Site:
    """The same site under other settings."""
    settings = site.mailed.ctx.settings
    changed = Settings(
        {**settings.values, **{f"web.{name}": value for name, value in values.items()}}, settings.origins
    )  # type: ignore[dict-item]
    site.mailed.ctx = replace(site.mailed.ctx, settings=changed)
    site.app = Public(site.mailed.ctx)
    return site


def test_the_list_shows_what_is_for_everybody_newest_first(site: Site) -> None:
    publish(site.mailed, frozen("event"), days=1)
    publish(site.mailed, frozen("greeting", slug="newer"), days=30)
    publish(site.mailed, frozen("digest", archive=None), days=2)
    publish(site.mailed, frozen("letter", archive=False, slug="inside"), days=3)
    answer = site.get("/archive?lang=en")
    assert answer.status_code == 200
    places = [
        answer.text.index(one) for one in (">2021<", "A year of making it work", ">2020<", "The next shift")
    ]
    assert places == sorted(places)
    assert answer.text.count("<li>") == 2
    assert "December 17, 2020" in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert 'content="noindex, nofollow"' in answer.text
    french = site.get("/archive?lang=fr").text
    assert "Numéros parus" in french
    assert "17 décembre 2020" in french
    assert "Une année à faire avancer les choses" in french or "fr" in french
    assert f"{BASE_URL}/archive/{EVENT}/fr" in french


def test_only_what_is_finished_stands_there(site: Site) -> None:
    for days, status in enumerate(
        status for status in CampaignStatus if status is not CampaignStatus.FINISHED
    ):
        publish(site.mailed, frozen(slug=f"issue-{days}"), days=days, status=status)
        assert site.get(f"/archive/issue-{days}").status_code == 404
    assert "No issue stands here yet." in site.get("/archive").text


def test_a_page_holds_nobodys_data_and_counts_nothing(site: Site) -> None:
    publish(site.mailed, frozen())
    page = site.get(f"/archive/{EVENT}/en")
    assert page.status_code == 200
    assert "Dear friend," in page.text
    assert not TOKEN.findall(page.text)
    assert "https://www.ngen.ca/events/next-shift" in page.text
    assert page.text.count(f'href="{BASE_URL}/own"') == 2
    assert f"{BASE_URL}/archive/{EVENT}/en?lang=fr" in page.text
    assert "sandbox" in page.headers["content-security-policy"]
    before = site.mailed.everything("hits")
    site.get(f"/archive/{EVENT}/en?lang=fr")
    assert site.mailed.everything("hits") == before
    assert site.mailed.rows(tables.hits) == []


def test_both_languages_by_path_and_by_the_mails_own_switch(site: Site) -> None:
    publish(site.mailed, frozen())
    by_path, by_switch = site.get(f"/archive/{EVENT}/fr"), site.get(f"/archive/{EVENT}/en?lang=fr")
    assert by_path.text == by_switch.text
    assert by_path.headers["content-language"] == "fr"
    assert "Tous les numéros parus" in by_path.text
    assert site.get(f"/archive/{EVENT}").headers["content-language"] == "en"
    assert site.get(f"/archive/{EVENT}/xx").headers["content-language"] == "en"


def test_an_event_that_is_over_says_so_online_and_never_before(site: Site) -> None:
    publish(site.mailed, frozen())
    site.mailed.clock.at = datetime(2021, 2, 11, 19, 29, tzinfo=UTC)  # it ends at 14:30 in Toronto
    assert "taken place" not in site.get(f"/archive/{EVENT}/en").text
    site.mailed.clock.forward(60)
    assert "This event has taken place." in site.get(f"/archive/{EVENT}/en").text
    assert "Cet événement a eu lieu." in site.get(f"/archive/{EVENT}/fr").text


def test_of_several_events_those_that_are_over_are_named(site: Site) -> None:
    publish(site.mailed, frozen("digest"))
    page = f"/archive/{rendered('digest').artwork.slug}/en"  # type: ignore[union-attr]
    titles = [one.title for one in frozen("digest").happenings if one.language == "en"]
    assert len(titles) > 1
    first = min(frozen("digest").happenings, key=lambda one: one.over)
    site.mailed.clock.at = first.over
    assert f"This event has taken place: {first.title}." in site.get(page).text.replace("&#39;", "'")
    site.mailed.clock.at = datetime(2031, 1, 1, tzinfo=UTC)
    assert "These events have taken place." in site.get(page).text


def test_blocks_for_some_are_shown_as_to_a_stranger(site: Site) -> None:
    edition = frozen("greeting")
    text = edition.artwork.texts["en"]
    marked = (
        Mark(MarkKind.WHEN, 0),
        "for the board",
        Mark(MarkKind.END, 0),
        Mark(MarkKind.WHEN, 1),
        "for all others",
        Mark(MarkKind.END, 1),
    )
    html = (*text.html[:-1], *marked, text.html[-1])
    conditions = (Condition("board", '"board" in tags'), Condition("others", 'not ("board" in tags)'))
    artwork = replace(
        edition.artwork,
        texts={**edition.artwork.texts, "en": replace(text, html=html)},
        conditions=conditions,
    )
    publish(site.mailed, freeze.freeze(artwork, "ngen", archive=True))
    page = site.get(f"/archive/{artwork.slug}/en").text
    assert "for the board" not in page
    assert "for all others" in page


def test_the_last_mailing_of_an_occasion_counts_and_a_series_has_a_page_for_each(site: Site) -> None:
    publish(site.mailed, frozen("greeting", slug="wishes"))
    publish(site.mailed, frozen("event", slug="wishes"), days=1)
    publish(site.mailed, frozen("digest", slug="wishes"), days=2, occurrence="2020-12-18")
    assert site.get("/archive").text.count("<li>") == 2
    assert "The next shift" in site.get("/archive/wishes/en").text
    assert site.get("/archive/wishes@2020-12-18/en").status_code == 200
    assert site.get("/archive/wishes@2020-12-19/en").status_code == 404


def test_the_settings_decide(site: Site) -> None:
    publish(site.mailed, frozen("event", archive=None))
    publish(site.mailed, frozen("greeting", archive=False))
    assert site.get(f"/archive/{EVENT}").status_code == 404
    told(site, archive="all")
    assert site.get(f"/archive/{EVENT}").status_code == 200
    assert site.get("/archive").text.count("<li>") == 1
    told(site, archive_without=(EVENT,))
    assert site.get(f"/archive/{EVENT}").status_code == 404
    told(site, archive="none")
    for path in ("/archive", "/archive/en.atom", f"/archive/{EVENT}"):
        assert site.get(path).status_code == 404
    assert site.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_search_engines_come_in_only_where_staff_say_so(site: Site) -> None:
    publish(site.mailed, frozen())
    told(site, archive_indexed="yes")
    for path in ("/archive", f"/archive/{EVENT}/en", "/archive/en.atom"):
        answer = site.get(path)
        assert "x-robots-tag" not in answer.headers
        assert "noindex" not in answer.text
    assert "Allow: /archive\n" in site.get("/robots.txt").text
    assert site.get("/own").headers["x-robots-tag"] == "noindex, nofollow"


def test_rehearsals_do_not_stand_among_what_people_got(site: Site) -> None:
    publish(site.mailed, frozen("greeting", slug="rehearsed"))
    publish(site.mailed, frozen("event"), official=True)
    assert site.get("/archive").text.count("<li>") == 2
    settings = site.mailed.ctx.settings
    real = {**settings.values, "provider": "sendgrid", "sendgrid.base_url": "https://api.sendgrid.com"}
    site.mailed.ctx = replace(site.mailed.ctx, settings=Settings(real, settings.origins))
    site.app = Public(site.mailed.ctx)
    assert site.get("/archive").text.count("<li>") == 1
    assert site.get("/archive/rehearsed").status_code == 404


def test_the_feed_is_atom_with_whole_addresses(site: Site) -> None:
    publish(site.mailed, frozen("event"), days=2)
    publish(site.mailed, frozen("greeting"))
    answer = site.get("/archive/fr.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.text)
    assert feed.findtext(f"{ATOM}title") == "Nouvelles de NGen"
    entries = feed.findall(f"{ATOM}entry")
    assert next(entry.findtext(f"{ATOM}id") for entry in entries) == f"{BASE_URL}/archive/{EVENT}/fr"
    assert len(entries) == 2
    assert all(datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "").tzinfo for entry in entries)
    assert site.get("/archive/de.atom").status_code == 404
    assert ET.fromstring(site.get("/archive/en.atom").text) is not None


@pytest.mark.parametrize(
    "name", ["..", "%2e%2e", "@", "wishes@", "x" * 5000, "'; DROP TABLE campaigns", "%00", "<script>"]
)
def test_hostile_names_are_not_there(site: Site, name: str) -> None:
    publish(site.mailed, frozen())
    answer = site.get(f"/archive/{name}")
    assert answer.status_code == 404
    assert "<script" not in answer.text


def test_the_footer_leads_to_a_page_that_says_where_ones_own_link_is(site: Site) -> None:
    answer = site.get("/own")
    assert answer.status_code == 200
    assert "Your own link is in your mail" in answer.text
    assert "<form" not in answer.text


def test_the_readers_own_page_says_what_is_over_in_both_languages(tmp_path: Path) -> None:
    with world(tmp_path) as mailed:
        edition = frozen()
        publish(mailed, edition)
        mailed.edition = edition
        site = Site(hand_over_again(mailed))
        mailed.clock.at = datetime(2021, 3, 1, tzinfo=UTC)
        page = site.get(f"/v/{mailed.tokens('clo@example.org').own}").text
        assert page.count("This event has taken place.") == 1
        assert page.count("Cet événement a eu lieu.") == 1
        assert (
            site.get(f"/v/{mailed.tokens('ben@example.org').own}").text.count("This event has taken place.")
            == 0
        )


def hand_over_again(mailed: Mailed) -> Mailed:
    """A mailing of the edition that stands in the world now."""
    mailed.edition = replace(mailed.edition, artwork=replace(mailed.edition.artwork, slug="another"))
    return hand_over(mailed)


# ── when an event is over ──


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"date": "2021-02-11 13:00", "end": "2021-02-11 14:30"}, "2021-02-11T19:30"),
        ({"date": "2021-02-11 13:00"}, "2021-02-12T05:00"),
        ({"date": "2021-02-11"}, "2021-02-12T05:00"),
        ({"date": "2021-02-11", "end": "2021-02-13"}, "2021-02-14T05:00"),
        ({"date": "2021-07-01", "zone": "America/Vancouver"}, "2021-07-02T07:00"),
        ({"date": "2021-07-01", "zone": "Eastern"}, "2021-07-02T04:00"),
        ({"date": "2021-07-01", "zone": "Nowhere/Land"}, "2021-07-02T04:00"),
    ],
)
def test_an_event_is_over_when_its_last_hour_or_day_is_past(
    attributes: dict[str, str], expected: str
) -> None:
    (one,) = happenings([_outline(attributes)], "America/Toronto")
    assert one.over == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "soon", "9999-12-31", "0001-01-01"])
def test_what_is_no_day_of_a_calendar_is_never_over(date: str) -> None:
    assert len(happenings([_outline({"date": date})], "Asia/Tokyo")) <= (date == "0001-01-01")


def _outline(attributes: dict[str, str]) -> Outline:
    piece = Piece(
        PieceKind.COMPONENT,
        Place("a.md", 1),
        "",
        "",
        "",
        name="event",
        attributes={"title": "T", **attributes},
    )
    return Outline("en", "a.md", (piece,))
