"""What a verifier trusts: three pinned roots and the ledger's keys, as four small files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.canonical import digest
from declaration.errors import CannotBeVerified, InputRefused
from declaration.ledger.note import Algorithm, VerifierKey, encode_vkeys, parse_vkeys
from declaration.signing.judgement import PARSER_ERRORS, unverifiable

SIGNING_ROOT: Final = "signing-root.pem"
TIMESTAMP_ROOT: Final = "timestamp-root.pem"
SEAL_ROOT: Final = "seal-root.pem"
LEDGER_KEYS: Final = "ledger.vkeys"
FILES: Final = (SIGNING_ROOT, TIMESTAMP_ROOT, SEAL_ROOT, LEDGER_KEYS)
"""The files of a trust folder; other files in it are not looked at."""
MAX_FILE: Final = 64 * 1024
"""Bytes of one of them: a root has about 700, an RSA root 2,000, the two ledger keys 2,000."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What a verifier trusts; checked when made.

    Args:
        signing_root: above the certificates of signatories.
        timestamp_root: above the timestamp authority.
        seal_root: above the depositary's seal.
        ledger_keys: of one ledger, whose origin is their name: Ed25519, then ML-DSA-44; after them those of witnesses
            whose cosignature is required.

    Raises:
        CannotBeVerified: ``trust.root``, ``trust.keys``.

    """

    signing_root: x509.Certificate
    timestamp_root: x509.Certificate
    seal_root: x509.Certificate
    ledger_keys: tuple[VerifierKey, ...]

    def __post_init__(self) -> None:
        """Refuse roots that are none, and keys that are not a ledger's."""
        for name, root in zip(FILES, (self.signing_root, self.timestamp_root, self.seal_root), strict=False):
            _check_root(root, name)
        own = [(key.name, key.algorithm) for key in self.ledger_keys[:2]]
        strangers = self.ledger_keys[2:]
        if own != [(self.ledger, Algorithm.ED25519), (self.ledger, Algorithm.ML_DSA_44)] or any(
            key.name == self.ledger or key.algorithm is Algorithm.ED25519 for key in strangers
        ):
            raise _distrusted("keys", LEDGER_KEYS, "it does not begin with the ledger's Ed25519 and ML-DSA-44 keys")

    @property
    def ledger(self) -> str:
        """The origin of the ledger whose keys are trusted."""
        return self.ledger_keys[0].name if self.ledger_keys else ""

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Trust:
        """Read the contents of a trust folder by file name; each file has exactly one spelling.

        Raises:
            CannotBeVerified: ``trust.missing``, ``.size``, ``.root``, ``.keys``.

        """
        for name in FILES:
            if name not in files:
                raise _distrusted("missing", name, "it is missing")
            if len(files[name]) > MAX_FILE:
                raise _distrusted("size", name, f"it is longer than {MAX_FILE} bytes")
        try:
            keys = parse_vkeys(files[LEDGER_KEYS])
        except InputRefused as error:
            raise _distrusted("keys", LEDGER_KEYS, error.message) from error
        signing, timestamp, seal = (_read_root(files[name], name) for name in FILES[:3])
        return cls(signing, timestamp, seal, keys)

    @classmethod
    def from_directory(cls, directory: Path) -> Trust:
        """Read a trust folder.

        Raises:
            CannotBeVerified: as `from_files`.

        """
        files: dict[str, bytes] = {}
        for name in FILES:
            try:
                with (directory / name).open("rb") as file:
                    files[name] = file.read(MAX_FILE + 1)
            except OSError as error:
                raise _distrusted("missing", name, f"it cannot be read from {directory} ({error.strerror})") from error
        return cls.from_files(files)

    def files(self) -> dict[str, bytes]:
        """Return the files of the trust folder, by name; `from_files` reads nothing else."""
        roots = (self.signing_root, self.timestamp_root, self.seal_root)
        files = {name: root.public_bytes(Encoding.PEM) for name, root in zip(FILES, roots, strict=False)}
        return files | {LEDGER_KEYS: encode_vkeys(self.ledger_keys)}

    def write(self, directory: Path) -> None:
        """Write the trust folder, making it if need be."""
        directory.mkdir(parents=True, exist_ok=True)
        for name, data in self.files().items():
            (directory / name).write_bytes(data)

    def fingerprints(self) -> dict[str, str]:
        """Return what people compare: SHA-256 of each root's DER and of the file of ledger keys, in hexadecimal."""
        roots = (self.signing_root, self.timestamp_root, self.seal_root)
        found = {name: root.fingerprint(SHA256()).hex() for name, root in zip(FILES, roots, strict=False)}
        return found | {LEDGER_KEYS: digest(encode_vkeys(self.ledger_keys))}


def _read_root(data: bytes, name: str) -> x509.Certificate:
    try:
        root = x509.load_pem_x509_certificate(data)
        if root.public_bytes(Encoding.PEM) == data:
            return root
    except PARSER_ERRORS as error:
        raise _distrusted("root", name, f"it is not a certificate in PEM ({error})"[:200]) from error
    raise _distrusted("root", name, "it is not exactly one certificate in canonical PEM")


def _check_root(root: x509.Certificate, name: str) -> None:
    """RFC 5280 section 6.1: an anchor is believed; here it must also be a self-signed authority, to catch mix-ups."""
    try:
        root.verify_directly_issued_by(root)
        constraints = root.extensions.get_extension_for_class(x509.BasicConstraints).value
        if constraints.ca:
            return
    except (InvalidSignature, *PARSER_ERRORS) as error:
        raise _distrusted("root", name, f"it is not a self-signed authority ({type(error).__name__})") from error
    raise _distrusted("root", name, "it is not an authority")


def _distrusted(code: str, name: str, why: str) -> CannotBeVerified:
    return unverifiable(f"trust.{code}", file=name, detail=why)
