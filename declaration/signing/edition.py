"""Steps 1 to 3: the sealed edition, judged without any library that mends what it reads.

1  container: a file of our profile within its limits; passive; the files it carries
2  seal: everything up to the end of its revision, by a key below the pinned root, timestamped; then only the archive
   and its renewals, whose timestamps cover the whole file until then, each while the one before it was good
3  instrument: the attached instrument.pdf is what the first pages show, and say when read aloud, and carries the
   same declaration.json
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from declaration.canonical import digest, sha256
from declaration.errors import Altered, VerificationError
from declaration.signing.attachments import DOCUMENT, INSTRUMENT, read_attachments, require_editions_files
from declaration.signing.judgement import altered, reading, unverifiable
from declaration.signing.pades import SealMessage, read_seal, verify_seal
from declaration.signing.pdf import Document, File
from declaration.signing.pdf_compare import require_passive, require_same_first_pages
from declaration.signing.pdf_signatures import ARCHIVED, Signatures, find_signatures
from declaration.signing.pdf_structure import require_same_structure
from declaration.signing.timestamp import Timestamp, verify_token


class Edition(NamedTuple):
    """A signed edition whose seal, archive and pages have been verified.

    Args:
        instrument: the attached instrument.pdf.
        document: the attached declaration.json.
        files: everything attached, by name.
        sealed_at: time of the seal's timestamp.
        archived_at: time of the document timestamp.
        renewed_at: times of the later ones, oldest first.
        sealed_by: common name of the seal's certificate.
        instrument_pages: how many of the first pages are the instrument.
        pages: how many pages there are.
        first: SHA-256 of the edition as it was before it was renewed, in hexadecimal; the ledger names that one.

    """

    instrument: bytes
    document: bytes
    files: Mapping[str, bytes]
    sealed_at: datetime
    archived_at: datetime
    renewed_at: tuple[datetime, ...]
    sealed_by: str
    instrument_pages: int
    pages: int
    first: str


def open_edition(data: bytes, *, seal_root: x509.Certificate, timestamp_root: x509.Certificate) -> Edition:
    """Verify a signed edition, steps 1 to 3, and return what it holds.

    Args:
        data: the bytes of signed.pdf.
        seal_root: pinned root of the depositary's seal.
        timestamp_root: pinned root of the timestamp authority.

    Raises:
        Altered: ``container.attachment``, ``seal.…``, ``instrument.pages``,
            ``instrument.structure``, ``instrument.document``.
        CannotBeVerified: ``container.…``, ``seal.…``, ``instrument.unreadable``.

    """
    # 1 container and limits
    file = File(data)
    signatures = find_signatures(file)
    document = file.after(len(file.revisions) - 1)  # what came after the seal shows what the sealed one shows
    require_passive(document, widgets=signatures.fields)
    files = read_attachments(document)
    require_editions_files(files)
    # 2 the seal, and what follows it
    message = read_seal(signatures.seal.cms)
    with _as_seal("seal.timestamp"):
        sealed = verify_token(message.token, imprint=sha256(message.signature), root=timestamp_root)
    verify_seal(message, covered=signatures.seal.covered, root=seal_root, at=sealed.at)
    with _as_seal("seal.archive-timestamp"):
        archives = [verify_token(each.cms, imprint=each.covered, root=timestamp_root) for each in signatures.archives]
    _require_unbroken([sealed, *archives])
    _verify_validation_data(signatures, message, [sealed, *archives], (seal_root, timestamp_root))
    # 3 the instrument is what the first pages show
    pages = _require_instrument(document, files)
    return Edition(
        instrument=files[INSTRUMENT],
        document=files[DOCUMENT],
        files=files,
        sealed_at=sealed.at,
        archived_at=archives[0].at,
        renewed_at=tuple(each.at for each in archives[1:]),
        sealed_by=_common_name(message.certificate),
        instrument_pages=pages,
        pages=len(document.pages()),
        first=digest(data[: file.revisions[ARCHIVED].end]),
    )


def read_instrument(data: bytes) -> Document:
    """Read an instrument: one revision, passive, without annotations.

    Raises:
        CannotBeVerified: ``container.…``, ``instrument.unreadable``.

    """
    file = File(data)
    if len(file.revisions) != 1:
        raise unverifiable("instrument.unreadable", detail="it was saved more than once")
    document = file.after(0)
    require_passive(document, widgets=frozenset())
    return document


def instruments_document(data: bytes) -> bytes:
    """Return the declaration.json that an instrument carries, which is all it carries.

    Raises:
        CannotBeVerified: ``container.…``, ``instrument.unreadable``.

    """
    return _only_document(read_instrument(data))


def _only_document(instrument: Document) -> bytes:
    carried = read_attachments(instrument)
    if carried.keys() != {DOCUMENT}:
        raise unverifiable("instrument.unreadable", detail="it does not carry declaration.json alone")
    return carried[DOCUMENT]


def _require_instrument(document: Document, files: Mapping[str, bytes]) -> int:
    instrument = read_instrument(files[INSTRUMENT])
    if _only_document(instrument) != files[DOCUMENT]:
        raise altered("instrument.document")
    pages = require_same_first_pages(document, instrument)
    require_same_structure(document, instrument)
    if len(document.pages()) == pages:
        raise unverifiable("instrument.unreadable", detail="no page of signatures follows")
    return pages


@contextmanager
def _as_seal(code: str) -> Iterator[None]:
    """Report what is wrong with a timestamp of the seal as a matter of the seal (step 2), not of a signature."""
    try:
        yield
    except VerificationError as error:
        refusal = altered if isinstance(error, Altered) else unverifiable
        raise refusal(code, detail=error.message) from error


def _require_unbroken(stamps: list[Timestamp]) -> None:
    """Each timestamp is not older than the one before it, and was made while that one's certificate was valid."""
    for earlier, later in pairwise(stamps):
        if later.at < earlier.at:
            raise altered("seal.archive-order")
        if later.at > (end := earlier.certificate.not_valid_after_utc):
            raise unverifiable("seal.archive-expired", at=later.at.isoformat(), end=end.isoformat())


def _verify_validation_data(
    signatures: Signatures,
    message: SealMessage,
    stamps: list[Timestamp],
    roots: tuple[x509.Certificate, x509.Certificate],
) -> None:
    """The archive holds certificates, which nothing here relies on, and lists by the two roots, which revoke nobody."""
    used = {message.certificate, *message.chain, *(stamp.certificate for stamp in stamps), *roots}
    listed: set[x509.Name] = set()
    with reading("seal.validation-data"):
        for data in signatures.certificates:
            if x509.load_der_x509_certificate(data).public_bytes(Encoding.DER) != data:
                raise unverifiable("seal.validation-data", detail="a certificate that is not DER")
        for data in signatures.revocations:
            revocations = x509.load_der_x509_crl(data)
            _require_by_one_of(revocations, roots)
            listed.add(revocations.issuer)
            for item in used:
                if item.issuer == revocations.issuer and revocations.get_revoked_certificate_by_serial_number(
                    item.serial_number
                ):
                    raise unverifiable("seal.revoked", name=_common_name(item))
        if roots[0].subject not in listed:
            raise unverifiable("seal.validation-data", detail="the revocation list of the seal root is missing")


def _require_by_one_of(revocations: x509.CertificateRevocationList, roots: tuple[x509.Certificate, ...]) -> None:
    for root in roots:
        if root.subject == revocations.issuer:
            key = root.public_key()
            try:
                valid = revocations.is_signature_valid(key)  # type: ignore[arg-type] # other kinds raise TypeError
            except InvalidSignature:
                valid = False
            if not valid:
                raise altered("seal.revocations-forged")
            return
    raise unverifiable("seal.validation-data", detail="a revocation list by nobody we know")


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
