"""The table that goes to a translator and comes back: a row a text; what came back is laid beside what stands now.

In: a Translation; rows that were read from a document. Out: rows; changes with remarks. Called by pipeline.translating.

A row's key holds its number and the digests of both texts when the table was made: so it is known, for each side, who changed what
since. A change is taken over only where this is certain; where both changed, nothing is written at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from newsletter.compose.translation.parts import is_line
from newsletter.model.finding import Finding, Severity
from newsletter.model.outline import digest
from newsletter.model.place import Place
from newsletter.model.translation import Standing, State, Translation
