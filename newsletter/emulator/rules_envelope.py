"""In: a whole request as plain JSON. Out: every complaint, those about personalizations with their path.

Called by accept.py when the quick look found something, and by tests as the long look.
"""

from typing import Any

from newsletter.emulator.addresses import domain
from newsletter.emulator.answers import Complaint
from newsletter.emulator.letter import ARGS_BYTES, recipients
from newsletter.emulator.rules import (
    Ground,
    Json,
    Pad,
    check_args,
    check_headers,
    check_person,
    check_send_at,
    is_text,
    known_keys,
    size_in_bytes,
)
from newsletter.emulator.rules_message import check_message

_KEYS = (
    "to",
    "cc",
    "bcc",
    "from",
    "subject",
    "headers",
    "substitutions",
    "dynamic_template_data",
    "custom_args",
    "send_at",
)


def examine(body: Any, ground: Ground) -> list[Complaint]:
    """The long look: all complaints about a request, in the order of the request's keys."""
    pad = Pad()
    if not isinstance(body, dict):
        pad.bare()
        return pad.complaints
    envelopes = body.get("personalizations")
    if not isinstance(envelopes, list) or not envelopes:
        pad.add(
            "personalizations",
            "The personalizations field is required and must have at least one personalization.",
            "personalizations",
        )
    else:
        _check_numbers(pad, envelopes)
        for place, envelope in enumerate(envelopes):
            _check_envelope(pad, f"personalizations.{place}", envelope, body, ground)
        _check_request_bytes(pad, envelopes, ground)
    check_message(pad, body, ground)
    return pad.complaints


def _check_numbers(pad: Pad, envelopes: list[Any]) -> None:
    if len(envelopes) > 1000:
        pad.add(
            "personalizations",
            "The personalization block is limited to 1000 personalizations per API request. "
            f"You have provided {len(envelopes)} personalizations.",
            "personalizations",
        )
    total = sum(
        len(value)
        for envelope in envelopes
        if isinstance(envelope, dict)
        for field in ("to", "cc", "bcc")
        if isinstance(value := envelope.get(field), list)
    )
    if total > 1000:
        pad.add(
            "personalizations",
            "There is a limit of 1000 total recipients (to + cc + bcc) per request.",
            "personalizations",
        )


def _check_envelope(pad: Pad, path: str, envelope: Any, body: Json, ground: Ground) -> None:
    if not isinstance(envelope, dict):
        pad.add(path, "A personalization must be an object.", "personalizations")
        return
    known_keys(pad, envelope, _KEYS)
    _check_people(pad, path, envelope)
    _check_from(pad, path, envelope, body)
    _check_subject(pad, path, envelope, body)
    if "headers" in envelope:
        check_headers(pad, f"{path}.headers", envelope["headers"])
    if "send_at" in envelope:
        check_send_at(pad, f"{path}.send_at", envelope["send_at"], ground)
    _check_args(pad, path, envelope, body)
    _check_substitutions(pad, path, envelope, body, ground)


def _check_people(pad: Pad, path: str, envelope: Json) -> None:
    if not isinstance(envelope.get("to"), list) or not envelope["to"]:
        pad.add(
            f"{path}.to",
            "The to array is required for all personalization objects, and must have at least one email object "
            "with a valid email address.",
            "personalizationsto",
        )
    sound = True
    for field in ("to", "cc", "bcc"):
        people = envelope.get(field, [])
        if not isinstance(people, list):
            if field != "to":
                pad.add(
                    f"{path}.{field}",
                    f"The {field} parameter must be an array of email objects.",
                    f"personalizations{field}",
                )
            sound = False
            continue
        for place, person in enumerate(people):
            sound &= check_person(pad, f"{path}.{field}.{place}", person, f"personalizations{field}")
    if sound:
        _check_twice(pad, path, envelope)


def _check_twice(pad: Pad, path: str, envelope: Json) -> None:
    seen: set[str] = set()
    for field, person in recipients(envelope):
        address = person["email"].lower()
        if address in seen:
            pad.add(
                path,
                "Each email address in the personalization block should be unique between to, cc, and bcc. "
                f"We found the first duplicate instance of [{person['email']}] in the {path}.{field} field.",
                "personalizations",
            )
            return
        seen.add(address)


def _check_from(pad: Pad, path: str, envelope: Json, body: Json) -> None:
    if "from" not in envelope or not check_person(
        pad, f"{path}.from", envelope["from"], "from-address-errors"
    ):
        return
    sender = body.get("from")
    home = sender.get("email") if isinstance(sender, dict) else None
    if isinstance(home, str) and domain(envelope["from"]["email"]) != domain(home):
        pad.add(
            f"{path}.from",
            "The from domain must match the domain of the from address at the message level.",
            "from-address-errors",
        )


def _check_subject(pad: Pad, path: str, envelope: Json, body: Json) -> None:
    if "subject" in envelope and not is_text(envelope["subject"], 1):
        pad.add(
            f"{path}.subject",
            "The subject of your email must be a string at least one character in length.",
            "personalizationssubject",
        )
    elif "subject" not in envelope and needs_subject(body):
        pad.add(
            f"{path}.subject",
            "The subject is required. You can get around this requirement if you use a template with a subject defined "
            "or if every personalization has a subject defined.",
            "subject-line-errors",
        )


def needs_subject(body: Json) -> bool:
    """True if every personalization must bring its own subject."""
    return "subject" not in body and not body.get("template_id")


def _check_args(pad: Pad, path: str, envelope: Json, body: Json) -> None:
    if "custom_args" in envelope:
        check_args(pad, f"{path}.custom_args", envelope["custom_args"])
    shared, own = body.get("custom_args", {}), envelope.get("custom_args", {})
    if isinstance(shared, dict) and isinstance(own, dict) and size_in_bytes({**shared, **own}) > ARGS_BYTES:
        pad.add(
            f"{path}.custom_args",
            f"The combined size of both global and personalization custom arguments may not exceed {ARGS_BYTES:,} bytes "
            "per personalization.",
            "personalizationscustom_args",
        )


def _check_substitutions(pad: Pad, path: str, envelope: Json, body: Json, ground: Ground) -> None:
    place, anchor = f"{path}.substitutions", "personalizationssubstitutions"
    if "dynamic_template_data" in envelope and not isinstance(envelope["dynamic_template_data"], dict):
        pad.add(f"{path}.dynamic_template_data", "The dynamic template data must be an object.", anchor)
    tags = envelope.get("substitutions", {})
    if not isinstance(tags, dict) or not all(map(is_text, tags.values())):
        pad.add(
            place,
            "The substitution values must be an object of key/value pairs, where the values are all strings.",
            anchor,
        )
        return
    if tags and is_dynamic(body):
        pad.add(place, "Substitutions may not be used with dynamic templating.", anchor)
    if len(tags) > ground.limit.items:
        pad.add(
            place,
            f"Substitutions are limited to {ground.limit.items} items per personalization block.",
            anchor,
        )
    most = ground.limit.personalization_bytes
    if most is not None and size_in_bytes(tags) > most:
        if ground.limit.bare:
            pad.bare()
        else:
            pad.add(place, f"Substitutions are limited to {most} bytes per personalization.", anchor)


def is_dynamic(body: Json) -> bool:
    """True for a request that names a dynamic (`d-`) template."""
    template = body.get("template_id")
    return isinstance(template, str) and template.startswith("d-")


def _check_request_bytes(pad: Pad, envelopes: list[Any], ground: Ground) -> None:
    most = ground.limit.request_bytes
    if most is None:
        return
    tags = [envelope.get("substitutions") for envelope in envelopes if isinstance(envelope, dict)]
    total = sum(size_in_bytes(each) for each in tags if isinstance(each, dict))
    if total > most:
        pad.complaints.append(
            Complaint(
                f"Substitutions are limited to {most} bytes per request. You have provided {total} bytes."
            )
        )
