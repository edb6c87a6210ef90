"""VERIFY.md: how to verify a folder without believing us, with the exact commands for tools that nobody here wrote.

The guide is made from facts that have just been verified, so it can be made again and compared, byte for byte. That
has a price: the wording of a published guide never changes. Another wording is another format, and whoever writes it
keeps the old one for the folders that were published with it. Folders without a container have the first one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from declaration.canonical import sha256
from declaration.signing import asic, cms, layout
from declaration.signing.answers import Answers, written
from declaration.signing.edition import Edition
from declaration.signing.layout import CONTAINER, EDITION, INSTRUMENT, MERGED
from declaration.signing.report import Answer, Report
from declaration.signing.trust import FILES, SEAL_ROOT, SIGNING_ROOT, TIMESTAMP_ROOT, Trust
from declaration.signing.verified import FrozenInstrument, VerifiedSignature

FORMAT: Final = "declaration-guide/2"
"""Which wording this is; stands in the guide's last line."""
WITHOUT_CONTAINER: Final = "declaration-guide/1"
"""The wording for folders without a container: all but the last section, word for word."""


class Facts(NamedTuple):
    """What the guide tells about, verified.

    Args:
        instrument: what was signed.
        edition: the sealed edition.
        answers: who signed and who declined.
        trust: by which it was verified.
        report: what was found.
        container: whether a container stands in the folder.

    """

    instrument: FrozenInstrument
    edition: Edition
    answers: Answers
    trust: Trust
    report: Report
    container: bool


def write_guide(facts: Facts) -> str:
    """Return VERIFY.md."""
    parts = [_opening, _trust, _whole, _merged, _single, _timestamps, _seal, _ledger]
    if facts.container:
        parts.append(_container)
    guide = "".join(part(facts) for part in parts).rstrip("\n")
    return f"{guide}\n\n<!-- {FORMAT if facts.container else WITHOUT_CONTAINER} -->\n"


def _opening(facts: Facts) -> str:
    document = facts.instrument.document
    title = document.title.get(document.languages[0], document.declaration)
    report = facts.report
    return f"""# How to verify this folder

**{title}** (`{document.declaration}`, version {document.number}), \
{report.count(Answer.SIGNED)} signed, {report.count(Answer.DECLINED)} declined, \
{report.count(Answer.MISSING)} without an answer, of {len(report.signatories)} invited.

Run every command in this folder. Each section says what its commands prove, and what they do not. None of them needs
the network. The commands with `openssl` need OpenSSL 3, those with `pdfsig` need poppler-utils.

    sha256  {facts.instrument.digest}  {INSTRUMENT}
    sha256  {document.digest}  {layout.DOCUMENT}

"""


def _trust(facts: Facts) -> str:
    fingerprints = facts.trust.fingerprints()
    rows = "".join(f"    {fingerprints[name]}  {name}\n" for name in FILES)
    return f"""## 1. First compare the fingerprints

{rows}
These four lines name the folder `trust/`. Everything below proves only that something was made with the keys under
these roots. Whoever could exchange this whole folder could exchange `trust/` too, so **compare the four lines with
those that the depositary publishes elsewhere**: in the programme of the ceremony, on the city's website, in the press.
For the three roots they are the SHA-256 of the certificate; OpenSSL shows the same:

    openssl x509 -in trust/{SIGNING_ROOT} -noout -fingerprint -sha256
    openssl x509 -in trust/{TIMESTAMP_ROOT} -noout -fingerprint -sha256
    openssl x509 -in trust/{SEAL_ROOT} -noout -fingerprint -sha256
    sha256sum trust/ledger.vkeys

"""


def _whole(_: Facts) -> str:
    return f"""## 2. Everything at once

    declaration verify . --trust trust

Proves every step: the seal, the pages, the text, each signature with its timestamp, certificate and passkey, and that
the ledger holds all of it, in order. Exit status 0: valid. 1: altered. 2: cannot be verified. 3: valid, but somebody
has not answered yet. It works as well on `{EDITION}` alone (`declaration verify {EDITION} --trust trust`), and on one
bundle with its instrument. It does not prove that the persons named hold their offices, nor that the clock of the
timestamp authority is right.

"""


def _merged(_: Facts) -> str:
    return f"""## 3. All signatures, with OpenSSL

    openssl cms -verify -binary -inform DER -in {MERGED} -content {INSTRUMENT} \
-CAfile trust/{SIGNING_ROOT} -no_check_time -out /dev/null

Proves that every signature in the file was made over exactly this `{INSTRUMENT}`, with a key that the depositary's
authority certified. It does not prove when (`-no_check_time`: each certificate lives for ten minutes), nor that the
signatory's own passkey authorised the key, nor that nobody is missing from the file: section 2 proves these.

"""


def _single(facts: Facts) -> str:
    lines = "\n".join(
        f"    openssl cms -verify -binary -inform DER -in {layout.cms_name(name)} -content {INSTRUMENT} "
        f"-CAfile trust/{SIGNING_ROOT} -attime {_epoch(signature)} -out /dev/null"
        for name, signature in facts.answers.signatures.items()
    )
    return f"""## 4. Each signature at its time, with OpenSSL

{lines}

Proves for each signatory the same as section 3, and that the certificate was valid at the time of the signature's
timestamp (the number behind `-attime`, in seconds since 1970). That this was the time, section 5 proves.

"""


def _timestamps(facts: Facts) -> str:
    blocks = "\n".join(_timestamp(name, facts) for name in facts.answers.signatures)
    return f"""## 5. Each timestamp, with OpenSSL

The token lies inside the signature; `tail` and `head` cut it out. The digest is that of the signature's own bytes.

{blocks}
Proves that the timestamp authority saw this very signature no later than the time given. It does not prove that the
authority's clock was right.

"""


def _timestamp(name: str, facts: Facts) -> str:
    data = facts.answers.bundles[name].cms or b""
    message = cms.read(data)
    token = message.token or b""
    start = data.index(token) + 1  # tail counts from 1
    signature = facts.answers.signatures[name]
    return (
        f"    # {name}, {written(signature.at)}\n"
        f"    tail -c +{start} {layout.cms_name(name)} | head -c {len(token)} | openssl ts -verify "
        f"-digest {sha256(message.signature).hex()} -token_in -in /dev/stdin "
        f"-CAfile trust/{TIMESTAMP_ROOT} -attime {_epoch(signature)}\n"
    )


def _epoch(signature: VerifiedSignature) -> int:
    return int(signature.at.timestamp())


def _seal(facts: Facts) -> str:
    edition = facts.edition
    archived = (edition.archived_at, *edition.renewed_at)[-1]
    return f"""## 6. The seal of the edition, with poppler

    pdfsig -nocert {EDITION}

Shows the depositary's seal ({edition.sealed_by}, {written(edition.sealed_at)}) with “Signature is Valid”, and the
archive timestamp ({written(archived)}) with “Total document signed”. Proves that nothing was changed inside
the part that the seal covers. It does not prove that nothing was laid over the pages later, which `pdfsig` does not
look for, nor whose seal it is, unless you import `trust/{SEAL_ROOT}`; section 2 proves both. Any PDF reader that knows
PAdES shows the same seal.

"""


def _ledger(facts: Facts) -> str:
    paths, entries = "".join(_paths(facts)), facts.report.about["entries"]
    return f"""## 7. The ledger

`ledger/` is the transparency log `{facts.trust.ledger}` of {entries} entries, in the form of C2SP tlog-tiles.
Any tool that reads such logs can check it with the keys in `trust/ledger.vkeys`; section 2 replays what matters for
signing. Proves that enrolment, freeze and signature were recorded in this order, and that nothing was taken out
afterwards. It does not prove that nobody was shown another ledger: for that, compare its checkpoint with one kept by a
witness, or with the receipt of a signatory.

{paths}"""


def _container(_: Facts) -> str:
    return f"""
## 8. The container, with unzip and OpenSSL

    unzip -p {CONTAINER} mimetype | grep -x {asic.MEDIA}
    unzip -p {CONTAINER} {asic.OBJECT} | cmp - {INSTRUMENT}
    unzip -p {CONTAINER} {asic.SIGNATURE} | cmp - {MERGED}
    unzip -p {CONTAINER} {asic.SIGNATURE} | openssl cms -verify -binary -inform DER -content {INSTRUMENT} \
-CAfile trust/{SIGNING_ROOT} -no_check_time -out /dev/null

`{CONTAINER}` holds `{INSTRUMENT}` and `{MERGED}` in one file, as ETSI EN 319 162-1 has it (ASiC-S with CAdES), for
archives and for programs that know this form. These commands need unzip. They prove that the container holds the files
that stand beside it, and about the signatures what section 3 proves, no more. It does not hold what shows that the
signatories' own passkeys authorised the keys, nor what the ledger recorded, nor who declined. So
`declaration verify {CONTAINER}` never calls a container valid by itself; section 2 judges it together with the rest.

"""


def _paths(facts: Facts) -> Iterator[str]:
    for name, signature in facts.answers.signatures.items():
        yield f"    entry {signature.index}: {name} signed, enrolled in entry {signature.enrolled}\n"
    for name, decline in facts.answers.declines.items():
        yield f"    entry {decline.index}: {name} declined, enrolled in entry {decline.enrolled}\n"
