"""A studio in which everything has happened once, so that every page of the route table has something to show; and, on demand, hostile
words wherever a person or a provider can have written any.

In: a served studio. Out: where each way's page lies; the pages of strangers. Called by test_studio_safety and test_hostile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from sqlalchemy import Text

from newsletter.model import hold_token
from newsletter.model.account import Account, Role
from newsletter.model.issue import ScheduleWish
from newsletter.model.member import SuppressionReason
from newsletter.model.token import sign
from newsletter.pipeline import (
    accounts,
    agenda,
    asking,
    beginning,
    commenting,
    evidence,
    hold,
    illustrating,
    intake,
    mailbox,
    proposal,
    reviewing,
    segment_editing,
    suppressions,
)
from newsletter.store import accounts as people
from newsletter.store import tables
from tests.browser.studio import GREETING, Studio, signed_in
from tests.mailed import GIF

SCRIPT = (
    '"\'><script>window.hacked=1;alert(1)</script><img src=x onerror="window.hacked=2"><svg onload=alert(3)>'
    "</title></textarea></style></script><script>alert(4)</script>{{7*7}}"
)
SET = {
    "NEWSLETTER_SEND_RATE_PER_MINUTE": "0",
    "NEWSLETTER_WEB_ARCHIVE": "all",
    "NEWSLETTER_NOTICES_SMTP_HOST": "127.0.0.1",
    "NEWSLETTER_NOTICES_SMTP_SECURITY": "none",
}
NEW = "2020-12-30-new-year"
#: texts that programs read: what they may be is settled before they are kept
READ = frozenset(
    (
        "digest",
        "sha256",
        "language",
        "provider",
        "slug",
        "publication",
        "occurrence",
        "stage",
        "past",
        "media_type",
        "outcome",
        "basis",
        "standing",
        "key",
        "calendar",
        "email",
        "address",
        "owner",
        "rule",
        "answers",
        "answered_edition",
        "data",
        "was_data",
        "became_data",
        "network",
        "ended_why",
        "path",
        "answer",
        "password",
        "occasion",
        "merge",
        "event_id",
        "value",
        "timezone",
    )
)


@dataclass(frozen=True)
class Eventful:
    """`places`: the address of each way by its path; `strangers`: those of the public listener; `session`: of somebody with every role."""

    places: dict[str, str]
    strangers: dict[str, str]
    session: str


def happened(made: Studio, word: str = "said") -> Eventful:
    """Let everything happen. `word` stands in what people write."""
    ctx = made.ctx
    with ctx.store.write() as db:
        everybody = people.put(
            db, Account(0, "All", "all@ngen.example", frozenset(Role)), made.clock(), "tester"
        )
    hold.hold(ctx, word)
    hold.release(ctx)
    suppressions.add(ctx, "gone@reader.example", SuppressionReason.MANUAL, word)
    segment_editing.save(ctx, "written", word, 'language == "fr"')
    beginning.from_template(ctx, NEW, "letter", " ".join(word.split()))
    image = illustrating.add(ctx, NEW, f"{word}.gif", GIF)
    first = _mailed(made)
    draft = _draft(made)
    link, asked = _reviewed(made, word), asking.ask(ctx, draft, ["Approver"])[0]
    file = intake.receive(
        ctx, f"{word}.csv", f'email,"{word.replace(chr(34), chr(34) * 2)}"\nx@reader.example,y\n'.encode()
    )
    proof = evidence.keep(ctx, f"{word}.pdf", b"%PDF-1.4 yes")
    with ctx.store.write() as db:
        approval = (
            db.execute(tables.approvals.update().values(evidence=proof).returning(tables.approvals.c.id))
            .scalars()
            .first()
        )
        delivery = db.execute(tables.deliveries.select()).scalars().first()
        event = {
            "provider": "sendgrid",
            "kind": "bounced",
            "delivery_id": delivery,
            "occurred_at": made.clock(),
            "received_at": made.clock(),
        }
        db.execute(tables.events.insert().values(event_id="e", reason=word, status=word, **event))
        picture = db.execute(tables.images.select()).first()
    assert picture is not None
    assert delivery is not None
    assert image.name
    welcome = accounts.link(ctx, everybody).path
    mail = mailbox.listing(ctx, mailbox.EMULATOR).lines[0].key
    own = sign(ctx.keys.signing, ctx.keys.current, int(delivery)).own
    until = made.clock() + timedelta(days=1)
    return Eventful(
        {
            "/issues/at/i/{name}": f"/issues/at/i/{picture.file_name}",
            "/issues/{slug}": f"/issues/{NEW}",
            "/issues/{slug}/mail/{key}": f"/issues/{NEW}/mail/saved",
            "/issues/{slug}/review/mail/{language}": f"/issues/{GREETING}/review/mail/en",
            "/recipients/import/{number:int}": f"/recipients/import/{file.id}",
            "/recipients/segments/{name}": "/recipients/segments/written",
            "/recipients/who": "/recipients/who?address=gone@reader.example",
            "/mailings/{number:int}": f"/mailings/{first}",
            "/mailings/{number:int}/complete/{kind}": f"/mailings/{first}/complete/late",
            "/mailings/{number:int}/go": f"/mailings/{draft}/go",
            "/mailings/{number:int}/approval": f"/mailings/{draft}/approval",
            "/mailings/{number:int}/approval/mail/{language}": f"/mailings/{draft}/approval/mail/en",
            "/mailings/{number:int}/approval/evidence/{approval:int}": f"/mailings/{first}/approval/evidence/{approval}",
            "/mailbox": "/mailbox?box=emulator",
            "/mailbox/read/{box}/{key:path}": f"/mailbox/read/emulator/{quote(mail)}",
            "/mailbox/frame/{box}/{key:path}": f"/mailbox/frame/emulator/{quote(mail)}",
            "/mailbox/source/{box}/{key:path}": f"/mailbox/source/emulator/{quote(mail)}",
            "/schedule/{number:int}/move": f"/schedule/{draft}/move",
            "/schedule/{number:int}/cancel": f"/schedule/{draft}/cancel",
            "/settings/people/{number:int}": f"/settings/people/{everybody}",
            "/welcome/{token}": welcome,
        },
        {
            "/r/{token}": link.removeprefix(made.public_url),
            "/r/{token}/mail/{language}": f"{link.removeprefix(made.public_url)}/mail/en",
            "/a/{token}": asking.url(ctx, asked).removeprefix(made.public_url),
            "/a/{token}/mail/{language}": f"{asking.url(ctx, asked).removeprefix(made.public_url)}/mail/en",
            "/h/{token}": f"/h/{hold_token.sign(ctx.keys.signing, ctx.keys.current, first, until)}",
            "/u/{token}": f"/u/{own}",
            "/p/{token}": f"/p/{own}",
            "/v/{token}": f"/v/{own}",
            "/own": "/own",
            "/archive": "/archive",
            "/archive/{language}.atom": "/archive/en.atom",
            "/archive/{name}": f"/archive/{GREETING}",
            "/archive/{name}/{language}": f"/archive/{GREETING}/en",
            "/i/{file}": f"/i/{picture.file_name}",
            "/f/{key}/{name}": f"/f/{'0' * 24}/x",
            "/calendar/{name}": agenda.address(ctx).removeprefix(made.public_url),
            "/.well-known/newsletter": "/.well-known/newsletter",
            "/healthz": "/healthz",
            "/robots.txt": "/robots.txt",
        },
        signed_in(ctx, everybody),
    )


def _planned(made: Studio, at: str, *, approved: bool) -> int:
    wanted = proposal.Wanted(GREETING, ScheduleWish(at=at), ("everyone",))
    return proposal.make(
        made.ctx, proposal.propose(made.ctx, proposal.timed(made.ctx, wanted)), approved=approved
    ).campaign.id


def _mailed(made: Studio) -> int:
    number = _planned(made, "2020-12-14 10:30", approved=True)
    made.clock.forward(3600)
    made.work()
    return number


def _draft(made: Studio) -> int:
    """One more of the same issue, a year on."""
    with made.ctx.store.write() as db:
        found = db.execute(tables.occasions.select()).first()
        assert found is not None
        fresh = {"publication": found.publication, "slug": found.slug, "occurrence": "2020-12-20"}
        occasion = db.execute(
            tables.occasions.insert().values(**fresh).returning(tables.occasions.c.id)
        ).scalar_one()
        kept = dict(db.execute(tables.campaigns.select()).first()._mapping)  # type: ignore[union-attr]
        kept |= {
            "occasion_id": occasion,
            "status": "draft",
            "started_at": None,
            "ended_at": None,
            "approved_at": None,
        }
        kept |= {"due_at": None, "expires_at": None, "reason": "", "approved_by": ""}
        kept.pop("id")
        return int(
            db.execute(tables.campaigns.insert().values(**kept).returning(tables.campaigns.c.id)).scalar_one()
        )


def _reviewed(made: Studio, word: str) -> str:
    """A review link, and a comment that was answered and settled."""
    built = reviewing.Shelf(made.ctx).built(GREETING)
    outline = reviewing.outline_of(built, "en")
    assert outline is not None
    link, url = commenting.make_link(made.ctx, GREETING)
    said = commenting.say(made.ctx, outline, (0, outline.pieces[0].digest), (word, word), GREETING, link)
    commenting.answer(made.ctx, said.number, (word, word), link)
    commenting.resolve(made.ctx, said.number, word)
    return url


def poison(made: Studio, word: str = SCRIPT) -> int:
    """Put a word into every text of the database but those that programs read; how many columns that were. What people could write is
    mostly refused or cleaned on its way in: here it is not."""
    poisoned = 0
    with made.ctx.store.write() as db:
        for table in tables.metadata.tables.values():
            checked = " ".join(str(getattr(one, "sqltext", "")) for one in table.constraints)
            for column in table.columns:
                ruled = column.primary_key or column.foreign_keys or f"{column.name} " in checked
                named = column.name in READ or column.name.endswith("_folded")
                if (
                    isinstance(column.type, Text)
                    and not ruled
                    and not named
                    and table.name not in {"meta", "editions"}
                ):
                    db.execute(table.update().values({column: word}))
                    poisoned += 1
        db.execute(tables.members.update().values(attributes={"note": word}))
        db.execute(tables.audit.update().values(detail={"reason": word}))
    return poisoned
