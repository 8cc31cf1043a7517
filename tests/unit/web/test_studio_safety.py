"""The studio's whole route table, held against every role, every missing proof, every look: what merges later is covered, too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.routing import Route

from newsletter.model.account import Account, Right, Role
from newsletter.store import accounts, editions
from newsletter.web.api.table import OPERATIONS
from newsletter.web.public.app import Public
from newsletter.web.studio import sections
from newsletter.web.studio.routing import Act, Anybody, Page, Stream, Way
from tests.browser.eventful import SET, Eventful, happened
from tests.browser.studio import GREETING, Client, Studio, far_end, served
from tests.emulated import Emulated
from tests.mailed import GIF, Mailed, Signer, edition, hand_over

pytestmark = pytest.mark.enable_socket

WAYS: tuple[Way, ...] = tuple(way for _, way in sections.every())
ACTS = tuple(way for way in WAYS if isinstance(way, Act))
LOOKS = tuple(way for way in WAYS if not isinstance(way, Act))
REFUSED = {"en": "Not for this account", "stale": "This form is too old"}
#: what stands for a part of a path that is no number; the issue exists
TEXTS = {"slug": GREETING, "token": "not-a-token"}
#: what is written while pages are looked at, and by whom: readers' hits are written apart, a runner beats
APART = ("hits",)
SPARE = len(Role) + 1  #: an account that no test signs in as: some acts end it


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, far: Emulated) -> Iterator[Studio]:
    """A studio with a mailing that is half way, so that pages have something to show."""
    with served(tmp_path_factory.mktemp("studio"), far) as made:
        frozen = edition("2020-12-09-specimen")
        with made.ctx.store.write() as db:
            editions.put(db, frozen, {frozen.artwork.images[0].digest: GIF}, made.clock())
            spare = Account(0, "Somebody", "somebody@ngen.example", frozenset({Role.VIEWER}))
            assert accounts.put(db, spare, made.clock(), "tester") == SPARE
        hand_over(Mailed(made.ctx, made.clock, Signer(), frozen))
        yield made


def path_of(way: Way) -> str:
    """A path that the way answers."""
    path = re.sub(r"\{\w+:int\}", str(SPARE) if way.path.startswith("/settings/people") else "1", way.path)
    return re.sub(r"\{(\w+)(?::path)?\}", lambda found: TEXTS.get(found[1], "x"), path)


def name_of(way: Way) -> str:
    return f"{type(way).__name__} {way.path}"


def asked(client: Client, way: Way) -> httpx.Response:
    """One request; of a live line only its head."""
    if isinstance(way, Act):
        return client.post(path_of(way))
    if isinstance(way, Stream):
        with client.http.stream("GET", path_of(way)) as answer:
            return answer
    return client.get(path_of(way))


def test_every_way_needs_a_right_or_says_that_anybody_may() -> None:
    for way in WAYS:
        assert isinstance(way.need, Right | Anybody), name_of(way)


@pytest.mark.ci
@pytest.mark.parametrize("role", list(Role))
def test_every_route_for_every_role(world: Studio, role: Role) -> None:
    for way in WAYS:
        with world.client(role) as client:  # anew for each: some of them end the session
            answer = asked(client, way)
        said = "" if isinstance(way, Stream) else answer.text
        allowed = isinstance(way.need, Anybody) or way.need in role.rights
        refused = answer.status_code == 403
        assert refused != allowed, (role, name_of(way), answer.status_code)
        if refused and not isinstance(way, Stream):
            assert REFUSED["en"] in said, (role, name_of(way))
        assert answer.status_code < 500, (role, name_of(way), said[-2000:])


@pytest.mark.ci
def test_every_route_for_who_is_not_signed_in(world: Studio) -> None:
    before = world.everything("sign_in_failures", *APART)
    with world.client(None) as client:
        for way in WAYS:
            if isinstance(way.need, Anybody):
                continue
            answer = (
                client.post(path_of(way), on="/sign-in") if isinstance(way, Act) else client.get(path_of(way))
            )
            if isinstance(way, Page):
                assert answer.status_code == 303, name_of(way)
                assert answer.headers["location"].startswith("/sign-in?next="), name_of(way)
            else:
                assert answer.status_code == 403, name_of(way)
    assert world.everything("sign_in_failures", *APART) == before


@pytest.mark.parametrize(
    "lacking",
    [
        "token",
        pytest.param("another token", marks=pytest.mark.ci),
        pytest.param("another's token", marks=pytest.mark.ci),
        "origin",
        pytest.param("another origin", marks=pytest.mark.ci),
        pytest.param("null origin", marks=pytest.mark.ci),
        pytest.param("session", marks=pytest.mark.ci),
    ],
)
def test_every_act_without_its_proofs(world: Studio, lacking: str) -> None:
    with world.client(Role.SENDER) as other:
        others = other.form("/account")["form-token"]
    with world.client(Role.ADMIN) as client:
        proofs = client.form("/account")
        tokens = {"token": None, "another token": "0" * 64, "another's token": others}
        if lacking in tokens:
            proofs = {**proofs, "form-token": tokens[lacking] or ""}
        origins = {"origin": None, "another origin": "http://evil.example", "null origin": "null"}
        origin = origins.get(lacking, world.url)
        headers = {"origin": origin} if origin else {}
        if lacking == "session":
            client.http.cookies.clear()
        before = world.everything(*APART)
        for way in ACTS:
            answer = client.http.post(path_of(way), data=proofs, headers=headers)
            assert answer.status_code == 403, (name_of(way), answer.status_code)
        assert world.everything(*APART) == before


@pytest.mark.ci
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "POST"])
def test_no_other_method_does_anything(world: Studio, method: str) -> None:
    """A path that is only looked at takes no post; nothing takes the other methods, proved or not."""
    before = world.everything("staff_sessions", *APART)
    acts = {way.path for way in ACTS}
    with world.client(Role.ADMIN) as client:
        for way in WAYS:
            if method == "POST" and way.path in acts:
                continue
            for headers, wanted in (({}, {403}), ({"origin": world.url}, {403, 405})):
                answer = client.http.request(method, path_of(way), headers=headers)
                assert answer.status_code in wanted, (method, name_of(way), answer.status_code)
    assert world.everything("staff_sessions", *APART) == before


@pytest.mark.ci
def test_looking_changes_nothing(world: Studio) -> None:
    """Every page and live line, as everybody: the whole database is as it was."""
    for role in Role:
        with world.client(role) as client:
            before = world.everything(*APART)
            for way in LOOKS:
                answer = asked(client, way)
                assert answer.status_code < 500, (name_of(way), answer.status_code)
                if world.everything(*APART) != before:
                    after = world.everything(*APART)
                    changed = [table for table, rows in after.items() if rows != before[table]]
                    pytest.fail(f"{name_of(way)} changed {changed}")


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Studio, Eventful]]:
    """A studio in which everything has happened, with an emulator that nobody else clears."""
    with far_end() as far, served(tmp_path_factory.mktemp("busy"), far, **SET) as made:
        yield made, happened(made)


#: what nothing is shown of: no file is hosted, nothing is enclosed; a mailing at its end is not corrected; who is signed in need not
NOTHING = {
    "/issues/at/f/{key}/{name}": 404,
    "/mailbox/enclosed/{number:int}/{box}/{key:path}": 404,
    "/mailings/{number:int}/correct": 409,
    "/sign-in": 303,
}


@pytest.mark.ci
def test_looking_at_everything_that_happened_changes_nothing(busy: tuple[Studio, Eventful]) -> None:
    """The same where each page has something to show, to somebody with every role."""
    world, found = busy
    before = world.everything(*APART)
    with world.client(None) as client:
        client.http.cookies.set("newsletter-session", found.session, domain="127.0.0.1")
        for way in LOOKS:
            path = found.places.get(way.path) or path_of(way)
            with client.http.stream("GET", path) as answer:
                assert answer.status_code == NOTHING.get(way.path, 200), (name_of(way), path)
    after = world.everything(*APART)
    assert [table for table, rows in after.items() if rows != before[table]] == []


@pytest.mark.ci
def test_looking_changes_nothing_for_strangers_either(busy: tuple[Studio, Eventful]) -> None:
    """Every address of the public listener that can be looked at, by GET and by HEAD; no other method is taken where none is meant."""
    world, found = busy
    public = Public(world.ctx)
    routes = {route.path: route for route in public._routes().routes if isinstance(route, Route)}
    looks = {path for path, route in routes.items() if "GET" in (route.methods or ())}
    assert looks == set(found.strangers), "every route has a page here"
    before = world.everything(*APART)
    with httpx.Client(base_url=world.public_url, trust_env=False, timeout=60) as client:
        for path, address in found.strangers.items():
            for method in ("GET", "HEAD"):
                answer = client.request(method, address)
                assert answer.status_code == (404 if path.startswith("/f/") else 200), (method, path)
                assert "set-cookie" not in answer.headers, path
            for method in {"POST", "PUT", "PATCH", "DELETE"} - (routes[path].methods or set()):
                assert client.request(method, address).status_code == 405, (method, path)
    assert world.everything(*APART) == before


@pytest.mark.ci
def test_neither_listener_answers_for_the_other(busy: tuple[Studio, Eventful]) -> None:
    """By the two route tables, not by a list."""
    world, found = busy
    with httpx.Client(trust_env=False, timeout=60) as client:
        client.cookies.set("newsletter-session", found.session, domain="127.0.0.1")
        for path, address in found.strangers.items():
            assert client.get(f"{world.url}{address}").status_code == 404, path
        staff = {"host": world.url.removeprefix("http://"), "origin": world.url}
        for way in WAYS:
            method = "POST" if isinstance(way, Act) else "GET"
            address = found.places.get(way.path) or path_of(way)
            answer = client.request(method, f"{world.public_url}{address}", headers=staff)
            assert answer.status_code == 404, name_of(way)
        for operation in OPERATIONS:
            address = f"/api/v1{operation.path.format(number=1, slug=GREETING, email='a@b.example')}"
            assert client.request(operation.method, f"{world.public_url}{address}").status_code == 404


def test_every_answer_holds_the_browser_to_a_strict_policy(world: Studio) -> None:
    with world.client(Role.ADMIN) as client:
        for way in LOOKS:
            headers = asked(client, way).headers
            policy = headers["content-security-policy"]
            assert "'unsafe" not in policy, name_of(way)
            assert "default-src 'none'" in policy, name_of(way)
            assert headers["x-content-type-options"] == "nosniff", name_of(way)


def test_files_stay_within_their_folder(world: Studio) -> None:
    with world.client(None) as client:
        assert client.get("/look/studio.css").status_code == 200
        for path in (
            "/look/../app.py",
            "/look/%2e%2e/app.py",
            "/look/base.html",
            "/look//etc/passwd",
            "/look/words/frame.py",
        ):
            assert client.get(path).status_code == 404, path
