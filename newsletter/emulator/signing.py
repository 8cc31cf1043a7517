"""In: the seed, then bodies to sign. Out: base64 signatures and the public key as SendGrid shows it.

Called by posting.py for each post and by the routes that show the key. ECDSA P-256 over SHA-256 (webhook security page).
"""

import base64
import hashlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256: private keys are 1 .. order - 1 (FIPS 186-5)."""


class Signer:
    """A key pair made from the seed, so that a restart keeps it; `rotate` makes the next one."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.generation = 0
        self._key = self._make(0)

    def _make(self, generation: int) -> ec.EllipticCurvePrivateKey:
        digest = hashlib.sha512(f"webhook key {self._seed} {generation}".encode()).digest()
        return ec.derive_private_key(int.from_bytes(digest, "big") % (_ORDER - 1) + 1, ec.SECP256R1())

    def rotate(self) -> str:
        """Use the next key from now on; returns its public key."""
        self.generation += 1
        self._key = self._make(self.generation)
        return self.public_key()

    def public_key(self) -> str:
        """Base64 of the DER SubjectPublicKeyInfo: 124 characters."""
        der = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(der).decode()

    def sign(self, timestamp: str, body: bytes) -> str:
        """Base64 of the DER signature over timestamp and body."""
        return _sign(self._key, timestamp, body)

    def sign_wrongly(self, timestamp: str, body: bytes) -> str:
        """A well-formed signature by a key that nobody was told about."""
        return _sign(self._make(-1), timestamp, body)


def _sign(key: ec.EllipticCurvePrivateKey, timestamp: str, body: bytes) -> str:
    return base64.b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
