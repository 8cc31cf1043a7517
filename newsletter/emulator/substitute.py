"""In: text with tags, and one personalization's tags and values. Out: the text with the tags replaced.

Called by message.py for subject, reply-to and both parts; never for headers or custom args, as the service does it.
"""

import re
from collections.abc import Mapping
from functools import lru_cache


@lru_cache(maxsize=256)
def _pattern(tags: tuple[str, ...]) -> re.Pattern[str]:
    # The longest first: where one tag is part of another the longer one wins.
    return re.compile("|".join(re.escape(tag) for tag in sorted(tags, key=len, reverse=True)))


def substitute(text: str, values: Mapping[str, str], passes: int = 1) -> str:
    """Plain replacement, without any escaping. One pass never looks at a replaced value again; more passes do.

    Source: SendGrid's substitution tag page, which says that up to four nested replacements work.
    """
    tags = tuple(tag for tag in values if tag)
    if not tags:
        return text
    for _ in range(passes):
        changed = _pattern(tags).sub(lambda match: values[match[0]], text)
        if changed == text:
            break
        text = changed
    return text
