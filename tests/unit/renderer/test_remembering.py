"""A renderer that remembers: the same source is composed once; what changed, what failed, and pictures of one text are composed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.compose.request import Request
from newsletter.compose.steps import compose
from newsletter.model.edition import Rendering
from newsletter.renderer import Remembering, Renderer
from tests.unit.compose.kit import tiny


class Counting(Renderer):
    """Composes here, and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Request] = []

    def render(self, request: Request) -> Rendering:
        self.asked.append(request)
        return compose(request)


@pytest.fixture
def inner() -> Counting:
    return Counting()


def test_the_same_source_is_composed_once_and_gives_the_same(inner: Counting) -> None:
    remembering = Remembering(lambda: inner)
    found = [remembering.render(tiny("Hello")) for _ in range(3)]
    assert len(inner.asked) == 1
    assert found == [compose(tiny("Hello"))] * 3


def test_whatever_changes_is_composed(inner: Counting) -> None:
    remembering, first = Remembering(lambda: inner), tiny("Hello")
    changed = [
        first,
        tiny("Hello!"),
        replace(first, templates=first.templates | {"more.txt": "more"}),
        replace(first, images={"issues/x/a.png": b"other"}),
        replace(first, sponsors="[x]"),
    ]
    for request in changed:
        remembering.render(request)
    assert inner.asked == changed


def test_a_failure_and_a_picture_of_one_text_are_composed_each_time(inner: Counting) -> None:
    remembering = Remembering(lambda: inner)
    broken = tiny(templates={"letter.mjml": "{% include 'letter.mjml' %}"})
    assert remembering.render(broken).artwork is None
    for request in (broken, replace(tiny("Hello"), wanted=("en",)), replace(tiny("Hello"), wanted=("en",))):
        remembering.render(request)
    assert len(inner.asked) == 4


def test_only_the_newest_are_remembered(inner: Counting) -> None:
    remembering = Remembering(lambda: inner, most=2)
    for text in ("one", "two", "one", "three", "one", "two"):
        remembering.render(tiny(text))
    assert [request.sources[0].text for request in inner.asked] == [
        tiny(text).sources[0].text for text in ("one", "two", "three", "two")
    ]
