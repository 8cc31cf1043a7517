"""Two listeners on real sockets: neither answers the other's routes; the staff side lets no other site act."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from newsletter.model.account import Account, Role
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import lease
from newsletter.store import accounts, tables
from newsletter.web.serving import listen, serve
from tests.browser.studio import signed_in
from tests.mailed import ANA, START, Mailed, hand_over, world
from tests.no_tls import NO_TLS


@dataclass
class Served:
    mailed: Mailed
    public: str
    staff: str
    client: httpx.Client
    stop: threading.Event
    thread: threading.Thread

    def end(self) -> None:
        self.stop.set()
        self.thread.join(20)
        assert not self.thread.is_alive()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with world(tmp_path) as mailed, httpx.Client(trust_env=False, verify=NO_TLS, timeout=20) as client:
        hand_over(mailed)
        listeners = listen("127.0.0.1", 0, 0)
        stop = threading.Event()
        thread = threading.Thread(target=serve, args=(mailed.ctx, listeners, stop))
        public, staff = listeners.public_url, listeners.staff_url
        thread.start()
        made = Served(mailed, public, staff, client, stop, thread)
        with mailed.ctx.store.write() as db:
            person = Account(0, "Sam", "sam@ngen.example", frozenset({Role.SENDER}))
            number = accounts.put(db, person, mailed.clock(), "tester")
        client.cookies.set("newsletter-session", signed_in(mailed.ctx, number), domain="127.0.0.1")
        try:
            yield made
        finally:
            made.end()


def test_neither_answers_the_others_routes(served: Served) -> None:
    own = served.mailed.tokens(ANA.email).own
    image = served.mailed.edition.artwork.images[0].file_name
    for path in (
        f"/u/{own}",
        f"/p/{own}",
        f"/v/{own}",
        f"/i/{image}",
        "/.well-known/newsletter",
        "/healthz",
        "/robots.txt",
    ):
        assert served.client.get(served.public + path).status_code == 200
        assert served.client.get(served.staff + path).status_code == 404
    click = f"/c/{served.mailed.edition.short}-0/{served.mailed.variant_track()}"
    assert served.client.get(served.public + click).status_code == 302
    assert served.client.get(served.staff + click).status_code == 404
    assert served.client.post(served.staff + "/hooks/sendgrid", content=b"[]").status_code in {403, 404}
    for path in ("/", f"/mailings/{served.mailed.campaign}", "/look/studio.css"):
        assert served.client.get(served.staff + path).status_code == 200
        assert served.client.get(served.public + path).status_code == 404
    pause = f"/mailings/{served.mailed.campaign}/stop"
    assert served.client.post(served.public + pause, headers={"origin": served.public}).status_code in {
        404,
        405,
    }


def test_hits_are_written_while_it_runs_and_at_the_end(served: Served) -> None:
    click = f"{served.public}/c/{served.mailed.edition.short}-0/{served.mailed.variant_track()}"
    for _ in range(3):
        served.client.get(click, headers={"x-forwarded-for": "8.8.8.8"})
    served.end()
    assert len(served.mailed.rows(tables.hits)) == 3


def test_the_reverse_proxy_says_whose_request_it_carries(served: Served) -> None:
    click = f"{served.public}/c/{served.mailed.edition.short}-0/{served.mailed.variant_track()}"
    browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    for place in range(5):
        served.client.get(click, headers={"x-forwarded-for": f"8.8.8.{place}", "user-agent": browser})
    served.end()
    # Five clicks on one link from one network: a gateway. All from this machine would say nothing.
    assert {row["rule"] for row in served.mailed.rows(tables.hits)} == {"gateway"}


def test_the_staff_side_stays_on_this_machine() -> None:
    listeners = listen("0.0.0.0", 0, 0)
    try:
        assert listeners.public.getsockname()[0] == "0.0.0.0"
        assert listeners.staff.getsockname()[0] == "127.0.0.1"
        for line in (
            listeners.public,
            listeners.staff,
        ):  # no answer waits for the acknowledgement of its own head
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    finally:
        listeners.public.close()
        listeners.staff.close()


def test_one_click_over_a_socket_needs_no_second_step(served: Served) -> None:
    own = served.mailed.tokens(ANA.email).own
    answer = served.client.post(f"{served.public}/u/{own}", data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.history, answer.headers.get("set-cookie")) == (200, [], None)
    for wrong in (f"/u/{own}/", f"//u/{own}", f"/U/{own}"):
        assert served.client.get(served.public + wrong).status_code == 404


def test_hooks_over_a_socket(served: Served) -> None:
    headers, body = served.mailed.signer.hook([served.mailed.event("delivered", ANA.email)])
    assert (
        served.client.post(f"{served.public}/hooks/sendgrid", headers=headers, content=body).status_code
        == 200
    )
    altered = body.replace(b"delivered", b"processed", 1)
    assert (
        served.client.post(f"{served.public}/hooks/sendgrid", headers=headers, content=altered).status_code
        == 403
    )
    assert len(served.mailed.rows(tables.hooks)) == 1


def test_strangers_who_send_slowly_or_leave_keep_nobody_out(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    head = b"POST /hooks/sendgrid HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n["
    address = ("127.0.0.1", int(served.public.rpartition(":")[2]))
    with ExitStack() as slow:
        for _ in range(100):
            slow.enter_context(socket.create_connection(address)).sendall(head)
        headers, body = served.mailed.signer.hook([served.mailed.event("delivered", ANA.email)])
        url = f"{served.public}/hooks/sendgrid"
        assert served.client.post(url, headers=headers, content=body).status_code == 200
    served.end()
    assert caplog.records == []


# ── the staff side ──


def form(served: Served) -> dict[str, str]:
    """The hidden fields of a form that was just drawn."""
    page = served.client.get(f"{served.staff}/account").text
    found = dict(re.findall(r'name="(form-[a-z]+)" value="([^"]*)"', page))
    assert set(found) == {"form-token", "form-once", "form-from"}
    return found


def status(served: Served) -> str:
    return str(served.mailed.rows(tables.campaigns)[0]["status"])


def test_pause_and_go_on(served: Served) -> None:
    path = f"{served.staff}/mailings/{served.mailed.campaign}"
    for act, typed, expected in (("stop", "", "paused"), ("resume", "0", "finished")):
        data = form(served) | {"typed": typed}  # nobody is left of it
        answer = served.client.post(f"{path}/{act}", data=data, headers={"origin": served.staff})
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/mailings/{served.mailed.campaign}",
        )
        assert status(served) == expected
    again = {"origin": served.staff}
    page = served.client.get(path).text
    assert not re.search(r'action="/mailings/\d+/(stop|resume|cancel|release)"', page)  # it is finished
    forged = form(served) | {"form-token": "0" * 64}
    assert served.client.post(f"{path}/stop", data=forged, headers=again).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    ["no token", "old token", "other origin", "no origin", "null origin", "https origin", "no cookie"],
)
def test_no_other_site_can_act(served: Served, wrong: str) -> None:
    fields = form(served)
    data = {} if wrong == "no token" else fields | ({"form-token": "0" * 64} if wrong == "old token" else {})
    origins = {
        "other origin": "http://evil.example",
        "no origin": None,
        "null origin": "null",
        "https origin": served.staff.replace("http", "https"),
    }
    origin = origins.get(wrong, served.staff)
    headers = {} if origin is None else {"origin": origin}
    if wrong == "no cookie":
        served.client.cookies.clear()
    answer = served.client.post(
        f"{served.staff}/mailings/{served.mailed.campaign}/stop", data=data, headers=headers
    )
    assert (answer.status_code, status(served)) == (403, "sending")


def post(served: Served, path: str, **data: str) -> httpx.Response:
    return served.client.post(
        f"{served.staff}{path}", data=form(served) | data, headers={"origin": served.staff}
    )


def test_everything_is_held_by_one_button(served: Served) -> None:
    number = served.mailed.campaign
    answer = post(served, "/hold", reason="A <b>mistake</b>")
    assert (answer.status_code, answer.headers["location"], status(served)) == (303, "/", "held")
    for path in ("/", f"/mailings/{number}"):
        page = " ".join(served.client.get(served.staff + path).text.split())
        assert "<b>Everything is held.</b> A &lt;b&gt;mistake&lt;/b&gt;" in page
        assert "16 December 2020, 9:00, by Sam" in page
    assert post(served, "/release").status_code == 303
    assert status(served) == "held", "nothing goes on by itself"
    page = served.client.get(f"{served.staff}/mailings/{number}").text
    assert "Let it go on" in page
    assert "Everything is held" not in page
    assert post(served, f"/mailings/{number}/release").status_code == 409, "a number is to be typed"
    assert post(served, f"/mailings/{number}/release", typed="0").status_code == 303
    assert status(served) == "finished"  # everybody has it


def test_a_hold_wants_a_reason_also_from_the_page(served: Served) -> None:
    answer = post(served, "/hold", reason="  ")
    assert (answer.status_code, "wants a reason" in answer.text, status(served)) == (409, True, "sending")


@pytest.mark.parametrize("path", ["/hold", "/release"])
@pytest.mark.parametrize("wrong", ["get", "old token", "other origin"])
def test_no_other_site_can_hold_or_release(served: Served, path: str, wrong: str) -> None:
    if path == "/release":
        post(served, "/hold", reason="x")
    before = (status(served), served.mailed.rows(tables.holds))
    fields = form(served)
    data = fields | ({"form-token": "0" * 64} if wrong == "old token" else {}) | {"reason": "evil"}
    headers = {"origin": "http://evil.example" if wrong == "other origin" else served.staff}
    url = f"{served.staff}{path}"
    answer = served.client.get(url) if wrong == "get" else served.client.post(url, data=data, headers=headers)
    shown = 200 if path == "/hold" else 405  # the page that asks why
    assert answer.status_code == (shown if wrong == "get" else 403)
    assert (status(served), served.mailed.rows(tables.holds)) == before


def test_a_copy_that_may_not_send_says_so(served: Served) -> None:
    ctx = served.mailed.ctx
    with ctx.store.write() as db:
        lease.keep(ctx, lease.step(ctx, db))
    assert "Nothing is sent from this copy" not in served.client.get(served.staff + "/").text
    next(lease.folder(ctx).glob("*.json")).unlink()
    page = served.client.get(served.staff + "/").text
    assert "Nothing is sent from this copy" in page
    assert "newsletter claim" in page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", ""])
def test_a_foreign_host_sees_nothing(served: Served, host: str) -> None:
    answer = served.client.get(served.staff + "/", headers={"host": host})
    assert (answer.status_code, "Mailings" in answer.text) == (421, False)


def test_a_report_is_in_words(served: Served) -> None:
    with served.mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(status="finished", ended_at=START))
    page = served.client.get(f"{served.staff}/mailings/{served.mailed.campaign}").text
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for language in ("English", "French", "both languages"):
        assert re.search(rf"\b{language}\b\D{{0,40}}\b1\b", text, re.IGNORECASE), language
    assert "who clicks or opens twice counts twice" in page


def test_looking_at_the_staff_pages_changes_nothing(served: Served) -> None:
    before = served.mailed.everything()
    for path in (
        "/",
        f"/mailings/{served.mailed.campaign}",
        "/mailings/99",
        "/mailings/x",
        f"/mailings/{served.mailed.campaign}/stop",
        "/look/studio.js",
        "/look/../app.py",
        "/look/%2e%2e/app.py",
    ):
        assert served.client.get(served.staff + path).status_code in {200, 404, 405}
    assert served.mailed.everything() == before


def test_what_the_state_forbids_is_told(served: Served) -> None:
    with served.mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(status="finished", ended_at=START))
    answer = served.client.post(
        f"{served.staff}/mailings/{served.mailed.campaign}/stop",
        data=form(served),
        headers={"origin": served.staff},
    )
    assert (answer.status_code, "That did not work" in answer.text) == (409, True)
    missing = served.client.post(
        f"{served.staff}/mailings/77/stop", data=form(served), headers={"origin": served.staff}
    )
    assert (missing.status_code, "no mailing 77" in missing.text) == (404, True)


def test_a_taken_port_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(NotAllowed, match="cannot be listened on") as told:
            listen("127.0.0.1", taken.getsockname()[1], 0)
        assert "--port" in told.value.hint
        with pytest.raises(NotAllowed) as told:
            listen("127.0.0.1", 0, taken.getsockname()[1])
        assert "--staff-port" in told.value.hint
