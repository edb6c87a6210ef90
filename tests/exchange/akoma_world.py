"""Declarations in Akoma Ntoso: texts in many scripts, their lives, and the official schema where it lies beside us."""

import random
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from drafting_worlds import a_list, a_text, accepted, seeds
from hypothesis import strategies as st
from lxml import etree

from declaration.drafting.apply import apply
from declaration.drafting.text import Clause, Section, Text, Version
from declaration.exchange.files import Given
from declaration.render.akoma import render_akoma
from declaration.render.akoma_identity import Host, Life, Reform, Step

AKN = "{http://docs.oasis-open.org/legaldocml/ns/akn/3.0}"
OPENED = datetime(2019, 9, 1, 9, 0, tzinfo=UTC)
HOST = Host("depositary", "City of “Düsseldorf” & <others>", "DE")


@cache
def schema():
    """The schema of OASIS, or None: it is not ours to publish, so it lies beside the project, or not at all."""
    for folder in Path(__file__).resolve().parents:
        if (file := folder / "shared/akn/akomantoso30.xsd").exists():
            return etree.XMLSchema(etree.parse(file))
    return None


def is_valid(data):
    """Whether a document is valid; where it is not, the first errors are told. Without the schema: well-formed."""
    root, judge = etree.fromstring(data), schema()
    assert judge is None or judge.validate(root), str(judge.error_log)[:2000]
    return True


odd = st.text(min_size=1, max_size=60).map(lambda words: unicodedata.normalize("NFC", words)).filter(accepted)
"""Any characters that a text may hold: also those that XML has other uses for."""
lines = st.one_of(odd, st.sampled_from(["]]>", "<!DOCTYPE a>", "&amp;&lt;", " a  b ", "<p/>", "x\u00a0"]))


@st.composite
def texts(draw):
    """Texts in several scripts with gaps, empty sections and odd characters."""
    text = a_text(random.Random(draw(seeds)))
    strange = iter(draw(st.lists(lines, max_size=3)))
    sections = [
        Section(
            part.id,
            part.kind,
            part.title,
            tuple(Clause(one.id, one.texts | {"fr": next(strange, one.texts.get("fr", "x"))}) for one in part.clauses),
        )
        for part in text.sections
    ]
    return Text(text.id, text.languages, text.title, tuple(sections))


@st.composite
def histories(draw):
    """One to three versions, each amended from the one before."""
    found = [Version(1, None, draw(texts()))]
    for number in range(2, draw(st.integers(2, 4))):
        last = found[-1]
        changes = a_list(random.Random(draw(seeds)), last.text, tag=f"v{number}-")
        found.append(Version(number, last.digest, apply(last.text, changes)))
    return found


def life_of(versions, reforms=None):
    """What a ledger would say: a version a day; `reforms` has the amendments of each version's number."""
    first = versions[0].text
    bare = Life(first.id, OPENED, HOST, first.languages, ())
    steps = []
    for version in versions:
        names = (reforms or {}).get(version.number, ())
        made = tuple(Reform(name, bare.amendment(name, OPENED)) for name in names)
        steps.append(Step(version.number, version.digest, OPENED + timedelta(days=version.number - 1), made))
    return Life(first.id, OPENED, HOST, first.languages, tuple(steps))


def written(versions, number, life=None):
    """A version's files by language."""
    version = versions[number - 1]
    before = versions[number - 2].text if number > 1 else None
    life = life or life_of(versions)
    return {tag: render_akoma(version, tag, life, before=before) for tag in version.text.languages}


def given(files):
    return [Given(data, f"{tag}.akn.xml") for tag, data in files.items()]


def one(root, path):
    """The only element at a path, with `/` between names."""
    found = root.findall(".//" + re.sub(r"\w+", lambda name: AKN + name[0], path))
    assert len(found) == 1, (path, len(found))
    return found[0]
