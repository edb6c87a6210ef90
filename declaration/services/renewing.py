"""Renewing the archive of a sealed edition: another timestamp over everything, before the last one loses its worth.

It needs no database and no summit: whoever keeps the published files can do it, with the timestamp authority under
whose root the edition was sealed. What was published before stays what it was, byte for byte, at the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cryptography import x509

from declaration.errors import StateConflict
from declaration.signing import folder, layout
from declaration.signing.edition import open_edition
from declaration.signing.report import Report, Verdict
from declaration.signing.seal import renew_edition
from declaration.signing.trust import Trust


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewal is made with.

    Args:
        stamp: gives an RFC 3161 token in DER for a SHA-256 of 32 bytes, by an authority below the trusted root.
        certificates: of that authority.
        revocations: the newest lists of the roots, as far as they are at hand.

    """

    stamp: Callable[[bytes], bytes]
    certificates: Sequence[x509.Certificate] = ()
    revocations: Sequence[x509.CertificateRevocationList] = ()


def renew(edition: bytes, *, trust: Trust, by: Renewal) -> bytes:
    """Return the edition with one more archive timestamp, once it holds before and after.

    Raises:
        Altered: the edition does not hold, or what came out would not (``seal.archive-order``, a clock that runs
            behind).
        CannotBeVerified: likewise; ``seal.archive-timestamp``, an authority that is not below the trusted root.
        InputRefused: ``seal.room``, a token is too large.

    """
    roots = {"seal_root": trust.seal_root, "timestamp_root": trust.timestamp_root}
    opened = open_edition(edition, **roots)
    known = {root.subject for root in roots.values()}
    renewed = renew_edition(
        edition,
        number=len(opened.renewed_at) + 2,
        stamp=by.stamp,
        certificates=by.certificates,
        revocations=[item for item in by.revocations if item.issuer in known],
    )
    open_edition(renewed, **roots)
    return renewed


def renew_folder(files: Mapping[str, bytes], *, trust: Trust, by: Renewal) -> dict[str, bytes]:
    """Return the files of a published folder that a renewal changes: the edition, then the report and the guide.

    Report and guide are not looked at before: where an earlier renewal was cut off, they are old.

    Raises:
        StateConflict: ``renew.folder``, something else in the folder does not hold.
        DeclarationError: as `renew`.

    """
    kept = {name: data for name, data in files.items() if name not in {layout.REPORT, layout.GUIDE}}
    _require_holding(folder.judge(kept, trust=trust))
    edition = renew(kept[layout.EDITION], trust=trust, by=by)
    changed = kept | {layout.EDITION: edition}
    return {layout.EDITION: edition, **folder.evidence(changed, trust=trust)}


def _require_holding(report: Report) -> None:
    if report.verdict in {Verdict.VALID, Verdict.INCOMPLETE}:
        return
    codes = ", ".join(dict.fromkeys(finding.code for finding in report.findings))
    raise StateConflict(
        "renew.folder",
        f"The folder does not hold, so its archive is not renewed ({codes}).",
        hint="Run `declaration verify` on it, which says what is wrong; renew a copy that holds.",
    )
