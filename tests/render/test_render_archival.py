"""Instruments and sealed editions are PDF/A-3a and PDF/UA-1 at once: veraPDF says so."""

import io
import random

import pytest
import vera
from PIL import Image

from declaration.render.edition import render_edition
from declaration.render.instrument import render_instrument
from declaration.render.values import Attachment, DeclineLine, RosterLine, SignatureLine
from declaration.signing.keystore import generate_keys
from declaration.signing.seal import seal_edition

CASES = {
    "one language, nobody answered": (("bn",), False),
    "four languages, all answers": (("fr", "de", "en", "ar"), True),
    "eight languages, all answers": (("he", "ar", "bn", "zh", "ru", "hi", "th", "en"), True),
}
COLUMNS = {4: 2, 8: 3}
"""How many languages stand beside each other, by how many there are."""


@pytest.fixture(scope="module")
def seal(frozen_at):
    keys = generate_keys(at=frozen_at, random=random.Random(1).randbytes)

    def put(edition):
        return seal_edition(
            edition,
            seal=keys.seal_key,
            stamp=lambda imprint: keys.timestamps.stamp(imprint, nonce=7, at=frozen_at),
            certificates=[keys.seal_key.certificate],
            revocations=list(keys.crls.values()),
            at=frozen_at,
        )

    return put


def drawn():
    buffer = io.BytesIO()
    Image.new("RGBA", (60, 20), (0, 0, 90, 128)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def verdicts(declare, roster, reservations, frozen_at, occasion, seal, tmp_path_factory):
    """All files judged by one process: starting it takes longer than judging."""
    folder = tmp_path_factory.mktemp("archival")
    for number, (languages, answered) in enumerate(CASES.values()):
        version = declare(*languages)
        parties = (*roster, RosterLine("x", "Mayor 😀 of X", "", "", "𒀭", "XX"))
        instrument = render_instrument(
            version,
            parties if answered else (),
            reservations if answered else (),
            document=b"{}",
            frozen_at=frozen_at,
            occasion=occasion,
            columns=COLUMNS.get(len(languages), 1),
        ).pdf
        signed = [SignatureLine(each, frozen_at, "ab" * 32, f"https://example.org/{each.id}") for each in parties[:2]]
        signed.append(SignatureLine(parties[2], frozen_at, "ab" * 32, None, drawn()))
        edition = render_edition(
            instrument,
            version,
            signatures=signed if answered else (),
            declines=[DeclineLine(parties[3], frozen_at, "עדיין לא.", "cd" * 32)] if answered else (),
            unanswered=parties[4:] if answered else parties,
            attachments=[Attachment("instrument.pdf", instrument, "application/pdf", "What was signed", "Source")],
            sealed_at=frozen_at,
            url="https://example.org/" if answered else None,
        ).pdf
        (folder / f"{number}-instrument.pdf").write_bytes(instrument)
        (folder / f"{number}-sealed.pdf").write_bytes(seal(edition))
    (folder / "untagged.pdf").write_bytes(instrument.replace(b"/Marked true", b"/Marked null"))
    found = vera.judge(sorted(folder.iterdir()))
    return {(path.rpartition("/")[2], profile): broken for (path, profile), broken in found.items()}


@pytest.mark.parametrize("profile", vera.PROFILES)
@pytest.mark.parametrize("file", ["instrument", "sealed"])
@pytest.mark.parametrize("case", CASES)
def test_archives_and_assistive_technology_accept_it(verdicts, case, file, profile):
    assert verdicts[f"{list(CASES).index(case)}-{file}.pdf", profile] == []


def test_the_judge_does_not_acquit_everybody(verdicts):
    assert verdicts["untagged.pdf", "3a"]
    assert verdicts["untagged.pdf", "ua1"]
