"""F16, F23: an approved issue that cannot be built any more when its time comes: without end, without measure, with a picture that is gone or
elsewhere. That one is held, and another goes out. Judged from the emulator's log."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.pipeline.freeze import freeze
from newsletter.pipeline.schedule import Timetable
from newsletter.planning.plan import Expiry, LocalPlan
from tests.faults.conftest import PEOPLE
from tests.faults.engines import SQLITE
from tests.faults.inside import approved, mailing, once, requests, work
from tests.faults.stage import NOTE, SLUG, Stage
from tests.unit.compose.kit import pixel
from tests.web_server import WebServer, web_server

ENGINES = (SQLITE,)
pytestmark = [pytest.mark.ci, pytest.mark.fault("F16")]

OTHER = "other"
PICTURE = '::: image src="a.png" alt="Our house"\n:::\n'


@pytest.fixture
def two_issues(stage: Stage) -> Stage:
    """The usual one, and another with a template and a picture of its own."""
    issues, templates = stage.folder / "issues", stage.folder / "templates"
    shutil.copy(templates / "plain.mjml", templates / "own.mjml")
    (issues / OTHER).mkdir()
    (issues / OTHER / "a.png").write_bytes(pixel())
    text = NOTE.replace("template: plain", "template: own").replace("A word", "Another word")
    (issues / f"{OTHER}.md").write_text(f"{text}\n{PICTURE}", encoding="utf-8")
    return stage


def without_end(stage: Stage, _far: WebServer) -> None:
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    (stage.folder / "templates" / "own.mjml").write_text(loop, encoding="utf-8")


def without_measure(stage: Stage, _far: WebServer) -> None:
    (stage.folder / "templates" / "own.mjml").write_text("{{ 'x' * 10**9 }}", encoding="utf-8")


def picture_gone(stage: Stage, _far: WebServer) -> None:
    (stage.folder / "issues" / OTHER / "a.png").unlink()


def picture_elsewhere(stage: Stage, far: WebServer) -> None:
    path = stage.folder / "issues" / f"{OTHER}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("a.png", far.url("/a.png")), encoding="utf-8")


def silent(_line: socket.socket, closing: threading.Event) -> None:
    """Takes the request, and never answers."""
    closing.wait()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(without_end, marks=pytest.mark.faults),
        without_measure,
        pytest.param(picture_gone, marks=pytest.mark.faults),
        picture_elsewhere,
    ],
)
def test_what_cannot_be_built_is_held_and_the_other_goes_out(
    two_issues: Stage, spoil: Callable[[Stage, WebServer], None]
) -> None:
    stage = two_issues
    stage.extra["NEWSLETTER_RENDER_SECONDS"] = "1"
    begun = datetime.now(UTC).replace(microsecond=0)
    due = begun + timedelta(hours=1)
    when = Timetable(LocalPlan(due.replace(tzinfo=None), "UTC", False, Expiry.NEVER), begun)
    with web_server({"*": silent}) as far, stage.context() as ctx:
        now = [begun]
        ctx = replace(ctx, now=lambda: now[0])
        spoilt, sound = approved(ctx, when=when, slug=OTHER), approved(ctx, when=when, slug=SLUG)
        spoil(stage, far)
        now[0] = due
        work(ctx)
        assert mailing(ctx, spoilt).status is CampaignStatus.HELD
        assert mailing(ctx, spoilt).reason
        assert once(stage, ctx, PEOPLE, sound).accepted == PEOPLE
        if spoil in {picture_gone, picture_elsewhere}:  # (of what ends the renderer its own tests tell)
            assert freeze(ctx, OTHER).edition is None, "nor can it be planned anew"
        assert far.asked == [], "a send waits for nobody's server"
    assert len(requests(stage)) == PEOPLE // 10
