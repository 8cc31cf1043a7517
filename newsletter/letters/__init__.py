"""Letters: what somebody wrote in a word processor or copied from a page, read as the text of an issue; nothing is lost in silence.

In: a file's name and bytes, and what its bringer decided. Out: a Letter, or what must be decided first. Called by pipeline.
"""

from newsletter.letters.read import read, wordless
from newsletter.letters.value import Choices, Letter, LetterText, OpenPoint, Picture, Remark, Said

__all__ = ["Choices", "Letter", "LetterText", "OpenPoint", "Picture", "Remark", "Said", "read", "wordless"]
