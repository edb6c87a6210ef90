"""The consolidation workspace: every open amendment is on exactly one page, filters only leave out, acts are seen."""

import itertools
import random

import pytest
from service_world import HOST, ID

from declaration.drafting.amendment import Amendment
from declaration.drafting.consolidate import consolidate
from declaration.drafting.derive import derive_delete, derive_move, derive_replace, derive_retitle
from declaration.drafting.likeness import alike
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.errors import NotFound
from declaration.services import negotiating, opening, survey
from declaration.services.memory import KEPT, Remembered
from declaration.services.negotiating import Decision
from declaration.services.survey import PAGE, Fit, Wanted
from declaration.store import queries

WORDS = "we open our squares and gardens to everybody who comes to live and to work with us"
SECTIONS, CLAUSES, AMENDMENTS = 6, 5, 120


def large_text():
    sections = [
        Section(
            f"s{number}",
            SectionKind.CHAPTER,
            {"en": f"Chapter {number}", "fr": f"Chapitre {number}"},
            tuple(
                Clause(f"s{number}-{place}", {"en": f"In chapter {number} {WORDS}.", "fr": f"Chapitre {number} : ici."})
                for place in range(CLAUSES)
            ),
        )
        for number in range(SECTIONS)
    ]
    return Text(ID, ("en", "fr"), {"en": "Many clauses", "fr": "Bien des clauses"}, tuple(sections))


def random_changes(rng, text):
    clause = rng.choice(list(text.clauses()))
    kind = rng.random()
    if kind < 0.05:
        return (derive_delete(text, clause.id),)
    if kind < 0.1:
        return (derive_move(text, clause.id, after=rng.choice([c.id for c in text.clauses() if c.id != clause.id])),)
    if kind < 0.15:
        section = rng.choice([None, *(section.id for section in text.sections)])
        return (derive_retitle(text, section, "en", f"Another title {rng.randrange(3)}"),)
    words = clause.texts["en"].split()
    words[rng.randrange(len(words) - 1)] = rng.choice(["people", "cities", "water", "air"])
    return (derive_replace(text, clause.id, "en", " ".join(words)),)


@pytest.fixture
def world(sqlite_worlds):
    """Many amendments on one text; some no longer fit it, since another version was adopted."""
    rng = random.Random(2019)
    made = sqlite_worlds.at("empty")
    text = large_text()
    opening.open_declaration(made.chancery, text, HOST)
    for number in range(5):
        opening.admit_drafter(made.chancery, ID, f"w{number}", f"Workshop {number}")
    base = Version(1, None, text).digest
    for number in range(AMENDMENTS):
        amendment = Amendment(f"A{number:03}", f"w{number % 5}", base, "Because.", random_changes(rng, text))
        negotiating.table(made.chancery, ID, amendment)
    with made.store.reading() as session:
        work = survey.whole(session, ID).work
    sides = tuple(group.amendments[0] for group in work.groups[:3])
    negotiating.adopt(made.chancery, ID, Decision(base, sides))
    return made


def pages(session, wanted):
    first = survey.survey(session, ID, wanted)
    return [first, *(survey.survey(session, ID, wanted, page=number) for number in range(2, first.pages + 1))]


def shown(found):
    return [name for page in found for spot in page.spots for name in spot.amendments()]


def test_every_open_amendment_is_on_exactly_one_page(world):
    with world.store.reading() as session:
        found = pages(session, Wanted())
        lines = queries.open_amendments(session, ID)
        text = queries.current_version(session, ID).text
    assert len(found) > 2
    assert sorted(shown(found)) == sorted(line.amendment.id for line in lines)
    assert found[0].chosen == tuple(line.amendment.id for line in lines)
    order = [(spot.section, spot.clause) for page in found for spot in page.spots]
    known = [(None, None)]
    for section in text.sections:
        known += [(section.id, None), *((section.id, clause.id) for clause in section.clauses)]
    assert order == [where for where in known if where in set(order)]  # in the order of the text, each place once
    for page in found[:-1]:
        weights = [len(spot.amendments()) for spot in page.spots]
        assert sum(weights[:-1]) < PAGE <= sum(weights)


def test_how_they_stand_is_what_consolidation_says(world):
    with world.store.reading() as session:
        found = pages(session, Wanted())
        lines = queries.open_amendments(session, ID)
        text = queries.current_version(session, ID).text
    able = [line.amendment for line in lines if not line.conflict]
    expected = consolidate(text, able)
    whole = found[0].whole
    stands = {fit: {name for name, line in whole.open.items() if line.fit is fit} for fit in Fit}
    assert stands[Fit.FITS] == set(expected.merged)
    assert stands[Fit.COLLIDES] == {name for group in expected.groups for name in group.amendments}
    assert stands[Fit.STUCK] == {line.amendment.id for line in lines if line.conflict}
    assert all(stands.values())
    groups = [group for page in found for spot in page.spots for group in spot.groups]
    assert sorted(groups, key=lambda group: group.amendments) == sorted(expected.groups, key=lambda g: g.amendments)
    merged = [spot.merged for page in found for spot in page.spots if spot.merged is not None]
    assert {line.clause for line in merged} == set(expected.to_confirm)
    for line in merged:
        passages = "".join(words for kind, words in line.words["en"] if kind != "delete")
        assert passages == expected.text.clause(line.clause).texts["en"]
    assert whole.alike == alike(able)
    assert whole.alike


def test_filters_leave_out_and_add_nothing(world):
    with world.store.reading() as session:
        everything = survey.survey(session, ID, Wanted())
        lines = everything.whole.open
        for fit, by, section, twice in itertools.product(
            [None, *Fit], [None, "w1", "nobody"], [None, "s2"], [False, True]
        ):
            wanted = Wanted(fit, by, section, twice)
            found = pages(session, wanted)
            expected = [
                name
                for name, line in lines.items()
                if (fit is None or line.fit is fit)
                and (by is None or line.line.amendment.by == by)
                and (section is None or any(place[0] == section for place in line.places))
                and (not twice or everything.whole.twins(name) is not None)
            ]
            assert list(found[0].chosen) == expected
            # a group that collides is shown whole: only with it can anybody decide
            beside = set(shown(found)) - set(expected)
            assert set(expected) <= set(shown(found))
            assert all(lines[name].fit is Fit.COLLIDES for name in beside)
            assert len(shown(found)) == len(set(shown(found)))
            assert sum(found[0].fits.values()) == len(expected)


def test_a_page_that_is_none_is_the_nearest(world):
    with world.store.reading() as session:
        last = survey.survey(session, ID, Wanted(), page=10**6)
        assert last.page == last.pages
        assert survey.survey(session, ID, Wanted(), page=-3).page == 1
        none = survey.survey(session, ID, Wanted(by="nobody"), page=2)
    assert (none.page, none.pages, none.spots, none.chosen) == (1, 1, (), ())


def test_an_act_is_seen_at_once(world):
    with world.store.reading() as session:
        before = survey.survey(session, ID, Wanted())
    negotiating.withdraw(world.chancery, ID, before.chosen[0], by=before.whole.open[before.chosen[0]].line.amendment.by)
    with world.store.reading() as session:
        assert survey.survey(session, ID, Wanted()).chosen == before.chosen[1:]


def test_what_is_remembered_is_worked_out_once_for_each_head_and_not_kept_for_ever(sqlite_worlds):
    world = sqlite_worlds.at("drafting")
    asked = []

    def work(session, declaration):
        asked.append(queries.declaration(session, declaration).id)
        return len(queries.open_amendments(session, declaration))

    remembered = Remembered(work)
    with world.store.reading() as session:
        assert [remembered(session, ID), remembered(session, ID)] == [3, 3]
    assert asked == [ID]
    world.wait(seconds=1)
    negotiating.withdraw(world.chancery, ID, "a3", by="w1")
    with world.store.reading() as session:
        assert remembered(session, ID) == 2
    assert asked == [ID] * 2
    for number in range(KEPT + 3):
        opening.admit_drafter(world.chancery, ID, f"w9{number}", f"Workshop {number}")
        with world.store.reading() as session:
            remembered(session, ID)
    assert len(remembered._kept) == KEPT


def test_what_fails_is_not_remembered(sqlite_worlds):
    world = sqlite_worlds.at("drafting")
    answers = iter([ValueError("no"), 7])

    def work(_session, _declaration):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    remembered = Remembered(work)
    with world.store.reading() as session:
        with pytest.raises(ValueError, match="no"):
            remembered(session, ID)
        assert remembered(session, ID) == 7


def test_who_has_asked_lately_is_known_and_working_ahead_is_nobody_s_question(sqlite_worlds):
    world = sqlite_worlds.at("drafting")
    remembered = Remembered(lambda session, declaration: queries.current_version(session, declaration).number)
    with world.store.reading() as session:
        assert remembered.refresh(session, ID) == 1
        assert remembered.lately(60) == ()
        assert remembered(session, ID) == 1
        with pytest.raises(NotFound):
            remembered(session, "unknown")
    assert remembered.lately(60) == (ID,)
    assert remembered.lately(-1) == ()
