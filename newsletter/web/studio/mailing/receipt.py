"""The receipt: the closing account of a mailing on one page, made to be printed, downloaded and forwarded.

In: visits. Out: a page, a file of text, a file of HTML. Called by web.studio.mailing.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.campaign import Decided
from newsletter.pipeline import exporting, notice_facts, reason_words, sequels, whole
from newsletter.web.studio.mailing.one import kept, shown
from newsletter.web.studio.mailing.receipt_text import written
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.visit import Visit


def receipt(visit: Visit) -> Response:
    """`/mailings/7/receipt`."""
    return visit.page("mailing/receipt.html", **_values(visit))


def as_text(visit: Visit) -> Response:
    """`/mailings/7/receipt.txt`."""
    return _file(visit, written(visit, _values(visit)), "txt", "text/plain")


def as_html(visit: Visit) -> Response:
    """`/mailings/7/receipt.html`: one file that needs no other."""
    style = Markup(visit.studio.assets["mailing/receipt.css"].data.decode())  # noqa: S704 - our own file
    return _file(
        visit, visit.draw("mailing/receipt.jinja", style=style, **_values(visit)), "html", "text/html"
    )


def _file(visit: Visit, text: str, ending: str, media_type: str) -> Response:
    exporting.note(visit.ctx, exporting.Export.RECEIPT, str(visit.path["number"]), {"file": ending})
    name = f"{visit.w.receipt_file}-{visit.path['number']}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _values(visit: Visit) -> dict[str, Any]:
    number = visit.path["number"]
    made = kept(visit, f"mailing {number} whole", lambda: whole.whole(visit.ctx, number))
    total = shown(made, number)
    name = notice_facts.title(sequels.edition_of(visit.ctx, total.campaign), visit.language)
    none = sum(total.not_mailed.values())
    but = "" if total.decided.nobody else "_but"  # "once each" is said of those alone of whom it is proven
    sums = visit.w(
        f"receipt_sentence{but}",
        n=total.books.accepted,
        not_mailed=none,
        unexplained=total.unexplained,
    )
    word = on_word(visit, total.decided)
    return {
        "title": visit.w("receipt_title", title=name),
        "name": name,
        "whole": made,
        "total": total,
        "number": number,
        "first": made.parts[0].report.campaign.id == number,
        "closed": made.closed if made.parts[0].report.campaign.id == number else total.closed,
        "not_mailed": reason_words.whom_not(total.books, visit.language),
        "but": but,
        "word": word,
        "mail": " ".join([sums, *word]),
    }


def on_word(visit: Visit, found: Decided) -> list[str]:
    """What stands on a person's word alone, in sentences."""
    told = {"receipt_assumed": found.assumed, "receipt_again": found.again}
    return [visit.w(key, n=number) for key, number in told.items() if number]


ROUTES: tuple[Way, ...] = (
    Page("/mailings/{number:int}/receipt", receipt, need=Right.LOOK),
    Act("/mailings/{number:int}/receipt.txt", as_text, need=Right.LOOK, once=False),
    Act("/mailings/{number:int}/receipt.html", as_html, need=Right.LOOK, once=False),
)
