"""The signs of typography, and the way past a mark that has no width.

In: nothing. Out: constants and patterns. Called by the other modules of this folder.
"""

from __future__ import annotations

from typing import Final

SPACE: Final = "\u00a0"  #: Word's engine draws U+202F badly (Outlook): the wide one, or none
NARROW: Final = "\u202f"  #: an author's own stays
WORD: Final = "\ufdd0"  #: stands for what is never touched and counts as a word: a token, an address, code
MARK: Final = "\ufdd1"  #: stands between two stretches of a text, where emphasis or a link begins or ends
RESERVED: Final = frozenset({WORD, MARK})  #: noncharacters: no text that was cleaned holds one

ANY_SPACE: Final = f"[ {SPACE}{NARROW}]"
WORDLIKE: Final = rf"[\w{WORD}]"
#: what ends a word or a sentence's part, so that a sign may follow it
BEHIND: Final = rf"[\w{WORD}»”’\"')\]…%$€°.*]"
