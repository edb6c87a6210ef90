"""The archive of a sealed edition, renewed: what it gives, and what nobody can hide in a renewal.

A timestamp is given to anybody who asks for one. So whoever wants to change an edition can renew its archive, change
something in the same revision, and have a genuine timestamp over that: only the rules on what a renewal may change
stand against it.
"""

import io
import random
import re
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NumberObject,
    StreamObject,
    TextStringObject,
    pdf_name,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import ades

sys.path.append(str(Path(__file__).parent))

from pdf_peers import pdfsig, pyhanko

from declaration.canonical import digest
from declaration.errors import Altered, CannotBeVerified, VerificationError
from declaration.services.renewing import Renewal, renew
from declaration.signing import p256
from declaration.signing import seal as sealing
from declaration.signing.certificates import issue_crl, issue_root, issue_timestamper
from declaration.signing.edition import open_edition
from declaration.signing.keystore import SEAL_ROOT
from declaration.signing.timestamp import EmbeddedAuthority

YEARS = timedelta(days=365)


class Times:
    """A timestamp authority that changes its key after three years; its certificates last ten."""

    def __init__(self, moment):
        draw = random.Random(5).randbytes
        self.root = issue_root(key(draw), "Timestamps", path_length=0, at=moment, random=draw)
        first, second = (
            issue_timestamper(self.root, key(draw), f"Timestamps {at.year}", at=at, random=draw)
            for at in (moment, moment + 3 * YEARS)
        )
        self.certificates = [first.certificate, second.certificate, self.root.certificate]
        self.first, self.second = EmbeddedAuthority(first, random=draw), EmbeddedAuthority(second, random=draw)

    def by(self, authority, at):
        return lambda imprint: authority.stamp(imprint, nonce=7, at=at)


def key(draw):
    return p256.private_key(draw(p256.ENTROPY))


@pytest.fixture(scope="module")
def times(moment):
    return Times(moment)


@pytest.fixture(scope="module")
def trust(keys, times):
    return SimpleNamespace(seal_root=keys.roots[SEAL_ROOT], timestamp_root=times.root.certificate)


@pytest.fixture(scope="module")
def judged_by(trust):
    return vars(trust)


@pytest.fixture(scope="module")
def good(seal, unsealed, keys, times, moment):
    lists = [keys.crls[SEAL_ROOT], issue_crl(times.root, at=moment)]
    stamp = times.by(times.first, moment)
    known = [keys.seal_key.certificate, keys.roots[SEAL_ROOT], times.certificates[0], times.root.certificate]
    return seal(unsealed, stamp=stamp, certificates=known, revocations=lists)


@pytest.fixture(scope="module")
def again(trust, times, moment):
    """Renew an edition a number of years after it was sealed."""

    def put(edition, years, authority=None):
        at = moment + years * YEARS
        stamp = times.by(authority or (times.first if years < 3 else times.second), at)
        by = Renewal(stamp, times.certificates, [issue_crl(times.root, at=at)])
        return renew(edition, trust=trust, by=by)

    return put


def test_a_renewed_edition_begins_with_the_one_that_was_sealed(good, again, judged_by, moment, tmp_path):
    once = again(good, 4)  # all of it in the past: pyHanko asks the clock
    thrice = again(again(once, 5), 6)
    for renewed, count in ((once, 1), (thrice, 3)):
        assert renewed.startswith(good)
        opened = open_edition(renewed, **judged_by)
        assert (opened.first, len(opened.renewed_at)) == (digest(good), count)
        assert opened.archived_at == moment
        assert opened.files == open_edition(good, **judged_by).files
        status = pyhanko(renewed, judged_by)
        assert status.ades_subindic == ades.AdESPassed.OK
        assert status.api_status.modification_level.name == "LTA_UPDATES"
        assert unchanged_to_pyhanko(renewed, judged_by)
        shown = pdfsig(renewed, tmp_path)
        assert "Signature is Valid" in shown
        assert shown.count("Total document signed") == 1
    assert opened.renewed_at == (moment + 4 * YEARS, moment + 5 * YEARS, moment + 6 * YEARS)


def test_what_is_there_already_is_not_written_again(good, again):
    once = again(good, 9)
    twice = again(once, 9.5)
    added = twice[len(once) :]
    assert added.count(b"/CRLs [") == 1  # the newer list
    assert b"/Certs [" in added
    assert len(added) < 40_000


def test_a_renewal_that_comes_too_late_is_none(good, again):
    with pytest.raises(CannotBeVerified) as refusal:
        again(good, 11)
    assert refusal.value.code == "seal.archive-expired"
    assert again(again(good, 9.9), 12)


def test_a_clock_that_runs_behind_renews_nothing(good, again):
    with pytest.raises(Altered) as refusal:
        again(again(good, 9), 8)
    assert refusal.value.code == "seal.archive-order"


def test_an_edition_that_does_not_hold_is_not_renewed(good, again):
    with pytest.raises(VerificationError):
        again(good[:-1] + b" ", 9)


def test_another_authority_renews_nothing(good, trust, keys, moment):
    stamp = lambda imprint: keys.timestamps.stamp(imprint, nonce=7, at=moment)  # noqa: E731
    with pytest.raises(CannotBeVerified) as refusal:
        renew(good, trust=trust, by=Renewal(stamp))
    assert refusal.value.code == "seal.archive-timestamp"


# -- something hidden in a renewal -------------------------------------------------------------------------------------


def page_of(revision):
    return revision.root["/Pages"]["/Kids"].raw_get(0)


def stream(revision, data=b"0 0 99 99 re f", **entries):
    given = {pdf_name(f"/{name}"): value for name, value in entries.items()}
    return revision.add_object(StreamObject(given, stream_data=data))


def put(revision, holder, name, value):
    holder[pdf_name(name)] = value
    revision.update_container(holder)


def numbers(*values):
    return ArrayObject(map(NumberObject, values))


def overlay(revision):
    return stream(revision, Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=numbers(0, 0, 99, 99))


def added_field(revision):
    return revision.root["/AcroForm"]["/Fields"][2]


HIDDEN = {
    "another page's contents": lambda r: put(r, page_of(r).get_object(), "/Contents", stream(r)),
    "a page turned": lambda r: put(r, page_of(r).get_object(), "/Rotate", NumberObject(180)),
    "an annotation": lambda r: put(r, page_of(r).get_object(), "/Annots", ArrayObject([overlay(r)])),
    "the last page's contents": lambda r: put(r, r.root["/AcroForm"]["/Fields"][0]["/P"], "/Contents", stream(r)),
    "metadata": lambda r: put(r, r.root, "/Metadata", stream(r, b"<x/>", Type=pdf_name("/Metadata"))),
    "an entry of the catalogue": lambda r: put(r, r.root, "/Odd", NumberObject(1)),
    "an object that nobody names": overlay,
    "attachments": lambda r: put(r, r.root, "/AF", ArrayObject()),
    "a look of the renewal's field": lambda r: put(
        r, added_field(r), "/AP", DictionaryObject({pdf_name("/N"): overlay(r)})
    ),
    "a place of the renewal's field": lambda r: put(r, added_field(r), "/Rect", numbers(0, 0, 99, 99)),
    "another look of the seal": lambda r: put(
        r, r.root["/AcroForm"]["/Fields"][0], "/AP", DictionaryObject({pdf_name("/N"): overlay(r)})
    ),
    "another name of the seal's field": lambda r: put(
        r, r.root["/AcroForm"]["/Fields"][0], "/TU", TextStringObject("mine")
    ),
    "flags of the form": lambda r: put(r, r.root["/AcroForm"], "/DA", TextStringObject("")),
    "validation data of its own kind": lambda r: put(r, r.root["/DSS"], "/VRI", DictionaryObject()),
    "validation data replaced": lambda r: put(
        r, r.root["/DSS"], "/CRLs", ArrayObject([r.root["/DSS"]["/CRLs"].raw_get(1)])
    ),
    "the seal's own value": lambda r: put(
        r, r.root["/AcroForm"]["/Fields"][0]["/V"], "/Reason", TextStringObject("Otherwise")
    ),
    "structure": lambda r: put(r, r.root["/StructTreeRoot"], "/Odd", NumberObject(1)),
}


@pytest.fixture(scope="module")
def hiding(times, moment):
    """Renew an edition and do something else in the same revision, under one genuine timestamp."""

    def put(edition, change, name="archive-2"):
        revision = sealing._Revision(io.BytesIO(edition))
        sealing._add_archive(revision, name, "Archive timestamp 2")
        change(revision)
        stamp = times.by(times.first, moment + 2 * YEARS)
        return sealing._fill(revision, name, sealing._document_timestamp(), stamp)

    return put


def test_the_attackers_tools_renew_well_too(good, hiding, judged_by):
    assert open_edition(hiding(good, lambda _: None), **judged_by).renewed_at


@pytest.mark.parametrize("name", ["archive", "archive-1", "archive-02", "archive-3", "seal", "mine"])
def test_a_renewal_has_the_next_name(name, good, hiding, judged_by):
    try:
        hostile = hiding(good, lambda _: None, name)
    except SigningError:  # pyHanko itself fills no name twice
        return
    with pytest.raises(Altered) as refusal:
        open_edition(hostile, **judged_by)
    assert refusal.value.code == "seal.changed-after"


@pytest.mark.parametrize("name", HIDDEN)
def test_nothing_can_be_hidden_in_a_renewal(name, good, hiding, judged_by):
    hostile = hiding(good, HIDDEN[name])
    with pytest.raises(VerificationError) as refusal:
        open_edition(hostile, **judged_by)
    assert refusal.value.code == "seal.changed-after"
    assert isinstance(refusal.value, Altered)


def unchanged_to_pyhanko(data, roots):
    status = pyhanko(data, roots).api_status
    return status.bottom_line and status.docmdp_ok


SHOWN = (
    "another page's contents",
    "a page turned",
    "an annotation",
    "the last page's contents",
    "another look of the seal",
)


@pytest.mark.parametrize("name", SHOWN)
def test_pyhanko_refuses_what_would_be_seen(name, good, hiding, judged_by):
    assert not unchanged_to_pyhanko(hiding(good, HIDDEN[name]), judged_by)


def test_a_revision_after_a_renewal_is_refused(good, again, paper, judged_by):
    once = again(good, 9)
    page = paper.numbers_of(good).pages[0]
    hostile = paper.append(once, {page: paper.content_of(once, page).replace(b"<< ", b"<< /Rotate 180 ", 1)})
    with pytest.raises(Altered) as refusal:
        open_edition(hostile, **judged_by)
    assert refusal.value.code == "seal.changed-after"
    assert not unchanged_to_pyhanko(hostile, judged_by)


def test_a_byte_changed_under_a_renewal_is_refused(good, again, judged_by, tmp_path):
    once = again(good, 9)
    for place in (len(good) // 2, once.index(b"/TU (Archive timestamp 2)") + 6, once.rindex(b"/Certs")):
        hostile = once[:place] + bytes([once[place] ^ 1]) + once[place + 1 :]
        with pytest.raises(VerificationError):
            open_edition(hostile, **judged_by)


def test_the_beginning_of_a_renewed_edition_is_the_edition(good, again, judged_by):
    """Whoever cuts a renewal off has the edition as it was sealed, which holds by itself."""
    once = again(good, 9)
    end = [found.end() for found in re.finditer(rb"%%EOF\n", once)]
    assert open_edition(once[: end[2]], **judged_by).renewed_at == ()
    with pytest.raises(CannotBeVerified):
        open_edition(once[: end[1]], **judged_by)
