"""The languages beside each other: what is to be done, what changed since, confirming in parts, mending."""

import pytest
from service_world import HOST, ID

from declaration.drafting.concordance import Want
from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.errors import NotFound
from declaration.services import opening, positions, translating
from declaration.services.consolidating import Given
from declaration.services.translating import PAGE
from declaration.store import queries


def bench(world, language=None, *, everything=False, page=1, declaration=ID):
    with world.store.reading() as session:
        return translating.bench(session, declaration, language, everything=everything, page=page)


def test_a_fresh_text_has_everything_to_do_and_confirming_ends_it(sqlite_worlds):
    world = sqlite_worlds.at("drafting")
    found = bench(world)
    assert found.language == "en"
    assert {row.want for row in found.rows} == {Want.UNCONFIRMED}
    assert found.count == found.tongues[0].all == found.tongues[0].unconfirmed
    left = translating.confirm(world.chancery, ID, "en", base=world.version.digest, passages=["clause:c1", "title"])
    assert left == found.count - 2
    assert translating.confirm(world.chancery, ID, "en", base=world.version.digest) == 0
    assert bench(world).rows == ()
    assert bench(world).tongues[0].is_in_step
    assert all(row.want is None for row in bench(world, everything=True).rows)
    assert translating.confirm_all(world.chancery, ID) == {}


def test_an_adopted_amendment_opens_a_task_that_shows_what_changed(sqlite_worlds):
    world = sqlite_worlds.at("drafting")
    translating.confirm_all(world.chancery, ID)
    world.table("a9", "w1", world.replace("c2", "Nous protégeons l’eau, la terre et le ciel.", "fr"))
    world.adopt("a9")
    (row,) = bench(world).rows
    assert (row.passage.name, row.want, row.before) == ("clause:c2", Want.UNCONFIRMED, 1)
    assert any(kind == "insert" and "ciel" in words for kind, words in row.drafting_since)
    assert row.words_since == ()
    world.table("a10", "w1", world.replace("c2", "We protect water, land and sky.", "en"))
    world.adopt("a10")
    (row,) = bench(world).rows
    assert any(kind == "insert" and "sky" in words for kind, words in row.words_since)
    assert translating.confirm(world.chancery, ID, "en", base=world.version.digest, passages=["clause:c2"]) == 0


def test_a_correction_keeps_positions_carries_amendments_and_says_what_it_is(sqlite_worlds):
    world = sqlite_worlds.at("drafting")
    world.take("abidjan", clause="c3")
    given = [Given("c3", None, "en", "We learn, each from all the others.")]
    done = translating.correct(
        world.chancery, ID, given, base=world.version.digest, reason="“Each” was missing.", ask=False
    )
    assert set(done.carried) == {"a1", "a2", "a3"}
    assert positions.acceptance(world.chancery, ID).stale("abidjan") == ()
    assert "clause:c3" not in {row.passage.name for row in bench(world).rows}
    world.freeze()


def test_a_long_text_is_shown_by_the_page_and_confirmed_in_parts(sqlite_worlds):
    world = sqlite_worlds.at("empty")
    count = 1_200
    clauses = tuple(Clause(f"k{n}", {"fr": f"Article {n}.", "de": f"Artikel {n}."}) for n in range(count))
    text = Text("long", ("fr", "de"), {"fr": "Long", "de": "Lang"}, (Section("s", SectionKind.CHAPTER, {}, clauses),))
    opening.open_declaration(world.chancery, text, HOST)
    found = bench(world, "de", declaration="long", page=999)
    assert (found.count, found.page, len(found.rows)) == (count + 1, found.pages, (count + 1) % PAGE or PAGE)
    with world.store.reading() as session:
        base = queries.current_version(session, "long").digest
    names = [f"clause:k{n}" for n in range(count)]
    assert translating.confirm(world.chancery, "long", "de", base=base, passages=names) == 1
    assert [row.passage.name for row in bench(world, "de", declaration="long").rows] == ["title"]


def test_a_text_in_one_language_has_nothing_to_compare(sqlite_worlds):
    world = sqlite_worlds.at("empty")
    clause = Clause("k1", {"fr": "Un."})
    text = Text("short", ("fr",), {"fr": "Court"}, (Section("s", SectionKind.CHAPTER, {}, (clause,)),))
    opening.open_declaration(world.chancery, text, HOST)
    assert bench(world, declaration="short") is None
    assert translating.confirm_all(world.chancery, "short") == {}
    with pytest.raises(NotFound):
        bench(world, declaration="nowhere")
