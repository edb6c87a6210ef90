"""Akoma Ntoso from strangers: each file is refused by name and place, before anything is made of it."""

import random
import re
import sys
import tracemalloc
from contextlib import suppress

import pytest
from akoma_world import given, life_of, written
from drafting_worlds import a_text
from hypothesis import given as holds_for
from hypothesis import settings
from hypothesis import strategies as st

from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.errors import DeclarationError, InputRefused
from declaration.exchange import xml_source
from declaration.exchange.akoma import read_akoma
from declaration.exchange.files import Given

CITY = Text(
    "ville",
    ("fr", "ar"),
    {"fr": "La ville", "ar": "المدينة"},
    (
        Section("why", SectionKind.PREAMBLE, {}, (Clause("w", {"fr": "Considérant,", "ar": "إذ"}),)),
        Section(
            "what",
            SectionKind.CHAPTER,
            {"fr": "Quoi", "ar": "ماذا"},
            (Clause("c1", {"fr": "Une.", "ar": "واحد."}), Clause("c2", {"fr": "Deux.", "ar": "اثنان."})),
        ),
        Section("end", SectionKind.CLOSING, {}, (Clause("e", {"fr": "Fait."}),)),
    ),
)
VERSION = Version(1, None, CITY)
FILES = written([VERSION], 1)
SECOND = written([VERSION, Version(2, VERSION.digest, CITY)], 2)
DOCTYPE = "<!DOCTYPE akomaNtoso {}>"
LAUGHS = "".join(f"<!ENTITY l{n} '{ten}'>" for n in range(1, 10) for ten in [f"&l{n - 1};" * 10])
MANY = " ".join(f"a{n}=''" for n in range(50_000))


def changed(*changes, language="fr"):
    """A file in which each pattern is replaced once."""
    data = FILES[language].decode()
    for old, new in changes:
        data, count = re.subn(old, lambda _, new=new: new, data, count=1, flags=re.DOTALL)
        assert count, old
    return data.encode()


def before_root(words):
    return changed(("<akomaNtoso", f"{words}<akomaNtoso"))


def in_body(words):
    return changed((r"(?=</chapter>)", words))


HOSTILE = {
    "nothing": (lambda: b"", "xml.malformed"),
    "no XML": (lambda: b"Dear all, please find attached", "xml.malformed"),
    "cut off": (lambda: FILES["fr"][:-40], "xml.malformed"),
    "two roots": (lambda: FILES["fr"] + b"<a/>", "xml.malformed"),
    "an attribute twice": (lambda: changed(('wId="c1"', 'wId="c1" wId="c2"')), "xml.malformed"),
    "NUL": (lambda: in_body("\x00"), "xml.malformed"),
    "a document type": (lambda: before_root(DOCTYPE.format("")), "xml.doctype"),
    "a document type elsewhere": (
        lambda: before_root(DOCTYPE.format('SYSTEM "http://elsewhere.example/a.dtd"')),
        "xml.doctype",
    ),
    "a file as entity": (
        lambda: before_root(DOCTYPE.format('[<!ENTITY x SYSTEM "file:///etc/passwd">]')),
        "xml.doctype",
    ),
    "a parameter entity": (
        lambda: before_root(DOCTYPE.format('[<!ENTITY % x SYSTEM "http://elsewhere.example/">%x;]')),
        "xml.doctype",
    ),
    "a billion laughs": (lambda: before_root(DOCTYPE.format(f'[<!ENTITY l0 "ha">{LAUGHS}]')), "xml.doctype"),
    "an entity that nobody declared": (lambda: changed(("Deux", "&deux;")), "xml.malformed"),
    "a style sheet": (lambda: before_root('<?xml-stylesheet href="http://elsewhere.example/"?>'), "xml.instruction"),
    "an inclusion": (
        lambda: in_body('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
        "xml.inclusion",
    ),
    "UTF-16": (lambda: FILES["fr"].decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16"), "xml.encoding"),
    "said to be UTF-16": (lambda: changed(("UTF-8", "UTF-16")), "xml.encoding"),
    "Latin-1": (
        lambda: FILES["fr"].decode().replace("UTF-8", "ISO-8859-1").encode("latin-1", "replace"),
        "xml.encoding",
    ),
    "too large": (lambda: in_body(" " * xml_source.MAX_BYTES), "xml.size"),
    "deep": (lambda: in_body("<p>" * 100_000 + "</p>" * 100_000), "xml.depth"),
    "elements without end": (lambda: in_body("<p/>" * (xml_source.MAX_ELEMENTS + 1)), "xml.elements"),
    "many attributes": (lambda: in_body(f"<p {MANY}/>"), "xml.attributes"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_by_name_and_place(name):
    make, code = HOSTILE[name]
    with pytest.raises(InputRefused) as refused:
        read_akoma([Given(make(), "strange.xml"), Given(FILES["ar"], "ar.xml")])
    assert refused.value.code == code
    assert re.match(r"strange\.xml(, line \d+| has more)", refused.value.message), refused.value.message
    assert refused.value.message.endswith((".", ")"))
    assert refused.value.hint


class Effort:
    """Counts calls, and the most memory: what it takes to refuse a file, whatever else the machine does."""

    calls = 0
    peak = 0

    def __enter__(self):
        tracemalloc.start()
        sys.setprofile(self._count)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)
        self.peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    def _count(self, _frame, event, _argument):
        self.calls += event in {"call", "c_call"}


@pytest.mark.parametrize("name", ["a billion laughs", "too large", "deep", "many attributes"])
def test_refusing_takes_little(name):
    data = HOSTILE[name][0]()
    with Effort() as effort, pytest.raises(InputRefused):
        read_akoma([Given(data, "strange.xml")])
    assert effort.calls < 10_000
    assert effort.peak < 32 * len(data) + 2**20


WRONG = {
    "another namespace": (
        ("legaldocml/ns/akn/3.0", "legaldocml/ns/akn/2.0"),
        "akn.form",
        "this is not Akoma Ntoso 3.0",
    ),
    "no namespace": ((' xmlns="http[^"]*akn/3.0"', ""), "akn.form", "this is not Akoma Ntoso 3.0"),
    "another kind": (("(?<=<)statement(.*)(?=</akomaNtoso>)", "act/>"), "akn.form", "one <statement> belongs here"),
    "no version": (("<version.*</version>", ""), "akn.form", "one <version> belongs here, none is here"),
    "another form of version": (("urn:x-declaration:version:1", "urn:x:2"), "akn.form", "one <version> belongs here"),
    "number nought": ((r'(?<=declaration="ville" number=")1', "0"), "akn.version", "are not those of a version"),
    "no digest": ((r'digest="\w+"', 'digest="x"'), "akn.version", "are not those of a version"),
    "a parent of the first": (
        (' digest="', f' parent="{"0" * 64}" digest="'),
        "akn.version",
        "the first version alone",
    ),
    "a language of none": ((' language="fr"', ' language="de"'), "akn.language", "“de” is none of its languages"),
    "an odd declaration": (('declaration="ville"', 'declaration="../ville"'), "text.id", "line"),
    "an id that is odd": (('wId="c1"', 'wId="c 1"'), "text.id", "line"),
    "no id": ((' wId="c1"', ""), "akn.id", "this element has no wId"),
    "two headings": (("(?=<heading)", "<heading>Quoi</heading>"), "akn.heading", "two headings"),
    "bold words": (("Une", "<b>Une</b>"), "akn.markup", "have no markup"),
    "a comment's neighbour": (("Une", "<remark>Une</remark>"), "akn.markup", "have no markup"),
    "words outside": (("(?=</chapter>)", "Par ailleurs"), "akn.form", "words stand here outside any paragraph"),
    "a table": (("(?=</chapter>)", "<table/>"), "akn.form", "this element does not belong here"),
    "another's element": (("(?=</chapter>)", '<p xmlns="urn:x"/>'), "akn.form", "this element does not belong here"),
    "two paragraphs": (("<p>Une.</p>", "<p>Une.</p><p>Une.</p>"), "akn.form", "one <p> belongs here, 2 are here"),
    "a second body": (("(?=</statement>)", "<mainBody/>"), "akn.form", "does not belong here"),
    "another kind of section": (('name="closing"', 'name="annex"'), "akn.form", "does not belong here"),
    "a direction control": (("Une", "U\u202ene"), "text.character", "<clause c1>: position 2 holds U\\+202E"),
    "a decomposed letter": (("Considérant", "Conside\u0301rant"), "text.not-nfc", "<recital w>"),
    "an id that is there twice": (('wId="c2"', 'wId="C1"'), None, None),
    "other words": (("Une", "Deux"), "akn.digest", "not those of version 1, whose digest they name"),
    "a clause less": (("<clause[^>]*c2.*?</clause>", ""), "akn.order", "the clauses here are not those of fr.xml"),
    "a section less": (("<hcontainer.*</hcontainer>", ""), "akn.order", "fr.xml has 2 sections"),
    "another order": (('wId="what"', 'wId="then"'), "akn.order", "in fr.xml, section “then” stands here"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_version_is_refused_by_name_and_place(name):
    change, code, why = WRONG[name]
    files = [Given(changed(change), "fr.xml"), Given(FILES["ar"], "ar.xml")]
    if code is None:  # only the whole shows it
        files[1] = Given(changed(change, language="ar"), "ar.xml")
        code, why = "text.doubled", "fr.xml"
    with pytest.raises(InputRefused, match=why) as refused:
        read_akoma(files)
    assert refused.value.code == code
    assert re.match(r"(fr|ar)\.xml", refused.value.message), refused.value.message
    assert refused.value.hint


def files_of(*names):
    known = {"fr": FILES["fr"], "ar": FILES["ar"], "later": SECOND["ar"]}
    return [Given(known[name], f"{name}.xml") for name in names]


SETS = {
    "none": ((), "akn.files"),
    "too many": (("fr",) * 33, "akn.files"),
    "one language twice": (("fr", "ar", "fr"), "akn.doubled"),
    "one language missing": (("fr",), "akn.missing"),
    "two versions": (("fr", "later"), "akn.other-version"),
}


@pytest.mark.parametrize("name", SETS)
def test_the_files_must_be_those_of_one_version(name):
    names, code = SETS[name]
    with pytest.raises(InputRefused) as refused:
        read_akoma(files_of(*names))
    assert refused.value.code == code


def test_words_that_were_changed_on_purpose_are_accepted_when_that_is_said():
    files = [Given(changed(("Une", "Une seule")), "fr.xml"), Given(FILES["ar"], "ar.xml")]
    found = read_akoma(files, edited=True)
    assert found.text.clause("c1").texts["fr"] == "Une seule."
    assert found.digest != VERSION.digest


def test_a_clause_that_nobody_has_words_for_is_refused():
    (fr, ar) = (changed((words, ""), language=tag) for tag, words in (("fr", r"Une\."), ("ar", r"واحد\.")))
    with pytest.raises(InputRefused, match="no words in any language") as refused:
        read_akoma([Given(fr, "fr.xml"), Given(ar, "ar.xml")], edited=True)
    assert refused.value.code == "akn.empty"


def test_what_other_programs_change_without_changing_words_is_read():
    """Comments, CDATA, other prefixes, other line ends between elements, a byte order mark."""
    french = changed(
        ("Une\\.", "<![CDATA[Une]]>&#46;"), ("(?=<clause)", "<!-- ici -->"), ('wId="e"', 'class="x" wId="e"')
    )
    arabic = re.sub(rb"(</?)(?!version|language|/|\?|!)(?=\w)", rb"\1a:", FILES["ar"]).replace(
        b' xmlns="http', b' xmlns:a="http'
    )
    mark = b"\xef\xbb\xbf"
    assert read_akoma([Given(mark + french.replace(b"\n", b"\r\n"), "fr.xml"), Given(arabic, "ar.xml")]) == VERSION


@holds_for(seed=st.integers(0, 2**32))
@settings(max_examples=80)
def test_whatever_is_slipped_only_our_own_errors_come(seed):
    chance = random.Random(seed)
    version = Version(1, None, a_text(chance))
    files = dict(written([version], 1, life_of([version])))
    tag = chance.choice(sorted(files))
    pieces = re.findall(rb"<[^>]*>|[^<]+", files[tag])
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        match chance.randrange(5):
            case 0:
                del pieces[at]
            case 1:
                pieces.insert(at, pieces[other])
            case 2:
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 3:
                pieces[at] = pieces[at][: chance.randrange(len(pieces[at]) + 1)]
            case _:
                pieces[at] = pieces[at].replace(b'"', b"", 1) + bytes([chance.randrange(256)])
    files[tag] = b"".join(pieces)
    with suppress(DeclarationError):
        assert read_akoma(given(files), edited=True).text.id == version.text.id
