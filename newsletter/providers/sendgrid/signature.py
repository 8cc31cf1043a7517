"""Whether a hook is SendGrid's: ECDSA over the timestamp and the raw bytes of the body.

In: public keys in base64, a HookRequest. Out: nothing, or HookRejected. Called by events.py.

P-256 and SHA-256; the timestamp's bytes and the body are joined without a separator, so the timestamp must be digits and the body
must begin with `[`: no byte can move from one to the other. No age limit: a post that is tried again for 24 hours is still true,
and a replay changes nothing because every event has its id.
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence
from contextlib import suppress

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from newsletter.model.errors import ConfigurationError, HookRejected
from newsletter.model.event import HookRequest
from newsletter.model.said import Said, whole

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
#: SendGrid posts at 768 kB; whatever is longer than this is not a post of its
MAX_BODY = 4 * 1024 * 1024

#: why a hook is refused that is none
NO_LIST = Said("its body is not a list of events", "son contenu n’est pas une liste d’événements")

_LONGEST_SIGNATURE = 200
_LONGEST_TIMESTAMP = 20


def read_keys(keys: Sequence[str]) -> tuple[EllipticCurvePublicKey, ...]:
    """The public keys, from base64 of DER (SubjectPublicKeyInfo). Raises ConfigurationError that says which one is wrong."""
    return tuple(_key(number, text) for number, text in enumerate(keys, 1))


def _key(number: int, text: str) -> EllipticCurvePublicKey:
    key: object = None
    with suppress(binascii.Error, ValueError, UnsupportedAlgorithm):
        key = load_der_public_key(b64decode(text, validate=True))
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    raise ConfigurationError(
        Said(
            f"sendgrid.webhook_public_key: key {number} is not an ECDSA P-256 public key",
            f"sendgrid.webhook_public_key\u00a0: la clé {number} n’est pas une clé publique ECDSA P-256",
        ),
        code="webhook-key-invalid",
        hint=Said(
            "Copy the verification key of SendGrid's signed event webhook: one line that begins with MFkwEwYHKoZI.",
            "Copiez la clé de vérification du webhook d’événements signé de SendGrid\u00a0: une ligne qui commence par MFkwEwYHKoZI.",
        ),
    )


def require_signed(request: HookRequest, keys: Sequence[EllipticCurvePublicKey]) -> None:
    """Raise HookRejected unless one of the keys signed exactly these bytes."""
    if not keys:
        raise rejected(
            Said(
                "no key to verify it with; set sendgrid.webhook_public_key",
                "aucune clé pour le vérifier; définissez sendgrid.webhook_public_key",
            ),
            "hook-key-missing",
        )
    if len(request.body) > MAX_BODY:
        raise rejected(
            Said(f"longer than {MAX_BODY:,} bytes", f"il dépasse {whole(MAX_BODY).fr} octets"),
            "hook-too-large",
        )
    stamp = request.headers.get(TIMESTAMP, "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_TIMESTAMP):
        raise rejected(
            Said("its timestamp is missing or not a number", "son horodatage manque ou n’est pas un nombre"),
            "hook-unsigned",
        )
    if not request.body.startswith(b"["):
        raise rejected(NO_LIST, "hook-malformed")
    signature = _signature(request.headers.get(SIGNATURE, ""))
    signed = stamp.encode() + request.body
    if not any(_verifies(key, signature, signed) for key in keys):
        raise rejected(Said("its signature does not match", "sa signature ne correspond pas"), "hook-forged")


def _signature(text: str) -> bytes:
    if text and len(text) <= _LONGEST_SIGNATURE and text.isascii():
        with suppress(binascii.Error, ValueError):
            return b64decode(text, validate=True)
    raise rejected(
        Said("its signature is missing or not base64", "sa signature manque ou n’est pas en base64"),
        "hook-unsigned",
    )


def _verifies(key: EllipticCurvePublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def rejected(reason: Said, code: str) -> HookRejected:
    """The error for a hook that is not taken."""
    return HookRejected(
        Said(f"the hook is refused: {reason.en}", f"l’appel est refusé\u00a0: {reason.fr}"), code=code
    )
