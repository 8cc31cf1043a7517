"""A document judged before it is compiled: structure, contents, defects.

In: a tree with its blocks expanded. Out: findings. Called by compose.parts.
"""

from __future__ import annotations

from newsletter.compose.findings import Findings
from newsletter.compose.mjml.content import Content
from newsletter.compose.mjml.defects import Defects
from newsletter.compose.mjml.structure import Structure
from newsletter.compose.mjml.tree import Element
from newsletter.compose.tokens import Tokens


def judge(root: Element, tokens: Tokens, findings: Findings) -> None:
    """Everything that is wrong with a document, with file, line and column."""
    Structure(findings, tokens).judge(root)
    Content(findings).judge(root)
    Defects(findings, tokens).judge(root)
