"""Composing in a process of its own, with limits: no template, image or MJML takes the program down."""

from newsletter.renderer.limits import Limits
from newsletter.renderer.parent import Renderer
from newsletter.renderer.remembering import Remembering

__all__ = ["Limits", "Remembering", "Renderer"]
