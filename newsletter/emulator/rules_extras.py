"""In: attachments, unsubscribe group, IP pool and settings of a request. Out: complaints about them.

Called by rules_message.py, key by key.
"""

import base64
import binascii
from typing import Any

from newsletter.emulator.rules import Ground, Json, Pad, is_integer, is_text, known_keys

BAD_IN_TYPE = frozenset(";\r\n")


def check_attachments(pad: Pad, value: Any, _: Ground) -> None:
    """Base64 content, a file name, a known disposition."""
    if not isinstance(value, list):
        pad.add("attachments", "The attachments must be an array of objects.", "attachment-errors")
        return
    for place, item in enumerate(value):
        if isinstance(item, dict):
            _attachment(pad, f"attachments.{place}", item)
        else:
            pad.add(f"attachments.{place}", "An attachment must be an object.", "attachment-errors")


def _attachment(pad: Pad, path: str, item: Json) -> None:
    known_keys(pad, item, ("content", "type", "filename", "disposition", "content_id"))
    if not is_text(item.get("content"), 1) or not _is_base64(item["content"]):
        pad.add(
            f"{path}.content",
            "The attachment content must be base64 encoded and not empty.",
            "attachmentscontents",
        )
    if not is_text(item.get("filename")) or BAD_IN_TYPE & set(item["filename"]):
        pad.add(
            f"{path}.filename",
            "The filename must be a string without ';' or CRLF characters.",
            "attachmentsfilename",
        )
    if not is_text(item.get("type", "x"), 1) or BAD_IN_TYPE & set(item.get("type", "")):
        pad.add(
            f"{path}.type", "The type must be a string without ';' or CRLF characters.", "attachmentstype"
        )
    if item.get("disposition", "inline") not in ("inline", "attachment"):
        pad.add(
            f"{path}.disposition",
            'The disposition can be either "inline" or "attachment".',
            "attachmentsdisposition",
        )
    if not is_text(item.get("content_id", "")) or BAD_IN_TYPE & set(item.get("content_id", "")):
        pad.add(
            f"{path}.content_id",
            "The content ID must be a string without CRLF characters.",
            "attachmentscontent_id",
        )


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def check_asm(pad: Pad, value: Any, ground: Ground) -> None:
    """An existing group; at most 25 to display."""
    if not isinstance(value, dict) or not is_integer(value.get("group_id")):
        pad.add("asm.group_id", "The ASM group ID must be an integer.", "asmgroup_id")
        return
    known_keys(pad, value, ("group_id", "groups_to_display"))
    shown = value.get("groups_to_display", [])
    if not isinstance(shown, list) or not all(map(is_integer, shown)):
        pad.add(
            "asm.groups_to_display",
            "The ASM Group IDs to display must be an array of integers.",
            "asmgroups_to_display",
        )
        return
    if len(shown) > 25:
        pad.add(
            "asm.groups_to_display",
            "There is a limit of 25 unsubscribe groups that can be displayed.",
            "asmgroups_to_display",
        )
    for group in (value["group_id"], *shown):
        if ground.groups and group not in ground.groups:
            pad.add(
                "asm.group_id",
                f"The ASM group ID must be a valid Group ID on your account. You provided {group}.",
                "asmgroup_id",
            )


def check_pool(pad: Pad, value: Any, ground: Ground) -> None:
    """2 to 64 characters, existing."""
    if not is_text(value, 2) or len(value) > 64:
        pad.add(
            "ip_pool_name",
            "The name of your IP pool must be a string of 2 to 64 characters.",
            "ip-pool-errors",
        )
    elif ground.pools and value not in ground.pools:
        pad.add(
            "ip_pool_name", "The IP Pool name must be a valid pool name for your account.", "ip-pool-errors"
        )


_SWITCH: dict[str, type] = {"enable": bool}
_MAIL_SETTINGS: dict[str, dict[str, type]] = {
    "bypass_list_management": _SWITCH,
    "bypass_spam_management": _SWITCH,
    "bypass_bounce_management": _SWITCH,
    "bypass_unsubscribe_management": _SWITCH,
    "footer": {"enable": bool, "text": str, "html": str},
    "sandbox_mode": _SWITCH,
    "bcc": {"enable": bool, "email": str},
    "spam_check": {"enable": bool, "threshold": int, "post_to_url": str},
}
_TRACKING_SETTINGS: dict[str, dict[str, type]] = {
    "click_tracking": {"enable": bool, "enable_text": bool},
    "open_tracking": {"enable": bool, "substitution_tag": str},
    "subscription_tracking": {"enable": bool, "text": str, "html": str, "substitution_tag": str},
    "ganalytics": {
        "enable": bool,
        "utm_source": str,
        "utm_medium": str,
        "utm_term": str,
        "utm_content": str,
        "utm_campaign": str,
    },
}


def _switches(pad: Pad, path: str, value: Any, known: dict[str, dict[str, type]]) -> None:
    if not isinstance(value, dict):
        pad.add(path, f"{path} must be an object.", path)
        return
    known_keys(pad, value, known)
    for name, fields in known.items():
        if name in value:
            _fields(pad, f"{path}.{name}", value[name], fields)


def _fields(pad: Pad, path: str, value: Any, fields: dict[str, type]) -> None:
    if not isinstance(value, dict):
        pad.add(path, f"{path} must be an object.", path)
        return
    known_keys(pad, value, fields)
    words = {bool: "a boolean", str: "a string", int: "an integer"}
    for name, kind in fields.items():
        if name in value and (type(value[name]) is not kind):
            pad.add(f"{path}.{name}", f"The {name} param should be {words[kind]} value.", path)


def check_mail_settings(pad: Pad, value: Any, _: Ground) -> None:
    """Known settings of the right types; the bypass of everything stands alone."""
    _switches(pad, "mail_settings", value, _MAIL_SETTINGS)
    if isinstance(value, dict) and is_on(value, "bypass_list_management"):
        others = [name for name in _MAIL_SETTINGS if name.startswith("bypass_") and is_on(value, name)]
        if len(others) > 1:
            pad.add(
                "mail_settings.bypass_list_management",
                "bypass_list_management cannot be combined with other bypasses.",
                "mail-settings-errors",
            )


def check_tracking_settings(pad: Pad, value: Any, _: Ground) -> None:
    """Known settings of the right types."""
    _switches(pad, "tracking_settings", value, _TRACKING_SETTINGS)


def is_on(settings: Any, name: str, otherwise: bool = False) -> bool:  # noqa: FBT001, FBT002 - a default, not a mode
    """The `enable` of one setting; `otherwise` where nothing is said."""
    setting = settings.get(name) if isinstance(settings, dict) else None
    said = setting.get("enable") if isinstance(setting, dict) else None
    return otherwise if said is None else said is True
