"""Two tools nobody here wrote, on the same editions: pdfsig (poppler) and pyHanko's own validation."""

import sys
from pathlib import Path

import pytest
from pyhanko.sign.validation import ades

sys.path.append(str(Path(__file__).parent))

from pdf_peers import pdfsig, pyhanko, pyhanko_accepts

from declaration.errors import VerificationError
from declaration.signing.edition import open_edition
from declaration.signing.pdf import File


def test_both_agree_that_a_good_edition_is_sealed_and_archived(edition, roots, tmp_path):
    open_edition(edition, **roots)
    shown = pdfsig(edition, tmp_path)
    assert "Signature is Valid" in shown
    assert "Signature Type: ETSI.CAdES.detached" in shown
    assert "Total document signed" in shown
    result = pyhanko(edition, roots)
    assert result.ades_subindic == ades.AdESPassed.OK
    status = result.api_status
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.modification_level.name == "LTA_UPDATES"


def test_both_read_the_summits_edition(summit, tmp_path):
    roots = {"seal_root": summit.trust.seal_root, "timestamp_root": summit.trust.timestamp_root}
    assert "Signature is Valid" in pdfsig(summit.files["signed.pdf"], tmp_path)
    assert pyhanko(summit.files["signed.pdf"], roots).ades_subindic == ades.AdESPassed.OK


def test_both_refuse_a_byte_changed_under_the_seal(edition, roots, tmp_path):
    altered = edition.replace(b"/Type /Page ", b"/Type /Pagf ", 1)
    with pytest.raises(VerificationError):
        open_edition(altered, **roots)
    assert "Signature is Valid" not in pdfsig(altered, tmp_path)
    flipped = bytearray(edition)
    flipped[File(edition).revisions[0].end - 40] ^= 1  # inside the first trailer
    with pytest.raises(VerificationError):
        open_edition(bytes(flipped), **roots)
    assert not pyhanko_accepts(bytes(flipped), roots)


def test_pyhanko_refuses_an_annotation_added_later_where_pdfsig_does_not(edition, roots, paper, tmp_path):
    found = paper.numbers_of(edition)
    page = paper.content_of(edition, found.pages[0])
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [ 0 0 99 99 ] /Contents (I did not sign) >>"
    changed = {found.pages[0]: page.replace(b"<< ", b"<< /Annots [ 900 0 R ] ", 1), 900: note}
    altered = paper.append(edition, changed)
    with pytest.raises(VerificationError):
        open_edition(altered, **roots)
    result = pyhanko(altered, roots)
    assert not (result.api_status is not None and result.api_status.bottom_line)
    assert "Signature is Valid" in pdfsig(altered, tmp_path)  # it does not look for changes: VERIFY.md says so


def test_strangers_roots_satisfy_neither(edition, keys, roots):
    wrong = {"seal_root": roots["timestamp_root"], "timestamp_root": roots["seal_root"]}
    with pytest.raises(VerificationError):
        open_edition(edition, **wrong)
    assert not pyhanko_accepts(edition, wrong)
