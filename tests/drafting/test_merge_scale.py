"""Two and a half thousand amendments: they are consolidated, in any order, whether apart or all on one word."""

import random
from collections import Counter
from dataclasses import replace

from drafting_worlds import amendments_of

from declaration.drafting.amendment import Delete, Insert, Replace, Retitle
from declaration.drafting.apply import apply, invert
from declaration.drafting.conflict import NEAR
from declaration.drafting.consolidate import Carried, CarryConflict, carry, consolidate
from declaration.drafting.derive import derive_delete, derive_insert, derive_retitle
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, Section, SectionKind, Text, text_digest

MANY = 2_500


def text_of(clauses, words):
    made = tuple(Clause(f"c{number}", {"fr": f"{words} {number}"}) for number in range(clauses))
    return Text("large", ("fr",), {"fr": "t"}, (Section("s", SectionKind.CHAPTER, {}, made),))


def one_edit(text, clause, edit):
    return (Replace(clause, "fr", text_digest(text.clause(clause).texts["fr"]), (edit,)),)


def edges(result):
    return sum(len(group.reasons) for group in result.groups)


def test_many_amendments_over_many_clauses():
    chance = random.Random(1)
    words = " ".join(f"mot{number}" for number in range(40))
    text = text_of(500, words)
    lists, wishes = [], Counter()
    for number in range(MANY):
        clause, word = f"c{chance.randrange(500)}", chance.randrange(40)
        lists.append(one_edit(text, clause, Edit(2 * word, 2 * word + 1, f"mot{word}", f"autre{number}")))
        wishes[clause, word] += 1
    amendments = amendments_of(lists)
    result = consolidate(text, amendments)
    assert len(result.merged) == sum(count == 1 for count in wishes.values())
    assert sorted(len(group.amendments) for group in result.groups) == sorted(c for c in wishes.values() if c > 1)
    chance.shuffle(amendments)
    assert consolidate(text, amendments) == result
    back = invert(text, result.changes)
    assert apply(result.text, back) == text
    for amendment in amendments[:20]:
        expected = CarryConflict if amendment.id not in result.merged else Carried
        found = carry(amendment.changes, result.changes, text, result.text)
        single = wishes[amendment.changes[0].clause, amendment.changes[0].edits[0].start // 2] == 1
        assert isinstance(found, expected) or not single


def test_all_replace_one_word():
    text = text_of(1, "mot fin")
    amendments = amendments_of([one_edit(text, "c0", Edit(0, 1, "mot", f"autre{n}")) for n in range(MANY)])
    result = consolidate(text, amendments)
    (group,) = result.groups
    assert len(group.amendments) == MANY
    assert MANY - 1 <= edges(result) <= NEAR * MANY
    assert {side.amendment for reason in group.reasons for side in reason.sides} == set(group.amendments)
    assert result.changes == ()


def test_half_want_one_word_and_half_another():
    text = text_of(1, "mot fin")
    amendments = amendments_of([one_edit(text, "c0", Edit(0, 1, "mot", "abc"[n % 2])) for n in range(MANY)])
    result = consolidate(text, amendments)
    assert [len(group.amendments) for group in result.groups] == [MANY]
    assert edges(result) <= 2 * MANY


def test_each_reaches_into_the_next():
    words = " ".join(f"m{n}" for n in range(MANY + 2))
    text = Text("t", ("fr",), {}, (Section("s", SectionKind.CHAPTER, {}, (Clause("c", {"fr": words}),)),))
    lists = [one_edit(text, "c", Edit(2 * n, 2 * n + 3, f"m{n} m{n + 1}", "x")) for n in range(MANY)]
    result = consolidate(text, amendments_of(lists))
    assert [len(group.amendments) for group in result.groups] == [MANY]
    apart = consolidate(text, amendments_of(lists[::2]))
    assert len(apart.merged) == MANY // 2


def test_one_long_wish_and_many_short_ones_inside_it():
    words = " ".join(f"m{n}" for n in range(MANY))
    text = Text("t", ("fr",), {}, (Section("s", SectionKind.CHAPTER, {}, (Clause("c", {"fr": words}),)),))
    whole = one_edit(text, "c", Edit(0, 2 * MANY - 1, words, "tout"))
    lists = [whole, *(one_edit(text, "c", Edit(2 * n, 2 * n + 1, f"m{n}", f"x{n}")) for n in range(MANY))]
    result = consolidate(text, amendments_of(lists))
    assert [len(group.amendments) for group in result.groups] == [MANY + 1]
    assert len(consolidate(text, amendments_of(lists[1:])).merged) == MANY


def test_half_delete_a_clause_that_half_change():
    text = text_of(2, "mot fin")
    lists = [(derive_delete(text, "c0"),)] * (MANY // 2)
    lists += [one_edit(text, "c0", Edit(2, 3, "fin", f"x{n}")) for n in range(MANY // 2)]
    result = consolidate(text, amendments_of(lists))
    assert [len(group.amendments) for group in result.groups] == [MANY]
    assert edges(result) <= (NEAR + 2) * MANY


def test_half_replace_a_clause_by_their_own_while_half_change_it():
    text = text_of(2, "mot fin")
    lists = [
        (derive_delete(text, "c0"), derive_insert(text, "s", "c0", f"n{n}", {"fr": "neuf"})) for n in range(MANY // 4)
    ]
    lists += [(derive_insert(text, "s", "c0", f"n{n}", {"fr": "neuf"}),) for n in range(MANY // 4)]
    result = consolidate(text, amendments_of(lists))
    assert [len(group.amendments) for group in result.groups] == [2 * (MANY // 4)]
    assert edges(result) <= 2 * (NEAR + 2) * MANY


def test_all_insert_at_one_place_or_word_one_title():
    text = text_of(1, "mot")
    inserts = [(derive_insert(text, "s", "c0", f"n{n}", {"fr": "neuf"}),) for n in range(MANY)]
    titles = [(derive_retitle(text, None, "fr", f"titre {n}"),) for n in range(MANY)]
    result = consolidate(text, amendments_of([*inserts, *titles]))
    assert [len(group.amendments) for group in result.groups] == [MANY, MANY]
    assert edges(result) <= 2 * NEAR * MANY


def test_a_long_list_leads_there_and_back():
    text = text_of(4_000, "mot")
    changes = [Delete(clause.id, clause.digest) for clause in text.clauses()][::2]
    changes += [Insert("s", f"c{n}", Clause(f"n{n}", {"fr": "neuf"})) for n in range(0, 4_000, 3)]
    changes += [c for n in range(1, 800, 2) for c in one_edit(text, f"c{n}", Edit(0, 1, "mot", "autre"))]
    changes.append(derive_retitle(text, None, "fr", "Titre"))
    assert any(isinstance(change, Retitle) for change in changes)
    assert apply(apply(text, changes), invert(text, changes)) == text


def test_many_amendments_of_amendments_hang_on_those_that_they_amend():
    chance = random.Random(2)
    words = " ".join(f"mot{number}" for number in range(40))
    text = text_of(500, words)
    lists = [
        one_edit(
            text,
            f"c{number % 500}",
            Edit(4 * (number // 500), 4 * (number // 500) + 1, f"mot{2 * (number // 500)}", "x"),
        )
        for number in range(2_000)
    ]
    amendments = amendments_of(lists)
    for number in range(500):
        parent = amendments[4 * number]
        (change,) = parent.changes
        (edit,) = change.edits
        over = apply(text, parent.changes)
        again = one_edit(over, change.clause, Edit(edit.start, edit.end, "x", f"y{number}"))
        amendments.append(replace(parent, id=f"b-{number:04}", changes=again, amends=parent.id))
    chance.shuffle(amendments)
    result = consolidate(text, amendments)
    assert len(result.merged) == MANY
    read = " ".join(clause.texts["fr"] for clause in result.text.clauses())
    assert all(f"y{number} " in read for number in range(500))
