"""The contact sheet: every template × language × {375, 1280} × {light, dark} × {images on, off}, side by side in one page.

In: the repository's issues and templates. Out: pictures and index.html in a folder outside git (var/pictures, or the one given).
Called by `make pictures`: python -m tests.browser.contact_sheet [FOLDER] [--only greeting].
"""

from __future__ import annotations

import argparse
import html
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.chromium import chromium, open_page
from tests.browser.mails import ALL, ISSUES, ROOT, SPECIMEN, Mail, rendered
from tests.unit.compose.kit import preview, preview_text

SHEET = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Contact sheet</title>
<style>body{{font:14px/1.5 sans-serif;margin:24px;background:#888}}h2{{margin:32px 0 8px}}
div{{display:flex;gap:16px;align-items:flex-start;overflow-x:auto}}figure{{margin:0;flex:none}}
img,pre{{display:block;width:{width}px;margin:0}}pre{{font:9px/1.35 monospace;background:#fff;padding:8px;width:auto}}</style>
{rows}"""


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


def main() -> None:
    """Take all pictures and lay them out."""
    parser = argparse.ArgumentParser(description="Pictures of every template, on one page.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "var/pictures")
    parser.add_argument("--only", choices=[*ISSUES, SPECIMEN], help="one template")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    mails = [mail for mail in ALL if options.only in {None, mail.template}]
    with chromium() as browser:
        rows = "".join(row(browser, mail, options.folder) for mail in mails)
    sheet = options.folder / "index.html"
    sheet.write_text(SHEET.format(rows=rows, width=240), encoding="utf-8")
    print(f"{sheet}: {len(mails) * 8} pictures of {len(mails)} mails")


if __name__ == "__main__":
    main()
