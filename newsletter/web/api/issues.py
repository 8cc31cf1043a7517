"""Issues, and what the checks say of them.

In: a Call. Out: answers. Called by web.api.app.
"""

from __future__ import annotations

from newsletter.model.account import Right
from newsletter.model.errors import NotFound
from newsletter.model.finding import Severity
from newsletter.model.said import Said
from newsletter.pipeline import build, paging, survey
from newsletter.web.api import answers, shapes
from newsletter.web.api.operations import Call, Operation


def every(call: Call) -> answers.Issues:
    """A page of issues."""
    names = {one.slug: one for one in build.issues(call.ctx)}
    page = paging.of_names(list(names), call.query.cursor, call.query.limit)
    return answers.Issues([answers.Issue(slug, dict(names[slug].files)) for slug in page.items], page.next)


def one(call: Call) -> answers.Issue:
    """One issue."""
    slug = call.path["slug"]
    found = next((name for name in build.issues(call.ctx) if name.slug == slug), None)
    if found is None:
        raise NotFound(
            Said(f"there is no issue {slug}", f"il n’y a pas de numéro {slug}"),
            code="issue-unknown",
            hint=Said("GET /api/v1/issues lists them.", "GET /api/v1/issues les énumère."),
        )
    return answers.Issue(found.slug, dict(found.files))


def checked(call: Call) -> answers.Checked:
    """What all checks say, over the real audience."""
    slug = one(call).slug
    built = build.build(
        call.ctx,
        slug,
        survey=lambda issue, artwork: survey.of_issue(call.ctx, issue, artwork),
        filtered=True,
    )
    return answers.Checked(
        issue=slug,
        sound=built.sound,
        counts={each.value: sum(f.severity is each for f in built.findings) for each in Severity},
        remarks=[answers.remark(found) for found in built.findings],
        accepted=[answers.remark(waived.finding) for waived in built.waived],
    )


OPERATIONS = (
    Operation("GET", "/issues", "listIssues", "List issues.", Right.LOOK, every, answers.Issues, query=shapes.Paged),
    Operation("GET", "/issues/{slug}", "getIssue", "One issue.", Right.LOOK, one, answers.Issue, refusals=(404,)),
    Operation(
        "GET", "/issues/{slug}/checks", "checkIssue", "What all checks say of an issue.", Right.LOOK, checked, answers.Checked, refusals=(404,)
    ),
)  # fmt: skip
