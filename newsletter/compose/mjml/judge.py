"""placeholder"""

from newsletter.compose.findings import Findings
from newsletter.compose.mjml.tree import Element


def judge(root: Element, findings: Findings) -> None:
    pass
