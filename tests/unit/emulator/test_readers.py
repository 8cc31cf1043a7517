"""Readers: what they fetch, follow and post; that they stay on this machine; that a seed reads the same way each time."""

from __future__ import annotations

import pytest

from newsletter.emulator.links import find_links
from newsletter.emulator.options import is_loopback
from newsletter.emulator.outbound import RefusedError, call
from tests.unit.emulator.samples import Body, Hook, crowd, emulator, hook


def newsletter(far: Hook, count: int = 1) -> Body:
    """Mail whose images and links lead to a recording server, and one link that leads away."""
    markup = (
        f'<img src="{far.url}/logo.png"><img src="{far.url}/o/%token%.gif" width="1" height="1">'
        f'<a href="{far.url}/c/1/%token%?a=1&amp;b=2">one</a><a href="{far.url}/c/2/%token%">two</a>'
        f'<a href="{far.url}/u/%token%">unsubscribe</a><a href="https://example.org/away">away</a><a href="mailto:x@example.org">mail</a>'
    )
    body = crowd(count)
    body["content"] = [{"type": "text/html", "value": markup}]
    for number, envelope in enumerate(body["personalizations"]):
        envelope["substitutions"] = {"%token%": f"t{number}"}
        envelope["headers"] = {
            "List-Unsubscribe": f"<mailto:u@ngen.example>, <{far.url}/u/t{number}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return body


def habits(*does: str) -> Body:
    return {"rules": [{"address": "*", "does": list(does)}]}


def seen(far: Hook) -> list[tuple[str, str]]:
    return [(method, path) for method, path, _, _ in far.posts]


def test_an_open_fetches_every_image() -> None:
    with hook() as far, emulator() as client:
        client.ask("PUT", "/readers", habits("open"))
        client.send(newsletter(far))
        client.to_the_end()
        assert seen(far) == [("GET", "/logo.png"), ("GET", "/o/t0.gif")]
        assert "AppleWebKit" in far.posts[0][2]["User-Agent"]


def test_a_click_opens_first_and_never_takes_the_unsubscribe_link() -> None:
    with hook() as far, emulator() as client:
        client.ask("PUT", "/readers", habits("click"))
        client.send(newsletter(far, 40))
        client.to_the_end()
        clicks = [path for _, path in seen(far) if path.startswith("/c/")]
        assert clicks
        assert any(path.endswith("?a=1&b=2") for path in clicks)
        assert not [path for _, path in seen(far) if path.startswith("/u/")]
        counts = client.ask("GET", "/readers/acts")["counts"]
        assert counts["click refused"] > 0, "the link that leads away"


def test_one_click_unsubscribe_is_a_post_as_rfc_8058_says() -> None:
    with hook() as far, emulator() as client:
        client.ask("PUT", "/readers", habits("unsubscribe"))
        client.send(newsletter(far))
        client.to_the_end()
        method, path, headers, body = far.posts[0]
        assert (method, path, body) == ("POST", "/u/t0", b"List-Unsubscribe=One-Click")
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert "Cookie" not in headers


def test_no_one_click_without_the_second_header() -> None:
    with hook() as far, emulator() as client:
        client.ask("PUT", "/readers", habits("unsubscribe"))
        body = newsletter(far)
        del body["personalizations"][0]["headers"]["List-Unsubscribe-Post"]
        client.send(body)
        client.to_the_end()
        assert far.posts == []


def test_a_scanner_takes_every_link_at_once() -> None:
    with hook() as far, emulator() as client:
        client.ask("PUT", "/readers", habits("scan"))
        client.send(newsletter(far, 20))
        client.to_the_end()
        assert {method for method, _ in seen(far)} == {"GET", "HEAD"}
        assert len(far.posts) == 20 * 3
        assert all("Chrome/" in headers["User-Agent"] for _, _, headers, _ in far.posts)
        delivered = {each["email"]: each["timestamp"] for each in client.events("delivered")}
        for act in client.ask("GET", "/readers/acts?deed=scan")["acts"]:
            assert 0 <= act["at"] - delivered[act["address"]] <= 3


def test_redirects_are_followed_on_this_machine_only() -> None:
    with hook() as far, emulator() as client:
        far.answer, far.redirect = lambda *_: 302, "https://example.org/elsewhere"
        client.ask("PUT", "/readers", habits("click"))
        client.send(newsletter(far))
        client.to_the_end()
        acts = client.ask("GET", "/readers/acts?deed=click")["acts"]
        assert "https://example.org/elsewhere" not in [act["url"] for act in acts]
        far.redirect = "/again"
        client.send(newsletter(far))
        client.to_the_end()
        assert ("GET", "/again") in seen(far)


def test_sendgrids_own_links_work_for_readers() -> None:
    with hook() as far, emulator() as client:
        client.ask("PUT", "/readers", habits("click", "unsubscribe"))
        body = newsletter(far)
        body["tracking_settings"] = {
            name: {"enable": True} for name in ("click_tracking", "open_tracking", "subscription_tracking")
        }
        client.send(body)
        client.to_the_end()
        names = [each["event"] for each in client.events()]
        assert {"open", "click", "unsubscribe"} <= set(names)


def acts(seed: int, far: Hook) -> list[tuple[str, str, str]]:
    """What the readers of one seed do."""
    with emulator(seed=seed, readers="on") as client:
        client.send(newsletter(far, 120))
        client.to_the_end()
        assert client.ask("GET", "/idle")["idle"]
        return sorted(
            (act["address"], act["deed"], act["url"]) for act in client.ask("GET", "/readers/acts")["acts"]
        )


@pytest.mark.ci
def test_a_seed_reads_the_same_way() -> None:
    with hook() as far:
        once, again, other = acts(5, far), acts(5, far), acts(6, far)
    assert once == again
    assert once != other
    assert {deed for _, deed, _ in once} >= {"open", "click", "prefetch", "scan"}


def test_idle_waits_for_the_last_act() -> None:
    with hook() as far, emulator() as client:
        client.ask(
            "PUT",
            "/readers",
            {
                **habits("open", "click"),
                "delays": {"open": [0, 0.05], "click": [0, 0.05]},
                "pause": [0, 0.05],
            },
        )
        client.ask("PUT", "/behaviour", {"delays": {"processed": [0, 0.05], "delivered": [0, 0.05]}})
        client.send(newsletter(far, 10))
        assert client.ask("GET", "/idle?wait=20")["idle"]
        assert len([path for _, path in seen(far) if path == "/logo.png"]) == 20


def test_a_server_that_does_not_answer_harms_nobody() -> None:
    with hook() as far, emulator() as client:
        client.ask("PUT", "/readers", habits("open", "unsubscribe"))
        far.close()
        client.send(newsletter(far))
        client.to_the_end()
        assert set(client.ask("GET", "/readers/acts")["counts"]) == {
            "open no answer",
            "unsubscribe no answer",
        }


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("http://127.0.0.1:80/x", True),
        ("http://127.9.9.9", True),
        ("http://127.0.0.1:65536/", False),
        ("http://localhost?x", True),
        ("http://[::1]:8/x", True),
        ("https://127.0.0.1/", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://127.0.0.1@evil.example/", False),
        ("http://localhost.evil.example/", False),
        ("http://evil.example/127.0.0.1", False),
        ("http://10.0.0.1/", False),
        ("//127.0.0.1/", False),
        ("", False),
    ],
)
def test_what_is_on_this_machine(url: str, ours: bool) -> None:
    assert is_loopback(url) == ours


def test_images_and_links_are_found_in_order() -> None:
    found = find_links(
        '<IMG SRC=" a.png "><a href="?x=1&amp;y=2">x</a><area href="b"><img alt="no src"><a name="c">'
    )
    assert (found.images, found.links) == (["a.png"], ["?x=1&y=2", "b"])


def test_addresses_are_sent_as_a_browser_would() -> None:
    with hook() as far, emulator() as client:
        client.ask("PUT", "/readers", habits("open"))
        body = newsletter(far)
        body["content"][0]["value"] = (
            f'<img src="{far.url}/é b/%41?x=ü&amp;y=1#part"><img src="http://127.0.0.1:99999/">'
        )
        client.send(body)
        client.to_the_end()
        assert seen(far) == [("GET", "/%C3%A9%20b/%41?x=%C3%BC&y=1")]


def test_calls_to_elsewhere_are_refused() -> None:
    import asyncio

    with pytest.raises(RefusedError):
        asyncio.run(call("GET", "http://example.org/", headers={}))
