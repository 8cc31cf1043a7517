"""The do-not-mail list: added to by hand and by files of other programs; what people said stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.model.errors import AuthorError, NotAllowed, NotFound
from newsletter.model.member import Exclusion, SuppressionReason
from newsletter.pipeline import members, suppressions
from newsletter.pipeline.members import Changes
from newsletter.pipeline.suppressions import import_suppressions
from newsletter.store import tables
from tests.mailed import Mailed, world

R = SuppressionReason


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        yield made


def take(mailed: Mailed, text: str, default: R = R.MANUAL) -> dict[str, Any]:
    path = mailed.ctx.root / "list.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("cp1252"))
    with import_suppressions(mailed.ctx, path, default) as report:
        return {
            "added": dict(report.added),
            "known": report.known,
            "refused": [tuple(one) for one in report.refused()],
        }


def test_a_file_of_ours(mailed: Mailed) -> None:
    found = take(
        mailed,
        "email,reason,source,at\na@x.ca,complaint,sendgrid,2020-01-01\nb@x.ca,,,\nbad,manual,,\nA@X.CA,complaint,,\n",
    )
    assert found == {
        "added": {R.COMPLAINT: 1, R.MANUAL: 1},
        "known": 1,
        "refused": [(4, "bad", "there is no @ in it")],
    }
    assert [(row["address"], row["source"]) for row in sorted(mailed.rows(tables.suppressions), key=lambda r: r["address"])] == [
        ("a@x.ca", "sendgrid"), ("b@x.ca", "import list.csv:3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "default", "expected"),
    [
        ("a@x.ca\nb@x.ca\n", R.MANUAL, {R.MANUAL: 2}),
        ("courriel;motif\na@x.ca;désabonné\nb@x.ca;plainte\n", R.MANUAL, {R.UNSUBSCRIBED: 1, R.COMPLAINT: 1}),
        ("email,reason,status\na@x.ca,550 5.1.1 no such user,5.1.1\n", R.INVALID, {R.INVALID: 1}),
        ("email,created\na@x.ca,1577836800\n", R.UNSUBSCRIBED, {R.UNSUBSCRIBED: 1}),
    ],
)
def test_files_of_other_programs(mailed: Mailed, text: str, default: R, expected: dict[R, int]) -> None:
    assert take(mailed, text, default)["added"] == expected
    assert take(mailed, text, default) == {"added": {}, "known": sum(expected.values()), "refused": []}


@pytest.mark.parametrize(
    "written", ["Ann Roy <a@x.ca>", "<A@x.ca>", "mailto:a@x.ca", "MAILTO:a@x.ca", '"Roy, Ann" <a@x.ca>']
)
def test_no_way_of_writing_an_address_keeps_somebody_off_the_list(mailed: Mailed, written: str) -> None:
    quoted = '"' + written.replace('"', '""') + '"'
    for text in (f"email\n{quoted}\n", f"{quoted}\nb@x.ca\n"):
        take(mailed, text, R.UNSUBSCRIBED)
        assert members.story(mailed.ctx, "a@x.ca").exclusion is Exclusion.UNSUBSCRIBED


def test_a_row_that_cannot_be_read_says_why(mailed: Mailed) -> None:
    found = take(mailed, 'email,reason\na@x.ca,"never closed\nb@x.ca,manual\n')
    assert found["refused"] == [(2, "", "a quotation mark is opened and never closed")]
    assert found["added"] == {R.MANUAL: 1}


def test_a_list_that_breaks_off_keeps_the_rows_before_it(mailed: Mailed) -> None:
    path = mailed.ctx.root / "list.csv"
    path.write_text("email\na@x.ca\nb@x.ca\n" + "c" * (1 << 21))
    with pytest.raises(AuthorError, match="line is longer"), import_suppressions(mailed.ctx, path):
        pass
    assert suppressions.counted(mailed.ctx) == {"manual": 2}
    assert [row["detail"] for row in mailed.rows(tables.audit)] == [{"manual": 2}]


def test_an_export_makes_the_same_list(mailed: Mailed, tmp_path: Path) -> None:
    suppressions.add(mailed.ctx, "a@x.ca", R.MANUAL, "=cmd|' /C calc'!A0")
    suppressions.add(mailed.ctx, "a@x.ca", R.UNSUBSCRIBED, "page")
    suppressions.add(mailed.ctx, "+b@x.ca", R.INVALID, "bounce")
    text = "".join(suppressions.exported(mailed.ctx))
    assert "\n'+b@x.ca" in text
    assert "'=cmd" in text
    with world(tmp_path / "other") as other:
        assert sum(take(other, text)["added"].values()) == 3
        mine, theirs = (
            sorted("".join(suppressions.exported(ctx)).splitlines()) for ctx in (mailed.ctx, other.ctx)
        )
        assert mine == theirs


def test_a_list_takes_effect_on_members(mailed: Mailed) -> None:
    members.add(mailed.ctx, "a@x.ca", Changes())
    take(mailed, "a@x.ca\n", R.UNSUBSCRIBED)
    story = members.story(mailed.ctx, "a@x.ca")
    assert story.exclusion is Exclusion.UNSUBSCRIBED
    assert [line.kind for line in story.consents] == ["withdrawn"]


def test_a_mistake_of_ours_is_taken_back(mailed: Mailed) -> None:
    assert suppressions.add(mailed.ctx, "a@x.ca", R.MANUAL, "by hand")
    assert not suppressions.add(mailed.ctx, "A@x.ca", R.MANUAL, "again")
    suppressions.lift(mailed.ctx, "a@x.ca", "a typing error")
    assert members.story(mailed.ctx, "a@x.ca").exclusion is Exclusion.NO_CONSENT
    with pytest.raises(NotFound):
        suppressions.lift(mailed.ctx, "a@x.ca", "again")
    assert suppressions.add(mailed.ctx, "a@x.ca", R.MANUAL, "after all")
    assert [row["act"] for row in mailed.rows(tables.audit)] == ["suppress", "suppression-lift", "suppress"]


@pytest.mark.parametrize("reason", [R.COMPLAINT, R.ERASED, R.UNSUBSCRIBED])
def test_what_a_person_said_is_never_taken_back_by_us(mailed: Mailed, reason: R) -> None:
    suppressions.add(mailed.ctx, "a@x.ca", reason, "said so")
    with pytest.raises(NotAllowed, match="the person said so"):
        suppressions.lift(mailed.ctx, "a@x.ca", "please")
    suppressions.add(mailed.ctx, "a@x.ca", R.MANUAL, "by hand")
    suppressions.lift(mailed.ctx, "a@x.ca", "a typing error")
    assert members.story(mailed.ctx, "a@x.ca").exclusion is not None


def test_a_file_without_addresses(mailed: Mailed) -> None:
    with pytest.raises(AuthorError, match="no column holds the address"):
        take(mailed, "name,phone\nx,y\n")
    assert take(mailed, "email\n") == {"added": {}, "known": 0, "refused": []}


def test_the_list_by_reason(mailed: Mailed) -> None:
    take(mailed, "a@x.ca\nb@x.ca\n")
    take(mailed, "b@x.ca\n", R.INVALID)
    assert suppressions.counted(mailed.ctx) == {"manual": 2, "invalid": 1}
    assert suppressions.counted(mailed.ctx, [R.INVALID]) == {"invalid": 1}
    assert [one.address for one in suppressions.listed(mailed.ctx, [R.INVALID])] == ["b@x.ca"]
