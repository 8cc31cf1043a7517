"""In: the message level of a request. Out: complaints about everything that is not inside the personalizations.

Called by accept.py for every request, and by rules_envelope.py's examine() for the long look.
"""

from typing import Any

from newsletter.emulator.rules import (
    Check,
    Ground,
    Json,
    Pad,
    check_args,
    check_headers,
    check_person,
    check_send_at,
    is_text,
    known_keys,
)
from newsletter.emulator.rules_extras import (
    BAD_IN_TYPE,
    check_asm,
    check_attachments,
    check_mail_settings,
    check_pool,
    check_tracking_settings,
)

_ORDER = {"text/plain": 0, "text/x-amp-html": 1, "text/html": 2}


def check_message(pad: Pad, body: Json, ground: Ground) -> None:
    """Every rule on a key of the message; `body` may or may not hold personalizations."""
    known_keys(pad, body, (*CHECKS, "personalizations"))
    if "from" not in body:
        pad.add(
            "from.email",
            "The from object must be provided for every email send. It requires the email parameter.",
            "from-address-errors",
        )
    if "content" not in body and not body.get("template_id"):
        pad.add(
            "content", "Unless a valid template_id is provided, the content parameter is required.", "content"
        )
    if body.get("reply_to") and body.get("reply_to_list"):
        pad.add("reply_to", "Use either reply_to or reply_to_list, not both.", "reply-to-errors")
    for key, check in CHECKS.items():
        if key in body:
            check(pad, body[key], ground)


def _from(pad: Pad, value: Any, _: Ground) -> None:
    check_person(pad, "from", value, "from-address-errors")


def _reply_to(pad: Pad, value: Any, _: Ground) -> None:
    check_person(pad, "reply_to", value, "reply-to-errors")


def _reply_to_list(pad: Pad, value: Any, _: Ground) -> None:
    if not isinstance(value, list) or len(value) > 1000:
        pad.add(
            "reply_to_list",
            "reply_to_list must be an array of at most 1000 email objects.",
            "reply-to-errors",
        )
        return
    good = [
        check_person(pad, f"reply_to_list.{place}", person, "reply-to-errors")
        for place, person in enumerate(value)
    ]
    if all(good) and any(person in value[:place] for place, person in enumerate(value)):
        pad.add("reply_to_list", "Each email address in the reply_to_list must be unique.", "reply-to-errors")


def _subject(pad: Pad, value: Any, _: Ground) -> None:
    if not is_text(value, 1):
        pad.add(
            "subject",
            "The subject of your email must be a string at least one character in length.",
            "subject-line-errors",
        )


def _content(pad: Pad, value: Any, _: Ground) -> None:
    if not isinstance(value, list) or not value:
        pad.add("content", "There must be at least one defined content block.", "content")
        return
    for place, block in enumerate(value):
        _content_block(pad, f"content.{place}", block)
    kinds = [block.get("type") for block in value if isinstance(block, dict) and is_text(block.get("type"))]
    ranks = [_ORDER.get(str(kind).lower(), 3) for kind in kinds]
    if ranks != sorted(ranks):
        pad.add(
            "content",
            "If present, text/plain must be first, then AMP, then text/html, then any other content.",
            "content",
        )
    if any(ranks.count(rank) > 1 for rank in (0, 1, 2)):
        pad.add("content", "If present, text/plain and text/html may only be provided once.", "content")


def _content_block(pad: Pad, path: str, block: Any) -> None:
    if not isinstance(block, dict):
        pad.add(path, "A content block must be an object with type and value.", "content")
        return
    known_keys(pad, block, ("type", "value"))
    if not is_text(block.get("type"), 1):
        pad.add(
            f"{path}.type",
            "The content type must be a string at least one character in length.",
            "contenttype",
        )
    elif BAD_IN_TYPE & set(block["type"]):
        pad.add(f"{path}.type", "The content type cannot contain ';' or CRLF characters.", "contenttype")
    if not is_text(block.get("value"), 1):
        pad.add(
            f"{path}.value",
            "The content value must be a string at least one character in length.",
            "contentvalue",
        )


def _template_id(pad: Pad, value: Any, _: Ground) -> None:
    if not is_text(value):
        pad.add("template_id", "The template ID must be a string.", "template-errors")


def _sections(pad: Pad, value: Any, _: Ground) -> None:
    if not isinstance(value, dict) or not all(map(is_text, value.values())):
        pad.add("sections", "The section values must be strings.", "sections-errors")


def _headers(pad: Pad, value: Any, _: Ground) -> None:
    check_headers(pad, "headers", value)


def _categories(pad: Pad, value: Any, _: Ground) -> None:
    anchor = "categories-errors"
    if not isinstance(value, list) or not all(map(is_text, value)):
        pad.add("categories", "Categories must be an array of strings.", anchor)
        return
    if len(value) > 10:
        pad.add(
            "categories", f"There is a limit of 10 categories. You provided {len(value)} categories.", anchor
        )
    if len(set(value)) < len(value):
        pad.add("categories", "The categories must be a unique list.", anchor)
    for place, name in enumerate(value):
        if len(name) > 255:
            pad.add(f"categories.{place}", "Each category must not be longer than 255 characters.", anchor)
        if not name.isascii():
            pad.add(f"categories.{place}", "Categories can not contain non-ASCII characters.", anchor)


def _args(pad: Pad, value: Any, _: Ground) -> None:
    check_args(pad, "custom_args", value)


def _send_at(pad: Pad, value: Any, ground: Ground) -> None:
    check_send_at(pad, "send_at", value, ground)


def _batch_id(pad: Pad, value: Any, _: Ground) -> None:
    if not is_text(value):
        pad.add("batch_id", "The batch_id must be a string.", "batch-id-errors")


CHECKS: dict[str, Check] = {
    "from": _from,
    "reply_to": _reply_to,
    "reply_to_list": _reply_to_list,
    "subject": _subject,
    "content": _content,
    "attachments": check_attachments,
    "template_id": _template_id,
    "sections": _sections,
    "headers": _headers,
    "categories": _categories,
    "custom_args": _args,
    "send_at": _send_at,
    "batch_id": _batch_id,
    "asm": check_asm,
    "ip_pool_name": check_pool,
    "mail_settings": check_mail_settings,
    "tracking_settings": check_tracking_settings,
}
