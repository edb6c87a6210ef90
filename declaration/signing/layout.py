"""Where each file stands in the depositary's folder; the one place that knows the names.

instrument.pdf  declaration.json       what was signed
signatures/<id>.json  <id>.p7s         one bundle a signature, and its CMS alone
declines/<id>.json                     one bundle a decline
signatures.p7s                         all CMS merged
signatures.asics                       instrument.pdf and signatures.p7s in one file (ASiC-S)
signed.pdf                             the sealed edition, which carries all of the above
ledger/                                every entry, tile and blob, and the newest checkpoint
trust/                                 the pinned roots and keys, for convenience
report.json  VERIFY.md                 what a verifier finds, and how to find it without this program
service/                               private to whoever runs a rehearsal; not part of the record
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from declaration.signing import attachments
from declaration.signing.answers import Given
from declaration.signing.statement import Act

INSTRUMENT: Final = "instrument.pdf"
DOCUMENT: Final = "declaration.json"
EDITION: Final = "signed.pdf"
MERGED: Final = "signatures.p7s"
CONTAINER: Final = "signatures.asics"
REPORT: Final = "report.json"
GUIDE: Final = "VERIFY.md"
SIGNATURES: Final = "signatures/"
DECLINES: Final = "declines/"
LEDGER: Final = "ledger/"
TRUST: Final = "trust/"
PRIVATE: Final = "service/"
"""What stands below is nobody else's business, and is not looked at."""
PLAIN: Final = frozenset({INSTRUMENT, DOCUMENT, EDITION, MERGED, CONTAINER, REPORT, GUIDE})
"""The files at the top."""
_BUNDLE: Final = ".json"
_CMS: Final = ".p7s"


def bundle_name(signatory: str, act: Act) -> str:
    """Return where the bundle of a signatory's answer stands."""
    return f"{SIGNATURES if act is Act.SIGN else DECLINES}{signatory}{_BUNDLE}"


def cms_name(signatory: str) -> str:
    """Return where the CMS of a signatory stands alone."""
    return f"{SIGNATURES}{signatory}{_CMS}"


def attached_name(signatory: str, act: Act) -> str:
    """Return the name under which the edition carries the bundle of a signatory's answer."""
    return signatory + (attachments.SIGNATURE if act is Act.SIGN else attachments.DECLINE)


def bundles(files: Mapping[str, bytes]) -> Iterator[Given]:
    """Yield the bundles of a folder, in the order of their names."""
    for name, data in sorted(files.items()):
        if (given := _bundle(name, data)) is not None:
            yield given


def is_expected(name: str, files: Mapping[str, bytes]) -> bool:
    """Tell whether a file has a place in the folder, outside ``ledger/`` and ``trust/``, which are judged elsewhere."""
    if name.startswith(SIGNATURES) and name.endswith(_CMS):
        return name.removesuffix(_CMS) + _BUNDLE in files
    return name in PLAIN or name.startswith((LEDGER, TRUST)) or _bundle(name, b"") is not None


def _bundle(name: str, data: bytes) -> Given | None:
    for folder, act in ((SIGNATURES, Act.SIGN), (DECLINES, Act.DECLINE)):
        signatory = name.removeprefix(folder).removesuffix(_BUNDLE)
        if name == f"{folder}{signatory}{_BUNDLE}" and "/" not in signatory:
            return Given(name, signatory, act, data)
    return None
