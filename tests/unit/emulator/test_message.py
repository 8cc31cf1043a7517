"""Messages as delivered: substitution, headers, and what SendGrid adds where it is not told to leave things alone."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.emulator.stencil import Link, Mark, make_stencil
from newsletter.emulator.substitute import substitute
from newsletter.emulator.upn import Ref, Upn, read_ref
from tests.unit.emulator.samples import Body, Client, emulator, first, good

OFF = {name: {"enable": False} for name in ("click_tracking", "open_tracking", "subscription_tracking")}


def page(markup: str, text: str = "t", **changes: Any) -> Body:
    """A request with this HTML and all tracking off unless said."""
    tracking = {**OFF, **changes.pop("tracking", {})}
    content = [{"type": "text/plain", "value": text}, {"type": "text/html", "value": markup}]
    return {"content": content, "tracking_settings": tracking, "from": {"email": "n@ngen.example"}, **changes}


def tracked(markup: str, text: str = "t", **changes: Any) -> list[Link]:
    """The links that SendGrid would rewrite."""
    return list(
        make_stencil(
            page(markup, text, tracking={"click_tracking": {"enable": True, "enable_text": True}}, **changes),
            (),
        ).links
    )


def test_tags_are_replaced_in_subject_reply_to_and_parts_only(client: Client) -> None:
    body = first(
        substitutions={"%x%": "Ann", "%y%": "%x%"},
        headers={"X-Own": "%x%"},
        custom_args={"nl_d": "%x%"},
        subject="%x% %y%",
    )
    body["reply_to"] = {"email": "hello@ngen.example", "name": "%x%"}
    body["content"] = [
        {"type": "text/plain", "value": "%x%%y%"},
        {"type": "text/html", "value": "<p>%x%</p>"},
    ]
    client.send(body)
    message = client.ask("GET", "/messages/1.0.0")
    assert message["subject"] == "Ann %x%"
    assert message["reply_to"][0]["name"] == "Ann"
    assert (message["text"], message["html"]) == ("Ann%x%", "<p>Ann</p>")
    assert message["headers"] == {"X-Own": "%x%"}
    assert message["custom_args"] == {"nl_b": "b1", "nl_i": "i1", "nl_d": "%x%"}


def test_a_second_pass_exposes_injection() -> None:
    with emulator(passes=2) as client:
        client.send(first(substitutions={"%name%": "%secret%", "%secret%": "s3cret"}, subject="Hi %name%"))
        assert client.ask("GET", "/messages/1.0.0")["subject"] == "Hi s3cret"
    assert substitute("%a%", {"%a%": "%b%", "%b%": "%a%"}, passes=4) == "%a%"


@given(
    st.dictionaries(st.text(min_size=1, max_size=4), st.text(max_size=4), max_size=4), st.text(max_size=30)
)
def test_one_pass_replaces_each_tag_once(values: dict[str, str], text: str) -> None:
    done = substitute(text, values)
    if not any(tag in text for tag in values):
        assert done == text
    for tag in values:
        if text.count(tag) == 1 and not any(
            other != tag and (other in text or tag in other) for other in values
        ):
            assert done == text.replace(tag, values[tag])


def test_a_longer_tag_wins() -> None:
    assert substitute("%a%b%", {"%a%": "1", "%a%b%": "2"}) == "2"


@pytest.mark.parametrize(
    ("markup", "count"),
    [
        ('<a href="https://a.example/x">x</a>', 1),
        ("<A class='b' HREF='http://a.example/x'>x</A>", 1),
        ('<a href = "https://a.example">spaces</a>', 0),
        ("<a href=https://a.example>unquoted</a>", 0),
        ('<a href="mailto:x@a.example">mail</a>', 0),
        ('<a href="%tag%">a tag</a>', 0),
        ('<a href="https://a.example/%tag%">a tag inside</a>', 1),
        ('<a clicktracking=off href="https://a.example">opted out</a>', 0),
        ('<a clicktracking="off" href="https://a.example">opted out</a>', 0),
        ('<a href="https://a.example" clicktracking=off>too late</a>', 1),
        ('<area href="https://a.example">', 0),
        ('<link href="https://a.example">', 0),
        ('<a data-href="https://a.example">', 0),
    ],
)
def test_which_links_are_rewritten(markup: str, count: int) -> None:
    assert len(tracked(markup)) == count
    assert make_stencil(page(markup), ()).links == ()


def test_bare_addresses_in_text_are_rewritten_only_with_enable_text() -> None:
    text = "See https://a.example/x?y=1, and (http://b.example)."
    assert [link.url for link in tracked("<p>x</p>", text)] == ["https://a.example/x?y=1", "http://b.example"]
    one = make_stencil(
        page("<p>x</p>", text, tracking={"click_tracking": {"enable": True, "enable_text": False}}), ()
    )
    assert one.links == ()


def test_at_most_a_thousand_links_are_rewritten() -> None:
    assert len(tracked('<a href="https://a.example">x</a>' * 1001)) == 1000


def test_what_a_message_does_not_say_the_account_decides() -> None:
    said_nothing = {
        key: value
        for key, value in page('<a href="https://a.example">x</a>').items()
        if key != "tracking_settings"
    }
    account = make_stencil(said_nothing, ("click", "open", "subscription"))
    assert (account.clicks, account.opens, account.subscription, len(account.links)) == (True, True, True, 1)
    nothing = make_stencil(said_nothing, ())
    assert nothing.html == ('<a href="https://a.example">x</a>',)


def test_the_pixel_goes_before_the_end_or_to_its_tag() -> None:
    on = {"open_tracking": {"enable": True}}
    assert make_stencil(page("<body><p>x</p></body>", tracking=on), ()).html == (
        "<body><p>x</p>", '<img src="', Mark("open"), '" alt="" width="1" height="1" border="0">', "</body>",
    )  # fmt: skip
    tagged = {"open_tracking": {"enable": True, "substitution_tag": "%open%"}}
    assert (make_stencil(page("<p>%open%</p>", tracking=tagged), ()).html or ())[2] == Mark("open")


def test_subscription_tracking_overwrites_the_header_and_adds_a_footer(client: Client) -> None:
    body = good()
    body["tracking_settings"]["subscription_tracking"] = {"enable": True}
    client.send(body)
    message = client.ask("GET", "/messages/1.0.0")
    assert "news.ngen.example/u/t1" not in message["headers"]["List-Unsubscribe"]
    assert "/wf/unsubscribe?upn=" in message["headers"]["List-Unsubscribe"]
    assert message["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "click here</a>" in message["html"]
    assert "/wf/unsubscribe?upn=" in message["text"]


def test_asm_adds_two_links_or_fills_its_tags(client: Client) -> None:
    client.send(good(asm={"group_id": 5}))
    message = client.ask("GET", "/messages/1.0.0")
    assert "/asm/unsubscribe?upn=" in message["headers"]["List-Unsubscribe"]
    assert "Manage Email Preferences" in message["html"]
    assert message["text"].count("/asm/") == 2
    tagged = page("<a href='<%asm_group_unsubscribe_raw_url%>'>x</a>", asm={"group_id": 5})
    assert Mark("group") in (make_stencil(tagged, ()).html or ())


def test_footer_and_campaign_parameters() -> None:
    tracking = {"ganalytics": {"enable": True, "utm_source": "a b", "utm_medium": "email"}}
    body = page(
        '<body><a href="https://a.example/?x=1#top">x</a></body>',
        mail_settings={"footer": {"enable": True, "html": "<p>F</p>", "text": "F"}},
        tracking=tracking,
    )
    stencil = make_stencil(body, ())
    assert stencil.html == (
        '<body><a href="https://a.example/?x=1&amp;utm_source=a%20b&amp;utm_medium=email#top">x</a><p>F</p></body>',
    )
    assert stencil.text == ("t\nF",)


def test_rewritten_links_and_pixels_work_and_make_events(client: Client) -> None:
    body = good()
    body["tracking_settings"] = {
        "click_tracking": {"enable": True, "enable_text": True},
        "open_tracking": {"enable": True},
        "subscription_tracking": {"enable": True},
    }
    client.send(body)
    message = client.ask("GET", "/messages/1.0.0")
    assert message["links"] == ["https://www.ngen.ca/t1", "https://www.ngen.ca/t1"]
    links = re.findall(r'"(http://127[^"]*/ls/click[^"]*)"', message["html"])
    clicked = client.get(links[0].removeprefix(client.url))
    assert (clicked.status_code, clicked.headers["location"]) == (302, "https://www.ngen.ca/t1")
    pixel = re.findall(r'src="([^"]*)"', message["html"])[0].removeprefix(client.url)
    assert client.get(pixel).headers["content-type"] == "image/gif"
    address = re.findall(r"<(http[^>]*)>", message["headers"]["List-Unsubscribe"])[0].removeprefix(client.url)
    assert client.request("POST", address, content="List-Unsubscribe=One-Click").status_code == 200
    made = client.events()
    assert [each["event"] for each in made] == ["click", "open", "unsubscribe"]
    assert made[0]["url_offset"] == {"index": 0, "type": "html"}
    assert client.ask("GET", "/suppressions")["unsubscribes"] == ["ann@example.com"]
    for wrong in (pixel[:-3] + "AAA", "/wf/open", "/wf/open?upn=%ff", pixel.replace("/wf/open", "/ls/click")):
        assert client.get(wrong).status_code == 404


@given(
    st.sampled_from(["open", "click"]),
    st.integers(0, 9999),
    st.integers(0, 999),
    st.integers(0, 9),
    st.text(max_size=40),
)
def test_tokens_come_back_and_others_do_not(
    purpose: str, request: int, envelope: int, person: int, other: str
) -> None:
    ref = Ref(request, envelope, person)
    assert Upn(1).read(Upn(1).make(purpose, ref, 3)) == (purpose, ref, 3)
    assert Upn(2).read(Upn(1).make(purpose, ref, 3)) is None
    assert Upn(1).read(other) is None
    assert read_ref(str(ref)) == ref


def test_the_eml_file_is_what_a_mail_program_opens(client: Client) -> None:
    body = first(
        to=[{"email": "ann@example.com", "name": "Élodie, Tremblay"}], subject="Réponse 你好 " + "long " * 40
    )
    client.send(body)
    raw = client.get("/_emulator/messages/1.0.0.eml").content
    mail = message_from_bytes(raw, policy=default)
    assert mail["subject"].strip() == ("Réponse 你好 " + "long " * 40).strip()
    assert mail["to"].addresses[0].display_name == "Élodie, Tremblay"
    assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert client.get("/_emulator/messages/1.0.0.eml").content == raw
    assert client.get("/_emulator/messages/1.0.9").status_code == 404
    assert client.get("/_emulator/messages/x").status_code == 404


def test_hostile_content_still_renders(client: Client) -> None:
    body = first(
        to=[{"email": "ann@example.com", "name": 'a"\r\nBcc: x@example.com\r\n'}],
        subject="line\r\nBcc: y@example.com",
        substitutions={"\x00": "\x00", "(": ")", "\\1": "\\2"},
    )
    assert client.send(body).status_code == 202
    mail = message_from_bytes(client.get("/_emulator/messages/1.0.0.eml").content, policy=default)
    assert mail["bcc"] is None


def test_messages_are_paged_and_found(client: Client) -> None:
    from tests.unit.emulator.samples import crowd

    client.send(crowd(30))
    client.send(crowd(5, start=30))
    page = client.ask("GET", "/messages?page=2&size=20")
    assert (page["total"], len(page["messages"])) == (35, 15)
    assert page["messages"][10]["id"] == "2.0.0"
    found = client.ask("GET", "/messages?address=READER3&full=1")
    assert {each["address"] for each in found["messages"]} == {
        "reader3@example.com",
        *(f"reader{n}@example.com" for n in range(30, 35)),
    }
    assert all("text" in each for each in found["messages"])
    assert client.refused("GET", "/messages?page=two") == "page should be a number, not 'two'"
