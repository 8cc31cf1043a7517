"""placeholder"""
from newsletter.compose.mjml.tree import Element
from newsletter.compose.findings import Findings
def judge(root: Element, findings: Findings) -> None:
    pass
