"""A small workspace on disk, for tests."""

from __future__ import annotations

from pathlib import Path

SETTINGS = """\
provider = "outbox"

[publication]
key = "ngen"
list_id = "news.ngen.example"
languages = ["en", "fr"]
time_zone = "America/Toronto"
name = { en = "News", fr = "Nouvelles" }
postal_address = "100 Sample Street, Hamilton"
contact = "news@ngen.example"

[publication.sender]
name = "NGen"
address = "news@ngen.example"
"""
ISSUE = "---\nsubject: A year of making it work\n---\n\nHello.\n"


def make(root: Path, **files: str | bytes) -> Path:
    """A workspace with settings, one issue in two languages and one template; `files` maps paths (/ as __) to content."""
    standard: dict[str, str | bytes] = {
        "newsletter.toml": SETTINGS,
        "issues/greeting.en.md": ISSUE,
        "issues/greeting.fr.md": ISSUE,
        "templates/letter.mjml": "<mjml></mjml>",
    }
    for name, content in (standard | {name.replace("__", "/"): text for name, text in files.items()}).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root
