"""A workspace in its third year: its members, mailings that went out, one that is going out, others that wait; comments, staff.

In: a folder, a number of members. Out: a database under STAGED, made by the program's own verbs, and who may look at it. Called by
bench.suites.showing and typing.

Everybody had the greeting, and nearly everybody's mail arrived. The digest is half on its way. Two mailings of some segments are over, one
of them in the outbox, for the mailbox to show. One mailing is approved for later, one waits for its approval.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from starlette.responses import Response

from bench import hooks, world
from bench.sink import Sink
from newsletter.cli import running
from newsletter.model.account import Account, Right, Role
from newsletter.model.campaign import AudienceRule
from newsletter.model.edition import Artwork
from newsletter.model.event import HitKind
from newsletter.model.issue import ScheduleWish
from newsletter.model.token import of_variant
from newsletter.pipeline import (
    access,
    accounts,
    approve,
    build,
    commenting,
    due,
    listing,
    mailbox,
    plan,
    proposal,
    signing_in,
)
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import freeze
from newsletter.pipeline.hits import Hits, Seen
from newsletter.pipeline.importing import import_members
from newsletter.pipeline.progress import glance
from newsletter.pipeline.steady import steady
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import accounts as people
from newsletter.store import sessions
from newsletter.web.studio.cookies import Cookies

STAGED, KNOWN = "staged.db", "staged.json"
DIGEST, EVENT = "2021-01-20-january-digest", "2021-01-27-next-shift"
#: the greeting again under other names: mailings of segments, drafts, issues that nobody mailed yet
SOME, PILOT, DRAFT, *_IDLE = COPIES = tuple(f"2020-12-{day}-letter" for day in range(17, 27))
_SEGMENTS = """
[francophone]
where = 'language == "fr"'

[robotics]
where = 'company contains "robotics"'

[atlantic]
where = 'province in ["NB", "NL", "NS", "PE"]'

[west-aerospace]
where = '"aerospace" in tags and province == "BC"'

[long-standing]
where = 'consent_date < 2020-01-01'

[no-province]
where = 'province is empty'

[pilot]
where = 'company == "Maple Robotics 6"'

[everywhere-else]
where = 'not (in segment "ontario" or in segment "quebec")'
"""
_COMMENTS = 40
_LATE = 500  #: members who came after the greeting
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15"


@dataclass(frozen=True, slots=True)
class Known:
    """What whoever looks must know: a session's cookie, a token of the API, an invitation, a member, a mail of the outbox, an image of
    the greeting, and mailings by what they are."""

    cookie: str
    token: str
    welcome: str
    member: int
    email: str
    mail: str
    image: str
    mailings: dict[str, int] = field(default_factory=dict)


def known(folder: Path) -> Known:
    """As it was staged."""
    return Known(**json.loads((folder / KNOWN).read_text()))


def make(folder: Path, count: int) -> None:
    """Stage it; a minute or two with 200,000 members."""
    _written(folder)
    world.write_csv(folder / world.CSV, count)
    world.restore(folder, world.EMPTY)
    mailings = {"finished": _first(folder)}
    _told(folder, mailings["finished"])
    with Sink() as sink:
        mailings["some"] = _whole(folder, sink.url, SOME, "west-aerospace")
        mailings["pilot"] = _whole(folder, sink.url, PILOT, "pilot", NEWSLETTER_PROVIDER="outbox")
        mailings["running"] = _half(folder, sink.url, count)
    with world.opened(folder) as ctx:
        mailings["scheduled"] = _planned(ctx, EVENT, "2021-01-27 09:00", approved=True)
        mailings["draft"] = _planned(ctx, DRAFT, "2020-12-19 09:00", approved=False)
        _commented(ctx)
        made = _staff(ctx, mailings)
    (folder / KNOWN).write_text(json.dumps(asdict(made)))
    world.keep(folder, STAGED)


def _written(folder: Path) -> None:
    """Issues and segments."""
    world.workspace(folder)
    segments = folder / "segments.toml"
    segments.write_text(segments.read_text(encoding="utf-8") + _SEGMENTS, encoding="utf-8")
    for slug in COPIES:
        shutil.copytree(folder / "issues" / world.SLUG, folder / "issues" / slug, dirs_exist_ok=True)
        for language in ("en", "fr"):
            text = (folder / "issues" / f"{world.SLUG}.{language}.md").read_text(encoding="utf-8")
            dated = text.replace("date: 2020-12-16", f"date: {slug[:10]}")
            (folder / "issues" / f"{slug}.{language}.md").write_text(dated, encoding="utf-8")


def _first(folder: Path) -> int:
    """Members, those who must not be mailed among them; the greeting to all others, handed over."""
    with world.opened(folder, clock=world.CLOCK) as ctx:
        with import_members(ctx, folder / world.CSV):
            pass
        with closing(world.raw(folder)) as db:
            db.execute(
                "INSERT INTO suppressions (address_key, reason, address, source, at) SELECT address_key,"
                " CASE id % 3 WHEN 0 THEN 'invalid' WHEN 1 THEN 'unsubscribed' ELSE 'manual' END, email, 'page', created_at"
                " FROM members WHERE id % 40 = 0"
            )
            db.execute(
                "UPDATE members SET consent_basis = '', consent_on = NULL, consent_evidence = '' WHERE id % 97 = 0"
            )
            db.execute("UPDATE members SET consent_expires_on = '2020-06-30' WHERE id % 89 = 0")
        number = world.scheduled(ctx)
        due.start_due(ctx, number)
    world.keep(folder, world.PREPARED)
    with Sink() as sink, world.opened(folder, sink.url) as ctx:
        if running.run_to_end(ctx, number, quiet=True):
            raise AssertionError("the greeting was not handed over")
    return number


def _told(folder: Path, number: int) -> None:
    """What the provider and readers told of it; then some new members."""
    with closing(world.raw(folder)) as db:
        people_of = db.execute("SELECT count(*) FROM deliveries").fetchone()[0]
        edition, variants = _variants(db, number)
    made = hooks.signed(hooks.events(folder / world.PREPARED, 2 * people_of))
    with world.opened(folder, NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY=made.key) as ctx:
        hooks.receive(ctx, made.posts)
        hooks.apply(ctx)
        _read(ctx, edition, variants, people_of)
        late = folder / "late.csv"
        lines = (folder / world.CSV).read_text(encoding="utf-8").splitlines()[: _LATE + 1]
        late.write_text("\n".join([lines[0], *(f"late.{line}" for line in lines[1:])]), encoding="utf-8")
        with import_members(ctx, late):
            pass


def _variants(db: sqlite3.Connection, number: int) -> tuple[str, list[int]]:
    edition = db.execute("SELECT edition_id FROM campaigns WHERE id = ?", (number,)).fetchone()[0]
    rows = db.execute("SELECT id FROM variants WHERE campaign_id = ?", (number,)).fetchall()
    return edition[:12], [one for (one,) in rows]


def _read(ctx: Context, edition: str, variants: list[int], people_of: int) -> None:
    """Every third opened it, every twelfth followed a link; a page of them at a time, as the endpoints do."""
    found = Hits(ctx)
    for n in range(people_of // 3):
        at = world.LATER + timedelta(seconds=n % 90_000)
        number = of_variant(variants[n % len(variants)])
        network = f"203.{n % 100}.{n % 113}.{n % 251}"
        found.add(Seen(at, HitKind.OPEN, number, agent=_PHONE, address=network))
        if n % 4 == 0:
            later = at + timedelta(seconds=40)
            found.add(Seen(later, HitKind.CLICK, number, edition, 0, 2, agent=_PHONE, address=network))
        if n % 20_000 == 0:
            found.flush()
    found.flush()


def _begun(ctx: Context, slug: str, segment: str) -> int:
    """Approve an issue to a segment, at once; its number, its recipients written down."""
    frozen = freeze(ctx, slug)
    assert frozen.edition is not None, frozen.findings
    ask = plan.Ask(frozen.edition, AudienceRule((segment,)), ctx.settings.text("provider"))
    number = plan.plan(ctx, ask, frozen.files).campaign.id
    approve.approve(ctx, number, plan.count(ctx, ask).zones)
    due.start_due(ctx, number)
    return number


def _whole(folder: Path, sink: str, slug: str, segment: str, **more: str) -> int:
    with world.opened(folder, sink, **more) as ctx:
        number = _begun(ctx, slug, segment)
        if running.run_to_end(ctx, number, quiet=True):
            raise AssertionError(f"{slug} was not handed over")
    return number


def _half(folder: Path, sink: str, count: int) -> int:
    """The digest to everybody, and half of them have it."""
    with world.opened(folder, sink) as ctx, steady():
        number = _begun(ctx, DIGEST, "everyone")
        desk = Desk(ctx, "bench")
        while glance(ctx, number).handed_over * 2 < count:
            if not submit_next(desk, number):
                raise AssertionError("nothing is left of the digest")
    return number


def _planned(ctx: Context, slug: str, at: str, *, approved: bool) -> int:
    found = proposal.timed(ctx, proposal.Wanted(slug, ScheduleWish(at=at, zone="member"), ("everyone",)))
    assert found.sound, found.frozen.findings
    return proposal.make(ctx, proposal.propose(ctx, found), approved=approved).campaign.id


def _commented(ctx: Context) -> None:
    """Remarks of reviewers on an issue, half of them settled; on another one an open one."""
    for slug, many in ((_IDLE[0], _COMMENTS), (_IDLE[1], 1)):
        outlines = build.build(ctx, slug).rendering.outlines
        for n in range(many):
            outline = outlines[n % len(outlines)]
            block = n % len(outline.pieces)
            words = (f"Reviewer {n % 7}", f"Could this be shorter? ({n})")
            said = commenting.say(ctx, outline, (block, outline.pieces[block].digest), words, slug)
            if many > 1 and n % 2:
                commenting.resolve(ctx, said.number, "Done.")


def _staff(ctx: Context, mailings: dict[str, int]) -> Known:
    """Somebody with every role and a session; colleagues; a token."""
    token, now = secrets.token_hex(16), ctx.now()
    with ctx.store.write() as db:
        me = people.put(db, Account(0, "Ada", "ada@ngen.example", frozenset(Role)), now, "bench")
        sessions.begin(db, me, signing_in.digest(token), now, now + signing_in.LASTS, "bench")
    for n, role in enumerate(Role):
        made = accounts.add(ctx, f"Colleague {n}", f"colleague.{n}@ngen.example", {role})
    answer = Response()
    Cookies(ctx.keys.studio, secure=False, idle=3600).give_session(answer, token, now)
    cookie = answer.headers["set-cookie"].split(";")[0]
    secret = access.add(ctx, "bench", set(Right)).secret
    member = listing.numbered(ctx, 77)
    mail = mailbox.listing(ctx, mailbox.OUTBOX).lines[0].key
    image = _artwork(ctx).images[0].file_name
    return Known(cookie, secret, made.path, member.id, member.email, mail, image, mailings)


def _artwork(ctx: Context) -> Artwork:
    artwork = build.build(ctx, world.SLUG).rendering.artwork
    assert artwork is not None
    return artwork
