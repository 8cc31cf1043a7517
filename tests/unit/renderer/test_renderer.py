"""The renderer: what takes the child down is a finding, in time, and the next build works."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.request import Request
from newsletter.compose.steps import compose
from newsletter.model.edition import Rendering
from newsletter.model.finding import Severity
from newsletter.renderer import Limits, Renderer, parent, wire
from newsletter.renderer.parent import _environment
from newsletter.renderer.wire import Broken, Kind
from tests.unit.compose.kit import framed, pixel, request_from, tiny, told

ROOT = Path(__file__).parents[3]
GOOD = tiny("Hello ![a](a.png)", images={"issues/x/a.png": pixel()})


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        made.render(GOOD)
        yield made


def hostile(letter: str, **more: str) -> Request:
    return tiny(templates={"letter.mjml": letter, **more})


def test_the_same_request_gives_the_same_bytes_whatever_was_composed_between(renderer: Renderer) -> None:
    first = renderer.render(GOOD)
    for text in ("# Bonjour", "Hello {first_name|friend}", "![b](a.png)", "::: nothing"):
        renderer.render(tiny(text, images={"issues/x/a.png": pixel()}))
    again = renderer.render(GOOD)
    assert wire.encode_rendering(again, GOOD) == wire.encode_rendering(first, GOOD)


MOST_SECONDS = 6
HOSTILE = {
    "a circle of jinja includes": hostile('{% include "letter.mjml" %}'),
    "a circle of mj-include": hostile(
        '<mjml><mj-body><mj-include path="a.mjml"/></mj-body></mjml>',
        **{"a.mjml": '<mj-include path="a.mjml"/>'},
    ),
    "ten thousand nested elements": hostile(framed("<mj-section>" * 10_000)["letter.mjml"]),
    "ten thousand nested tags in text": hostile(
        framed(f"<mj-text>{'<div>' * 10_000}</mj-text>")["letter.mjml"]
    ),
    "ten thousand quotes in markdown": tiny(">" * 10_000 + " x"),
    "ten thousand brackets in markdown": tiny("[" * 10_000),
    "a thousand million characters": hostile("{{ 'x' * 10**9 }}"),
    "a thousand million characters by a filter": hostile("{{ 'x' | center(10**9) }}"),
    "a text that doubles": hostile(
        "{% set n = namespace(x='x' * 1000) %}{% for i in range(100) %}{% set n.x = n.x ~ n.x %}{% endfor %}"
    ),
    "an endless loop": hostile(
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    ),
    "a macro that calls itself": hostile("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
    "a very large email": hostile(
        "<mjml><mj-body>{% for i in range(9999) %}{{ content }}{% endfor %}</mj-body></mjml>"
    ),
}

#: what may also be composed, if it is done in time
BEARABLE = {"ten thousand quotes in markdown", "ten thousand brackets in markdown"}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.ci
def test_a_hostile_issue_becomes_a_finding_and_the_next_build_works(name: str, renderer: Renderer) -> None:
    before = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    rendering = renderer.render(HOSTILE[name])
    renderer.close()  # its child is counted once it has ended
    used = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before
    assert rendering.artwork is None or name in BEARABLE
    if rendering.artwork is None:
        finding = rendering.findings[0]
        assert finding.severity is Severity.ERROR
        assert finding.place is not None
        assert finding.place.file in {"templates/letter.mjml", "templates/a.mjml", "issues/x.md"}
    # Seconds of a processor, since the machine may be busy with other tests; no sleep hides among them.
    assert used < MOST_SECONDS
    assert renderer.render(GOOD).artwork is not None


def test_what_comes_back_equals_what_composing_gives_here(renderer: Renderer) -> None:
    request = request_from(ROOT, "2020-12-16-holiday-greeting")
    assert renderer.render(request) == compose(request)
    assert renderer.render(GOOD).files == compose(GOOD).files


def test_many_threads_may_ask_at_once(renderer: Renderer) -> None:
    requests = [tiny(f"Number {number}") for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        texts = [
            rendering.artwork.texts["en"].text
            for rendering in pool.map(renderer.render, requests)
            if rendering.artwork
        ]
    assert texts == [(f"Number {number}\n",) for number in range(12)]


@pytest.mark.ci
def test_a_child_that_is_killed_is_a_finding_and_another_takes_its_place() -> None:
    with Renderer() as renderer:
        renderer.render(GOOD)
        assert renderer._child is not None
        child = renderer._child.process
        killer = threading.Timer(0.3, lambda: child.send_signal(signal.SIGSEGV))
        killer.start()
        rendering = renderer.render(HOSTILE["an endless loop"])
        assert told(rendering).startswith(
            "error: templates/letter.mjml: [limit] building this issue ended the process that builds it (signal 11)"
        )
        assert renderer.render(GOOD).artwork is not None


def test_a_child_that_died_between_two_builds_is_not_noticed() -> None:
    with Renderer() as renderer:
        renderer.render(GOOD)
        assert renderer._child is not None
        renderer._child.process.kill()
        renderer._child.process.wait()
        assert renderer.render(GOOD).artwork is not None


@pytest.mark.ci
def test_time_is_limited_also_for_one_that_does_nothing() -> None:
    with Renderer(Limits(seconds=1)) as renderer:
        renderer.render(GOOD)
        assert renderer._child is not None
        renderer._child.process.send_signal(signal.SIGSTOP)
        rendering = renderer.render(GOOD)
    assert [finding.message for finding in rendering.findings] == [
        "building this issue takes longer than 1 seconds"
    ]


def test_an_answer_may_not_be_larger_than_its_limit() -> None:
    with Renderer(Limits(answer_megabytes=0)) as renderer:
        (finding,) = renderer.render(GOOD).findings
    assert (
        finding.message
        == "building this issue ended the process that builds it (it answered what cannot be read)"
    )


def test_a_child_that_cannot_start_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Renderer() as renderer:
        (finding,) = renderer.render(GOOD).findings
        assert finding.message == "building this issue ended the process that builds it (exit code 1)"
        assert str(finding.place) == "issues/x.md"


@pytest.mark.ci
def test_a_closed_renderer_opens_again() -> None:
    renderer = Renderer()
    assert renderer.render(GOOD).artwork is not None
    renderer.close()
    renderer.close()
    assert renderer.render(GOOD).artwork is not None
    renderer.close()


def test_the_child_is_told_nothing_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.secret")
    monkeypatch.setenv("NEWSLETTER_INSTANCE_KEY", "secret")
    assert not any("secret" in value for value in _environment().values())
    assert {"PYTHONPATH", "PREMAILER_CACHE_MAXSIZE"} <= _environment().keys()


def test_the_child_ends_when_its_input_does() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "newsletter.renderer.child"],
        cwd=ROOT,
        env={**os.environ, **_environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    out, _ = child.communicate(b"", timeout=60)
    assert (out, child.returncode) == (b"", 0)


def test_frames() -> None:
    stream = BytesIO()
    wire.write(stream, Kind.STEP, b"x")
    wire.write(stream, Kind.READY, b"")
    stream.seek(0)
    assert wire.read(stream, 10) == (Kind.STEP, b"x")
    assert wire.read(stream, 10) == (Kind.READY, b"")
    with pytest.raises(Broken, match="the pipe ended"):
        wire.read(stream, 10)
    with pytest.raises(Broken, match="a frame of 99 bytes"):
        wire.read(BytesIO(b"A\x00\x00\x00\x63"), 10)
    with pytest.raises(Broken, match="unknown frame"):
        wire.read(BytesIO(b"?\x00\x00\x00\x00"), 10)


@given(st.binary(max_size=60))
def test_whatever_a_child_answers_is_a_rendering_or_broken(content: bytes) -> None:
    try:
        assert isinstance(wire.decode_rendering(content, GOOD), Rendering)
    except Broken:
        return


def test_requests_and_renderings_cross_the_pipe_whole() -> None:
    request = request_from(ROOT, "2021-01-27-next-shift")
    assert wire.decode_request(wire.encode_request(request)) == request
    rendering = compose(request)
    sent = wire.encode_rendering(rendering, request)
    assert wire.decode_rendering(sent, request) == rendering
    there = set(request.images.values())
    assert {content in sent for content in rendering.files.values() if content in there} == {False}
    assert {content in sent for content in rendering.files.values() if content not in there} == {True}


def test_the_hint_says_where_to_look() -> None:
    request = tiny("words", images={"issues/x/large.png": b"x"})
    (source,) = request.sources
    found = [
        parent._where_to_look(at, request).en
        for at in (source.path, "issues/x/large.png", "templates/letter.mjml")
    ]
    assert ["brackets" in found[0], "picture" in found[1], "template" in found[2]] == [True, True, True]
