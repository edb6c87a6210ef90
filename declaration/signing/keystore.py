"""All keys of one service: made once, kept as encrypted files in one folder, opened by a running service.

The folder holds, for each certified key, ``<name>.key`` and ``<name>.pem``; for the ledger two keys without
certificates; and the revocation lists of the roots whose certificates an archive needs. The three roots' private keys
belong into a safe afterwards: `open_keys` never reads them. keys/README.md says which key does what.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.errors import ConfigurationError, StateConflict
from declaration.ledger.note import Algorithm, SigningKey
from declaration.signing import p256, pkcs8
from declaration.signing.authority import IssuingAuthority
from declaration.signing.certificates import (
    Certified,
    Random,
    issue_authority,
    issue_crl,
    issue_root,
    issue_seal,
    issue_timestamper,
)
from declaration.signing.judgement import PARSER_ERRORS
from declaration.signing.timestamp import EmbeddedAuthority
from declaration.signing.trust import Trust

SIGNING_ROOT: Final = "signing-root"
ISSUING: Final = "issuing"
TIMESTAMP_ROOT: Final = "timestamp-root"
TIMESTAMP: Final = "timestamp"
SEAL_ROOT: Final = "seal-root"
SEAL: Final = "seal"
LEDGER_ED25519: Final = "ledger-ed25519"
LEDGER_ML_DSA_44: Final = "ledger-mldsa44"
ROOTS: Final = (SIGNING_ROOT, TIMESTAMP_ROOT, SEAL_ROOT)
"""Keys that certify once and then belong into a safe."""

Key = TypeVar("Key", EllipticCurvePrivateKey, Ed25519PrivateKey, MLDSA44PrivateKey)


@dataclass(frozen=True, slots=True)
class KeySet:
    """What a running service holds: its keys, and the public halves of its roots.

    Args:
        roots: certificates by name (`ROOTS`).
        issuing_key: certifies ephemeral keys.
        timestamp_key: signs timestamps.
        seal_key: seals the edition.
        crls: revocation lists by the name of their root: seal and timestamp.
        ledger_ed25519: signs checkpoints.
        ledger_ml_dsa_44: signs checkpoints too.
        random: gives random bytes, for serial numbers.

    """

    roots: Mapping[str, x509.Certificate]
    issuing_key: Certified
    timestamp_key: Certified
    seal_key: Certified
    crls: Mapping[str, x509.CertificateRevocationList]
    ledger_ed25519: Ed25519PrivateKey
    ledger_ml_dsa_44: MLDSA44PrivateKey
    random: Random

    @property
    def issuing(self) -> IssuingAuthority:
        """The authority that certifies ephemeral keys."""
        return IssuingAuthority(self.issuing_key, random=self.random)

    @property
    def timestamps(self) -> EmbeddedAuthority:
        """The embedded timestamp authority."""
        return EmbeddedAuthority(self.timestamp_key, random=self.random)

    def ledger_keys(self, origin: str) -> tuple[SigningKey, SigningKey]:
        """Return the keys that sign checkpoints of the ledger of this origin (docs/adr/0007)."""
        return (
            SigningKey(origin, Algorithm.ED25519, self.ledger_ed25519),
            SigningKey(origin, Algorithm.ML_DSA_44, self.ledger_ml_dsa_44),
        )

    def trust(self, origin: str, *, timestamp_root: x509.Certificate | None = None) -> Trust:
        """Return what the public pins for the ledger of this origin.

        Args:
            origin: ``<host>/<declaration id>``.
            timestamp_root: of an external authority, where one is used instead of the embedded.

        """
        return Trust(
            signing_root=self.roots[SIGNING_ROOT],
            timestamp_root=timestamp_root or self.roots[TIMESTAMP_ROOT],
            seal_root=self.roots[SEAL_ROOT],
            ledger_keys=tuple(key.verifier() for key in self.ledger_keys(origin)),
        )


class Timestamping(NamedTuple):
    """A timestamp key, and the revocation lists that were at hand."""

    key: Certified
    crls: tuple[x509.CertificateRevocationList, ...]


def init_keys(
    directory: Path,
    *,
    passphrase: str,
    at: datetime,
    random: Random,
    hardness: pkcs8.Hardness = pkcs8.HARD,
) -> KeySet:
    """Make all keys and write them into a new folder, all or nothing; return what `open_keys` would.

    Args:
        directory: does not exist yet; made with mode 0700, its files with 0600.
        passphrase: encrypts every key.
        at: when the certificates begin to be valid.
        random: gives random bytes; every key is derived from them.
        hardness: see `pkcs8.encrypt`.

    Raises:
        StateConflict: ``keys.exist``; nothing was written.
        ConfigurationError: ``keys.write``, the folder cannot be written.

    """
    if directory.exists() or directory.is_symlink():  # before the keys, whose making takes seconds
        raise _exists(directory)
    files, keys = _generate(passphrase, at=at, random=random, hardness=hardness)
    _write_folder(directory, files, random=random)
    return keys


def make_timestamp_key(
    directory: Path,
    keys: Path,
    *,
    passphrase: str,
    at: datetime,
    random: Random,
    hardness: pkcs8.Hardness = pkcs8.HARD,
) -> Timestamping:
    """Make another timestamp key below the root that is pinned, in a folder of its own, all or nothing.

    It is for renewing archives: the key of a summit lasts `certificates.SERVICE_YEARS`, its root thirty years.

    Args:
        directory: does not exist yet; gets the key, its certificate, the root's certificate and new lists.
        keys: where the private key of the timestamp root lies.
        passphrase: opens that key, and encrypts the new one.
        at: when the certificate begins to be valid.
        random: gives random bytes.
        hardness: see `pkcs8.encrypt`.

    Raises:
        StateConflict: ``keys.exist``; nothing was written.
        ConfigurationError: as `open_keys`; ``keys.write``.

    """
    if directory.exists() or directory.is_symlink():
        raise _exists(directory)
    folder = _Folder(keys, passphrase)
    root = folder.certified(TIMESTAMP_ROOT)
    made = issue_timestamper(root, _p256(random), "Declaration timestamp", at=at.replace(microsecond=0), random=random)
    crl = issue_crl(root, at=at.replace(microsecond=0))
    files = {
        f"{TIMESTAMP}.key": pkcs8.encrypt(made.key, passphrase, random=random, hardness=hardness),
        f"{TIMESTAMP}.pem": made.certificate.public_bytes(Encoding.PEM),
        f"{TIMESTAMP_ROOT}.pem": root.certificate.public_bytes(Encoding.PEM),
        f"{TIMESTAMP_ROOT}.crl": crl.public_bytes(Encoding.PEM),
    }
    _write_folder(directory, files, random=random)
    return Timestamping(made, (crl,))


def open_timestamping(directory: Path, *, passphrase: str) -> Timestamping:
    """Read what renews archives, out of a folder of `make_timestamp_key` or of `init_keys`; errors as `open_keys`."""
    folder = _Folder(directory, passphrase)
    lists = [name for name in (SEAL_ROOT, TIMESTAMP_ROOT) if (directory / f"{name}.crl").exists()]
    return Timestamping(folder.certified(TIMESTAMP), tuple(folder.crl(name) for name in lists))


def _write_folder(directory: Path, files: Mapping[str, bytes], *, random: Random) -> None:
    """Write a new folder of private files, all or nothing."""
    staged = directory.with_name(f".{directory.name}.{random(8).hex()}")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        staged.mkdir(mode=0o700)
        for name, data in files.items():
            _write(staged / name, data)
        _sync(staged)
        staged.rename(directory)  # fails where somebody made a folder with files meanwhile
        _sync(directory.parent)
    except OSError as error:
        raise ConfigurationError(
            "keys.write", f"The keys cannot be written to {directory}: {error.strerror}.", hint="Choose another folder."
        ) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def generate_keys(*, at: datetime, random: Random) -> KeySet:
    """Make all keys in memory only, for a rehearsal that leaves none behind; arguments as `init_keys`."""
    return _generate(None, at=at, random=random, hardness=pkcs8.THROWAWAY)[1]


def open_keys(directory: Path, *, passphrase: str, random: Random) -> KeySet:
    """Read the keys that a running service needs; the roots' private keys may be elsewhere.

    Args:
        directory: written by `init_keys`.
        passphrase: as given there.
        random: gives random bytes, for serial numbers.

    Raises:
        ConfigurationError: ``keys.missing``, ``.mode``, ``.passphrase``, ``.damaged``: which file, and what to do.

    """
    folder = _Folder(directory, passphrase)
    issuing, timestamp, seal = (folder.certified(name) for name in (ISSUING, TIMESTAMP, SEAL))
    return KeySet(
        roots={name: folder.certificate(name) for name in ROOTS},
        issuing_key=Certified(issuing.key, issuing.certificate, (issuing.certificate,)),
        timestamp_key=timestamp,
        seal_key=seal,
        crls={name: folder.crl(name) for name in (SEAL_ROOT, TIMESTAMP_ROOT)},
        ledger_ed25519=folder.key(LEDGER_ED25519, Ed25519PrivateKey),  # type: ignore[type-abstract]
        ledger_ml_dsa_44=folder.key(LEDGER_ML_DSA_44, MLDSA44PrivateKey),  # type: ignore[type-abstract]
        random=random,
    )


def _generate(
    passphrase: str | None, *, at: datetime, random: Random, hardness: pkcs8.Hardness
) -> tuple[dict[str, bytes], KeySet]:
    begin = at.replace(microsecond=0)
    roots = {
        name: issue_root(_p256(random), f"Declaration {title} root", path_length=below, at=begin, random=random)
        for name, title, below in (
            (SIGNING_ROOT, "signing", 1),
            (TIMESTAMP_ROOT, "timestamp", 0),
            (SEAL_ROOT, "seal", 0),
        )
    }
    issuing = issue_authority(roots[SIGNING_ROOT], _p256(random), "Declaration issuing", at=begin, random=random)
    stamping = issue_timestamper(roots[TIMESTAMP_ROOT], _p256(random), "Declaration timestamp", at=begin, random=random)
    seal = issue_seal(roots[SEAL_ROOT], _p256(random), "Declaration seal", at=begin, random=random)
    crls = {name: issue_crl(roots[name], at=begin) for name in (SEAL_ROOT, TIMESTAMP_ROOT)}
    ed25519 = Ed25519PrivateKey.from_private_bytes(random(32))
    ml_dsa = MLDSA44PrivateKey.from_seed_bytes(random(32))
    files: dict[str, bytes] = {}
    if passphrase is not None:
        certified = {**roots, ISSUING: issuing, TIMESTAMP: stamping, SEAL: seal}
        private: dict[str, PrivateKeyTypes] = {name: item.key for name, item in certified.items()}
        for name, key in {**private, LEDGER_ED25519: ed25519, LEDGER_ML_DSA_44: ml_dsa}.items():
            files[f"{name}.key"] = pkcs8.encrypt(key, passphrase, random=random, hardness=hardness)
        files |= {f"{name}.pem": item.certificate.public_bytes(Encoding.PEM) for name, item in certified.items()}
        files |= {f"{name}.crl": item.public_bytes(Encoding.PEM) for name, item in crls.items()}
    public = {name: item.certificate for name, item in roots.items()}
    return files, KeySet(public, issuing, stamping, seal, crls, ed25519, ml_dsa, random)


def _p256(random: Random) -> EllipticCurvePrivateKey:
    return p256.private_key(random(p256.ENTROPY))


@dataclass(frozen=True, slots=True)
class _Folder:
    """The files of one key folder, each read with its own complaint."""

    directory: Path
    passphrase: str

    def read(self, name: str) -> bytes:
        path = self.directory / name
        try:
            with path.open("rb") as file:
                if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                    raise _wrong("mode", path, "others on this machine may read it", f"Run `chmod 600 {path}`.")
                return file.read(pkcs8.MAX_FILE)
        except OSError as error:
            raise _wrong(
                "missing", path, f"{error.strerror}", "Make keys with `declaration keys init`, or set the right folder."
            ) from error

    def key(self, name: str, kind: type[Key]) -> Key:
        """Return a private key of one kind (the library's classes of keys count as abstract)."""
        file = f"{name}.key"
        key = pkcs8.decrypt(self.read(file), self.passphrase, name=file)
        if not isinstance(key, kind):
            raise _wrong("damaged", self.directory / file, "it holds another kind of key", "Restore its safe copy.")
        return key

    def certificate(self, name: str) -> x509.Certificate:
        data = self.read(f"{name}.pem")
        try:
            return x509.load_pem_x509_certificate(data)
        except PARSER_ERRORS as error:
            path = self.directory / f"{name}.pem"
            raise _wrong("damaged", path, "it is not a certificate", "Restore its safe copy.") from error

    def crl(self, name: str) -> x509.CertificateRevocationList:
        data = self.read(f"{name}.crl")
        try:
            return x509.load_pem_x509_crl(data)
        except PARSER_ERRORS as error:
            path = self.directory / f"{name}.crl"
            raise _wrong("damaged", path, "it is not a revocation list", "Restore its safe copy.") from error

    def certified(self, name: str) -> Certified:
        certificate = self.certificate(name)
        key = self.key(name, EllipticCurvePrivateKey)  # type: ignore[type-abstract]
        if certificate.public_key() != key.public_key():
            raise _wrong(
                "damaged", self.directory / f"{name}.key", "its certificate is another's", "Restore both files."
            )
        return Certified(key, certificate)


def _write(path: Path, data: bytes) -> None:
    """Write a file that nobody else can read, not even for a moment, and that survives a power cut."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exists(directory: Path) -> StateConflict:
    return StateConflict(
        "keys.exist",
        f"{directory} exists already, and keys are never overwritten.",
        hint="Choose another folder, or move the old keys away.",
    )


def _wrong(code: str, path: Path, why: str, hint: str) -> ConfigurationError:
    return ConfigurationError(f"keys.{code}", f"The key file {path} cannot be used: {why}.", hint=hint)
