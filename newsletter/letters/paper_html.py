"""Paper as one HTML file that loads nothing: to be read, printed and signed.

In: a Paper. Out: HTML. Called by pipeline.paper.
"""

from __future__ import annotations

import base64
from html import escape
from typing import Any

import nh3

from newsletter.letters.paper import MARKDOWN, Paper, Sheet

_TAGS = {
    *(
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "em",
        "strong",
        "s",
        "a",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ),
    *("img", "hr", "br", "sub", "sup", "code", "pre"),
}
_STYLE = """
@page { size: letter; margin: 22mm 24mm 24mm }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 32px 20px 64px; max-width: 720px; color: #1F2A30; background: #fff;
  font: 16px/1.6 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums }
h1, h2, h3, h4 { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif; line-height: 1.25; margin: 1.6em 0 .5em;
  text-wrap: balance; break-after: avoid }
h1 { font-size: 30px } h2 { font-size: 22px } h3 { font-size: 18px } h4 { font-size: 16px }
p, ul, ol, table, blockquote { margin: 0 0 1em } li { margin: 0 0 .3em }
a { color: #0B5D5B } .to { color: #5A666D; font-size: 13px; overflow-wrap: anywhere }
img { display: block; max-width: 100%; max-height: 320px; margin: 0 0 4px; break-inside: avoid }
.alt { color: #5A666D; display: inline-block; font-size: 13px; line-height: 1.4; margin: 0 0 1.2em }
blockquote { margin-left: 0; padding-left: 16px; border-left: 3px solid #DDD6CB }
hr { border: 0; border-top: 1px solid #DDD6CB; margin: 2em 0 }
table { border-collapse: collapse; width: 100%; break-inside: avoid } th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0;
  border-bottom: 1px solid #DDD6CB } th { font-weight: 600 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; font-size: 14px; line-height: 1.5 }
dt { color: #5A666D } dd { margin: 0; overflow-wrap: anywhere } code, .mark { font-family: ui-monospace, Consolas, Menlo, monospace; font-size: .92em }
header.paper { border: 1px solid #DDD6CB; border-radius: 8px; padding: 16px 20px; margin: 0 0 40px; background: #F4F1EC;
  -webkit-print-color-adjust: exact; print-color-adjust: exact }
header.paper h1 { font-size: 20px; margin: 0 0 10px }
section + section { break-before: page; border-top: 4px double #DDD6CB; margin-top: 64px; padding-top: 24px }
section > dl { border-bottom: 1px solid #DDD6CB; padding-bottom: 16px; margin-bottom: 28px }
footer { margin-top: 64px; display: grid; grid-template-columns: 1fr 1fr; gap: 24px 40px; font-size: 13px; color: #5A666D; break-inside: avoid }
footer div { border-top: 1px solid #1F2A30; padding-top: 6px } footer p { grid-column: 1 / -1; margin: 0 }
@media (max-width: 480px) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin: 0 0 8px } footer { grid-template-columns: 1fr } }
@media print { body { padding: 0; max-width: none; font-size: 11pt } section + section { border: 0; margin: 0; padding: 0 } }
"""


def html_of(paper: Paper) -> str:
    """One file; its pictures stand in it."""
    head = f"<header class='paper'><h1>{escape(paper.title)}</h1>{_facts(paper.head)}</header>"
    sheets = "".join(_sheet(sheet, paper) for sheet in paper.sheets)
    signing = (
        "<footer><div>Read and approved / Lu et approuvé</div><div>Date</div>"
        f"<p>Edition / Version <span class='mark'>{escape(paper.mark)}</span></p></footer>"
    )
    first = paper.sheets[0].language if paper.sheets else "en"
    return (
        f'<!doctype html><html lang="{escape(first)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(paper.title)}</title><style>{_STYLE}</style></head>'
        f"<body>{head}{sheets}{signing}</body></html>\n"
    )


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    return (
        f"<dl>{''.join(f'<dt>{escape(label)}</dt><dd>{escape(value)}</dd>' for label, value in facts)}</dl>"
    )


def _sheet(sheet: Sheet, paper: Paper) -> str:
    rendered = MARKDOWN.renderer.render(sheet.tokens, MARKDOWN.options, {})
    clean = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}},
        link_rel=None,
    )
    return (
        f'<section lang="{escape(sheet.language)}">{_facts(sheet.facts)}{_finished(clean, paper)}</section>'
    )


def _finished(clean: str, paper: Paper) -> str:
    """Links with their addresses behind them, pictures in the file with their words below."""
    from lxml import html

    tree = html.fragment_fromstring(clean, create_parent="div")
    for link in list(tree.iter("a")):
        _written_out(link)
    for image in list(tree.iter("img")):
        _shown(image, paper)
    inner = (tree.text or "") + "".join(html.tostring(child, encoding="unicode") for child in tree)
    return str(inner)


def _written_out(link: Any) -> None:
    from lxml import html

    href = link.get("href") or ""
    shown = href.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
    if shown and shown not in {"".join(link.itertext()).strip().rstrip("/"), ""}:
        address = html.Element("span", {"class": "to"})
        address.text = f" ({href.removeprefix('mailto:')})"
        address.tail, link.tail = link.tail, None
        link.addnext(address)


def _shown(image: Any, paper: Paper) -> None:
    from lxml import html

    data = paper.pictures.get(image.get("src") or "", b"")
    kind = "png" if data.startswith(b"\x89PNG") else "gif" if data.startswith(b"GIF") else "jpeg"
    image.set("src", f"data:image/{kind};base64,{base64.b64encode(data).decode()}")
    words = html.Element("span", {"class": "alt"})
    words.text = f"[{image.get('alt')}]" if image.get("alt") else ""
    words.tail, image.tail = image.tail, None
    image.addnext(words)
