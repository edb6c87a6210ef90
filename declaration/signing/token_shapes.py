"""The tokens of one timestamp authority differ in a few places only; the rest is taken apart once.

A token is read strictly (`declaration.signing.timestamp`). When it has been verified in full, its bytes are kept with
gaps: the digest of what it says, and the signature; and in what it says the imprint, the moment, and the numbers. The
next token that has the same bytes around gaps of the same lengths has the same form, because a gap is the content of an
element without parts, which no byte inside can end. So what was found about the form holds for it, too. What stands in
the gaps is read and verified for each token.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from cryptography.x509 import ObjectIdentifier

from declaration.signing import structures as der
from declaration.signing.fields import Seen

MAX_SHAPES: Final = 64
"""Shapes kept: an authority has about ten, because nonces and signatures vary by a byte or two."""
_MOMENT: Final = re.compile(rb"[0-9]{14}Z")
"""A GeneralizedTime in whole seconds (RFC 3161 section 2.4.2)."""


class Said(NamedTuple):
    """What a token says about its imprint, a SHA-256; see `declaration.signing.structures.TstInfo`."""

    imprint: bytes
    at: datetime
    serial: int
    nonce: int | None
    policy: str


class OpenedToken(NamedTuple):
    """A token that was taken apart: well formed, and not yet verified.

    Args:
        certificate: of the authority that signed it.
        others: the other certificates in it.
        content: DER of the TSTInfo.
        said: what stands in it, if that was read already.
        digest: of the content, as the authority signed it.
        digest_algorithm: by which.
        attributes: DER of the SET OF under the signature.
        signature: by the authority.
        signature_algorithm: by which.
        names_signer_alone: whether the attributes name no other certificate than the signer's.

    """

    certificate: Seen
    others: tuple[Seen, ...]
    content: bytes
    said: Said | None
    digest: bytes
    digest_algorithm: der.AlgorithmIdentifier
    attributes: bytes
    signature: bytes
    signature_algorithm: ObjectIdentifier
    names_signer_alone: bool


class Gaps(NamedTuple):
    """Bytes with gaps: where those are, and what stands around them."""

    places: tuple[slice, ...]
    around: tuple[bytes, ...]

    @classmethod
    def of(cls, data: bytes, parts: Sequence[bytes]) -> Gaps | None:
        """Make gaps of parts that stand in `data` one after the other; None where one has no certain place."""
        places: list[slice] = []
        end = 0
        for part in parts:
            at = data.find(part)
            if not part or at < end or data.count(part) != 1:
                return None
            end = at + len(part)
            places.append(slice(at, end))
        return cls(tuple(places), _around(data, places))

    def fill(self, data: bytes) -> list[bytes] | None:
        """Return what stands in the gaps of other data; None if it differs around them."""
        if _around(data, self.places) != self.around:
            return None
        return [data[place] for place in self.places]


def _around(data: bytes, places: Sequence[slice]) -> tuple[bytes, ...]:
    begin, found = 0, []
    for place in places:
        found.append(data[begin : place.start])
        begin = place.stop
    found.append(data[begin:])
    return tuple(found)


class Shape(NamedTuple):
    """What the tokens of an authority share: gaps in the token, those in what it says, and everything else."""

    token: Gaps
    content: Gaps
    attributes: slice
    opened: OpenedToken
    policy: str


_shapes: dict[int, list[Shape]] = {}


def familiar_token(token: bytes) -> OpenedToken | None:
    """Take a token apart whose like was verified before; None for any other."""
    for shape in _shapes.get(len(token), ()):
        parts = shape.token.fill(token)
        said = None if parts is None else _said(shape, parts[0])
        if parts is not None and said is not None:
            content, digest, signature = parts
            return shape.opened._replace(
                content=content,
                said=said,
                digest=digest,
                attributes=b"\x31" + token[shape.attributes],
                signature=signature,
            )
    return None


def _said(shape: Shape, content: bytes) -> Said | None:
    """Read what stands in the gaps of a TSTInfo; None unless it is what DER lets stand there."""
    parts = shape.content.fill(content)
    if parts is None:
        return None
    imprint, serial, moment, *nonce = parts
    if not _MOMENT.fullmatch(moment) or not all(_is_positive(number) for number in (serial, *nonce)):
        return None
    try:
        at = datetime(
            int(moment[:4]),
            *(int(moment[4:6]), int(moment[6:8]), int(moment[8:10]), int(moment[10:12]), int(moment[12:14])),
            tzinfo=UTC,
        )
    except ValueError:  # no such day or time
        return None
    number = int.from_bytes(nonce[0], "big") if nonce else None
    return Said(imprint, at, int.from_bytes(serial, "big"), number, shape.policy)


def _is_positive(content: bytes) -> bool:
    """Tell whether these bytes are a positive INTEGER in its shortest form (X.690 section 8.3.2)."""
    return 0 < content[0] < 0x80 or (content[0] == 0 and content[1:2] >= b"\x80")


def make_familiar(token: bytes, opened: OpenedToken, said: Said) -> None:
    """Keep the shape of a token that was verified below a pinned root: nobody else can put one here.

    Left out is a token in which a gap has no certain place, and one whose form depends on another certificate.
    """
    signed = opened.attributes[1:]
    numbers = [_number(number) for number in (said.serial, said.nonce) if number is not None and number > 0]
    if len(numbers) != 1 + (said.nonce is not None):
        return
    moment = f"{said.at:%Y%m%d%H%M%S}Z".encode()
    gaps = Gaps.of(token, (opened.content, opened.digest, opened.signature))
    inside = Gaps.of(opened.content, (said.imprint, numbers[0], moment, *numbers[1:]))
    if (
        gaps is None
        or inside is None
        or not opened.names_signer_alone
        or token.count(signed) != 1
        or opened.digest not in signed
        or said.at.microsecond
        or not all(map(_is_positive, numbers))
    ):
        return
    if sum(map(len, _shapes.values())) >= MAX_SHAPES:
        _shapes.clear()
    at = token.index(signed)
    shape = Shape(gaps, inside, slice(at, at + len(signed)), opened, said.policy)
    _shapes.setdefault(len(token), []).append(shape)


def _number(number: int) -> bytes:
    """Return the content of a positive INTEGER (X.690 section 8.3)."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")
