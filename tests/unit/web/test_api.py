"""The API as another program meets it: tokens and scopes, once for each key, pages, problems; and a mailing from plan to report."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import jsonschema_rs
import pytest
from sqlalchemy import func, select

from newsletter import app
from newsletter.model.account import Right
from newsletter.model.errors import StoreUnavailable
from newsletter.model.member import Consent, ConsentBasis
from newsletter.pipeline import access, control, hold
from newsletter.pipeline.context import Context
from newsletter.store import tables
from newsletter.web.api.document import document
from newsletter.web.api.table import OPERATIONS
from newsletter.web.serving import listen, serve
from tests.corpora import naughty_strings
from tests.faults.stage import SLUG, make_workspace
from tests.no_tls import NO_TLS

EVERY = tuple(Right)
PLAN = {"issue": SLUG, "include": ["everyone"], "at": "2020-12-17 09:00"}


@dataclass
class Api:
    ctx: Context
    client: httpx.Client
    secrets: dict[str, str]
    later: list[timedelta]  #: by how much its clock was set forward
    count: int = 0

    def ask(
        self, method: str, path: str, body: object = None, *, scope: str = "all", key: str = "", **more: Any
    ) -> httpx.Response:
        self.count += 1
        headers = {"Authorization": f"Bearer {self.secrets[scope]}"} if scope else {}
        if method != "GET":
            headers["Idempotency-Key"] = key or f"key-{self.count}"
        return self.client.request(
            method, f"/api/v1{path}", json=body, headers=headers | more.pop("headers", {}), **more
        )

    def get(self, path: str, **more: Any) -> Any:
        answer = self.ask("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: object = None, **more: Any) -> Any:
        answer = self.ask("POST", path, body, **more)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()


@contextmanager
def served(ctx: Context) -> Iterator[httpx.Client]:
    """The staff listener of a program, on a real socket."""
    listeners = listen("127.0.0.1", 0, 0)
    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(ctx, listeners, stop))
    url = listeners.staff_url
    thread.start()
    try:
        with httpx.Client(base_url=url, trust_env=False, verify=NO_TLS, timeout=60) as client:
            yield client
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def opened(folder: Path) -> Iterator[Api]:
    with pytest.MonkeyPatch.context() as patched, ExitStack() as stack:
        make_workspace(folder, 3)
        patched.chdir(folder)
        patched.setenv("NEWSLETTER_CLOCK", "2020-12-16T12:00:00Z")
        built, later = app.build(app.locate(folder), stack), [timedelta()]
        ctx = replace(built, now=lambda: built.now() + later[0])
        secrets = {right.value: access.add(ctx, right.value, [right]).secret for right in Right}
        secrets["all"] = access.add(ctx, "all", EVERY).secret
        yield Api(ctx, stack.enter_context(served(ctx)), secrets, later)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with opened(tmp_path_factory.mktemp("api") / "workspace") as made:
        yield made


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Api]:
    """One of its own, for what changes more than a row."""
    with opened(tmp_path / "workspace") as made:
        yield made


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["type"] == f"urn:newsletter:problem:{told['code']}"
    assert told["detail"]
    return answer.status_code, told["code"]


def test_without_a_token_nothing_opens(api: Api) -> None:
    assert problem(api.ask("GET", "/campaigns", scope="")) == (401, "token-missing")
    for wrong in ("x", "nlk_" + "a" * 43, "nlk_short", api.secrets["all"] + "x"):
        answer = api.ask("GET", "/campaigns", scope="", headers={"Authorization": f"Bearer {wrong}"})
        assert problem(answer) == (401, "token-missing")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    basic = api.ask("GET", "/campaigns", scope="", headers={"Authorization": f"Basic {api.secrets['all']}"})
    assert problem(basic) == (401, "token-missing")
    cookie = api.ask("GET", "/campaigns", scope="", headers={"Cookie": f"token={api.secrets['all']}"})
    assert problem(cookie) == (401, "token-missing")
    assert "set-cookie" not in api.ask("GET", "/campaigns").headers


def test_only_under_our_own_name(api: Api) -> None:
    assert api.ask("GET", "/campaigns", headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.ci
def test_a_token_ends_by_its_time_and_by_a_person(fresh: Api) -> None:
    assert fresh.ask("GET", "/hold", scope="look").status_code == 200
    access.revoke(fresh.ctx, "LOOK")
    assert problem(fresh.ask("GET", "/hold", scope="look")) == (401, "token-missing")
    short = access.add(fresh.ctx, "short", [Right.LOOK], 1)
    later = replace(fresh.ctx, now=lambda: fresh.ctx.now() + timedelta(days=1, seconds=1))
    assert access.enter(fresh.ctx, short.secret)
    assert access.enter(later, short.secret) is None


def test_the_database_holds_no_secret(api: Api) -> None:
    held = (api.ctx.root / "var" / "newsletter.db").read_bytes()
    wal = api.ctx.root / "var" / "newsletter.db-wal"
    held += wal.read_bytes() if wal.exists() else b""
    assert not any(secret.removeprefix("nlk_").encode() in held for secret in api.secrets.values())


def test_every_operation_wants_its_own_scope(fresh: Api) -> None:
    for operation, right in product(OPERATIONS, Right):
        path = operation.path.format(number=1, slug=SLUG, email="a@reader.example")
        answer = fresh.ask(operation.method, path, {}, scope=right.value)
        refused = answer.status_code == 403
        assert refused == (right is not operation.need), (operation.name, right, answer.text)
        if refused:
            assert problem(answer) == (403, "scope-missing")
            assert operation.need.value in answer.headers["www-authenticate"]


@pytest.mark.ci
def test_no_get_changes_the_database(fresh: Api) -> None:
    fresh.post("/campaigns", PLAN)

    def held() -> dict[str, list[Any]]:
        with sqlite3.connect(fresh.ctx.root / "var" / "newsletter.db") as db:
            names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}

    before = held()
    for one in OPERATIONS:
        if one.method == "GET":
            fresh.get(one.path.format(number=1, slug=SLUG, email="nobody@reader.example"))
    assert held() == before


def test_what_is_done_is_done_once_for_each_key(api: Api) -> None:
    body = {"email": "new@reader.example", "first_name": "Ana"}
    first = api.ask("POST", "/members", body, key="one")
    again = api.ask("POST", "/members", body, key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert problem(api.ask("POST", "/members", body, key="two")) == (409, "member-exists")
    assert problem(api.ask("POST", "/members", body, key="two")) == (409, "member-exists"), (
        "a refusal is kept as well"
    )
    other = api.ask("POST", "/members", {"email": "other@reader.example"}, key="one")
    assert problem(other) == (422, "idempotency-reused")
    elsewhere = api.ask("POST", "/suppressions", body, key="one")
    assert elsewhere.status_code == 422
    own = api.ask("POST", "/members", {"email": "third@reader.example"}, key="one", scope="write")
    assert own.status_code == 201, "keys are each token's own"


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201])
def test_a_key_is_wanted(api: Api, key: str) -> None:
    headers = {"Authorization": f"Bearer {api.secrets['all']}"} | (
        {"Idempotency-Key": key.encode()} if key else {}
    )
    answer = api.client.post("/api/v1/hold", json={"reason": "x"}, headers=headers)
    assert problem(answer) == (400, "idempotency-missing")
    assert api.get("/hold") == {"held": False, "reason": None, "by": None, "at": None, "until": None}


@pytest.mark.ci
def test_a_request_that_was_cut_off_is_not_done_again(fresh: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: object) -> None:
        raise SystemError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(control, "pause", cut)
        assert problem(fresh.ask("POST", "/campaigns/1/pause", {"reason": "x"}, key="k")) == (500, "internal")
    assert problem(fresh.ask("POST", "/campaigns/1/pause", {"reason": "x"}, key="k")) == (
        409,
        "idempotency-busy",
    )
    fresh.later[0] = timedelta(minutes=3)
    assert problem(fresh.ask("POST", "/campaigns/1/pause", {"reason": "x"}, key="k")) == (
        409,
        "idempotency-unfinished",
    )


def test_bodies_that_are_refused(api: Api) -> None:
    def sent(content: bytes, kind: str = "application/json", path: str = "/members") -> tuple[int, str]:
        api.count += 1
        headers = {
            "Authorization": f"Bearer {api.secrets['all']}",
            "Content-Type": kind,
            "Idempotency-Key": f"b{api.count}",
        }
        return problem(api.client.post(f"/api/v1{path}", content=content, headers=headers))

    assert sent(b"{") == (400, "body-unreadable")
    assert sent(b"\xff\xfe") == (400, "body-unreadable")
    assert sent(b"[" * 100_000)[0] in {400, 422}
    assert sent(b'{"email": ' + b"[" * 100_000)[0] in {400, 422}
    assert sent(b"{}") == (422, "body-invalid")
    assert sent(b'{"email": 1}') == (422, "body-invalid")
    assert sent(b'{"email": "a@reader.example", "admin": true}') == (422, "body-invalid")
    assert sent(b'{"email": "not an address"}') == (422, "address")
    assert sent(b'{"email": "a@reader.example", "first_name": "a\\u0000b"}') == (422, "body-invalid")
    assert sent(b"email=a", "application/x-www-form-urlencoded") == (415, "media-type")
    assert sent(b'"' + b"x" * 300_000 + b'"') == (413, "body-too-large")


def test_parameters_that_are_refused(api: Api) -> None:
    for query in ("limit=0", "limit=201", "limit=x", "wrong=1", "limit=1&limit=2"):
        assert problem(api.ask("GET", f"/members?{query}")) == (422, "parameter-invalid")
    for cursor in ("x", "e30", "WyJhIl0", "WzFd!", "Wy0xXQ", "WzEsMl0", "W251bGxd"):
        answer = api.ask("GET", "/members", params={"cursor": cursor})
        assert problem(answer) == (400, "cursor-unreadable"), cursor
    assert problem(api.ask("GET", "/members", params={"segment": "province ="}))[0] == 422
    assert problem(api.ask("GET", "/members", params={"segment": "nobodys"})) == (404, "segment-unknown")
    assert problem(api.ask("GET", "/campaigns/0")) == (404, "campaign-unknown")
    assert problem(api.ask("GET", "/campaigns/x")) == (404, "campaign-unknown")
    assert problem(api.ask("GET", "/campaigns/" + "9" * 40)) == (404, "campaign-unknown")
    assert problem(api.ask("GET", "/nothing")) == (404, "not-found")
    answer = api.ask("DELETE", "/campaigns")
    assert problem(answer) == (405, "method-not-allowed")
    assert set(answer.headers["allow"].replace(" ", "").split(",")) >= {"GET", "POST"}


def test_lists_come_in_pages_without_a_gap_or_a_double(api: Api) -> None:
    for number in range(7):
        api.post("/members", {"email": f"q{number}@reader.example", "company": "Paged"})
        api.post("/suppressions", {"email": f"s{number}@reader.example", "reason": "manual"})
    for path, key, more in (
        ("/members", "email", {"search": "Paged"}),
        ("/suppressions", "email", {"reason": "manual"}),
        ("/issues", "slug", {}),
    ):
        seen: list[str] = []
        cursor = ""
        while True:
            page = api.get(path, params={"limit": 3, "cursor": cursor, **more})
            seen += [one[key] for one in page["items"]]
            if page["next"] is None:
                break
            assert len(page["items"]) == 3
            cursor = page["next"]
        assert len(seen) == len(set(seen))
        assert len(seen) == (len(api.get("/issues")["items"]) if path == "/issues" else 7)


def test_members_and_the_do_not_mail_list(api: Api) -> None:
    made = api.post(
        "/members",
        {"email": "Ana@Reader.example", "first_name": "Ana", "tags": ["aero"], "attributes": {"size": "small"},
         "consent": {"basis": "express", "evidence": "form"}},
    )  # fmt: skip
    assert made["member"]["first_name"] == "Ana"
    assert made["excluded"] is None
    assert made["member"]["consent"]["basis"] == "express"
    changed = api.ask(
        "PATCH", "/members/ana@reader.example", {"company": "New Tool", "first_name": "", "untag": ["aero"]}
    ).json()
    assert (changed["member"]["company"], changed["member"]["first_name"], changed["member"]["tags"]) == (
        "New Tool",
        "",
        [],
    )
    gone = api.post("/members/ana@reader.example/unsubscribe", {"evidence": "by phone"})
    assert gone["excluded"] == "unsubscribed"
    back = api.ask("PATCH", "/members/ana@reader.example", {"consent": {"basis": "express", "evidence": "x"}})
    assert problem(back) == (409, "member-suppressed")
    assert api.get("/members/nobody@reader.example")["member"] is None
    assert problem(api.ask("PATCH", "/members/nobody@reader.example", {})) == (404, "member-unknown")
    with api.ctx.store.read() as db:
        from newsletter.store.tables import audit

        actors = {row.actor for row in db.execute(audit.select())}
    assert "token all" in actors


@pytest.mark.ci
def test_an_issue_with_errors_says_which(fresh: Api) -> None:
    path = next((fresh.ctx.root / "issues").glob(f"{SLUG}*.md"))
    path.write_text(path.read_text(encoding="utf-8").replace("subject:", "subjekt:", 1), encoding="utf-8")
    checked = fresh.get(f"/issues/{SLUG}/checks")
    assert not checked["sound"]
    assert checked["counts"]["error"] >= 1
    answer = fresh.ask("POST", "/campaigns", PLAN)
    assert problem(answer) == (409, "issue-unsound")
    assert {one["check"] for one in answer.json()["remarks"]} & {"front-matter", "subject-missing"}
    assert all(one["message_fr"] for one in answer.json()["remarks"])


def test_a_mailing_from_plan_to_report(fresh: Api) -> None:
    planned = fresh.post("/campaigns", PLAN, scope="write")
    campaign, members = planned["campaign"], planned["members"]
    assert (planned["new"], campaign["status"], members) == (True, "draft", 3)
    number = campaign["id"]
    yes = {"count": members, "edition": campaign["edition"]}
    approve = f"/campaigns/{number}/approve"
    assert problem(fresh.ask("POST", approve, yes | {"count": members + 1})) == (409, "approve-count")
    assert problem(fresh.ask("POST", approve, yes | {"edition": "0" * 64})) == (409, "approve-differs")
    assert fresh.post(approve, yes, scope="approve")["status"] == "scheduled"
    again = fresh.post("/campaigns", PLAN)
    assert (again["new"], again["campaign"]["status"]) == (False, "scheduled"), "asked for again: it stands"
    assert problem(fresh.ask("POST", approve, yes)) == (409, "nothing-to-approve")
    assert fresh.post(f"/campaigns/{number}/pause", {"reason": "look"})["status"] == "paused"
    assert fresh.post(f"/campaigns/{number}/resume", {})["status"] == "scheduled"
    assert fresh.post("/hold", {"reason": "a mistake"}, scope="look")["held"] is True
    assert fresh.get(f"/campaigns/{number}")["status"] == "held"
    assert fresh.post("/hold/release", {"campaign": number}, scope="send")["held"] is True
    assert fresh.get(f"/campaigns/{number}")["status"] == "scheduled"
    assert fresh.post("/hold/release", {})["held"] is False
    assert fresh.get(f"/campaigns/{number}/report")["candidates"] == 0
    cancelled = fresh.ask("POST", f"/campaigns/{number}/cancel")  # no body at all
    assert cancelled.json()["status"] == "cancelled"
    assert fresh.get("/campaigns")["items"][0]["status"] == "cancelled"
    assert fresh.get("/events", params={"campaign": number})["items"] == []


@pytest.mark.ci
def test_every_unsafe_operation_stands_in_the_audit_log(fresh: Api) -> None:
    """One of each, by its own name in the document; the line names the token."""
    planned: dict[str, Any] = {}
    mailing = "/campaigns/{number}"
    acts: dict[str, tuple[str, str, Callable[[], object]]] = {
        "addMember": ("POST", "/members", lambda: {"email": "new@x.example"}),
        "editMember": ("PATCH", "/members/new@x.example", lambda: {"company": "Forge"}),
        "unsubscribeMember": (
            "POST",
            "/members/new@x.example/unsubscribe",
            lambda: {"evidence": "by letter"},
        ),
        "addSuppression": ("POST", "/suppressions", lambda: {"email": "bad@x.example"}),
        "planCampaign": ("POST", "/campaigns", lambda: PLAN),
        "approveCampaign": (
            "POST",
            f"{mailing}/approve",
            lambda: {"count": planned["members"], "edition": planned["campaign"]["edition"]},
        ),
        "pauseCampaign": ("POST", f"{mailing}/pause", lambda: {"reason": "look"}),
        "resumeCampaign": ("POST", f"{mailing}/resume", dict),
        "placeHold": ("POST", "/hold", lambda: {"reason": "a mistake"}),
        "releaseHold": ("POST", "/hold/release", dict),
        "cancelCampaign": ("POST", f"{mailing}/cancel", dict),
    }
    assert set(acts) == {one.name for one in OPERATIONS if one.unsafe}
    for name, (method, path, body) in acts.items():
        with fresh.ctx.store.read() as db:
            before = db.execute(select(func.max(tables.audit.c.id))).scalar()
        number = planned["campaign"]["id"] if planned else 0
        answer = fresh.ask(method, path.replace("{number}", str(number)), body())
        assert answer.status_code in {200, 201}, (name, answer.text)
        if name == "planCampaign":
            planned = answer.json()
        with fresh.ctx.store.read() as db:
            rows = db.execute(select(tables.audit.c.actor).where(tables.audit.c.id > before)).scalars().all()
        assert rows, name
        assert set(rows) == {"token all"}, name


@pytest.mark.ci
def test_real_people_want_the_scope_send(fresh: Api) -> None:
    planned = fresh.post("/campaigns", PLAN)
    yes = {"count": planned["members"], "edition": planned["campaign"]["edition"]}
    official = replace(
        fresh.ctx,
        settings=replace(
            fresh.ctx.settings,
            values={
                **fresh.ctx.settings.values,
                "provider": "sendgrid",
                "sendgrid.base_url": "https://api.sendgrid.com",
            },
        ),
    )
    assert official.settings.official
    headers = {"Authorization": f"Bearer {fresh.secrets['approve']}", "Idempotency-Key": "k"}
    with served(official) as client:
        answer = client.post(
            f"/api/v1/campaigns/{planned['campaign']['id']}/approve", json=yes, headers=headers
        )
    assert problem(answer) == (403, "scope-missing")


@pytest.mark.ci
def test_nobody_asks_too_often(fresh: Api) -> None:
    settings = replace(fresh.ctx.settings, values={**fresh.ctx.settings.values, "api.per_minute": 3})
    frozen = fresh.ctx.now()
    headers = {"Authorization": f"Bearer {fresh.secrets['look']}"}
    with served(replace(fresh.ctx, settings=settings, now=lambda: frozen)) as client:
        codes = [client.get("/api/v1/hold", headers=headers).status_code for _ in range(5)]
        assert codes == [200, 200, 200, 429, 429]
        answer = client.get("/api/v1/hold", headers=headers)
        assert problem(answer) == (429, "too-many-requests")
        assert int(answer.headers["retry-after"]) == 20
        other = {"Authorization": f"Bearer {fresh.secrets['all']}"}
        assert client.get("/api/v1/hold", headers=other).status_code == 200, "each token has its own measure"
        strangers = [client.get("/api/v1/hold").status_code for _ in range(61)]
    assert (strangers[0], strangers[-1]) == (401, 429)


@pytest.mark.ci
def test_a_database_that_is_away_says_that_nothing_was_done(
    fresh: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("the database is away", code="database-away", passing=True)

    with monkeypatch.context() as patched:
        patched.setattr(access, "enter", away)
        assert problem(fresh.ask("GET", "/hold")) == (503, "database-away")
    with monkeypatch.context() as patched:
        patched.setattr(hold, "hold", away)
        assert problem(fresh.ask("POST", "/hold", {"reason": "x"}, key="k")) == (503, "database-away")
    assert fresh.ask("POST", "/hold", {"reason": "x"}, key="k").status_code == 200, (
        "the same key may be sent again"
    )


def test_only_the_api_needs_no_origin(api: Api) -> None:
    for path in ("/hold", "/api/v1", "/api/v1x/hold", "//api/v1/hold", "/hold?/api/v1/"):
        answer = api.client.post(path, headers={"Authorization": f"Bearer {api.secrets['all']}"})
        assert answer.status_code in {403, 404, 405, 421}, path
    assert api.get("/hold")["held"] is False


@pytest.mark.ci
def test_hostile_words_stay_words(api: Api) -> None:
    for text in (
        *naughty_strings()[::8],
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "'; DROP TABLE members;--",
    ):
        for answer in (
            api.ask("GET", "/members", params={"search": text}),
            api.ask("POST", "/members/left@reader.example/unsubscribe", {"evidence": text}),
            api.ask("GET", f"/members/{quote(text, safe='') or 'x'}"),
        ):
            assert answer.status_code < 500, text


def test_the_document_is_sound_and_says_what_there_is(api: Api) -> None:
    told = api.client.get("/api/v1/openapi.json").json()
    assert told == document()
    assert told["openapi"] == "3.1.0"
    names = [one.name for one in OPERATIONS]
    assert len(set(names)) == len(names)
    for schema in told["components"]["schemas"].values():
        jsonschema_rs.validator_for({**schema, "components": told["components"]})
    assert {path.split("/")[1] for path in told["paths"]} == {
        "issues", "campaigns", "hold", "members", "suppressions", "events",
    }  # fmt: skip


@pytest.mark.ci
def test_a_member_with_consent_is_as_the_program_has_it(fresh: Api) -> None:
    fresh.post(
        "/members",
        {
            "email": "b@reader.example",
            "consent": {"basis": "inquiry", "on": "2020-12-01", "evidence": "asked"},
        },
    )
    shown = fresh.get("/members/b@reader.example")["member"]["consent"]
    assert shown == {"basis": "inquiry", "on": "2020-12-01", "evidence": "asked", "expires_on": "2021-06-01"}
    assert Consent(ConsentBasis.INQUIRY).basis.value == shown["basis"]
    assert (
        datetime.fromisoformat(
            fresh.post("/hold", {"reason": "x", "until": "2021-01-01T00:00:00Z"})["until"]
        ).year
        == 2021
    )
