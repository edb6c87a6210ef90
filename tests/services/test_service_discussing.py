"""Discussing: who may say, change and strike what; nothing changes silently, nothing is lost, struck words are gone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from service_world import ID

from declaration.drafting.discussion import read
from declaration.errors import DeclarationError, LimitExceeded, NotFound, NotPermitted, StateConflict
from declaration.services import discussing, discussion_files, participants, sealing, threads
from declaration.services.actors import Actor, Role, find_actor
from declaration.services.topics import Topic, read_topic
from declaration.store import discussions, reception

CLAUSE, AMENDMENT = read_topic("clause:c1"), read_topic("amendment:a1")
ADA = Actor(ID, Role.DRAFTER, "w1", "Workshop w1")
BEN = Actor(ID, Role.DRAFTER, "w2", "Workshop w2")
MAYOR = Actor(ID, Role.SIGNATORY, "haifa", "Haifa", "haifa")
HOST = Actor(ID, Role.DEPOSITARY, "depositary", "City of Düsseldorf")
SAME = Actor(ID, Role.DELEGATE, "w1", "A delegate with a drafter’s id", "haifa")


@pytest.fixture
def world(worlds):
    return worlds.at("drafting")


@pytest.fixture
def quick(sqlite_worlds):
    return sqlite_worlds.at("drafting")


def thread_of(world, number, actor=ADA):
    with world.store.reading() as session:
        return threads.find(session, actor, number)


def listed(world, actor=ADA, view="open", topic=None):
    with world.store.reading() as session:
        found = threads.listed(session, actor, topic=topic, view=view, before=None, limit=100)
        return [thread.number for thread in found]


def file_of(world):
    with world.store.reading() as session:
        return read(discussion_files.exported(session, ID))


def refusal(kind, act, *given):
    with pytest.raises(kind) as refused:
        act(*given)
    return refused.value.code


def test_a_thread_is_begun_answered_reworded_and_resolved(world):
    chancery = world.chancery
    first = discussing.begin(chancery, ADA, CLAUSE, "To all?\nWhom do we leave out? @haifa @depositary")
    second = discussing.answer(chancery, MAYOR, first.comment, "Nobody, @w1.")
    world.wait(hours=1)
    edited = discussing.edit(chancery, MAYOR, second.comment, "Nobody at all, @w1.")
    assert (edited.comment, edited.revision, edited.act) == (second.comment, 2, 3)
    thread = thread_of(world, first.comment)
    assert [one.text for one in thread.comments] == [
        "To all?\nWhom do we leave out? @haifa @depositary",
        "Nobody at all, @w1.",
    ]
    assert [one.by for one in thread.comments] == ["Workshop w1", thread.comments[1].by]
    assert thread.comments[0].edited is None
    assert thread.comments[1].edited is not None
    assert not thread.stale
    with world.store.reading() as session:
        assert [one.text for one in threads.wordings(session, ADA, second.comment)] == [
            "Nobody, @w1.",
            "Nobody at all, @w1.",
        ]
        assert threads.unresolved(session, ID) == {"clause:c1": 1}
    assert listed(world, MAYOR, "mentions") == listed(world, ADA, "mentions") == [first.comment]
    assert listed(world, BEN, "mentions") == []
    discussing.resolve(chancery, ADA, first.comment)
    assert thread_of(world, first.comment).settled.by == "Workshop w1"
    assert listed(world) == []
    assert listed(world, view="resolved") == [first.comment]
    discussing.answer(chancery, BEN, first.comment, "One more thing.")
    assert listed(world) == [first.comment]
    found = file_of(world)
    assert [str(act.kind) for act, _ in found.said] == [
        "written",
        "answered",
        "edited",
        "resolved",
        "reopened",
        "answered",
    ]


def test_only_the_author_rewords_and_deletes_and_only_the_depositary_removes(world):
    chancery = world.chancery
    done = discussing.begin(chancery, ADA, CLAUSE, "My words.")
    for other in (BEN, MAYOR, HOST, SAME):
        assert refusal(NotPermitted, discussing.edit, chancery, other, done.comment, "Yours.") == "comment.author"
        assert refusal(NotPermitted, discussing.delete, chancery, other, done.comment) == "comment.author"
    for other in (ADA, BEN, MAYOR, SAME):
        assert refusal(NotPermitted, discussing.remove, chancery, other, done.comment, "No.") == "comment.removal"
    assert thread_of(world, done.comment).comments[0].text == "My words."
    assert file_of(world).said[-1][0].index == done.act


def test_struck_words_are_gone_from_every_table_and_the_fact_stays(world):
    chancery = world.chancery
    done = discussing.begin(chancery, ADA, CLAUSE, "A secret, @w2.")
    discussing.edit(chancery, ADA, done.comment, "A second secret, @w2.")
    answer = discussing.answer(chancery, BEN, done.comment, "An insult and a secret, @w1.")
    before = file_of(world)
    assert listed(world, BEN, "mentions") == [done.comment]
    discussing.delete(chancery, ADA, done.comment)
    discussing.remove(chancery, HOST, answer.comment, "It insults\nsomebody.")
    assert "secret" not in repr(world.rows())
    one, two = thread_of(world, done.comment).comments
    assert (one.text, one.struck.removed, two.text, two.struck.removed) == (None, False, None, True)
    assert two.struck.reason == "It insults\nsomebody."
    assert listed(world, BEN, "mentions") == []
    with world.store.reading() as session:
        assert [(line.revision, line.text) for line in threads.wordings(session, BEN, done.comment)] == [
            (1, None),
            (2, None),
        ]
    file_of(world).require_continues(before)
    assert refusal(StateConflict, lambda: discussing.edit(chancery, ADA, done.comment, "Again.")) == "comment.struck"
    # struck again, by whomever: nothing happens
    size = len(file_of(world).said)
    discussing.delete(chancery, ADA, done.comment)
    discussing.remove(chancery, HOST, done.comment, "Once more.")
    assert len(file_of(world).said) == size


def test_a_thread_is_resolved_by_its_author_the_amendments_author_or_the_depositary(world):
    chancery = world.chancery
    world.table("a9", "w2", world.replace("c1", "We open our towns to all."))
    done = discussing.begin(chancery, ADA, read_topic("amendment:a9"), "Why towns?")
    for other in (MAYOR, SAME, Actor(ID, Role.DELEGATE, "w2", "The same id", "haifa")):
        assert refusal(NotPermitted, discussing.resolve, chancery, other, done.comment) == "thread.resolving"
    for who in (ADA, BEN, HOST):
        assert thread_of(world, done.comment, who).may_resolve
        act = discussing.resolve(chancery, who, done.comment).act
        assert discussing.resolve(chancery, who, done.comment).act == act
        discussing.reopen(chancery, who, done.comment)
    other = discussing.begin(chancery, ADA, CLAUSE, "On a clause the author of an amendment has no such right.")
    assert refusal(NotPermitted, lambda: discussing.resolve(chancery, BEN, other.comment)) == "thread.resolving"


def test_a_comment_says_when_its_words_have_changed_since(world):
    chancery = world.chancery
    read_then = world.version.text.clause("c1").digest
    old = discussing.begin(chancery, ADA, CLAUSE, "About the first words.", read=read_then)
    world.table("a8", "w1", world.replace("c1", "We open our towns to all."))
    world.table("a9", "w1", world.replace("c2", "We protect the water."))
    amendment = discussing.begin(chancery, ADA, read_topic("amendment:a9"), "Only water?")
    world.adopt("a8")
    late = discussing.begin(chancery, BEN, CLAUSE, "I still had the old page open.", read=read_then)
    new = discussing.begin(chancery, BEN, CLAUSE, "About the new words.")
    stale = {number: thread_of(world, number).stale for number in (old.comment, late.comment, new.comment)}
    assert list(stale.values()) == [True, True, False]
    assert (thread_of(world, late.comment).anchor.place, thread_of(world, new.comment).anchor.place) == (1, 2)
    assert not thread_of(world, amendment.comment).stale  # carried on with its own words
    assert refusal(StateConflict, lambda: discussing.begin(chancery, BEN, CLAUSE, "Hm.", read="0" * 64)) == (
        "discussion.anchor"
    )


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda c: discussing.begin(c, ADA, Topic("text"), "x"), "discussion.topic"),
        (lambda c: discussing.begin(c, ADA, read_topic("mentions:drafter.w1"), "x"), "discussion.topic"),
        (lambda c: discussing.begin(c, ADA, read_topic("clause:c99"), "x"), "clause.unknown"),
        (lambda c: discussing.begin(c, ADA, read_topic("amendment:a99"), "x"), "amendment.unknown"),
        (lambda c: discussing.begin(c, ADA, CLAUSE, "a\u202eb"), "text.character"),
        (lambda c: discussing.answer(c, ADA, 7, "x"), "thread.unknown"),
        (lambda c: discussing.answer(c, ADA, 10**30, "x"), "store.value"),
        (lambda c: discussing.edit(c, ADA, 7, "x"), "comment.unknown"),
        (lambda c: discussing.delete(c, ADA, 7), "comment.unknown"),
        (lambda c: discussing.resolve(c, HOST, 7), "thread.unknown"),
        (lambda c: discussing.remove(c, HOST, 7, "x"), "comment.unknown"),
    ],
)
def test_what_is_not_there_or_may_not_stand_there_is_refused_and_nothing_is_kept(quick, act, code):
    before = quick.rows()
    with pytest.raises(DeclarationError) as refused:
        act(quick.chancery)
    assert refused.value.code == code
    assert quick.rows() == before


def test_an_answer_is_no_thread_and_another_declaration_is_another_discussion(quick):
    quick.open("d2")
    done = discussing.begin(quick.chancery, ADA, CLAUSE, "Here.")
    answer = discussing.answer(quick.chancery, ADA, done.comment, "There.")
    assert refusal(NotFound, lambda: discussing.answer(quick.chancery, ADA, answer.comment, "x")) == "thread.unknown"
    assert refusal(NotFound, lambda: thread_of(quick, answer.comment)) == "thread.unknown"
    there = Actor("d2", Role.DEPOSITARY, "depositary", "City of Düsseldorf")
    for act in (
        lambda: discussing.answer(quick.chancery, there, done.comment, "x"),
        lambda: discussing.remove(quick.chancery, there, done.comment, "x"),
        lambda: discussing.resolve(quick.chancery, there, done.comment),
        lambda: thread_of(quick, done.comment, there),
    ):
        assert refusal(NotFound, act) in {"thread.unknown", "comment.unknown"}
    with quick.store.reading() as session:
        assert read(discussion_files.exported(session, "d2")).said == ()


def test_mentions_are_bounded_and_resolved_to_those_who_take_part(quick, monkeypatch):
    with quick.store.transaction() as session:
        for name, ended in (("aide", None), ("gone", quick.time)):
            reception.name_delegate(session, ID, reception.Delegate(name, "haifa", f"An {name}", quick.time, None))
            if ended is not None:
                reception.end_delegate(session, ID, name, at=ended)
    with quick.store.reading() as session:
        people = participants.listed(session, ID)
        aide = find_actor(session, ID, Role.DELEGATE, "aide")
    done = discussing.begin(quick.chancery, ADA, CLAUSE, "@AIDE @gone @nobody @w1 aide@haifa.example @aide")
    assert listed(quick, aide, "mentions") == [done.comment]
    assert listed(quick, ADA, "mentions") == []  # whoever mentions themselves is told nothing
    assert [one.called for one in people if one.id == "aide"] == ["An aide (Haifa)"]
    monkeypatch.setattr(participants, "MAX_MENTIONS", 2)
    crowd = "@aide @w2 @haifa"
    assert refusal(LimitExceeded, lambda: discussing.begin(quick.chancery, ADA, CLAUSE, crowd)) == "comment.mentions"


def test_a_comment_of_somebody_who_is_gone_stays_theirs(quick):
    with quick.store.transaction() as session:
        reception.name_delegate(session, ID, reception.Delegate("aide", "haifa", "An aide", quick.time, None))
    with quick.store.reading() as session:
        aide = find_actor(session, ID, Role.DELEGATE, "aide")
    done = discussing.begin(quick.chancery, aide, CLAUSE, "My last words here.")
    with quick.store.transaction() as session:
        reception.end_delegate(session, ID, "aide", at=quick.time)
    assert thread_of(quick, done.comment).comments[0].by == "An aide (Haifa)"
    discussing.remove(quick.chancery, HOST, done.comment, "They asked for it.")
    assert thread_of(quick, done.comment).comments[0].text is None


def test_limits_are_kept(quick, monkeypatch):
    monkeypatch.setattr(discussing, "MAX_ANSWERS", 3)
    monkeypatch.setattr(discussing, "MAX_REVISIONS", 2)
    chancery = quick.chancery
    done = discussing.begin(chancery, ADA, CLAUSE, "One")
    discussing.answer(chancery, ADA, done.comment, "Two")
    discussing.answer(chancery, ADA, done.comment, "Three")
    assert refusal(LimitExceeded, lambda: discussing.answer(chancery, ADA, done.comment, "Four")) == "thread.full"
    discussing.edit(chancery, ADA, done.comment, "1")
    assert discussing.edit(chancery, ADA, done.comment, "1").act == 4  # the same words again
    assert refusal(LimitExceeded, lambda: discussing.edit(chancery, ADA, done.comment, "0")) == "comment.revisions"
    monkeypatch.setattr(discussing, "MAX_ACTS", 4)
    assert refusal(LimitExceeded, lambda: discussing.begin(chancery, ADA, CLAUSE, "Five")) == "discussion.full"
    discussing.delete(chancery, ADA, done.comment)  # what has to be struck still is


def test_when_the_edition_is_sealed_the_discussion_is_read_and_struck_alone(sqlite_worlds):
    world = sqlite_worlds.at("answered")
    done = discussing.begin(world.chancery, ADA, CLAUSE, "Before the seal.")
    sealing.seal(world.chancery, ID)
    for act in (
        lambda: discussing.begin(world.chancery, ADA, CLAUSE, "After it."),
        lambda: discussing.answer(world.chancery, ADA, done.comment, "After it."),
        lambda: discussing.edit(world.chancery, ADA, done.comment, "After it."),
        lambda: discussing.resolve(world.chancery, ADA, done.comment),
    ):
        assert refusal(StateConflict, act) == "declaration.sealed"
    discussing.delete(world.chancery, ADA, done.comment)
    assert len(file_of(world).said) == 2


def test_those_who_write_at_once_write_one_after_another(world):
    done = discussing.begin(world.chancery, ADA, CLAUSE, "Everybody speaks.")

    def speak(number):
        who = (ADA, BEN, MAYOR, HOST)[number % 4]
        return discussing.answer(world.chancery, who, done.comment, f"Answer {number}").comment

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(speak, range(24)))
    assert sorted(numbers) == list(range(2, 26))
    assert len(file_of(world).said) == 25  # every digest of the chain checked
    with world.store.reading() as session:
        assert discussions.count_answers(session, ID, done.comment) == 25


WHO = (ADA, BEN, MAYOR, HOST)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "answer", "edit", "edit", "delete", "remove", "resolve", "reopen"]),
        st.integers(0, 3),
        st.integers(0, 30),
        st.sampled_from(["Yes.", "No, @haifa.", "لا\n@w1", "Peut-être\n\n2"]),
    ),
    max_size=12,
)


def play(chancery, act, actor, number, text):
    """Do one act, and return the number of its comment."""
    if act == "begin":
        return discussing.begin(chancery, actor, CLAUSE, text).comment
    given = (text,) if act in {"answer", "edit", "remove"} else ()
    return getattr(discussing, act)(chancery, actor, number, *given).comment


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_nothing_is_lost_every_wording_is_in_the_file_in_its_order(module_worlds, acts):
    if not hasattr(module_worlds, "talk"):
        module_worlds.talk = module_worlds.at("drafting")
    world = module_worlds.talk
    chancery, before = world.chancery, file_of(world)
    said, wordings, struck = [], {}, set()  # what was done; by comment what it said; which are struck
    for act, who, where, text in acts:
        number = 0 if not wordings else sorted(wordings)[where % len(wordings)]
        try:
            number = play(chancery, act, WHO[who], number, text)
        except DeclarationError:
            continue
        if act in {"begin", "answer"} or (act == "edit" and text != wordings[number][-1]):
            wordings.setdefault(number, []).append(text)
            said.append((number, text))
        elif act in {"delete", "remove"}:
            struck.add(number)
    after = file_of(world)
    after.require_continues(before)
    found = [
        (act.comment, None if words is None else words.text)
        for act, words in after.said[len(before.said) :]
        if act.kind.says
    ]
    assert found == [(number, None if number in struck else text) for number, text in said]
    for number, texts in wordings.items():
        with world.store.reading() as session:
            shown = [line.text for line in threads.wordings(session, ADA, number)]
        assert shown == ([None] * len(texts) if number in struck else texts)
