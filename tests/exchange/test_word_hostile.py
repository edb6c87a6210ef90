"""Hostile and broken documents: each is refused by name, with little work and memory, and nothing else is raised."""

import io
import random
import struct
import sys
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_world import VERSION, document, imported

from declaration.errors import DeclarationError, InputRefused
from declaration.exchange.word_import import open_word

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NESTED = "<w:sdt><w:sdtContent>"


def rewritten(data, *, stored=False, **parts):
    """The package with parts put in; a function changes the part that stands there."""
    buffer = io.BytesIO()
    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    wanted = dict(parts)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", how) as new:
        for name in old.namelist():
            part = wanted.pop(name, None)
            was = old.read(name)
            new.writestr(name, was if part is None else part(was) if callable(part) else part)
        for name, part in wanted.items():
            new.writestr(name, part)
    return buffer.getvalue()


def with_main(change):
    return rewritten(document(), **{"word/document.xml": lambda data: change(data.decode()).encode()})


def inside(xml):
    return with_main(lambda main: main.replace("<w:sectPr", f"{xml}<w:sectPr", 1))


def with_relation(kind, target, *, mode="External", part="word/_rels/document.xml.rels"):
    added = f'<Relationship Id="rIdX" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    return rewritten(document(), **{part: lambda data: data.decode().replace("</Relationships>", added).encode()})


def with_entries(count):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for number in range(count):
            package.writestr(f"word/media/{number}.png", b"")
    return buffer.getvalue()


def lying():
    """A package whose directory says that its text is 100 bytes long, and unpacks to 3 MB."""
    data = bytearray(inside("<w:p>" + " " * 3_000_000 + "</w:p>"))
    at = data.rfind(b"word/document.xml")
    start = data.rfind(b"PK\x01\x02", 0, at)
    struct.pack_into("<L", data, start + 24, 100)
    return bytes(data)


def twice():
    buffer = io.BytesIO(document())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(buffer, "a") as package:
        package.writestr("word/document.xml", b"<again/>")
    return buffer.getvalue()


def encrypted():
    data = bytearray(document())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


TEMPLATE = "http://elsewhere.example/macros.dotm"
DOCTYPE = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
CASES = {
    "nothing": (lambda: b"", "word.archive"),
    "words": (lambda: b"Dear all, please find attached", "word.archive"),
    "an old document": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "word.archive"),
    "cut off": (lambda: document()[:-200], "word.archive"),
    "another package": (lambda: rewritten(document(), **{"_rels/.rels": "<Relationships/>"}), "word.archive"),
    "a part twice": (twice, "word.archive"),
    "encrypted": (encrypted, "word.archive"),
    "a part of no kind": (lambda: rewritten(document(), **{"word/media/1": b""}), "word.part"),
    "too large a file": (
        lambda: rewritten(document(), stored=True, **{"word/media/a.png": bytes(5 * 1024 * 1024)}),
        "word.size",
    ),
    "many parts": (lambda: with_entries(5_000), "word.entries"),
    "a bomb": (lambda: inside("<w:p>" + " " * 14_000_000 + "</w:p>"), "word.unpacked"),
    "a bomb elsewhere": (
        lambda: rewritten(document(), **{"word/footnotes.xml": b"<a>" + b" " * 14_000_000 + b"</a>"}),
        "word.unpacked",
    ),
    "many small bombs": (
        lambda: rewritten(document(), **{f"word/header{n}.xml": b" " * 3_000_000 for n in range(1, 12)}),
        "word.unpacked",
    ),
    "a lying directory": (lying, "word.archive"),
    "elements without end": (lambda: inside("<w:p/>" * 60_000), "word.paragraphs"),
    "runs without end": (lambda: inside("<w:p>" + "<w:r/>" * 201_000 + "</w:p>"), "word.elements"),
    "depth": (lambda: inside(NESTED * 2_000 + "</w:sdtContent></w:sdt>" * 2_000), "word.depth"),
    "macros": (lambda: rewritten(document(), **{"word/vbaProject.bin": b"x"}), "word.macros"),
    "macros by type": (
        lambda: rewritten(
            document(),
            **{
                "[Content_Types].xml": lambda data: data.replace(
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    b"application/vnd.ms-word.document.macroEnabled.main+xml",
                )
            },
        ),
        "word.macros",
    ),
    "an object": (lambda: rewritten(document(), **{"word/embeddings/oleObject1.bin": b"x"}), "word.part"),
    "a control": (lambda: rewritten(document(), **{"word/activeX/activeX1.xml": b"<a/>"}), "word.part"),
    "a part outside": (lambda: rewritten(document(), **{"../../etc/passwd": b"x"}), "word.part"),
    "a template elsewhere": (lambda: with_relation("attachedTemplate", TEMPLATE), "word.external"),
    "a picture elsewhere": (lambda: with_relation("image", "http://elsewhere.example/a.png"), "word.external"),
    "a link to a file": (lambda: with_relation("hyperlink", "file://server/share"), "word.external"),
    "a frame elsewhere": (lambda: with_relation("frame", "http://elsewhere.example/"), "word.external"),
    "elsewhere, said to be here": (
        lambda: with_relation("image", "http://elsewhere.example/", mode="Internal"),
        "word.relation",
    ),
    "a document type": (lambda: with_main(lambda main: main.replace("<w:document", f"{DOCTYPE}<w:document", 1)), None),
    "a document type in styles": (
        lambda: rewritten(document(), **{"word/styles.xml": f"{DOCTYPE}<w>&b;</w>".encode()}),
        "word.doctype",
    ),
    "a document type in UTF-16": (
        lambda: rewritten(document(), **{"word/styles.xml": f"{DOCTYPE}<w>&b;</w>".encode("utf-16")}),
        "word.doctype",
    ),
    "a doubled anchor": (
        lambda: inside('<w:p><w:bookmarkStart w:id="900" w:name="_clause_city-1"/><w:bookmarkEnd w:id="900"/></w:p>'),
        "word.anchor-doubled",
    ),
    "no anchors": (lambda: with_main(lambda main: main.replace("_clause_", "_other_")), "word.anchors"),
    "no base": (
        lambda: rewritten(document(), **{"docProps/core.xml": lambda data: data.replace(b"identifier>", b"subject>")}),
        "word.base",
    ),
    "another base": (
        lambda: rewritten(
            document(), **{"docProps/core.xml": lambda data: data.replace(VERSION.digest.encode(), b"0" * 64)}
        ),
        "word.base",
    ),
    "no text": (lambda: rewritten(document(), **{"word/document.xml": b"<text/>"}), "word.form"),
    "no XML": (lambda: rewritten(document(), **{"word/document.xml": b"no XML"}), "xml.malformed"),
}


MOST_CALLS = 3_000_000
"""Calls of functions: well below a second, on a machine of our days."""


class Effort:
    """Counts the calls of functions, which say how much work is done, whatever else the machine does."""

    calls = 0

    def __enter__(self):
        sys.setprofile(self._count)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)

    def _count(self, _frame, event, _argument):
        self.calls += event in {"call", "c_call"}


@pytest.fixture(scope="module")
def made():
    return {name: make() for name, (make, _) in CASES.items()}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_by_name_with_little_work(made, name):
    with Effort() as effort, pytest.raises(InputRefused) as refused:
        imported(made[name])
    assert effort.calls < MOST_CALLS
    assert refused.value.code == (CASES[name][1] or "word.doctype")
    assert refused.value.message.endswith((".", ")"))
    assert refused.value.hint


def test_none_takes_a_hundred_megabytes(made):
    peaks = {}
    tracemalloc.start()
    try:
        for name in ("too large a file", "a bomb", "a bomb elsewhere", "many small bombs", "elements without end"):
            tracemalloc.reset_peak()
            with pytest.raises(InputRefused):
                imported(made[name])
            peaks[name] = tracemalloc.get_traced_memory()[1] // 2**20
    finally:
        tracemalloc.stop()
    assert max(peaks.values()) < 100, peaks


@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_whatever_bytes_are_flipped_only_our_own_errors_come(seed):
    chance = random.Random(seed)
    data = bytearray(document("fr", "ar"))
    for _ in range(chance.randint(1, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with suppress(DeclarationError):
        imported(bytes(data))


TAGS = ["w:p", "w:r", "w:ins", "w:del", "w:t", "w:tbl", "w:pPr", "w:rPr", "w:moveFrom", "w:sdt", "w:bookmarkEnd"]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_whatever_elements_are_put_in_only_our_own_errors_come(seed):
    chance = random.Random(seed)

    def grown(depth):
        name = chance.choice(TAGS)
        inner = "".join(grown(depth - 1) for _ in range(chance.randint(0, 2))) if depth else chance.choice(["", "mot "])
        return f'<{name} w:id="{chance.randint(0, 9)}" w:name="_clause_city-{chance.randint(1, 9)}">{inner}</{name}>'

    def mixed(main):
        paragraphs = main.split("</w:p>")
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(paragraphs))
            paragraphs[at] += chance.choice(["", "</w:p>"]) + grown(3) + chance.choice(["", "<w:p>"])
        return "</w:p>".join(paragraphs)

    with suppress(DeclarationError):
        imported(with_main(mixed))


def test_a_link_is_allowed_and_its_words_are_kept():
    data = with_relation("hyperlink", "https://example.org/")
    assert imported(data).changes == ()


def test_the_name_of_the_file_stands_in_the_sentence():
    with pytest.raises(InputRefused, match=r"brief\.docx"):
        open_word(b"", file="brief.docx")
