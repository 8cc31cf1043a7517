"""Signing in and out, the welcome by a one-time link, one's own account.

In: visits. Out: pages, acts. Called by web.studio.sections.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from newsletter.model.account import Account, Right, Role
from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said
from newsletter.pipeline import accounts, signing_in
from newsletter.web.studio.routing import ANYBODY, Act, Page, Way
from newsletter.web.studio.visit import Visit, inside

_FORM = 16 * 1024


def _entered(visit: Visit, url: str, token: str, said: str = "") -> Response:
    answer = visit.to(url, said)
    answer.headers["x-session"] = token
    return answer


def _next(given: Mapping[str, str]) -> str:
    """Where somebody wanted to go: a page of ours, whatever is asked."""
    url = given.get("next", "/")
    return url if inside(url) else "/"


def ask(visit: Visit) -> Response:
    """`/sign-in`."""
    if visit.who is not None:
        return RedirectResponse(_next(visit.query), 303)
    nobody = not accounts.every(visit.ctx)
    return visit.page(
        "signing/sign_in.html", title=visit.w.signing_title, nobody=nobody, next=visit.query.get("next", "/")
    )


def sign_in(visit: Visit) -> Response:
    """A session, for whoever knows the password."""
    email, password = visit.form.get("email", ""), visit.form.get("password", "")
    token = signing_in.sign_in(visit.ctx, email, password, visit.network)
    return _entered(visit, _next(visit.form), token)


def sign_out(visit: Visit) -> Response:
    """End this session."""
    signing_in.sign_out(visit.ctx, visit.session, visit.account)
    return _entered(visit, "/sign-in", "", visit.w.signing_out)


def sign_out_everywhere(visit: Visit) -> Response:
    """End all sessions."""
    signing_in.sign_out_everywhere(visit.ctx, visit.account)
    return _entered(visit, "/sign-in", "", visit.w.signing_out_everywhere)


def welcome(visit: Visit) -> Response:
    """`/welcome/TOKEN`: shows who it is for; only the form uses the link up."""
    found = accounts.opened(visit.ctx, visit.path["token"]).account
    title = visit.w("signing_welcome", name=found.name) if found else visit.w.signing_first
    return visit.page("signing/welcome.html", title=title, found=found, link=visit.path["token"])


def accept(visit: Visit) -> Response:
    """A password is set; of the first admin, the account is made."""
    token, password = visit.path["token"], visit.form.get("password", "")
    if accounts.opened(visit.ctx, token).account is not None:
        return _entered(visit, "/", accounts.accept(visit.ctx, token, password, visit.network))
    also = frozenset(Role(one) for one in visit.many("also") if one in {Role.APPROVER, Role.SENDER})
    fresh = Account(0, visit.form.get("name", ""), visit.form.get("email", ""), also, visit.language)
    return _entered(visit, "/", accounts.accept_first(visit.ctx, token, fresh, password, visit.network))


def account(visit: Visit) -> Response:
    """`/account`: one's own."""
    return visit.page("signing/account.html", title=visit.w.signing_account)


def language(visit: Visit) -> Response:
    """The language of the pages."""
    accounts.set_language(visit.ctx, visit.account, visit.form.get("language", ""))
    return visit.to(visit.here)


def password(visit: Visit) -> Response:
    """Another password."""
    now_used, wanted = visit.form.get("now-used", ""), visit.form.get("wanted", "")
    if not wanted:
        raise NotAllowed(
            Said("the new password is missing", "le nouveau mot de passe manque"), code="password-length"
        )
    token = accounts.change_password(visit.ctx, visit.account, now_used, wanted, visit.network)
    return _entered(visit, "/account", token, visit.w.signing_changed)


ROUTES: tuple[Way, ...] = (
    Page("/sign-in", ask, need=ANYBODY),
    Act("/sign-in", sign_in, need=ANYBODY, most=_FORM),
    Page("/welcome/{token}", welcome, need=ANYBODY),
    Act("/welcome/{token}", accept, need=ANYBODY, most=_FORM),
    Page("/account", account, need=Right.LOOK),
    Act("/account/language", language, need=Right.LOOK),
    Act("/account/password", password, need=Right.LOOK),
    Act("/sign-out", sign_out, need=Right.LOOK),
    Act("/sign-out-everywhere", sign_out_everywhere, need=Right.LOOK),
)
