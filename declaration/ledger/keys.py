"""Keys that sign and verify tree heads: their names, their text form, and what exactly each signs.

Three of the signature types that C2SP assigns are known here: an Ed25519 and an ML-DSA-44 signature by the ledger, and
cosignatures by witnesses. C2SP asks implementations to support no more than their design needs.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from typing import Final, NoReturn

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from declaration.canonical import sha256
from declaration.errors import Altered, CannotBeVerified, InputRefused, LimitExceeded
from declaration.ledger.checkpoint import Checkpoint, b64, unb64

MAX_KEY_NAME: Final = 255
"""Bytes of a key's name: an ML-DSA-44 message holds it behind a one-byte length (C2SP tlog-cosignature)."""
MAX_VKEYS: Final = 64 * 1024
"""Bytes of a file of verifier keys: about 35 ML-DSA-44 keys, where a ledger has two and a few witnesses."""
KEY_ID_SIZE: Final = 4
"""Bytes of a key id (C2SP signed-note, "Signatures")."""
DASH: Final = "\u2014 "
"""How a signature line begins: an em dash and a space."""
_TIME_SIZE: Final = 8
_NOT_IN_NAMES: Final = re.compile(r"[\s\x00-\x1f+]")
_HEX_ID: Final = re.compile(r"[0-9a-f]{8}")

PrivateKey = Ed25519PrivateKey | MLDSA44PrivateKey


class Algorithm(IntEnum):
    """Signature types (C2SP signed-note, "Signature types")."""

    ED25519 = 1
    """Ed25519 over the note's text (C2SP signed-note, "Ed25519 signatures")."""
    COSIGNATURE = 4
    """Ed25519 over the time and the note's text (C2SP tlog-cosignature, "Ed25519 signed message")."""
    ML_DSA_44 = 6
    """ML-DSA-44 over time, signer, origin, size and root (C2SP tlog-cosignature, "ML-DSA-44 signed message")."""

    @property
    def timed(self) -> bool:
        """Whether a moment stands before the signature, and is signed with it."""
        return self is not Algorithm.ED25519


_PUBLIC_SIZE: Final = {Algorithm.ED25519: 32, Algorithm.COSIGNATURE: 32, Algorithm.ML_DSA_44: 1312}
_SIGNATURE_SIZE: Final = {Algorithm.ED25519: 64, Algorithm.COSIGNATURE: 64, Algorithm.ML_DSA_44: 2420}


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose it says it is, and the bytes after the key id."""

    name: str
    key_id: bytes
    payload: bytes

    @property
    def line(self) -> str:
        """The line as a note holds it, without its newline."""
        return f"{DASH}{self.name} {b64(self.key_id + self.payload)}"


def is_key_name(name: str) -> bool:
    """Tell whether `name` may name a key (C2SP signed-note, "Format"; length: see `MAX_KEY_NAME`)."""
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return False
    return 1 <= size <= MAX_KEY_NAME and not _NOT_IN_NAMES.search(name)


def message(algorithm: Algorithm, *, name: str, seconds: int, checkpoint: Checkpoint) -> bytes:
    """Return the bytes that a key signs for a checkpoint.

    Args:
        algorithm: the signature type.
        name: the key's name, which ML-DSA-44 signs too.
        seconds: POSIX time of a timed signature.
        checkpoint: the head of the ledger.

    """
    match algorithm:
        case Algorithm.ED25519:
            return checkpoint.text.encode()
        case Algorithm.COSIGNATURE:
            return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()
        case Algorithm.ML_DSA_44:
            signer, origin = name.encode(), checkpoint.origin.encode()
            return b"".join(
                (
                    b"subtree/v1\n\x00",
                    struct.pack(">B", len(signer)) + signer,
                    struct.pack(">Q", seconds),
                    struct.pack(">B", len(origin)) + origin,
                    struct.pack(">QQ", 0, checkpoint.size),  # from the first entry to the last: the whole tree
                    checkpoint.root,
                )
            )


@lru_cache(maxsize=64)
def _ml_dsa_44(public: bytes) -> MLDSA44PublicKey:
    """Load a key that somebody pinned: loading one costs as much as a signature."""
    return MLDSA44PublicKey.from_public_bytes(public)


@lru_cache(maxsize=64)
def _ed25519(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with a name and a signature type: what a verifier trusts.

    Args:
        name: the key's name; a ledger's own keys are named by its origin.
        algorithm: the signature type.
        public: the raw public key, 32 or 1,312 bytes.

    Raises:
        InputRefused: the name is not allowed or the key has another size.

    """

    name: str
    algorithm: Algorithm
    public: bytes
    key_id: bytes = field(init=False, compare=False)
    """Four bytes that tell keys of one name apart (C2SP signed-note, "Signatures")."""

    def __post_init__(self) -> None:
        """Check name and size, and find the key id."""
        if not is_key_name(self.name) or len(self.public) != _PUBLIC_SIZE[self.algorithm]:
            _bad_vkey(f"the name {self.name[:80]!r} or the size of the key ({len(self.public)} bytes) is not allowed")
        named = sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public)
        object.__setattr__(self, "key_id", named[:KEY_ID_SIZE])

    def vkey(self) -> str:
        """Return the key as text, without newline (C2SP signed-note, "Verifier keys")."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.algorithm]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """Read a key written by `vkey`.

        Raises:
            InputRefused: malformed, an unknown signature type, or a key id that is not the key's.

        """
        parts = vkey.split("+", maxsplit=2)  # base64 holds '+' too
        if len(parts) != 3 or not _HEX_ID.fullmatch(parts[1]):
            _bad_vkey("it is not a name, eight hexadecimal digits and base64, joined by '+'")
        data = unb64(parts[2])
        if not data or data[0] not in _PUBLIC_SIZE:
            _bad_vkey("its base64 is not canonical, or its signature type is unknown")
        key = cls(parts[0], Algorithm(data[0]), data[1:])
        if key.key_id.hex() != parts[1]:
            _bad_vkey(f"its key id is {key.key_id.hex()}, and not {parts[1]}")
        return key

    def matches(self, signature: Signature) -> bool:
        """Tell whether a signature line says that it is by this key."""
        return signature.name == self.name and signature.key_id == self.key_id

    def verify(self, signature: Signature, checkpoint: Checkpoint) -> None:
        """Check one signature over a checkpoint.

        Raises:
            Altered: it is not by this key, or over something else.
            CannotBeVerified: the cryptographic library does not know the algorithm.

        """
        seconds, raw = 0, signature.payload
        if self.algorithm.timed:
            seconds, raw = int.from_bytes(raw[:_TIME_SIZE], "big"), raw[_TIME_SIZE:]
        if not self.matches(signature) or len(raw) != _SIGNATURE_SIZE[self.algorithm] or seconds >= 2**63:
            self._refute()
        signed = message(self.algorithm, name=self.name, seconds=seconds, checkpoint=checkpoint)
        try:
            if self.algorithm is Algorithm.ML_DSA_44:
                _ml_dsa_44(self.public).verify(raw, signed)
            else:
                _ed25519(self.public).verify(raw, signed)
        except (InvalidSignature, ValueError):
            self._refute()
        except UnsupportedAlgorithm as error:
            raise CannotBeVerified(
                "ledger.algorithm",
                f"The cryptographic library here cannot verify {self.algorithm.name}.",
                hint="Install the version of `cryptography` that the project locks.",
            ) from error

    def _refute(self) -> NoReturn:
        raise Altered(
            "ledger.signature",
            f"The {self.algorithm.name} signature of {self.name} does not match the checkpoint.",
            hint="Get the checkpoint again from its source; if it stays so, do not trust the ledger.",
        )


def _bad_vkey(why: str) -> NoReturn:
    raise InputRefused("vkey.malformed", f"This is no verifier key: {why}.", hint="Compare with the published key.")


def parse_vkeys(data: bytes) -> tuple[VerifierKey, ...]:
    """Read a file of verifier keys: one a line, each ending in a newline, none twice, at least one.

    Raises:
        InputRefused: not such a file.
        LimitExceeded: longer than `MAX_VKEYS` bytes.

    """
    if len(data) > MAX_VKEYS:
        raise LimitExceeded(
            "vkey.size",
            f"The file of verifier keys is {len(data)} bytes long, {MAX_VKEYS} are allowed.",
            hint="Check that it is the right file.",
        )
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        _bad_vkey("the file is not UTF-8")
    if not whole.endswith("\n"):
        _bad_vkey("the file does not end in a newline")
    keys = tuple(VerifierKey.parse(line) for line in whole[:-1].split("\n"))
    if len({(key.name, key.key_id) for key in keys}) != len(keys):
        _bad_vkey("two keys of the file have one name and key id")
    return keys


def encode_vkeys(keys: Sequence[VerifierKey]) -> bytes:
    """Return the file that `parse_vkeys` reads."""
    return "".join(f"{key.vkey()}\n" for key in keys).encode()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with the name under which it signs.

    Args:
        name: the key's name.
        algorithm: the signature type; an Ed25519 key signs as a ledger (1) or as a witness (4), never as both.
        private: the key object.

    Raises:
        InputRefused: the name is not allowed, or the key is not of the algorithm.

    """

    name: str
    algorithm: Algorithm
    private: PrivateKey

    def __post_init__(self) -> None:
        """Check name and kind of key."""
        wanted = MLDSA44PrivateKey if self.algorithm is Algorithm.ML_DSA_44 else Ed25519PrivateKey
        if not is_key_name(self.name) or not isinstance(self.private, wanted):
            _bad_vkey(f"{self.name[:80]!r} cannot sign by {self.algorithm.name} with this key")

    def verifier(self) -> VerifierKey:
        """Return the public half."""
        return VerifierKey(self.name, self.algorithm, self.private.public_key().public_bytes_raw())

    def sign(self, checkpoint: Checkpoint, *, at: datetime) -> Signature:
        """Sign a checkpoint.

        Args:
            checkpoint: the head of the ledger.
            at: the moment of signing, timezone-aware; timed signatures carry it in whole seconds.

        Raises:
            InputRefused: the moment has no time zone or lies before 1970.

        """
        if at.tzinfo is None or at.timestamp() < 0:
            raise InputRefused(
                "ledger.moment", f"{at} is no moment at which a checkpoint can be signed.", hint="Check the clock."
            )
        seconds = int(at.timestamp())
        raw = self.private.sign(message(self.algorithm, name=self.name, seconds=seconds, checkpoint=checkpoint))
        time = struct.pack(">Q", seconds) if self.algorithm.timed else b""
        return Signature(self.name, self.verifier().key_id, time + raw)
