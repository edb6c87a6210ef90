"""Taking merged signatures apart again, into the messages that `declaration.signing.cms` reads one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cryptography.hazmat import asn1

from declaration.signing import cms
from declaration.signing import structures as der
from declaration.signing.chain import MAX_AUTHORITIES
from declaration.signing.fields import Seen, seen
from declaration.signing.judgement import reading, unverifiable

MAX_SHARED: Final = 64
"""Authorities that all signatures together may name: one issues them, or a few, where it was exchanged."""


def split(merged: bytes) -> tuple[bytes, ...]:
    """Return the messages of a merge, in the order of its signer infos; each has its own certificate and those above.

    Merging them gives the same bytes again: nothing in the merge belongs to nobody.

    Args:
        merged: what `cms.merge` has written.

    Raises:
        CannotBeVerified: ``signature.unreadable``, ``.embedded-content``, ``.signers``, ``.signer-certificate``,
            ``.merge``; what `cms.read` raises of one message.

    """
    content = der.decode(der.Detached, merged, code="signature.unreadable", limit=cms.MAX_MERGED)
    with reading("signature.unreadable"):
        signed = content.content
        if signed.content.content is not None:
            raise unverifiable("signature.embedded-content")
        signers = signed.signer_infos.as_list()
        certificates = seen(map(der.encode, signed.certificates.as_list())) if signed.certificates else []
        named = {(item.certificate.serial_number, item.fields.issuer): item for item in certificates}
        own = [named.get((signer.sid.serial, der.encode(signer.sid.issuer))) for signer in signers]
        if not signers:
            raise unverifiable("signature.signers", count=0)
        if None in own:
            raise unverifiable("signature.signer-certificate")
        taken = {item.data for item in own if item is not None}
        shared = [item for item in certificates if item.data not in taken]
        if len(shared) > MAX_SHARED:
            raise unverifiable("signature.merge")
        messages = tuple(
            _message(content, signer, [item, *_above(item, shared)])
            for signer, item in zip(signers, own, strict=True)
            if item is not None
        )
    if cms.merge(messages) != merged:
        raise unverifiable("signature.merge")
    return messages


def _message(content: der.Detached, signer: der.SignerInfo, certificates: Sequence[Seen]) -> bytes:
    signed = content.content
    elements = [asn1.decode_der(asn1.TLV, item.data) for item in certificates]
    alone = der.DetachedData(
        version=signed.version,
        digest_algorithms=signed.digest_algorithms,
        content=signed.content,
        certificates=asn1.SetOf(elements),
        crls=signed.crls,
        signer_infos=asn1.SetOf([signer]),
    )
    return der.encode(der.Detached(content_type=content.content_type, content=alone))


def _above(certificate: Seen, shared: Sequence[Seen]) -> list[Seen]:
    """Return the authorities above a certificate, as far as they are there; that they are genuine is judged later."""
    path: list[Seen] = []
    below = certificate
    while len(path) <= MAX_AUTHORITIES:
        above = [item for item in shared if item.fields.subject == below.fields.issuer and item not in path]
        if len(above) > 1:  # an authority has had several keys under its name
            above = [item for item in above if _issued(below, item)] or above
        if not above:
            break
        below = above[0]
        path.append(below)
    return path


def _issued(certificate: Seen, issuer: Seen) -> bool:
    try:
        certificate.certificate.verify_directly_issued_by(issuer.certificate)
    except Exception:  # noqa: BLE001 - whatever it raises, that is not the issuer
        return False
    return True
