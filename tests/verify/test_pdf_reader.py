"""The strict reader: what it reads, and what it refuses rather than mends."""

import io
import re
import zlib
from decimal import Decimal
from itertools import pairwise

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.errors import CannotBeVerified
from declaration.signing import pdf, pdf_revisions, pdf_syntax
from declaration.signing.pdf import File, Ref, Stream, String
from declaration.signing.pdf_syntax import parse

GOOD = [
    (b"true", True),
    (b"null", None),
    (b"-17", -17),
    (b"+2", 2),
    (b"-.5", Decimal("-0.5")),
    (b"595.2756", Decimal("595.2756")),
    (b"/Name", "Name"),
    (b"/text#2fplain", "text/plain"),
    (b"12 0 R", Ref(12)),
    (b"[ 1 2 0 R /A ]", [1, Ref(2), "A"]),
    (b"[12 0 R 5]", [Ref(12), 5]),
    (b"<</A<</B[]>>/C null>>", {"A": {"B": []}, "C": None}),
    (b"<< /A 1 0 R /B -1 >>", {"A": Ref(1), "B": -1}),
]

STRINGS = [
    (b"()", b""),
    (rb"(a\(b\)c)", b"a(b)c"),
    (b"(a(b(c)d)e)", b"a(b(c)d)e"),
    (rb"(\101\7\0012)", b"A\x07\x012"),
    (b"(\\n\\r\\t\\b\\f\\\\)", b"\n\r\t\b\f\\"),
    (b"(one\\\ntwo)", b"onetwo"),
    (b"<48656C6c6f>", b"Hello"),
    (b"<48\n65>", b"He"),
]

BAD = {
    "nothing": b"",
    "space": b"   ",
    "word": b"endobj",
    "open array": b"[1 2",
    "open dictionary": b"<</A 1",
    "crossed": b"[ <<  ] >>",
    "closing first": b"] ",
    "value without key": b"<<1 2>>",
    "key without value": b"<</A>>",
    "doubled key": b"<</A 1/A 2>>",
    "doubled key spelt otherwise": b"<</A 1/#41 2>>",
    "open string": b"(abc",
    "open nested string": b"(a(b)c",
    "carriage return in a string": b"(a\rb)",
    "unknown escape": rb"(\q)",
    "escape beyond a byte": rb"(\777)",
    "odd hexadecimal": b"<123>",
    "not hexadecimal": b"<12G4>",
    "comment": b"% 12\n12",
    "comment in a dictionary": b"<</A 1 % x\n>>",
    "huge number": b"99999999999",
    "number without end": b"1" * 4000,
    "two dots": b"1.2.3",
    "exponent": b"1e5",
    "generation": b"1 1 R",
    "object zero": b"0 0 R",
    "bad name escape": b"/A#4",
    "long name": b"/" + b"A" * 128,
    "deep": b"[" * 10_000,
    "deep and closed": b"[" * 25 + b"]" * 25,
    "deep dictionaries": b"<</A" * 5_000,
    "brace": b"{1}",
}


@pytest.mark.parametrize(("spelling", "value"), GOOD, ids=[repr(spelling) for spelling, _ in GOOD])
def test_objects_of_the_profile_are_read(spelling, value):
    assert parse(spelling, 0, len(spelling)) == (value, len(spelling))


@pytest.mark.parametrize(("spelling", "value"), STRINGS, ids=[repr(spelling) for spelling, _ in STRINGS])
def test_strings_keep_their_place_in_the_file(spelling, value):
    found, end = parse(b"  " + spelling + b" /Next", 2, len(spelling) + 8)
    assert found == String(value, 2, 2 + len(spelling))
    assert end == 2 + len(spelling)


@pytest.mark.parametrize("spelling", BAD.values(), ids=BAD.keys())
def test_whatever_lies_outside_the_profile_is_refused(spelling):
    with pytest.raises(CannotBeVerified) as refusal:
        parse(spelling, 0, len(spelling))
    assert refusal.value.code in {"container.pdf-syntax", "container.pdf-limit"}


def test_an_object_never_reaches_beyond_its_stretch():
    with pytest.raises(CannotBeVerified):
        parse(b"[1 2 3]", 0, 5)
    assert parse(b"1234", 0, 2) == (12, 2)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet="<>[]()/ \\#0123456789.ARfn%", max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(data):
    try:
        value, end = parse(data, 0, len(data))
    except CannotBeVerified:
        return
    assert 0 < end <= len(data)
    assert value is None or isinstance(value, bool | int | Decimal | str | Ref | String | list | dict)


def test_a_file_is_read_as_pikepdf_reads_it(unsealed):
    file = File(unsealed)
    document = file.after(0)
    with pikepdf.open(io.BytesIO(unsealed)) as other:
        assert len(document.pages()) == len(other.pages)
        for ours, theirs in zip(document.pages(), other.pages, strict=True):
            stream = document.stream(ours["Contents"], "contents")
            assert document.decoded(stream, "contents") == theirs.Contents.read_bytes()
        assert set(document.regions) == {each.objgen[0] for each in other.objects}
    assert len(file.revisions) == 1


def test_every_byte_has_one_owner(edition):
    file = File(edition)
    assert [each.end for each in file.revisions][-1] == len(edition)
    for before, after in pairwise(file.revisions):
        assert before.end == after.start
    for revision in file.revisions:
        regions = sorted(revision.regions.values())
        assert regions[0][0] == revision.start
        assert all(a[1] == b[0] for a, b in pairwise(regions))
        assert edition[regions[-1][1] :].startswith(b"xref\n")


def test_a_later_revision_replaces_objects(paper, unsealed):
    number = 2
    changed = paper.append(unsealed, {number: b"<< /Title (Other) >>"})
    file = File(changed)
    assert file.after(1).object(number)["Title"].value == b"Other"
    assert file.after(0).object(number) != file.after(1).object(number)


def shifted(data):
    """A comment behind the header moves everything by some bytes."""
    return data[:9] + b"%abc\n" + data[9:]


MISSHAPEN = {
    "empty": lambda _: (b"", "structure"),
    "no header": lambda data: (data[1:], "structure"),
    "junk before the header": lambda data: (b"\n" + data, "structure"),
    "unknown version": lambda data: (data.replace(b"%PDF-1.7", b"%PDF-3.0"), "structure"),
    "shifted": lambda data: (shifted(data), "structure"),
    "cut in the middle": lambda data: (data[: len(data) // 2], "end"),
    "last byte missing": lambda data: (data[:-1], "end"),
    "one byte more": lambda data: (data + b"\n", "end"),
    "zip behind the end": lambda data: (data + b"PK\x05\x06" + bytes(18), "end"),
    "table elsewhere": lambda data: (re.sub(rb"startxref\n\d+", b"startxref\n20", data), "structure"),
    "table beyond the end": lambda data: (re.sub(rb"startxref\n\d+", b"startxref\n9999999999", data), "structure"),
    "cross-reference stream": lambda data: (re.sub(rb"startxref\n\d+", b"startxref\n15", data), "feature"),
    "encryption": lambda data: (data.replace(b"trailer << ", b"trailer << /Encrypt 1 0 R "), "feature"),
    "hybrid file": lambda data: (data.replace(b"trailer << ", b"trailer << /XRefStm 15 "), "feature"),
    "wrong size": lambda data: (re.sub(rb"/Size \d+", b"/Size 999", data), "structure"),
    "no root": lambda data: (re.sub(rb"/Root \d+ 0 R", b"/Root null", data), "structure"),
    "freed object": lambda data: (data.replace(b" 00000 n ", b" 00000 f ", 1), "structure"),
    "other generation": lambda data: (data.replace(b" 00000 n ", b" 00001 n ", 1), "structure"),
    "letters in the table": lambda data: (data.replace(b" 00000 n \n", b" 0000x n \n", 1), "structure"),
    "fewer rows than said": lambda data: (re.sub(rb"xref\n0 (\d+)", b"xref\n0 9999", data), "structure"),
    "millions of rows": lambda data: (re.sub(rb"xref\n0 (\d+)", b"xref\n0 9999999", data), "limit"),
    "table for other numbers": lambda data: (data.replace(b"xref\n0 ", b"xref\n1 "), "structure"),
    "endless previous": lambda data: (data.replace(b"trailer << ", b"trailer << /Prev 1 "), "structure"),
}


@pytest.mark.parametrize("attack", MISSHAPEN.values(), ids=MISSHAPEN.keys())
def test_a_misshapen_file_is_refused(attack, unsealed):
    data, aspect = attack(unsealed)
    with pytest.raises(CannotBeVerified) as refusal:
        File(data)
    assert refusal.value.code == f"container.pdf-{aspect}"


def test_a_revision_that_names_itself_as_earlier_is_refused(unsealed):
    table = int(re.findall(rb"startxref\n(\d+)", unsealed)[-1])
    with pytest.raises(CannotBeVerified):
        File(unsealed.replace(b"trailer << ", b"trailer << /Prev %d " % table))


def test_too_many_revisions_are_refused(paper, unsealed):
    data = unsealed
    for _ in range(pdf_revisions.MAX_REVISIONS):
        data = paper.append(data, {2: b"<< >>"})
    with pytest.raises(CannotBeVerified) as refusal:
        File(data)
    assert refusal.value.code == "container.pdf-limit"


def test_another_catalogue_in_a_later_revision_is_refused(paper, unsealed):
    root = int(re.search(rb"/Root (\d+)", unsealed)[1])
    data = paper.append(unsealed, {900: paper.content_of(unsealed, root)}, Root="900 0 R")
    with pytest.raises(CannotBeVerified):
        File(data)


def opened(data):
    return File(data).after(len(File(data).revisions) - 1)


STREAMS = {
    "length too short": (b"<< /Length 3 >>\nstream\nabcdef\nendstream", "structure"),
    "length too long": (b"<< /Length 9999 >>\nstream\nabcdef\nendstream", "structure"),
    "length negative": (b"<< /Length -1 >>\nstream\nabcdef\nendstream", "structure"),
    "length missing": (b"<< >>\nstream\nabcdef\nendstream", "structure"),
    "length of itself": (b"<< /Length 900 0 R >>\nstream\nabcdef\nendstream", "syntax"),
    "length in nothing": (b"<< /Length 901 0 R >>\nstream\nabcdef\nendstream", "structure"),
    "in another file": (b"<< /Length 6 /F (x) >>\nstream\nabcdef\nendstream", "structure"),
    "object stream": (b"<< /Type /ObjStm /N 1 /First 4 /Length 6 >>\nstream\nabcdef\nendstream", "feature"),
    "cross-reference stream": (b"<< /Type /XRef /Length 6 >>\nstream\nabcdef\nendstream", "feature"),
    "two objects in one": (b"1\nendobj\n901 0 obj\n2", "structure"),
    "something behind the object": (b"<< >> 5", "structure"),
}


@pytest.mark.parametrize(("content", "aspect"), STREAMS.values(), ids=STREAMS.keys())
def test_a_lying_object_is_refused(content, aspect, paper, unsealed):
    document = opened(paper.append(unsealed, {900: content}))
    with pytest.raises(CannotBeVerified) as refusal:
        document.object(900)
    assert refusal.value.code == f"container.pdf-{aspect}"


def test_an_object_that_no_table_lists_is_refused(unsealed):
    hidden = b"99 0 obj\n<< >>\nendobj\n"
    table = int(re.findall(rb"startxref\n(\d+)", unsealed)[-1])
    data = unsealed[:table] + hidden + unsealed[table:]
    document = opened(data.replace(b"startxref\n%d" % table, b"startxref\n%d" % (table + len(hidden))))
    last = max(document.regions, key=lambda number: document.regions[number])
    with pytest.raises(CannotBeVerified):
        document.object(last)


def test_an_object_under_another_number_is_refused(paper, unsealed):
    data = paper.append(unsealed, {900: b"<< >>"}).replace(b"900 0 obj", b"901 0 obj")
    with pytest.raises(CannotBeVerified):
        opened(data).object(900)


def test_a_reference_to_a_reference_is_refused(paper, unsealed):
    document = opened(paper.append(unsealed, {900: b"901 0 R", 901: b"900 0 R"}))
    with pytest.raises(CannotBeVerified):
        document.resolve(Ref(900))


def compressed(data, **entries):
    packed = zlib.compress(data, 9)
    more = "".join(f"/{key} {value} " for key, value in entries.items())
    return f"<< /Filter /FlateDecode {more}/Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream"


def test_a_decompression_bomb_is_stopped(paper, unsealed, monkeypatch):
    monkeypatch.setattr(pdf, "MAX_STREAM", 1 << 20)
    document = opened(paper.append(unsealed, {900: compressed(bytes(64 << 20))}))
    with pytest.raises(CannotBeVerified) as refusal:
        document.decoded(document.object(900), "The bomb")
    assert refusal.value.code == "container.pdf-limit"


def test_all_streams_together_have_a_limit(paper, unsealed, monkeypatch):
    monkeypatch.setattr(pdf, "MAX_DECODED", 1 << 20)
    document = opened(paper.append(unsealed, {900: compressed(bytes(600_000)), 901: compressed(bytes(600_001))}))
    assert len(document.decoded(document.object(900), "The first")) == 600_000
    with pytest.raises(CannotBeVerified):
        document.decoded(document.object(901), "The second")


DAMAGED = {
    "cut off": lambda packed: packed[:-3],
    "with bytes behind": lambda packed: packed + b"x",
    "twice": lambda packed: packed + packed,
    "flipped": lambda packed: packed[:-1] + bytes([packed[-1] ^ 1]),
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_stream_is_refused(damage, paper, unsealed):
    packed = damage(zlib.compress(b"some text"))
    content = b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream"
    document = opened(paper.append(unsealed, {900: content}))
    with pytest.raises(CannotBeVerified):
        document.decoded(document.object(900), "The stream")


def test_other_filters_are_refused(paper, unsealed):
    content = b"<< /Filter [/ASCIIHexDecode /FlateDecode] /Length 2 >>\nstream\n41\nendstream"
    document = opened(paper.append(unsealed, {900: content, 901: compressed(b"x", DecodeParms="<< /Predictor 12 >>")}))
    for number in (900, 901):
        with pytest.raises(CannotBeVerified) as refusal:
            document.decoded(document.object(number), "The stream")
        assert refusal.value.code == "container.pdf-feature"


def test_plain_streams_are_read(paper, unsealed):
    document = opened(
        paper.append(unsealed, {900: b"<< /Length 6 >>\nstream\nabcdef\nendstream", 901: compressed(b"x")})
    )
    assert isinstance(document.object(900), Stream)
    assert document.decoded(document.object(900), "") == b"abcdef"
    assert document.decoded(document.object(901), "") == b"x"


TREES = {
    "no page": lambda tree, _: {tree: b"<< /Type /Pages /Count 0 /Kids [ ] >>"},
    "circle": lambda tree, _: {tree: b"<< /Type /Pages /Count 1 /Kids [ %d 0 R ] >>" % tree},
    "the same page twice": lambda tree, page: {
        tree: b"<< /Type /Pages /Count 2 /Kids [ %d 0 R %d 0 R ] >>" % (page, page)
    },
    "wrong count": lambda tree, page: {tree: b"<< /Type /Pages /Count 7 /Kids [ %d 0 R ] >>" % page},
    "inherited resources": lambda tree, page: {
        tree: b"<< /Type /Pages /Count 1 /Kids [ %d 0 R ] /Resources << >> >>" % page
    },
    "a page written in place": lambda tree, _: {tree: b"<< /Type /Pages /Count 1 /Kids [ << /Type /Page >> ] >>"},
    "neither page nor node": lambda tree, _: {tree: b"<< /Type /Font /Count 1 /Kids [ ] >>"},
    "kids that are no list": lambda tree, _: {tree: b"<< /Type /Pages /Count 1 /Kids 5 >>"},
    "deep": lambda tree, _: {
        tree: b"<< /Type /Pages /Count 1 /Kids [ 900 0 R ] >>",
        **{n: b"<< /Type /Pages /Count 1 /Kids [ %d 0 R ] >>" % (n + 1) for n in range(900, 960)},
    },
}


@pytest.mark.parametrize("attack", TREES.values(), ids=TREES.keys())
def test_a_strange_page_tree_is_refused(attack, paper, edition):
    found = paper.numbers_of(edition)
    document = opened(paper.append(edition, attack(found.tree, found.pages[0])))
    with pytest.raises(CannotBeVerified) as refusal:
        document.pages()
    assert refusal.value.code == "container.pdf-structure"


NAMES = {
    "circle": b"<< /Kids [ 900 0 R ] >>",
    "out of order": b"<< /Names [ (b) 1 0 R (a) 1 0 R ] >>",
    "twice": b"<< /Names [ (a) 1 0 R (a) 1 0 R ] >>",
    "name without value": b"<< /Names [ (a) ] >>",
    "something else": b"<< /Names [ ] /More 1 >>",
    "a number as name": b"<< /Names [ 1 1 0 R ] >>",
}


@pytest.mark.parametrize("content", NAMES.values(), ids=NAMES.keys())
def test_a_strange_name_tree_is_refused(content, paper, edition):
    document = opened(paper.append(edition, {900: content}))
    with pytest.raises(CannotBeVerified):
        list(document.named(Ref(900), "The tree"))


def test_limits_have_the_sizes_that_real_editions_need():
    assert pdf_syntax.MAX_STRING > 2 * 65_536
    assert pdf.MAX_STREAM < pdf.MAX_DECODED
    assert pdf_revisions.MAX_OBJECTS > 100_000
