"""Each check remarks on what it is for, and on nothing else: every mutation of the register raises exactly its own id, absent before.

A check without a mutation fails; so does a stable id that nothing raises. The sample goes through the real pipeline each time.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.checks import catalog, waiving
from newsletter.compose import findings
from newsletter.model.thresholds import THRESHOLDS
from newsletter.pipeline import build
from newsletter.renderer import Renderer
from tests.french import in_french
from tests.unit.checks.mutations import MUTATIONS, Mutation, Workshop
from tests.writing import writing

for _path in sorted(Path(__file__).parent.glob("spoilt_*.py")):
    importlib.import_module(f"tests.unit.checks.{_path.stem}")

#: what may be relied on: these names never change (docs/reference/checks.md)
STABLE = frozenset(
    [
        "unresolved-placeholder",
        "slot-without-fallback",
        "unsubscribe-missing",
        "postal-address-missing",
        "size-clipped",
        "head-css",
        "link-malformed",
        "link-insecure",
        "link-shortener",
        "link-deceptive",
        "image-alt",
        "image-weight",
        "image-format",
        "subject-missing",
        "preheader-missing",
        "preheader-equals-subject",
        "text-parity",
        "html-lang",
        "heading-order",
        "contrast",
        "font-size",
        "link-text-generic",
        "client-support",
        "form-or-script",
        "date-weekday",
        "date-past",
        "leftover-text",
        "bilingual-parity",
        "translation-stale",
        "duplicate-id",
        "from-domain",
        "sponsor-expired",
        "last-years-text",
        "dateline",
        "holiday-name",
    ]
)

OURS = {check.name for check in catalog.CHECKS} | {waiving.NAME}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with Renderer() as renderer:
        yield Workshop(writing(tmp_path_factory.mktemp("shop"), renderer))


@pytest.fixture(scope="module")
def kept(shop: Workshop) -> dict[Path, bytes]:
    assert not shop.built().findings, "the sample itself is remarked on"
    return shop.kept()


@pytest.fixture
def spoilt(shop: Workshop, kept: dict[Path, bytes]) -> Iterator[Workshop]:
    desk = shop.writing.desk
    yield shop
    shop.restore(kept, desk)


#: of each check the first mutation is in every run, the others in the long one
FIRST = {one.check: one for one in reversed(MUTATIONS)}
CASES = [
    pytest.param(one, id=str(one), marks=[] if FIRST[one.check] is one else [pytest.mark.ci])
    for one in MUTATIONS
]


@pytest.mark.parametrize("mutation", CASES)
@pytest.mark.ci
def test_a_mutation_raises_its_own_remark_and_no_other(mutation: Mutation, spoilt: Workshop) -> None:
    mutation.edit(spoilt)
    found = spoilt.built().findings
    told = "\n".join(f"{one.place}: {one.check}: {one.message}" for one in found)
    assert {one.check for one in found} == {mutation.check}, told
    places = [one.place for one in found]
    assert all(in_french(one) == "" for one in found), [in_french(one) for one in found]
    assert all(place is None or (spoilt.writing.root / place.file).exists() for place in places), told


def test_every_check_has_a_mutation() -> None:
    raised = {one.check for one in MUTATIONS}
    assert {check.name for check in catalog.CHECKS} <= raised


def test_every_kind_of_remark_of_composing_has_a_mutation() -> None:
    raised = {one.check for one in MUTATIONS}
    kinds = {
        getattr(findings, name)
        for name in dir(findings)
        if name.isupper() and isinstance(getattr(findings, name), str)
    }
    assert kinds <= raised, kinds - raised
    assert {build.SCHEDULE, build.UNREADABLE} <= raised


def test_every_stable_name_is_raised() -> None:
    raised = {one.check for one in MUTATIONS}
    assert raised >= STABLE


def test_every_threshold_is_read_by_its_own_check() -> None:
    runs = {check.name: check.run for check in catalog.CHECKS}
    for one in THRESHOLDS:
        source = Path(inspect.getfile(runs[one.check])).read_text(encoding="utf-8")
        own = one.name.partition(".")[2]
        assert f'"{own}"' in source or f'.{own}"' in source, f"{one.name} is read by nobody"
