"""Every example of the components' pages goes through the whole of `newsletter check`, and nothing is remarked on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.compose.components import CATALOGUE
from newsletter.pipeline.build import Built, build
from newsletter.renderer import Renderer
from tests.browser.component_pictures import example
from tests.browser.mails import ISSUES, SPONSORS, sample
from tests.unit.compose.kit import request_from
from tests.writing import ROOT, Writing, writing

FRONT = """---
subject: What a mail can hold
preheader: Each component of the pages, one after another, as it stands there.
template: digest
date: 2021-01-20
only: {language: en, by: Ann Lee, reason: The pages show one language}
---
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    with Renderer() as renderer:
        made = writing(tmp_path_factory.mktemp("examples"), renderer)
        (made.root / "sponsors.toml").write_text(SPONSORS, encoding="utf-8")
        for path, content in sample(request_from(ROOT, ISSUES["digest"])).images.items():
            if path.startswith("issues/"):
                _put(made.root / "issues/examples" / Path(path).name, content)
        _put(made.root / "issues/examples/guide.pdf", b"%PDF-1.4\n" + b" " * 2_000_000)
        yield made


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _built(desk: Writing, body: str) -> Built:
    (desk.root / "issues/examples.en.md").write_text(f"{FRONT}\n{body}\n", encoding="utf-8")
    return build(desk.desk, "examples")


NAMES = tuple(CATALOGUE)
HALF = len(NAMES) // 2


@pytest.mark.parametrize("names", [NAMES[:HALF], NAMES[HALF:]], ids=["first half", "second half"])
def test_the_examples_are_without_a_remark(desk: Writing, names: tuple[str, ...]) -> None:
    built = _built(desk, "\n\n".join(example(name) for name in names))
    assert [f"{one.place}: {one.check}: {one.message}" for one in built.findings] == []
    assert built.sound


def test_files_and_sponsors_belong_to_the_mail(desk: Writing) -> None:
    built = _built(desk, "\n\n".join(example(name) for name in ("event", "file", "sponsor")))
    artwork = built.rendering.artwork
    assert artwork is not None
    assert {one.name.rpartition(".")[2] for one in artwork.hosted} == {"pdf", "ics"}
    assert artwork.sponsors == ("sample-tool",)
    made = [one for one in artwork.hosted if not one.source]
    assert len(made) == 1
    assert built.rendering.files[made[0].digest].startswith(b"BEGIN:VCALENDAR")


def test_an_expired_sponsor_stops_the_same_mail(desk: Writing) -> None:
    built = _built(desk, example("sponsor"))
    assert built.sound
    (desk.root / "sponsors.toml").write_text(SPONSORS.replace("2021-06-30", "2021-01-19"), encoding="utf-8")
    late = build(desk.desk, "examples")
    assert not late.sound
    assert [one.check for one in late.findings] == ["sponsor-expired"]
    (desk.root / "sponsors.toml").write_text(SPONSORS, encoding="utf-8")
