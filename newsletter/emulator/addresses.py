"""In: text that claims to be an email address. Out: yes or no.

Called by the rules and the quick look. Hand-written from RFC 5321 section 4.1.2, narrowed to what a mail API takes.
"""

import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

SHAPE = rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9]"
"""The form alone, without the limits on length."""

ADDRESS = re.compile(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){SHAPE}")
"""ASCII, dot-atom local part up to 64, at least two domain labels, 254 in all. No quoted local part, no
address literal, no bare host name: the service takes none of them as a recipient."""


def is_address(text: object) -> bool:
    """True for an address that the service would queue mail for."""
    return isinstance(text, str) and ADDRESS.fullmatch(text) is not None


def domain(address: str) -> str:
    """What stands behind the last @, in lower case."""
    return address.rpartition("@")[2].lower()
