"""How to spoil the sample for the checks that know of the network and of mail programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from newsletter.model.artwork import Link
from newsletter.model.link_result import LinkResult, Step
from tests.unit.checks.mutations import Edit, Workshop, body, spoil, swap
from tests.writing import NOW


def answered(status: int = 0, why: str = "", steps: tuple[Step, ...] = ()) -> Edit:
    """Every link was asked, and this is what came of it."""

    def ask(links: Iterable[Link]) -> Mapping[str, LinkResult]:
        final = steps[-1].url if steps else ""
        return {
            link.url: LinkResult(link.url, NOW, status, why, final=final or link.url, steps=steps)
            for link in links
        }

    def run(shop: Workshop) -> None:
        shop.ask = ask

    return run


spoil("link-status", answered(404))
spoil("link-status", answered(403))
spoil("link-status", answered(why="name"))
spoil("link-status", answered(why="tls"))
spoil("link-status", answered(200, steps=(Step(301, "https://www.ngen.ca/new/story"),)))
spoil(
    "leftover-text",
    body("[Check me: from www.ngen.ca] A story.", "[À vérifier, tiré de www.ngen.ca] Un article."),
)

spoil("client-support", swap("templates/inline.css", ".title {", ".title { position: relative;"))
spoil(
    "client-support",
    swap("templates/head.css", "@media (prefers", ".title:has(b) { color: #123456 }\n@media (prefers"),
)
