"""Passkeys (WebAuthn Level 3): assertions verified by our own code, registrations by the library `webauthn`.

An assertion is what stands in the record and is verified again in twenty years, so it is checked here with nothing but
SHA-256, JSON and ECDSA. A registration is checked once, when the passkey is made; the library reads its CBOR. It is
imported only then: it costs more time than verifying a bundle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers

from declaration.canonical import Json, b64u, parse, sha256, unb64u
from declaration.errors import Altered, InputRefused, VerificationError
from declaration.ledger import forms
from declaration.ledger.entries import MAX_AUTHENTICATOR_DATA, MAX_CLIENT_DATA, MAX_CREDENTIAL
from declaration.signing import p256
from declaration.signing.judgement import PARSER_ERRORS, altered, reading, unverifiable

ES256: Final = -7
"""COSE number of ECDSA on P-256 with SHA-256 (RFC 9053 section 2.1): the one algorithm accepted."""
MAX_ATTESTATION: Final = 16 * 1024
"""Bytes of an attestation object: about 200 without attestation, a few thousand with certificates."""
ATTESTATIONS: Final = frozenset({"none", "packed"})
"""Attestation formats: we ask for none, and a client may leave a self attestation (WebAuthn section 5.4.7)."""

_USER_PRESENT: Final = 0x01
_USER_VERIFIED: Final = 0x04
_BACKUP_ELIGIBLE: Final = 0x08
_BACKED_UP: Final = 0x10
_ATTESTED: Final = 0x40
_EXTENSIONS: Final = 0x80
_FIXED: Final = 37
_CREATE: Final = "webauthn.create"
_GET: Final = "webauthn.get"

_assertion: Final = forms.members(
    {
        "credential": forms.binary(1, MAX_CREDENTIAL),
        "client_data": forms.anything,
        "authenticator_data": forms.anything,
        "signature": forms.anything,
    }
)
_BOUNDS: Final = {
    "client_data": (2, MAX_CLIENT_DATA),
    "authenticator_data": (_FIXED, MAX_AUTHENTICATOR_DATA),
    "signature": (8, 72),
}
"""How many bytes the parts of an assertion have; an Ecdsa-Sig-Value over P-256 in DER: RFC 3279 section 2.2.3."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What ``navigator.credentials.get`` gives back, as the record keeps it.

    Args:
        credential: credential id, base64url.
        client_data: the bytes of ``clientDataJSON``.
        authenticator_data: the bytes of ``authenticatorData``.
        signature: DER Ecdsa-Sig-Value over authenticator data and the SHA-256 of client data.

    """

    credential: str
    client_data: bytes
    authenticator_data: bytes
    signature: bytes

    def as_json(self) -> dict[str, Json]:
        """Return the member ``assertion`` of entries and bundles."""
        return {
            "credential": self.credential,
            "client_data": b64u(self.client_data),
            "authenticator_data": b64u(self.authenticator_data),
            "signature": b64u(self.signature),
        }

    @classmethod
    def from_json(cls, value: Json, *, place: str = "assertion") -> Assertion:
        """Read the member ``assertion`` of an entry or a bundle.

        Raises:
            InputRefused: a member is missing, unknown, malformed or too long.

        """
        _assertion(value, place)
        given = cast("dict[str, str]", value)
        parts = (
            forms.read_binary(given[name], f"{place}.{name}", shortest=shortest, longest=longest)
            for name, (shortest, longest) in _BOUNDS.items()
        )
        return cls(given["credential"], *parts)

    @classmethod
    def of_entry(cls, value: Json) -> Assertion:
        """Take the member ``assertion`` of an entry, whose form was checked when the entry was read."""
        given = cast("dict[str, str]", value)
        parts = (unb64u(given[name], what="assertion") for name in ("client_data", "authenticator_data", "signature"))
        return cls(given["credential"], *parts)

    @classmethod
    def from_browser(cls, value: Json) -> Assertion:
        """Read a ``PublicKeyCredential.toJSON()`` of ``navigator.credentials.get`` (WebAuthn section 5.1.8).

        Members that are not needed (user handle, attachment, extension results) are left out.

        Raises:
            InputRefused: a member that is needed is missing, malformed or too long.

        """
        response = value.get("response") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(response, dict):
            forms.refuse("credential", "an object with a member `response` belongs here")
        if value.get("type") != "public-key" or value.get("rawId") != value.get("id"):
            forms.refuse("credential", "it is not a public key credential")
        given: dict[str, Json] = {
            "credential": value.get("id"),
            "client_data": response.get("clientDataJSON"),
            "authenticator_data": response.get("authenticatorData"),
            "signature": response.get("signature"),
        }
        return cls.from_json(given, place="credential")


@dataclass(frozen=True, slots=True)
class Registered:
    """A new passkey whose registration was verified.

    Args:
        credential: credential id, base64url.
        public_key: SubjectPublicKeyInfo in DER, a point on P-256.
        backed_up: whether it is kept in more than one place; shown to the depositary, not judged.

    """

    credential: str
    public_key: bytes
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a verified assertion says beside who signed.

    Args:
        counter: of the authenticator; 0 on passkeys that are synchronised. A falling one is worth a look, no more.
        backed_up: whether the passkey is kept in more than one place.

    """

    counter: int
    backed_up: bool


def verify_assertion(
    assertion: Assertion,
    *,
    challenge: bytes,
    rp_id: str,
    origins: Sequence[str],
    credential: str,
    public_key: bytes | EllipticCurvePublicKey,
) -> Asserted:
    """Check that a passkey authorised `challenge` (WebAuthn Level 3 section 7.2, and what it leaves to us).

    Args:
        assertion: what the device returned.
        challenge: 32 bytes, the digest of the statement.
        rp_id: relying party id.
        origins: exact web origins.
        credential: id of the enrolled credential, base64url.
        public_key: its SubjectPublicKeyInfo in DER, or the key that was loaded from it.

    Raises:
        Altered: ``assertion.credential``, ``.type``, ``.challenge``, ``.origin``, ``.cross-origin``, ``.rp-id``,
            ``.user-present``, ``.user-verified``, ``.flags``, ``.invalid``.
        CannotBeVerified: ``assertion.malformed``, ``assertion.key``.

    """
    if assertion.credential != credential:
        raise altered("assertion.credential")
    _check_client_data(assertion.client_data, kind=_GET, challenge=challenge, origins=origins)
    asserted = _check_authenticator_data(assertion.authenticator_data, rp_id)
    if isinstance(public_key, bytes):
        with reading("assertion.key"):
            public_key = p256.load_key(public_key)
    signed = assertion.authenticator_data + sha256(assertion.client_data)
    try:
        public_key.verify(assertion.signature, signed, p256.ECDSA_SHA256)
    except InvalidSignature as error:
        raise altered("assertion.invalid") from error
    return asserted


def _check_client_data(data: bytes, *, kind: str, challenge: bytes, origins: Sequence[str]) -> None:
    """WebAuthn section 7.2, steps 9 to 14; browsers may add members (section 5.8.1), which are not looked at."""
    with reading("assertion.malformed"):
        client = parse(data, limit=MAX_CLIENT_DATA, what="The client data")
    if not isinstance(client, dict):
        raise unverifiable("assertion.malformed")
    if client.get("type") != kind:
        raise altered("assertion.type")
    if client.get("challenge") != b64u(challenge):
        raise altered("assertion.challenge")
    origin = client.get("origin")
    if origin not in origins:
        raise altered("assertion.origin", found=str(origin)[:200], expected=", ".join(origins))
    crossed = client.get("crossOrigin", False)
    if crossed is not False or "topOrigin" in client:
        raise altered("assertion.cross-origin")


def _check_authenticator_data(data: bytes, rp_id: str) -> Asserted:
    """WebAuthn section 7.2, steps 15 to 19, over the layout of section 6.1."""
    if len(data) < _FIXED or len(data) > MAX_AUTHENTICATOR_DATA:
        raise unverifiable("assertion.malformed")
    flags = data[32]
    if data[:32] != sha256(rp_id.encode()):
        raise altered("assertion.rp-id", expected=rp_id)
    if not flags & _USER_PRESENT:
        raise altered("assertion.user-present")
    if not flags & _USER_VERIFIED:
        raise altered("assertion.user-verified")
    extended = bool(flags & _EXTENSIONS)
    if flags & _ATTESTED or extended != (len(data) > _FIXED) or (flags & _BACKED_UP and not flags & _BACKUP_ELIGIBLE):
        raise altered("assertion.flags")
    return Asserted(int.from_bytes(data[33:_FIXED], "big"), bool(flags & _BACKED_UP))


def creation_options(
    *, challenge: bytes, rp_id: str, rp_name: str, user: bytes, user_name: str, exclude: Sequence[str] = ()
) -> dict[str, Json]:
    """Return ``PublicKeyCredentialCreationOptionsJSON`` (WebAuthn section 5.4): ES256, user verification required.

    Args:
        challenge: at least 16 random bytes.
        rp_id: relying party id.
        rp_name: shown by the device.
        user: opaque handle of the signatory, at most 64 bytes.
        user_name: shown by the device.
        exclude: credential ids that the signatory has already, base64url.

    """
    return {
        "rp": {"id": rp_id, "name": rp_name},
        "user": {"id": b64u(user), "name": user_name, "displayName": user_name},
        "challenge": b64u(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": ES256}],
        "excludeCredentials": [{"type": "public-key", "id": item} for item in exclude],
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "required"},
        "attestation": "none",
    }


def request_options(*, challenge: bytes, rp_id: str, credential: str) -> dict[str, Json]:
    """Return ``PublicKeyCredentialRequestOptionsJSON`` (WebAuthn section 5.5) for one enrolled credential."""
    return {
        "challenge": b64u(challenge),
        "rpId": rp_id,
        "allowCredentials": [{"type": "public-key", "id": credential}],
        "userVerification": "required",
    }


def register(credential: Mapping[str, Json], *, challenge: bytes, rp_id: str, origins: Sequence[str]) -> Registered:
    """Check a new passkey (WebAuthn Level 3 section 7.1) and return its id and public key.

    Args:
        credential: the browser's ``PublicKeyCredential.toJSON()``.
        challenge: the bytes given to ``navigator.credentials.create``.
        rp_id: relying party id.
        origins: exact web origins.

    Raises:
        InputRefused: ``passkey.*``: not an ES256 passkey of this site made with user verification.

    """
    from webauthn import verify_registration_response  # noqa: PLC0415 - see the module's docstring
    from webauthn.helpers.cose import COSEAlgorithmIdentifier  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        _check_client_data(_response(credential), kind=_CREATE, challenge=challenge, origins=origins)
        verified = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=list(origins),
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier.ECDSA_SHA_256],
        )
        if verified.fmt not in ATTESTATIONS or b64u(verified.credential_id) != credential.get("id"):
            raise _refused("its attestation or its id is not as asked for")
        if len(verified.credential_id) > MAX_CREDENTIAL:
            raise _refused("its id is too long")
        return Registered(
            b64u(verified.credential_id), _spki(verified.credential_public_key), verified.credential_backed_up
        )
    except (WebAuthnException, *PARSER_ERRORS) as error:
        raise _refused(f"{type(error).__name__}: {error}"[:200]) from error
    except Altered as error:
        raise InputRefused(f"passkey.{error.code.partition('.')[2]}", error.message, hint=error.hint) from error
    except VerificationError as error:
        raise _refused(error.message) from error


def _response(credential: Mapping[str, Json]) -> bytes:
    """Return the client data of a registration, once its sizes are known to be sane."""
    response = credential.get("response")
    if not isinstance(response, dict):
        raise _refused("it has no response")
    client, attestation = response.get("clientDataJSON"), response.get("attestationObject")
    if not isinstance(client, str) or not isinstance(attestation, str) or len(attestation) > 2 * MAX_ATTESTATION:
        raise _refused("its response is incomplete or too long")
    return unb64u(client, what="The client data")


def _spki(cose_key: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo of an EC2 key (RFC 9053 section 7.1.1) on P-256."""
    from webauthn.helpers import decode_credential_public_key  # noqa: PLC0415 - see the module's docstring

    key: Any = decode_credential_public_key(cose_key)
    x, y = bytes(key.x), bytes(key.y)
    if (key.kty, key.alg, key.crv) != (2, ES256, 1) or len(x) != 32 or len(y) != 32:
        raise _refused("its key is not on P-256")
    point = EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), SECP256R1())
    return p256.spki(point.public_key())


def _refused(why: str) -> InputRefused:
    return InputRefused(
        "passkey.refused", f"The new passkey cannot be accepted: {why}.", hint="Make it again on this device."
    )
