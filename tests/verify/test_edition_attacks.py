"""Hostile editions: each attack with the verdict and the code it must get. None may hang, crash, or pass."""

import io
import random
import re
import zlib
from datetime import timedelta

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.errors import Altered, CannotBeVerified, VerificationError
from declaration.signing import pdf
from declaration.signing import seal as sealing
from declaration.signing.certificates import issue_crl
from declaration.signing.edition import instruments_document, open_edition
from declaration.signing.keystore import SEAL_ROOT, generate_keys
from declaration.signing.pades import make_seal
from declaration.signing.pdf import File
from declaration.signing.sentences import LANGUAGES, codes, say


def test_a_good_edition_holds(edition, roots, carried, instrument, moment):
    opened = open_edition(edition, **roots)
    assert opened.files == carried
    assert opened.instrument == instrument
    assert (opened.instrument_pages, opened.pages) == (2, 3)
    assert opened.sealed_at == opened.archived_at == moment
    assert opened.sealed_by.startswith("Declaration seal ")


def test_sealing_twice_differs_only_in_what_the_authority_gives(seal, unsealed, edition):
    again = seal(unsealed)
    first, second = (File(data).revisions[0].end for data in (edition, again))
    assert edition[:first] == again[:second]
    assert len(edition) == len(again)


def test_the_instrument_is_embedded_untouched_and_readable_alone(edition, roots, instrument):
    assert instruments_document(open_edition(edition, **roots).instrument) == b"{}"
    assert open_edition(edition, **roots).instrument == instrument


# -- attacks by somebody who has the finished file, and no key ---------------------------------------------------------


def later(change):
    """An attack that appends a well-formed revision in which objects are replaced."""

    def attack(data, paper):
        return paper.append(data, change(data, paper, paper.numbers_of(data)))

    return attack


def annotation(data, paper, found):
    page = paper.content_of(data, found.pages[0])
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [ 0 0 99 99 ] /Contents (I did not sign) >>"
    return {found.pages[0]: page.replace(b"<< ", b"<< /Annots [ 900 0 R ] ", 1), 900: note}


def swapped_pages(data, paper, found):
    kids = b" ".join(b"%d 0 R" % number for number in (found.pages[1], found.pages[0], found.pages[2]))
    return {found.tree: b"<< /Type /Pages /Count 3 /Kids [ " + kids + b" ] >>"}


def emptied_page(data, paper, found):
    contents = int(re.search(rb"/Contents (\d+)", paper.content_of(data, found.pages[0]))[1])
    return {contents: b"<< /Length 0 >>\nstream\n\nendstream"}


def second_signature(data, paper, found):
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (mine) /F 132 /Rect [ 0 0 0 0 ] /V 901 0 R >>"
    form = int(re.search(rb"/AcroForm (\d+)", paper.content_of(data, found.root))[1])
    fields = b"<< /Fields [ %d 0 R %d 0 R 900 0 R ] /SigFlags 3 >>" % (found.seal, found.archive)
    return {form: fields, 900: field, 901: paper.content_of(data, last_value(data, paper, found.seal))}


def last_value(data, paper, field):
    return int(re.search(rb"/V (\d+) 0 R", paper.content_of(data, field))[1])


def one_signature_twice(data, paper, found):
    value = last_value(data, paper, found.archive)
    field = paper.content_of(data, found.seal)
    return {found.seal: re.sub(rb"/V \d+ 0 R", b"/V %d 0 R" % value, field)}


def byte_range(change, which=0):
    """An attack on the numbers of a byte range, in place."""

    def attack(data, _):
        found = list(re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\] *", data))[which]
        numbers = change(*map(int, found.groups()))
        new = b"/ByteRange [%d %d %d %d]" % numbers
        return data[: found.start()] + new.ljust(len(found[0])) + data[found.end() :]

    return attack


def contents(change, which=0):
    """An attack on the hexadecimal digits of a signature, in place."""

    def attack(data, _):
        found = list(re.finditer(rb"/Contents <([0-9A-F]+)>", data))[which]
        new = change(found[1])
        assert len(new) == len(found[1])
        return data[: found.start(1)] + new + data[found.end(1) :]

    return attack


def cut_after(revision):
    return lambda data, _: data[: File(data).revisions[revision].end]


def resaved(**options):
    def attack(data, _):
        saved = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as file:
            file.save(saved, **options)
        return saved.getvalue()

    return attack


WITHOUT_KEYS = {
    "empty": (lambda *_: b"", CannotBeVerified, "container.pdf-structure"),
    "not a PDF": (lambda data, _: b"PK\x03\x04" + data, CannotBeVerified, "container.pdf-structure"),
    "truncated": (lambda data, _: data[:-200], CannotBeVerified, "container.pdf-end"),
    "half": (lambda data, _: data[: len(data) // 2], CannotBeVerified, "container.pdf-end"),
    "a byte appended": (lambda data, _: data + b"\n", CannotBeVerified, "container.pdf-end"),
    "another end appended": (lambda data, _: data + b"%%EOF\n", CannotBeVerified, "container.pdf-end"),
    "itself appended": (lambda data, _: data + data, CannotBeVerified, "container.pdf-end"),
    "archive stripped": (cut_after(1), CannotBeVerified, "seal.no-archive"),
    "seal stripped": (cut_after(0), CannotBeVerified, "seal.missing"),
    "annotation later": (later(annotation), Altered, "seal.changed-after"),
    "pages swapped later": (later(swapped_pages), Altered, "seal.changed-after"),
    "page emptied later": (later(emptied_page), Altered, "seal.changed-after"),
    "second signature later": (later(second_signature), Altered, "seal.changed-after"),
    "one signature in two fields": (later(one_signature_twice), Altered, "seal.changed-after"),
    "unused object later": (later(lambda *_: {900: b"<< >>"}), Altered, "seal.changed-after"),
    "annotation in place of the archive": (
        lambda data, paper: later(annotation)(cut_after(1)(data, paper), paper),
        Altered,
        "seal.changed-after",
    ),
    "gap too wide": (byte_range(lambda a, b, c, d: (a, b, c + 2, d - 2)), Altered, "seal.coverage"),
    "gap too wide in front": (byte_range(lambda a, b, c, d: (a, b - 2, c, d)), Altered, "seal.coverage"),
    "gap too small": (byte_range(lambda a, b, c, d: (a, b, c - 2, d + 2)), Altered, "seal.coverage"),
    "overlapping": (byte_range(lambda a, b, c, d: (a, b + 100, c - 100, d + 100)), Altered, "seal.coverage"),
    "not from the beginning": (byte_range(lambda a, b, c, d: (a + 1, b - 1, c, d)), Altered, "seal.coverage"),
    "not to the end": (byte_range(lambda a, b, c, d: (a, b, c, d - 1)), Altered, "seal.coverage"),
    "beyond the end": (byte_range(lambda a, b, c, d: (a, b, c, d + 1)), Altered, "seal.coverage"),
    "archive not to the end": (byte_range(lambda a, b, c, d: (a, b, c, d - 1), 1), Altered, "seal.coverage"),
    "archive gap too wide": (byte_range(lambda a, b, c, d: (a, b, c + 2, d - 2), 1), Altered, "seal.coverage"),
    "small letters": (contents(bytes.lower), Altered, "seal.padding"),
    "archive in small letters": (contents(bytes.lower, 1), Altered, "seal.padding"),
    "data in the padding": (contents(lambda digits: digits[:-2] + b"01"), Altered, "seal.padding"),
    "data in the archive's padding": (contents(lambda digits: digits[:-2] + b"01", 1), Altered, "seal.padding"),
    "line feed in the digits": (contents(lambda digits: digits[:-2] + b"\n\n"), Altered, "seal.padding"),
    "nothing but padding": (contents(lambda digits: b"0" * len(digits)), Altered, "seal.padding"),
    "length without end": (contents(lambda digits: b"3084FFFFFFFF" + digits[12:]), Altered, "seal.padding"),
    "length of length": (contents(lambda digits: b"30FF" + digits[4:]), Altered, "seal.padding"),
    "empty sequence": (contents(lambda digits: b"3000" + b"0" * (len(digits) - 4)), Altered, "seal.padding"),
    "another structure": (
        contents(lambda digits: b"3003020105" + b"0" * (len(digits) - 10)),
        CannotBeVerified,
        "seal.unreadable",
    ),
    "another archive": (
        contents(lambda digits: b"3003020105" + b"0" * (len(digits) - 10), 1),
        CannotBeVerified,
        "seal.archive-timestamp",
    ),
    "saved again": (resaved(), CannotBeVerified, "seal.missing"),
    "saved with object streams": (
        resaved(object_stream_mode=pikepdf.ObjectStreamMode.generate),
        CannotBeVerified,
        "container.pdf-feature",
    ),
    "encrypted": (
        resaved(encryption=pikepdf.Encryption(owner="a", user="")),
        CannotBeVerified,
        "container.pdf-feature",
    ),
    "linearised": (resaved(linearize=True), CannotBeVerified, "container.pdf-structure"),
}


@pytest.mark.parametrize(("attack", "verdict", "code"), WITHOUT_KEYS.values(), ids=WITHOUT_KEYS.keys())
def test_an_attack_without_keys_is_refused(attack, verdict, code, edition, roots, paper):
    with pytest.raises(verdict) as refusal:
        open_edition(attack(edition, paper), **roots)
    assert refusal.value.code == code


# -- attacks by the depositary, who has the keys and seals what it likes -----------------------------------------------


def rebuilt(data, changes):
    """Return a file of one revision with the objects of `data`, some changed, some added, some (None) left out."""
    file = File(data)
    regions = file.after(len(file.revisions) - 1).regions
    objects = {number: data[slice(*region)] for number, region in regions.items()}
    for number, content in changes.items():
        objects[number] = None if content is None else b"%d 0 obj\n" % number + content + b"\nendobj\n"
    body, table = bytearray(data[:15]), b""
    for number in range(1, 1 + max(objects)):
        if objects.get(number) is None:
            continue
        table += b"%d 1\n%010d 00000 n \n" % (number, len(body))
        body += objects[number]
    trailer = data[data.rindex(b"trailer <<") : data.rindex(b"startxref")]
    trailer = re.sub(rb"/Size \d+", b"/Size %d" % (1 + max(number for number in objects if objects[number])), trailer)
    return bytes(body) + b"xref\n" + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(body)


@pytest.fixture(scope="session")
def prepared(unsealed):
    """The edition with its empty fields, about to be sealed."""
    return sealing._with_fields(unsealed)


@pytest.fixture(scope="session")
def finish(keys, moment):
    """Seal and archive a prepared file, whatever is in it."""

    def put(prepared, *, stamp=None, archive=None, certificates=None, revocations=None):
        stamp = stamp or (lambda imprint: keys.timestamps.stamp(imprint, nonce=7, at=moment))
        sealed = sealing._sealed(prepared, seal=keys.seal_key, stamp=stamp, at=moment)
        return sealing._archived(
            sealed,
            stamp=archive or stamp,
            certificates=[keys.seal_key.certificate] if certificates is None else certificates,
            revocations=list(keys.crls.values()) if revocations is None else revocations,
        )

    return put


def test_the_depositarys_tools_make_good_editions_too(prepared, finish, roots):
    assert open_edition(finish(rebuilt(prepared, {})), **roots).pages == 3


def catalogue(entry):
    return lambda data, paper, found: {
        found.root: paper.content_of(data, found.root).replace(b"<< ", b"<< " + entry, 1)
    }


def page(place, entry, more=None):
    def change(data, paper, found):
        number = found.pages[place]
        return {number: paper.content_of(data, number).replace(b"<< ", b"<< " + entry, 1), **(more or {})}

    return change


def extra_annotation(data, paper, found):
    last = paper.content_of(data, found.pages[-1])
    return {
        found.pages[-1]: last.replace(b"/Annots [", b"/Annots [ 900 0 R ", 1),
        900: b"<< /Type /Annot /Subtype /Text /Rect [ 0 0 9 9 ] >>",
    }


def other_form(entries):
    def change(data, paper, found):
        form = int(re.search(rb"/AcroForm (\d+)", paper.content_of(data, found.root))[1])
        return {form: paper.content_of(data, form).replace(b"<< ", b"<< " + entries, 1)}

    return change


def field(which, old, new):
    def change(data, paper, found):
        number = getattr(found, which)
        content = paper.content_of(data, number)
        assert old in content
        return {number: content.replace(old, new)}

    return change


def placed(sides):
    def change(data, paper, found):
        content = paper.content_of(data, found.seal)
        return {found.seal: re.sub(rb"/Rect \[[^]]*\]", b"/Rect [ " + sides + b" ]", content)}

    return change


def shown(old, new):
    def change(data, paper, found):
        number = int(re.search(rb"/AP << /N (\d+)", paper.content_of(data, found.seal))[1])
        content = paper.content_of(data, number)
        assert old in content
        return {number: content.replace(old, new, 1)}

    return change


def first_page_changed(data, paper, found):
    contents = int(re.search(rb"/Contents (\d+)", paper.content_of(data, found.pages[0]))[1])
    drawn = zlib.compress(b"BT /F1 12 Tf 100 500 Td (We live apart.) Tj ET")
    return {contents: b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(drawn) + drawn + b"\nendstream"}


def other_font(data, paper, found):
    resources = paper.content_of(data, found.pages[0])
    fonts = int(re.search(rb"/Font (\d+)", resources)[1])
    font = int(re.search(rb"(\d+) 0 R", paper.content_of(data, fonts))[1])
    return {font: paper.content_of(data, font).replace(b"/Helvetica", b"/Symbol")}


def page_left_out(data, paper, found):
    return {found.tree: b"<< /Type /Pages /Count 2 /Kids [ %d 0 R %d 0 R ] >>" % (found.pages[0], found.pages[2])}


def heard(which, entry, place=None):
    """Say something else of an object of the structure."""

    def change(data, paper, found):
        number = getattr(found, which) if place is None else getattr(found, which)[place]
        return {number: paper.content_of(data, number).replace(b"<< ", b"<< " + entry, 1)}

    return change


def heard_again(content):
    """Add an element that has a page of the instrument read once more."""

    def change(data, paper, found):
        whole = paper.content_of(data, found.document)
        kids = b"/K [ " + b"".join(b"%d 0 R " % number for number in found.elements)
        assert kids in whole
        element = (
            b"<< /S /P /P %d 0 R /ActualText (We live apart.) " % found.document + content % found.pages[0] + b" >>"
        )
        return {found.document: whole.replace(kids, kids + b"900 0 R "), 900: element}

    return change


def read_backwards(data, paper, found):
    one, other = (b"%d 0 R" % number for number in found.elements[:2])
    whole = paper.content_of(data, found.document)
    return {found.document: whole.replace(one + b" " + other, other + b" " + one)}


def found_elsewhere(data, paper, found):
    one, other = (b"%d 0 R" % number for number in found.elements[:2])
    parents = paper.content_of(data, found.parents)
    return {found.parents: parents.replace(one, b"x").replace(other, one).replace(b"x", other)}


def other_language(data, paper, found):
    return {found.root: paper.content_of(data, found.root).replace(b"/Lang (en)", b"/Lang (tr)")}


def cyclic_tree(data, paper, found):
    return {found.tree: b"<< /Type /Pages /Count 3 /Kids [ %d 0 R ] >>" % found.tree}


def attached(name, new):
    """Replace the bytes of an attached file, and make size and checksum fit again."""

    def change(data, paper, found):
        file = File(data)
        document = file.after(0)
        tree = document.root["Names"]["EmbeddedFiles"]
        leaf = dict(document.named(tree, "files"))[name]
        number = document.resolve(leaf)["EF"]["F"].number
        return {
            number: b"<< /Type /EmbeddedFile /Params << /Size %d >> /Length %d >>\nstream\n" % (len(new), len(new))
            + new
            + b"\nendstream"
        }

    return change


BOMB = zlib.compress(bytes(4 << 20), 9)

BY_THE_DEPOSITARY = {
    "open action": (catalogue(b"/OpenAction [ 1 0 R /Fit ] "), CannotBeVerified, "container.pdf-structure"),
    "layers": (catalogue(b"/OCProperties << >> "), CannotBeVerified, "container.pdf-structure"),
    "additional names": (
        lambda data, paper, found: {
            found.root: paper.content_of(data, found.root).replace(
                b"/EmbeddedFiles", b"/JavaScript << >> /EmbeddedFiles"
            )
        },
        CannotBeVerified,
        "container.pdf-structure",
    ),
    "page action": (page(2, b"/AA << /O << /S /JavaScript /JS (x) >> >> "), CannotBeVerified, "container.pdf-active"),
    "script in a corner": (page(2, b"/Odd << /S /JavaScript >> "), CannotBeVerified, "container.pdf-active"),
    "optional content": (page(2, b"/Odd << /OC 1 0 R >> "), CannotBeVerified, "container.pdf-active"),
    "link on the signature page": (extra_annotation, CannotBeVerified, "seal.form"),
    "note on the instrument": (
        page(0, b"/Annots [ 900 0 R ] ", {900: b"<< /Type /Annot /Subtype /Text /Rect [ 0 0 9 9 ] >>"}),
        CannotBeVerified,
        "container.pdf-active",
    ),
    "unused object": (lambda *_: {900: b"(hidden)"}, CannotBeVerified, "container.pdf-structure"),
    "object missing": (page(2, b"/Odd 900 0 R "), CannotBeVerified, "container.pdf-structure"),
    "form with scripts": (other_form(b"/XFA (x) "), CannotBeVerified, "seal.form"),
    "visible archive": (field("archive", b"[ 0 0 0 0 ]", b"[ 0 0 9 9 ]"), CannotBeVerified, "seal.form"),
    "archive with an appearance": (field("archive", b"<< ", b"<< /AP << >> "), CannotBeVerified, "seal.form"),
    "seal that is not seen": (placed(b"0 0 0 0"), CannotBeVerified, "seal.form"),
    "seal below the page": (placed(b"100 -72 172 0"), CannotBeVerified, "seal.form"),
    "seal beside the page": (placed(b"9000 0 9072 72"), CannotBeVerified, "seal.form"),
    "seal out of shape": (placed(b"100 0 172 90"), CannotBeVerified, "seal.form"),
    "seal at broken points": (placed(b"100.5 0 172.5 72"), CannotBeVerified, "seal.form"),
    "seal at true": (placed(b"true 0 72 71"), CannotBeVerified, "seal.form"),
    "seal with fewer sides": (placed(b"100 0 172"), CannotBeVerified, "seal.form"),
    "seal with two looks": (field("seal", b"/AP << ", b"/AP << /D null "), CannotBeVerified, "seal.form"),
    "seal without a look": (field("seal", b"/AP <<", b"/PA <<"), CannotBeVerified, "seal.form"),
    "seal with a font": (shown(b"/Resources << ", b"/Resources << /Font << >> "), CannotBeVerified, "seal.form"),
    "seal of another size": (shown(b"[ 0 0 1000 ", b"[ 0 0 10 "), CannotBeVerified, "seal.form"),
    "seal that is turned": (shown(b"<< ", b"<< /Matrix [ 0 1 -1 0 0 0 ] "), CannotBeVerified, "seal.form"),
    "page of the instrument changed": (first_page_changed, Altered, "instrument.pages"),
    "font of the instrument changed": (other_font, Altered, "instrument.pages"),
    "page turned": (page(0, b"/Rotate 180 "), Altered, "instrument.pages"),
    "second page turned": (page(1, b"/Rotate 180 "), Altered, "instrument.pages"),
    "pages swapped": (swapped_pages, Altered, "instrument.pages"),
    "page left out": (page_left_out, Altered, "instrument.pages"),
    "page in front": (
        lambda data, paper, found: {
            found.tree: b"<< /Type /Pages /Count 4 /Kids [ 900 0 R %d 0 R %d 0 R %d 0 R ] >>" % tuple(found.pages),
            900: paper.content_of(data, found.pages[0]),
        },
        Altered,
        "instrument.pages",
    ),
    "read as something else": (heard("elements", b"/ActualText (Apart.) ", 0), Altered, "instrument.structure"),
    "second page read otherwise": (heard("elements", b"/Alt (Nothing) ", 1), Altered, "instrument.structure"),
    "everything read otherwise": (heard("document", b"/ActualText (No.) "), Altered, "instrument.structure"),
    "page read again": (heard_again(b"/Pg %d 0 R /K 0"), Altered, "instrument.structure"),
    "page read again from afar": (
        heard_again(b"/K [ << /S /Span /K << /Type /MCR /Pg %d 0 R /MCID 0 >> >> ]"),
        Altered,
        "instrument.structure",
    ),
    "drawing of a page read again": (
        heard_again(b"/Odd %d /K << /Type /MCR /Stm 1 0 R /MCID 0 >>"),
        Altered,
        "instrument.structure",
    ),
    "read backwards": (read_backwards, Altered, "instrument.structure"),
    "found elsewhere in the structure": (found_elsewhere, Altered, "instrument.structure"),
    "read in another language": (other_language, Altered, "instrument.structure"),
    "types with another meaning": (
        heard("structure", b"/RoleMap << /P /Artifact >> "),
        CannotBeVerified,
        "container.pdf-structure",
    ),
    "cyclic page tree": (cyclic_tree, CannotBeVerified, "container.pdf-structure"),
    "another declaration.json": (attached(b"declaration.json", b"{ }"), Altered, "instrument.document"),
    "instrument that is none": (attached(b"instrument.pdf", b"%PDF"), CannotBeVerified, "container.pdf-structure"),
    "bomb": (
        lambda data, paper, found: {
            **attached(b"checkpoint", b"")(data, paper, found),
            **{
                number: b"<< /Type /EmbeddedFile /Filter /FlateDecode /Params << /Size 0 >> /Length %d >>\nstream\n"
                % len(BOMB)
                + BOMB
                + b"\nendstream"
                for number in attached(b"checkpoint", b"")(data, paper, found)
            },
        },
        CannotBeVerified,
        "container.pdf-limit",
    ),
    "deep nesting": (page(2, b"/Odd " + b"[" * 500 + b"]" * 500 + b" "), CannotBeVerified, "container.pdf-limit"),
    "huge number": (page(2, b"/Odd 123456789012345678901234567890 "), CannotBeVerified, "container.pdf-syntax"),
    "doubled entry": (page(2, b"/Rotate 0 /Rotate 90 "), CannotBeVerified, "container.pdf-syntax"),
}


@pytest.mark.parametrize(("change", "verdict", "code"), BY_THE_DEPOSITARY.values(), ids=BY_THE_DEPOSITARY.keys())
def test_a_false_edition_is_refused_though_it_is_sealed(
    change, verdict, code, prepared, finish, roots, paper, monkeypatch
):
    monkeypatch.setattr(pdf, "MAX_STREAM", 1 << 20)
    found = paper.numbers_of(prepared)
    try:
        sealed = finish(rebuilt(prepared, change(prepared, paper, found)))
    except Exception as error:  # noqa: BLE001 - the tool that seals is a strict reader too
        pytest.fail(f"pyHanko would not even seal it: {error!r}")
    with pytest.raises(verdict) as refusal:
        open_edition(sealed, **roots)
    assert refusal.value.code == code


def test_missing_and_strange_attachments_are_refused(paper, seal, instrument, carried, roots):
    for files in (
        {name: data for name, data in carried.items() if name != "checkpoint"},
        carried | {"readme.txt": b"x"},
        {name: data for name, data in carried.items() if name != "instrument.pdf"},
    ):
        with pytest.raises(CannotBeVerified) as refusal:
            open_edition(seal(paper.draw(["Signed"], files, base=instrument)), **roots)
        assert refusal.value.code == "container.attachments"


def test_an_edition_without_pages_of_its_own_is_refused(paper, seal, instrument, carried, roots):
    with pytest.raises(Altered) as refusal:  # the fields of the seal stand on a page that belongs to the instrument
        open_edition(seal(paper.draw([], carried, base=instrument)), **roots)
    assert refusal.value.code == "instrument.pages"


def test_an_instrument_that_was_saved_twice_is_refused(paper, seal, instrument, carried, roots):
    twice = paper.append(instrument, {2: paper.content_of(instrument, 2)})
    with pytest.raises(CannotBeVerified) as refusal:
        open_edition(seal(paper.draw(["Signed"], carried | {"instrument.pdf": twice}, base=instrument)), **roots)
    assert refusal.value.code == "instrument.unreadable"


# -- keys, times and validation data -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def strangers(moment):
    return generate_keys(at=moment, random=random.Random(2).randbytes)


def test_a_seal_by_strangers_is_refused(seal, unsealed, strangers, roots):
    with pytest.raises(CannotBeVerified) as refusal:
        open_edition(seal(unsealed, seal=strangers.seal_key), **roots)
    assert refusal.value.code == "seal.untrusted"


def test_timestamps_by_strangers_are_refused(finish, prepared, strangers, keys, moment, roots):
    foreign = lambda imprint: strangers.timestamps.stamp(imprint, nonce=7, at=moment)  # noqa: E731
    for arguments, code in (
        ({"stamp": foreign}, "seal.timestamp"),
        ({"archive": foreign}, "seal.archive-timestamp"),
    ):
        with pytest.raises(CannotBeVerified) as refusal:
            open_edition(finish(prepared, **arguments), **roots)
        assert refusal.value.code == code


def test_a_timestamp_over_something_else_is_refused(finish, prepared, keys, moment, roots):
    other = lambda _: keys.timestamps.stamp(bytes(32), nonce=7, at=moment)  # noqa: E731
    for arguments, code in (({"stamp": other}, "seal.timestamp"), ({"archive": other}, "seal.archive-timestamp")):
        with pytest.raises(Altered) as refusal:
            open_edition(finish(prepared, **arguments), **roots)
        assert refusal.value.code == code


def test_an_archive_older_than_its_seal_is_refused(finish, prepared, keys, moment, roots):
    earlier = lambda imprint: keys.timestamps.stamp(imprint, nonce=7, at=moment - timedelta(0))  # noqa: E731
    late = lambda imprint: keys.timestamps.stamp(imprint, nonce=7, at=moment + timedelta(1))  # noqa: E731
    with pytest.raises(Altered) as refusal:
        open_edition(finish(prepared, stamp=late, archive=earlier), **roots)
    assert refusal.value.code == "seal.archive-order"


def test_a_seal_after_its_certificate_has_ended_is_refused(finish, prepared, keys, moment, roots):
    late = lambda imprint: keys.timestamps.stamp(imprint, nonce=7, at=moment + timedelta(365 * 11))  # noqa: E731
    with pytest.raises(CannotBeVerified):
        open_edition(finish(prepared, stamp=late), **roots)


def test_a_seal_over_something_else_is_refused(prepared, keys, moment, roots, monkeypatch):
    other = lambda _, **arguments: make_seal(bytes(32), **arguments)  # noqa: E731
    monkeypatch.setattr(sealing, "make_seal", other)
    stamp = lambda imprint: keys.timestamps.stamp(imprint, nonce=7, at=moment)  # noqa: E731
    sealed = sealing._sealed(prepared, seal=keys.seal_key, stamp=stamp, at=moment)
    archived = sealing._archived(sealed, stamp=stamp, certificates=[], revocations=list(keys.crls.values()))
    with pytest.raises(Altered) as refusal:
        open_edition(archived, **roots)
    assert refusal.value.code == "seal.digest"


def test_revocation_and_foreign_validation_data_are_refused(finish, prepared, keys, strangers, moment, roots):
    certified = sealing.Certified(_root_key(moment), keys.roots[SEAL_ROOT])
    revoked = issue_crl(certified, at=moment, revoked=[keys.seal_key.certificate.serial_number])
    cases = [
        ({"revocations": []}, CannotBeVerified, "seal.validation-data"),
        ({"revocations": list(strangers.crls.values())}, CannotBeVerified, "seal.validation-data"),
        ({"revocations": [revoked]}, CannotBeVerified, "seal.revoked"),
        ({"revocations": [_unsigned(revoked)]}, Altered, "seal.revocations-forged"),
    ]
    for arguments, verdict, code in cases:
        with pytest.raises(verdict) as refusal:
            open_edition(finish(prepared, **arguments), **roots)
        assert refusal.value.code == code


def _root_key(moment):
    """The private key of the seal root, made again from the same random bytes as the keys of these tests."""
    from declaration.signing import keystore  # noqa: PLC0415

    drawn = random.Random(1)
    made = {}
    original = keystore.issue_root
    try:
        keystore.issue_root = lambda key, name, **more: made.setdefault(name, original(key, name, **more))
        keystore.generate_keys(at=moment, random=drawn.randbytes)
    finally:
        keystore.issue_root = original
    return made["Declaration seal root"].key


def _unsigned(crl):
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    data = bytearray(crl.public_bytes(Encoding.DER))
    data[-1] ^= 1
    return x509.load_der_x509_crl(bytes(data))


# -- laws --------------------------------------------------------------------------------------------------------------


def test_no_flipped_bit_goes_unnoticed(edition, roots):
    places = random.Random(7).sample(range(len(edition)), 400)
    signatures = [found.span(1) for found in re.finditer(rb"/Contents <([0-9A-F]+?)0000", edition)]
    places += [place for start, end in signatures for place in range(start, end, 97)]
    for place in places:
        data = bytearray(edition)
        data[place] ^= 1 << (place % 8)
        with pytest.raises(VerificationError):
            open_edition(bytes(data), **roots)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutilated_edition_is_refused_and_nothing_else(edition, roots, data):
    start = data.draw(st.integers(0, len(edition) - 1))
    end = data.draw(st.integers(start, min(len(edition), start + 400)))
    middle = data.draw(st.binary(max_size=30) | st.just(edition[end : end + 50]))
    mutilated = edition[:start] + middle + edition[end:]
    if mutilated != edition:
        with pytest.raises(VerificationError):
            open_edition(mutilated, **roots)


def test_every_code_has_sentences_in_every_language():
    raised = {code for table in (WITHOUT_KEYS, BY_THE_DEPOSITARY) for _, _, code in table.values()}
    assert raised <= codes()
    for code in codes():
        for language in LANGUAGES:
            sentence = say(code, language, {})
            assert sentence.says.endswith(".")
            assert sentence.do.endswith(".")
