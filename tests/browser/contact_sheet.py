"""The contact sheet: every template × language × {375, 1280} × {light, dark} × {images on, off}, side by side in one page, and every state.

In: the repository's issues and templates, the states of tests/browser/states.py. Out: pictures and index.html in a folder outside git (var/pictures, or the one given).
Called by `make pictures`: python -m tests.browser.contact_sheet [FOLDER] [--only greeting] [--docs].

With --docs it also joins four of them for each issue into docs/pictures/<template>.png, small enough for git.
"""

from __future__ import annotations

import argparse
import html
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.browser.chromium import chromium, open_page
from tests.browser.mails import ALL, EVERY, ROOT, SAMPLES, SPECIMEN, TEMPLATES, Mail, rendered
from tests.browser.states import INVERT, STATES, TWICE, state
from tests.unit.compose.kit import preview, preview_text

SHEET = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Contact sheet</title>
<style>body{{font:14px/1.5 sans-serif;margin:24px;background:#888}}h2{{margin:32px 0 8px}}
div{{display:flex;gap:16px;align-items:flex-start;overflow-x:auto}}figure{{margin:0;flex:none}}
img,pre{{display:block;width:{width}px;margin:0}}pre{{font:9px/1.35 monospace;background:#fff;padding:8px;width:auto}}</style>
{rows}"""


_ALTERED = "recoloured, in part and wholly; type twice as large"


def pictures(browser: Browser, mail: Mail, folder: Path) -> list[str]:
    """Take the eight pictures of one mail; their file names, in the order of the sheet."""
    page_html = preview(rendered(mail.template), mail.language)
    names = []
    for width, scheme, images in product((375, 1280), ("light", "dark"), ("on", "off")):
        name = f"{mail}-{width}-{scheme}-images-{images}.png"
        with open_page(browser, page_html, width, scheme=scheme, images=images == "on") as page:
            page.screenshot(path=folder / name, full_page=True)
        names.append(name)
    return names


def row(browser: Browser, mail: Mail, folder: Path) -> str:
    """One row of the sheet: the pictures of a mail, and its plain text."""
    figures = "".join(
        f"<figure><figcaption>{name.removeprefix(f'{mail}-').removesuffix('.png')}</figcaption>"
        f'<a href="{name}"><img src="{name}" alt=""></a></figure>'
        for name in pictures(browser, mail, folder)
    )
    text = html.escape(preview_text(rendered(mail.template), mail.language))
    return f"<h2>{mail.template}, {mail.language}</h2><div>{figures}<figure><figcaption>text</figcaption><pre>{text}</pre></figure></div>"


def state_rows(browser: Browser, folder: Path) -> str:
    """A row for each state, and one for each way in which a mail program or a reader alters every mail."""
    states = [_figures(name, _state_pictures(browser, name, folder)) for name in STATES]
    altered = [_figures(f"{mail}: {_ALTERED}", _altered(browser, mail, folder)) for mail in EVERY]
    return "".join([*states, *altered])


def _figures(title: str, names: list[str]) -> str:
    figures = "".join(
        f'<figure><figcaption>{name.removesuffix(".png")}</figcaption><a href="{name}"><img src="{name}" alt=""></a></figure>'
        for name in names
    )
    return f"<h2>{title}</h2><div>{figures}</div>"


def _state_pictures(browser: Browser, state_name: str, folder: Path) -> list[str]:
    page_html, _language = state(state_name)
    names = []
    for width, scheme in ((1280, "light"), (375, "light"), (375, "dark"), (320, "light")):
        names.append(f"state-{state_name}-{width}-{scheme}.png")
        with open_page(browser, page_html, width, scheme=scheme) as page:
            page.screenshot(path=folder / names[-1], full_page=True)
    return names


def _altered(browser: Browser, mail: Mail, folder: Path) -> list[str]:
    page_html = preview(rendered(mail.template), mail.language)
    names = []
    for name, width, script, argument in (
        ("partial", 375, INVERT, "partial"),
        ("full", 375, INVERT, "full"),
        ("full", 1280, INVERT, "full"),
        ("twice", 375, TWICE, None),
        ("twice", 1280, TWICE, None),
    ):
        names.append(f"{mail}-{name}-{width}.png")
        with open_page(browser, page_html, width) as page:
            page.evaluate(script, argument)
            page.screenshot(path=folder / names[-1], full_page=True)
    return names


def for_docs(template: str, folder: Path) -> Path:
    """Desktop and phone, light and dark, in one small picture of at most 150 kB."""
    cuts = []
    for width, scheme in product((1280, 375), ("light", "dark")):
        with Image.open(folder / f"{template}-en-{width}-{scheme}-images-on.png") as picture:
            left = max(0, (width - 680) // 2)
            cuts.append(picture.convert("RGB").crop((left, 0, width - left, picture.height)))
    height = min(1500, *(cut.height for cut in cuts))
    joined = Image.new("RGB", (sum(cut.width for cut in cuts), height))
    for number, cut in enumerate(cuts):
        joined.paste(cut, (sum(one.width for one in cuts[:number]), 0))
    small = joined.resize((joined.width // 2, height // 2), Image.Resampling.LANCZOS)
    path = ROOT / f"docs/pictures/{template}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    small.quantize(96, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE).save(
        path, optimize=True
    )
    return path


def main() -> None:
    """Take all pictures and lay them out."""
    parser = argparse.ArgumentParser(description="Pictures of every template, on one page.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "var/pictures")
    parser.add_argument("--only", choices=[*TEMPLATES, SPECIMEN], help="one template")
    parser.add_argument("--docs", action="store_true", help="renew docs/pictures, too")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    mails = [mail for mail in ALL if options.only in {None, mail.template}]
    with chromium() as browser:
        rows = "".join(row(browser, mail, options.folder) for mail in mails)
        if not options.only:
            rows += state_rows(browser, options.folder)
    if options.docs:
        for template in sorted({mail.template for mail in mails} & {"greeting", "digest", "event", *SAMPLES}):
            path = for_docs(template, options.folder)
            print(f"{path}: {path.stat().st_size:,} bytes")
    sheet = options.folder / "index.html"
    sheet.write_text(SHEET.format(rows=rows, width=240), encoding="utf-8")
    print(f"{sheet}: {rows.count('<img ')} pictures of {len(mails)} mails")


if __name__ == "__main__":
    main()
