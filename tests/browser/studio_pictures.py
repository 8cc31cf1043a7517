"""The pictures of the studio's pages, in every width, light and dark, in both languages.

In: nothing. Out: pictures in a folder outside git (var/pictures/studio), and with --docs the few that the documents show, kept small.
Called by `make pictures`: python -m tests.browser.studio_pictures [NAME …] [--docs].
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from newsletter.model.account import Role
from newsletter.model.campaign import AudienceRule
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import approve, commenting, freeze, plan, schedule
from newsletter.pipeline.submit import Desk
from tests.browser.chromium import chromium
from tests.browser.studio import GREETING, Studio, far_end, served
from tests.browser.test_mailings import DIGEST, by_fives, read, send_all

ROOT = Path(__file__).parents[2]
OUT = ROOT / "var/pictures/studio"
DOCS = ROOT / "docs/pictures"
LARGEST = 140_000  #: bytes of a picture in the documents
PAGES = {
    "desk": "/",
    "issues": "/issues",
    "issue": f"/issues/{GREETING}",
    "review": f"/issues/{GREETING}/review",
    "approval": "/mailings/2/approval",
    "schedule": "/schedule?month=2020-12",
    "plan": "/schedule/plan",
    "holidays": "/schedule/holidays",
    "recipients": "/recipients",
    "member": "/recipients/7",
    "import": "/recipients/import",
    "segments": "/recipients/segments",
    "segment": "/recipients/segments/ontario",
    "do-not-mail": "/recipients/do-not-mail",
    "mailings": "/mailings",
    "mailing": "/mailings/1",
    "receipt": "/mailings/1/receipt",
    "mailbox": "/mailbox",
    "settings": "/settings",
    "health": "/settings/health",
    "people": "/settings/people",
    "log": "/settings/log",
    "account": "/account",
    "hold": "/hold",
}
SHOWN = ("desk", "issue", "mailing", "schedule")  #: in the documents
WAYS = ((1280, "light", "en"), (1280, "dark", "fr"), (375, "light", "fr"), (375, "dark", "en"))


def fill(studio: Studio) -> None:
    """A digest that went out and was read, a greeting that waits for approval, a comment on it."""
    by_fives(studio)
    ctx = studio.ctx
    issue = freeze.freeze(ctx, DIGEST)
    assert issue.edition, issue.findings
    ask = plan.Ask(issue.edition, AudienceRule(("everyone",)), "sendgrid")
    number = plan.plan(ctx, ask, issue.files).campaign.id
    approve.approve(ctx, number, plan.count(ctx, ask).zones)
    send_all(studio, Desk(studio.ctx, "pictures"))
    read(studio, number)
    studio.clock.forward(timedelta(hours=30).total_seconds())
    table = schedule.timetable(ctx, ScheduleWish(at="2020-12-18 09:00"))
    greeting = freeze.freeze(ctx, GREETING, schedule.instant(table))
    assert greeting.edition, greeting.findings
    plan.plan(
        ctx, plan.Ask(greeting.edition, AudienceRule(("everyone",)), "sendgrid", when=table), greeting.files
    )
    commenting.make_link(ctx, GREETING)


@contextmanager
def pages(members: int) -> Iterator[tuple[Studio, Page]]:
    """A studio with something in it, and a page that is signed in."""
    with (
        tempfile.TemporaryDirectory() as folder,
        far_end() as far,
        chromium() as browser,
        served(Path(folder), far, members) as studio,
    ):
        fill(studio)
        page = browser.new_page()
        studio.sign_in(page, Role.ADMIN)
        yield studio, page


def picture(page: Page, url: str, width: int, scheme: str) -> bytes:
    """A page as it is first seen on a desktop, or the whole of it on a phone."""
    page.set_viewport_size({"width": width, "height": 900 if width > 600 else 812})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(url, wait_until="load")
    page.wait_for_timeout(700)  # charts and the preview draw themselves; a picture is all that waits for it
    return page.screenshot(full_page=True)


def small(content: bytes) -> bytes:
    """The top of a picture, of few colours: as many as fit."""
    whole = Image.open(io.BytesIO(content)).convert("RGB")
    top = whole.crop((0, 0, whole.width, min(whole.height, 900)))
    for colours in (128, 64, 32):
        out = io.BytesIO()
        top.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if len(out.getvalue()) < LARGEST:
            break
    return out.getvalue()


def main() -> None:
    """Take all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description="Pictures of the studio's pages.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    parser.add_argument("--docs", action="store_true", help="also renew those of the documents")
    parser.add_argument("--members", type=int, default=3000)
    wanted = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    with pages(wanted.members) as (studio, page):
        for name in wanted.names or PAGES:
            for width, scheme, language in WAYS:
                studio.speak(Role.ADMIN, language)
                content = picture(page, studio.url + PAGES[name], width, scheme)
                (OUT / f"{name}-{width}-{scheme}-{language}.png").write_bytes(content)
                if wanted.docs and name in SHOWN and (width, scheme) == (1280, "light"):
                    (DOCS / f"studio-{name}.png").write_bytes(small(content))
            print(name, flush=True)


if __name__ == "__main__":
    main()
