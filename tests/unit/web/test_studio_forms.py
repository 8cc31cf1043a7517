"""Forms of the studio over HTTP: once, refused with what was typed, bounded; signing in; cookies; a reverse proxy."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import httpx
import pytest

from newsletter.model.account import Role
from newsletter.model.errors import ConfigurationError
from newsletter.pipeline import accounts
from newsletter.settings import resolve
from newsletter.store import tables
from newsletter.web import bodies
from newsletter.web.serving import staff_host
from tests.browser.studio import PASSWORD, Client, Studio, served
from tests.emulated import Emulated

pytestmark = pytest.mark.enable_socket


def posted(client: Client, path: str, data: dict[str, str], **headers: str) -> httpx.Response:
    return client.http.post(path, data=data, headers={"origin": client.origin} | headers)


# --- once ---


def test_a_form_acts_once_however_often_it_is_sent(studio: Studio) -> None:
    with studio.client(Role.SENDER) as client:
        data = client.form("/hold") | {"reason": "A mistake"}
        answers: list[httpx.Response] = []
        threads = [
            threading.Thread(target=lambda: answers.append(posted(client, "/hold", data))) for _ in range(5)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        answers.append(posted(client, "/hold", data))
        assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, "/")] * 6
        assert len(studio.rows(tables.holds)) == 1
        assert "0 mailings were stopped" in client.get("/").text
        assert "0 mailings were stopped" not in client.get("/").text, "a message is shown once"


@pytest.mark.ci
def test_a_form_without_its_id_does_nothing(studio: Studio) -> None:
    with studio.client(Role.SENDER) as client:
        for wrong in ("", "short", "x" * 65, "with spaces in it, and more"):
            data = client.form("/hold") | {"reason": "A mistake", "form-once": wrong}
            assert posted(client, "/hold", data).status_code == 403
        assert studio.rows(tables.holds) == []


def test_what_is_shown_once_is_not_kept_for_a_second_post(studio: Studio) -> None:
    with studio.client(Role.ADMIN) as client:
        data = client.form("/settings/people/add")
        data |= {"name": "Zoé", "email": "zoe@ngen.example", "role": "author", "language": "fr"}
        first, second = (posted(client, "/settings/people/add", data) for _ in range(2))
        link = re.search(r'value="(http://127\.0\.0\.1:\d+/welcome/[\w-]{43})"', first.text)
        assert link
        assert (first.status_code, second.status_code) == (200, 409)
        assert "shown only once" in second.text
        token = link[1].rpartition("/")[2]
        assert token not in repr(studio.everything())
        with studio.client(None) as other:
            page = other.get(f"/welcome/{token}", **{"accept-language": "fr"}).text
            assert "Bienvenue, Zoé" in page
            answer = other.post(f"/welcome/{token}", {"password": PASSWORD}, on=f"/welcome/{token}")
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
            assert 'lang="fr"' in other.get("/").text
            assert other.get(f"/welcome/{token}").status_code == 404


# --- refused ---


def test_a_refusal_shows_the_page_again_with_what_was_typed(studio: Studio) -> None:
    with studio.client(Role.ADMIN) as client:
        data = client.form("/settings/people/add")
        typed = {
            "name": '<b>Zoé</b> "Q"',
            "email": "author@ngen.example",
            "role": "approver",
            "language": "fr",
        }
        answer = posted(client, "/settings/people/add", data | typed)
        assert answer.status_code == 409
        assert "has this name or this address" in answer.text
        assert 'value="&lt;b&gt;Zoé&lt;/b&gt; &#34;Q&#34;"' in answer.text
        assert re.search(r'value="approver" checked', answer.text)
        assert re.search(r'value="fr" selected', answer.text)
        fresh = dict(re.findall(r'name="(form-[a-z]+)" value="([^"]*)"', answer.text))
        assert fresh["form-once"] != data["form-once"]
        assert (
            posted(client, "/settings/people/add", fresh | typed | {"email": "zoe@ngen.example"}).status_code
            == 200
        )


def test_passwords_never_come_back(studio: Studio) -> None:
    with studio.client(None) as client:
        data = client.form("/sign-in") | {"email": "author@ngen.example", "password": "wrong wrong wrong"}
        answer = posted(client, "/sign-in", data)
        assert answer.status_code == 409
        assert "author@ngen.example" in answer.text
        assert "wrong wrong wrong" not in answer.text


@pytest.mark.ci
def test_htmx_gets_the_message_alone(studio: Studio) -> None:
    with studio.client(Role.SENDER) as client:
        answer = posted(client, "/hold", client.form("/hold") | {"reason": " "}, **{"hx-request": "true"})
        assert (answer.status_code, answer.headers["hx-retarget"]) == (409, "#told")
        assert "<html" not in answer.text
        assert "wants a reason" in answer.text


@pytest.mark.ci
@pytest.mark.parametrize(
    "wrong", ["//evil.example/x", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(studio: Studio, wrong: str) -> None:
    with studio.client(None) as client:
        data = client.form("/sign-in") | {"email": "author@ngen.example", "password": PASSWORD, "next": wrong}
        assert posted(client, "/sign-in", data).headers["location"] == "/"


# --- bounded ---


def test_a_form_that_is_too_large_is_not_read_to_its_end(studio: Studio) -> None:
    with studio.client(Role.SENDER) as client:
        data = client.form("/hold") | {"reason": "x" * (2 * 1024 * 1024)}
        answer = posted(client, "/hold", data)
        assert (answer.status_code, "too large" in answer.text) == (413, True)
        many = client.form("/hold") | {f"f{number}": "" for number in range(600)}
        assert posted(client, "/hold", many).status_code == 413
        assert studio.rows(tables.holds) == []


@pytest.mark.ci
def test_files_are_taken_only_where_they_are_wanted(studio: Studio) -> None:
    with studio.client(Role.SENDER) as client:
        answer = client.http.post(
            "/hold",
            data=client.form("/hold") | {"reason": "x"},
            files={"file": ("a.txt", b"a", "text/plain")},
            headers={"origin": studio.url},
        )
        assert answer.status_code == 400
        fine = client.http.post(
            "/hold",
            files=[(name, (None, value)) for name, value in (client.form("/hold") | {"reason": "é"}).items()],
            headers={"origin": studio.url},
        )
        assert fine.status_code == 303
    assert studio.rows(tables.holds)[0]["reason"] == "é"


BOUNDARY = b"--b\r\n"


@pytest.mark.ci
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage",
        b"--b",
        BOUNDARY + b"Content-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
        BOUNDARY + b'Content-Disposition: form-data; name="a"\r\n\r\nno end',
        BOUNDARY + b'Content-Disposition: form-data; name="a"; filename="../../x"\r\n\r\nx\r\n--b--\r\n',
        BOUNDARY + b"X: " + b"y" * 20000 + b"\r\n\r\nx\r\n--b--\r\n",
        BOUNDARY * 5000,
    ],
)
def test_a_broken_body_breaks_nothing(studio: Studio, body: bytes) -> None:
    with studio.client(Role.SENDER) as client:
        headers = {"origin": studio.url, "content-type": "multipart/form-data; boundary=b"}
        assert client.http.post("/hold", content=body, headers=headers).status_code in {400, 403}
        for kind in (
            "multipart/form-data",
            "multipart/form-data; boundary=" + "x" * 5000,
            "text/plain; charset=rot13",
        ):
            headers["content-type"] = kind
            assert client.http.post("/hold", content=body, headers=headers).status_code in {400, 403}


def test_limits_are_said_in_one_place() -> None:
    assert (bodies.PART_FIELDS, bodies.UPLOAD_SECONDS) == (500, 300)


# --- cookies and sessions ---


def test_a_session_left_alone_ends_and_one_in_use_goes_on(studio: Studio) -> None:
    with studio.client(Role.AUTHOR) as client:
        for _ in range(4):
            studio.clock.forward(90 * 60)
            assert client.get("/account").status_code == 200  # each look renews it
        studio.clock.forward(121 * 60)
        assert client.get("/account").status_code == 303


@pytest.mark.ci
@pytest.mark.parametrize("change", ["seen", "token", "mac", "empty", "dots"])
def test_a_cookie_that_was_altered_is_nobodys(studio: Studio, change: str) -> None:
    with studio.client(Role.AUTHOR) as client:
        token, seen, mac = client.http.cookies["newsletter-session"].split(".")
        forged = {
            "seen": f"{token}.{int(seen) + 1}.{mac}",
            "token": f"{token[:-1]}x.{seen}.{mac}",
            "mac": f"{token}.{seen}.{'0' * 64}",
            "empty": "..",
            "dots": "." * 50,
        }
        client.http.cookies.clear()
        client.http.cookies.set("newsletter-session", forged[change], domain="127.0.0.1")
        assert client.get("/account").status_code == 303


@pytest.mark.ci
def test_other_roles_sign_a_person_out_at_once(studio: Studio) -> None:
    with studio.client(Role.SENDER) as client:
        assert client.get("/account").status_code == 200
        one = studio.accounts[Role.SENDER]
        accounts.change(studio.ctx, one.id, one.name, one.email, [Role.VIEWER])
        assert client.get("/account").status_code == 303


@pytest.mark.ci
def test_behind_a_proxy_cookies_are_for_https_and_the_host_is_the_proxys(
    tmp_path: Path, far: Emulated
) -> None:
    setting = {"NEWSLETTER_STUDIO_BASE_URL": "https://studio.ngen.example"}
    with served(tmp_path, far, **setting) as made, made.client(None) as client:
        proxied = {
            "host": "studio.ngen.example",
            "x-forwarded-for": "203.0.113.5",
            "x-forwarded-proto": "https",
        }
        page = client.http.get("/sign-in", headers=proxied)
        cookie = page.headers["set-cookie"]
        assert cookie.startswith("__Host-newsletter-visitor=")
        assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"))
        assert "max-age" in page.headers["strict-transport-security"]
        fields = dict(re.findall(r'name="(form-[a-z]+)" value="([^"]*)"', page.text))
        data = fields | {"email": "author@ngen.example", "password": PASSWORD}
        headers = proxied | {"cookie": cookie.split(";")[0]}
        for origin, status in (
            ("https://studio.ngen.example", 303),
            ("http://studio.ngen.example", 403),
            (made.url, 403),
        ):
            answer = client.http.post("/sign-in", data=data, headers=headers | {"origin": origin})
            assert answer.status_code == status, origin
        assert {row["network"] for row in made.rows(tables.staff_sessions)} == {"203.0.113.5"}
        for host in ("evil.example", "studio.ngen.example.evil.example", "studio.ngen.example:8026"):
            assert client.http.get("/sign-in", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("base", ["", "http://127.0.0.1:9000"])
def test_the_studio_is_not_opened_to_a_network_without_https(base: str) -> None:
    environ = {"NEWSLETTER_STUDIO_HOST": "0.0.0.0", "NEWSLETTER_STUDIO_BASE_URL": base}
    with pytest.raises(ConfigurationError, match="without https"):
        staff_host(resolve({}, environ, {}))
    environ["NEWSLETTER_STUDIO_BASE_URL"] = "https://studio.ngen.example"
    assert staff_host(resolve({}, environ, {})) == "0.0.0.0"


def test_a_link_from_another_site_still_finds_who_is_signed_in(studio: Studio) -> None:
    """Browsers send no strict cookie with it: our own page asks again, and then they do."""
    with studio.client(None) as client:
        answer = client.get("/mailings", **{"sec-fetch-site": "cross-site"})
        assert (answer.status_code, 'http-equiv="refresh"' in answer.text) == (200, True)
        assert "Author" not in answer.text
        assert client.get("/mailings", **{"sec-fetch-site": "same-origin"}).status_code == 303


@pytest.mark.ci
def test_what_is_refused_is_told_in_the_language_of_the_page(studio: Studio) -> None:
    studio.speak(Role.ADMIN, "fr")
    with studio.client(Role.ADMIN) as client:
        data = client.form("/settings/people/add") | {
            "name": "Zoé",
            "email": "author@ngen.example",
            "role": "author",
        }
        answer = posted(client, "/settings/people/add", data)
        assert "Ce nom ou cette adresse appartient déjà à quelqu’un de l’équipe." in answer.text
        assert "somebody" not in answer.text


@pytest.mark.ci
@pytest.mark.parametrize("where", ["//evil.example/x", "https://evil.example", "/\\evil.example"])
def test_a_form_leads_back_only_to_our_own_pages(studio: Studio, where: str) -> None:
    with studio.client(Role.AUTHOR) as client:
        data = client.form("/account") | {"language": "fr", "form-from": where}
        assert posted(client, "/account/language", data).headers["location"] == "/"
