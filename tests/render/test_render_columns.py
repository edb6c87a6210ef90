"""Languages beside each other: aligned clause by clause, read one after the other, whatever their lengths."""

import io
import itertools
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoken_text import spoken

from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.errors import InputRefused
from declaration.render import structure
from declaration.render.columns import MOST, beside, groups
from declaration.render.flow import paginate
from declaration.render.instrument import render_instrument
from declaration.render.layout import BOTTOM, TOP
from declaration.render.sheet import WIDTH


def render(version, frozen_at, columns):
    return render_instrument(version, (), (), document=b"{}", frozen_at=frozen_at, columns=columns)


def blocks(version):
    languages = version.text.languages
    return beside(version, languages, structure.document(languages[0]))


@given(st.lists(st.text(), max_size=12, unique=True), st.integers(1, MOST))
def test_every_language_stands_in_one_group_in_order(languages, columns):
    found = groups(languages, columns)
    assert [tag for group in found for tag in group] == languages
    assert all(len(group) == columns for group in found[:-1])


@pytest.mark.parametrize(
    "languages", [("fr", "de"), ("fr", "de", "en"), ("fr", "ar", "bn"), ("ar", "he", "en"), ("zh", "th")]
)
def test_a_clause_begins_at_one_height_in_every_language_inside_the_paper(declare, languages):
    version = declare(*languages)
    clauses = [block for block in blocks(version) if block.where.startswith("clause")]
    assert [block.where.split()[1] for block in clauses] == [clause.id for clause in version.text.clauses()]
    for block in clauses:
        first = [placed for placed in block.rows[0].text if placed.line.width]
        texts = [placed for placed in first if placed.element is not block.element and placed.width > 60]
        assert sorted(placed.column for placed in texts) == list(range(len(languages)))
        edges = sorted((placed.x, placed.x + placed.width) for placed in texts)
        assert all(end < start for (_, end), (start, _) in itertools.pairwise(edges))
        for row in block.rows:
            for placed in (*row.text, *row.notes):
                assert placed.x >= 36
                assert placed.x + placed.width <= WIDTH - 36
                assert placed.line.width <= placed.width + 0.5


@pytest.mark.parametrize(
    ("languages", "columns"), [(("fr", "de", "en"), 2), (("fr", "ar", "bn"), 3), (("he", "zh", "uk"), 3)]
)
def test_each_language_is_read_exactly_as_it_was_written(texts, declare, frozen_at, languages, columns):
    languages = tuple(tag for tag in languages if tag in texts)
    version = declare(*languages)
    read = spoken(render(version, frozen_at, columns).pdf)
    for clause in version.text.clauses():
        said = [paragraph.text for item in read.all("LI") if item.title == clause.id for paragraph in item.all("P")]
        alone = [
            body.text
            for item in read.all("LI")
            if item.title == clause.id
            for body in item.all("LBody")
            if not body.all("P")
        ]
        assert sorted(said + alone) == sorted(clause.texts.values()), clause.id


def one_clause(texts):
    section = Section("s", SectionKind.CHAPTER, dict.fromkeys(texts, "Title"), (Clause("c", texts),))
    return Version(
        1,
        None,
        Text(
            "t",
            tuple(texts),
            dict.fromkeys(texts, "A title of no more than eighty letters, as long as one may be, here"),
            (section,),
        ),
    )


def test_three_words_beside_two_pages(frozen_at):
    long = " ".join(f"Nous gardons le mot {number}." for number in range(700))
    version = one_clause({"fr": long, "de": "Wir halten zusammen.", "en": long.replace("Nous gardons", "We keep")})
    rendered = render(version, frozen_at, 3)
    assert rendered.pages > 3
    [item] = [item for item in spoken(rendered.pdf).all("LI") if item.title == "c"]
    assert [paragraph.text for paragraph in item.all("P")] == list(version.text.clause("c").texts.values())
    for page in paginate(blocks(version), top=TOP, bottom=BOTTOM):
        last = page[-1]
        assert last.top + sum(row.height for row in last.rows) <= BOTTOM + 0.1


def test_what_a_language_lacks_is_said_in_its_column(texts, declare, frozen_at):
    version = declare("fr", "de")
    clause = version.text.sections[1].clauses[0]
    lacking = replace(clause, texts={"fr": clause.texts["fr"]})
    section = replace(version.text.sections[1], clauses=(lacking, *version.text.sections[1].clauses[1:]))
    text = replace(version.text, sections=(version.text.sections[0], section, *version.text.sections[2:]))
    read = spoken(render(Version(1, None, text), frozen_at, 2).pdf)
    [item] = [item for item in read.all("LI") if item.title == clause.id]
    first, second = item.all("P")
    assert first.text == clause.texts["fr"]
    assert second.text
    assert second.text != first.text


def test_bookmarks_and_contents_name_every_language(declare, frozen_at):
    rendered = render(declare("fr", "de", "en"), frozen_at, 2)
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        within = [child.title for child in outline.root[0].children]
    assert titles[:2] == ["Français  ·  Deutsch", "English"]
    assert within


def test_the_same_bytes_again_and_other_bytes_for_other_columns(declare, frozen_at):
    version = declare("fr", "de")
    assert render(version, frozen_at, 2).pdf == render(version, frozen_at, 2).pdf != render(version, frozen_at, 1).pdf


@pytest.mark.parametrize("columns", [0, -1, MOST + 1])
def test_more_than_three_are_refused(declare, frozen_at, columns):
    with pytest.raises(InputRefused) as refused:
        render(declare("fr", "de"), frozen_at, columns)
    assert refused.value.code == "layout.columns"
