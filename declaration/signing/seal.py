"""Seal the signed edition once: PAdES baseline B-LTA (ETSI EN 319 142-1), placed in the file by pyHanko.

Three revisions come out of it, and `declaration.signing.pdf_signatures` accepts no other shape:

1. the edition as rendered, saved again with two empty signature fields on its **last** page, so that the pages of the
   instrument stay what they were: that of the seal, which shows it (`declaration.signing.mark`), and an invisible one;
2. the seal: a certification that permits no changes (ISO 32000-2, section 12.8.2.2), with its own timestamp;
3. the archive: certificates and revocation lists (DSS, section 12.8.4.3) and a document timestamp over everything.

Before the archive's timestamp loses its worth (its certificate expires, its algorithms weaken), `renew_edition` puts
another one over everything, which is one more revision each time.

pyHanko only writes the revisions; the CMS of the seal is made by `declaration.signing.pades`, which also reads it when
verifying, and both tokens come from the timestamp authority that is given. Nothing here asks a clock, and nothing is
drawn at random: what varies between two runs comes from that authority.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import pikepdf
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    ByteStringObject,
    NumberObject,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.generic import DictionaryObject as PdfDictionary
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData, SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from declaration.canonical import sha256
from declaration.errors import InputRefused
from declaration.signing.certificates import Certified
from declaration.signing.mark import BOX, IN_CORNER, Place, appearance
from declaration.signing.pades import make_seal
from declaration.signing.pdf_signatures import ARCHIVE, OUTSIDE, SEAL, archive_name

RESERVED: Final = 32_768
"""Hexadecimal digits kept free for each signature: ours take 8,000; the token of a public authority up to 16,000."""

_TITLES: Final = {SEAL: "Seal of the depositary", ARCHIVE: "Archive timestamp"}
_PRINTED_AND_LOCKED: Final = 132
"""Annotation flags that PDF/A asks for (ISO 19005-3, section 6.3.2), and that keep the field where it is."""


class _Revision(IncrementalPdfFileWriter):
    """An incremental update that leaves the metadata alone and takes its identifier from what came before."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        self._document_id[1] = ByteStringObject(sha256(stream.getvalue())[:16])

    def _update_meta(self) -> None:
        """Keep dates and producer as rendered: PDF/A wants them equal in two places, and the seal has its own time."""


def seal_edition(
    unsealed: bytes,
    *,
    seal: Certified,
    stamp: Callable[[bytes], bytes],
    certificates: Sequence[x509.Certificate],
    revocations: Sequence[x509.CertificateRevocationList],
    at: datetime,
    place: Place | None = None,
) -> bytes:
    """Return the sealed edition.

    Args:
        unsealed: the edition as rendered: a PDF without a form and without annotations.
        seal: the seal key, its certificate, and those between it and the seal root.
        stamp: gives an RFC 3161 token in DER for an imprint, which is a SHA-256 of 32 bytes; asked twice, for the seal
            and for the archive.
        certificates: what a reader needs in twenty years: seal, timestamp, and both roots.
        revocations: the newest lists of both roots.
        at: when the depositary seals, timezone-aware; what the PDF shows as the time of signing.
        place: where the seal is seen on the last page; by default in the lower right corner.

    Raises:
        InputRefused: ``seal.input``, the file is no PDF that can be sealed; ``seal.room``, a token is too large.

    """
    sealed = _sealed(_with_fields(unsealed, place), seal=seal, stamp=stamp, at=at)
    return _archived(sealed, stamp=stamp, certificates=certificates, revocations=revocations)


def _sealed(prepared: bytes, *, seal: Certified, stamp: Callable[[bytes], bytes], at: datetime) -> bytes:
    placeholder = SignatureObject(timestamp=at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=RESERVED)
    certify = SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    sign = partial(make_seal, seal=seal, stamp=stamp)
    return _fill(_Revision(io.BytesIO(prepared)), SEAL, placeholder, sign, certify=certify)


def _archived(
    sealed: bytes,
    *,
    stamp: Callable[[bytes], bytes],
    certificates: Sequence[x509.Certificate],
    revocations: Sequence[x509.CertificateRevocationList],
) -> bytes:
    archive = _Revision(io.BytesIO(sealed))
    DocumentSecurityStore.supply_dss_in_writer(
        archive,
        None,
        certs=[asn1_x509.Certificate.load(item.public_bytes(Encoding.DER)) for item in dict.fromkeys(certificates)],
        crls=[asn1_crl.CertificateList.load(item.public_bytes(Encoding.DER)) for item in revocations],
    )
    return _fill(archive, ARCHIVE, _document_timestamp(), stamp)


def _document_timestamp() -> PdfSignedData:
    return PdfSignedData(pdf_name("/DocTimeStamp"), subfilter=SigSeedSubFilter.ETSI_RFC3161, bytes_reserved=RESERVED)


def renew_edition(
    edition: bytes,
    *,
    number: int,
    stamp: Callable[[bytes], bytes],
    certificates: Sequence[x509.Certificate],
    revocations: Sequence[x509.CertificateRevocationList],
) -> bytes:
    """Return an edition with one more archive timestamp over all of it, and what is needed to judge the last one.

    The edition itself is the beginning of the result, to its last byte.

    Args:
        edition: sealed by `seal_edition`, and verified by the caller.
        number: which archive timestamp this is, the first being 1.
        stamp: gives an RFC 3161 token in DER for an imprint, which is a SHA-256 of 32 bytes; asked once.
        certificates: what a reader needs; those that are there already are left out.
        revocations: the newest lists, likewise.

    Raises:
        InputRefused: ``seal.room``, a token is too large.

    """
    revision = _Revision(io.BytesIO(edition))
    name = archive_name(number)
    data = revision.root["/DSS"]
    _lengthen(revision, data, "/Certs", [item.public_bytes(Encoding.DER) for item in certificates])
    _lengthen(revision, data, "/CRLs", [item.public_bytes(Encoding.DER) for item in revocations])
    _add_archive(revision, name, f"{_TITLES[ARCHIVE]} {number}")
    return _fill(revision, name, _document_timestamp(), stamp)


def _lengthen(revision: _Revision, data: PdfDictionary, key: str, items: Sequence[bytes]) -> None:
    """Put streams that are not there yet at the end of one list of the validation data."""
    streams = data[key] if key in data else ArrayObject()
    known = {streams[index].data for index in range(len(streams))}  # which follows the references
    for item in dict.fromkeys(items):
        if item not in known:
            data[pdf_name(key)] = streams
            streams.append(revision.add_object(StreamObject(stream_data=item)))
            revision.update_container(data)


def _add_archive(revision: _Revision, name: str, title: str) -> None:
    """Add the field of a renewal beside the last page; the structure, which is sealed, does not name it."""
    seal = revision.root["/AcroForm"]["/Fields"][0]
    page = seal.raw_get("/P")
    entries = {
        "/Type": pdf_name("/Annot"),
        "/Subtype": pdf_name("/Widget"),
        "/FT": pdf_name("/Sig"),
        "/T": pdf_string(name),
        "/TU": pdf_string(title),
        "/F": NumberObject(_PRINTED_AND_LOCKED),  # type: ignore[no-untyped-call]
        "/Rect": ArrayObject(NumberObject(side) for side in OUTSIDE),  # type: ignore[no-untyped-call]
        "/P": page,
    }
    field = PdfDictionary({pdf_name(key): entry for key, entry in entries.items()})  # type: ignore[no-untyped-call]
    reference = revision.add_object(field)
    for fields in (revision.root["/AcroForm"]["/Fields"], page.get_object()["/Annots"]):
        fields.append(reference)
        revision.update_container(fields)


def _with_fields(unsealed: bytes, place: Place | None = None) -> bytes:
    """Save the file again with the two empty fields, in the form that our verifier reads."""
    try:
        with pikepdf.open(io.BytesIO(unsealed)) as pdf:
            if "/AcroForm" in pdf.Root or any("/Annots" in page for page in pdf.pages) or not len(pdf.pages):
                raise InputRefused(
                    "seal.input",
                    "The edition already has a form or annotations, or no page.",
                    hint="Seal the edition as it was rendered.",
                )
            _add_fields(pdf, place or _corner(pdf))
            buffer = io.BytesIO()
            pdf.save(
                buffer,
                min_version="1.7",
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                fix_metadata_version=False,
            )
            return buffer.getvalue()
    except pikepdf.PdfError as error:
        raise InputRefused(
            "seal.input", f"The edition cannot be read as PDF: {error}.", hint="Render it again."
        ) from error


def _corner(pdf: pikepdf.Pdf) -> Place:
    left, bottom, right, _ = (int(side) for side in pdf.pages[-1].mediabox)
    side = min(IN_CORNER, right - left)
    return Place(right - side, bottom, side)


def _look(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Return what the seal's field shows (ISO 32000-2, section 12.5.5)."""
    return pdf.make_indirect(
        pikepdf.Stream(
            pdf,
            appearance(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=pikepdf.Array(BOX),
            Resources=pikepdf.Dictionary(),
        )
    )


def _add_fields(pdf: pikepdf.Pdf, place: Place) -> None:
    page = pdf.pages[-1].obj
    fields = pikepdf.Array(
        [
            pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Widget,
                    FT=pikepdf.Name.Sig,
                    T=pikepdf.String(name),
                    TU=pikepdf.String(title),
                    F=_PRINTED_AND_LOCKED,
                    Rect=pikepdf.Array([0, 0, 0, 0]),  # no place on the page, so no appearance is needed
                    P=page,
                )
            )
            for name, title in _TITLES.items()
        ]
    )
    fields[0].Rect = pikepdf.Array(place.rectangle)
    fields[0].AP = pikepdf.Dictionary(N=_look(pdf))
    page.Annots = fields
    pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=fields, SigFlags=3))
    if "/StructTreeRoot" in pdf.Root:
        _tag_fields(pdf, fields)


def _tag_fields(pdf: pikepdf.Pdf, fields: pikepdf.Array) -> None:
    """Give each field its element at the end of the structure (ISO 14289-1, 7.18.1 and 7.18.4)."""
    tree = pdf.Root.StructTreeRoot
    document = tree.K[0]
    for field in fields:
        key = int(tree.ParentTreeNextKey)
        element = pdf.make_indirect(
            pikepdf.Dictionary(
                S=pikepdf.Name.Form,
                P=document,
                Alt=field.TU,
                Lang=pikepdf.String("en"),
                K=pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Pg=field.P, Obj=field),
            )
        )
        field.StructParent = key
        document.K.append(element)
        tree.ParentTree.Nums.extend([pikepdf.Object.parse(b"%d" % key), element])
        tree.ParentTreeNextKey = key + 1


def _fill(
    revision: _Revision,
    field: str,
    placeholder: PdfSignedData,
    make: Callable[[bytes], bytes],
    *,
    certify: SigMDPSetup | None = None,
) -> bytes:
    """Write one revision that fills `field` with what `make` returns for the SHA-256 of everything around it."""
    steps = PdfCMSEmbedder().write_cms(field, revision, existing_fields_only=True)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=certify))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
    try:
        steps.send(make(prepared.document_digest))
    except SigningError as error:
        raise InputRefused(
            "seal.room",
            f"A signature or timestamp does not fit into the {RESERVED // 2} bytes kept for it.",
            hint="Use a timestamp authority whose tokens are smaller.",
        ) from error
    return bytes(output.getvalue())
