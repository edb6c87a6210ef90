"""The rules, and support: asked for while an amendment is a draft, given to exact words, asked again by new ones."""

from datetime import UTC, datetime, timedelta

import pytest
from service_world import ID

from declaration.errors import InputRefused, NotFound, NotPermitted, StateConflict
from declaration.services import drafts, negotiating, opening, ruling, supporting, tabling
from declaration.services.actors import Actor, Role
from declaration.services.ruling import Deadline, deadline, set_rules
from declaration.services.supporting import Answer
from declaration.services.typed import Typed
from declaration.store import queries
from declaration.store.audit import audit

WORDS = "We protect water, air and silence."


def person(name):
    return Actor(ID, Role.DRAFTER, name, f"Workshop {name}")


W1, W2, W3 = person("w1"), person("w2"), person("w3")


@pytest.fixture
def world(sqlite_worlds):
    found = sqlite_worlds.at("drafting")
    opening.admit_drafter(found.chancery, ID, "w3", "Workshop w3")
    negotiating.withdraw(found.chancery, ID, "a3", by="w1")
    yield found
    audit(found.store, ID)


def begin(world, actor=W1, words=WORDS, clause="c2"):
    return drafts.create(world.chancery, actor, Typed(texts={clause: {"en": words}})).id


def save(world, draft, words, actor=W1):
    typed = Typed(texts={"c2": {"en": words}})
    return drafts.save(world.chancery, actor, draft, typed, base=world.version.digest, check=any_tag)


def any_tag(_):
    """Nobody else saves here."""


def table(world, draft, actor=W1):
    return tabling.table(world.chancery, actor, draft, check=any_tag)


def seen(world, draft, actor=W2):
    with world.store.reading() as session:
        return supporting.look(session, actor, draft)


def behind(world, draft, actor=W1):
    with world.store.reading() as session:
        return tabling.preview(session, actor, drafts.find(session, actor, draft), at=world.time).backing


def standing(world, amendment):
    with world.store.reading() as session:
        return supporting.standing(session, ID, queries.amendment(session, ID, amendment))


def agree(world, draft, actor=W2):
    return supporting.give(world.chancery, actor, draft, seen(world, draft, actor).content)


def sponsored(world, *, words=WORDS):
    """An amendment that its author has tabled with one sponsor."""
    draft = begin(world, words=words)
    supporting.ask(world.chancery, W1, draft, "w2")
    agree(world, draft)
    return table(world, draft).amendment


def rules(world, sponsors=1, until=None):
    return set_rules(world.chancery, ID, sponsors=sponsors, deadline=until)


# The minimum, and who sponsors


def test_too_few_sponsors_are_refused_and_enough_are_named_in_the_entry(world):
    rules(world, 2)
    draft = begin(world)
    with pytest.raises(StateConflict, match="needs 2 sponsors, its author among them; these words have 1") as refusal:
        table(world, draft)
    assert refusal.value.code == "amendment.sponsors"
    assert (behind(world, draft).needed, behind(world, draft).missing, behind(world, draft).is_enough) == (1, 1, False)
    supporting.ask(world.chancery, W1, draft, "w2")
    world.wait(minutes=2)
    given = agree(world, draft)
    assert given.answer is Answer.GIVEN
    assert behind(world, draft).is_enough
    world.wait(minutes=5)
    done = table(world, draft)
    assert done.recorded.entry.body["sponsors"] == [
        {"drafter": "w2", "content": given.content, "at": f"{world.time - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"}
    ]
    (sponsor,) = standing(world, done.amendment).present
    assert (sponsor.name, sponsor.support.content) == ("Workshop w2", given.content)
    assert table(world, draft).recorded.repeated
    with pytest.raises(NotFound, match="tabled or thrown away"):
        seen(world, draft)


def test_a_sponsor_agrees_to_exact_words_and_is_asked_again_by_others(world):
    rules(world, 2)
    draft = begin(world)
    supporting.ask(world.chancery, W1, draft, "w2")
    read = seen(world, draft).content
    save(world, draft, WORDS + " Always.")
    with pytest.raises(StateConflict) as refusal:
        supporting.give(world.chancery, W2, draft, read)
    assert refusal.value.code == "support.content"
    agree(world, draft)
    save(world, draft, WORDS + " At night.")
    assert seen(world, draft).answer is Answer.FORMER
    assert [one.answer for one in behind(world, draft).asked] == [Answer.FORMER]
    with pytest.raises(StateConflict, match="these words have 1"):
        table(world, draft)
    save(world, draft, WORDS + " Always.")  # the very words that were supported count again
    assert behind(world, draft).given == 1
    assert table(world, draft).recorded.entry.body["sponsors"]


def test_only_who_is_asked_reads_a_draft_and_nobody_edits_it(world):
    draft = begin(world)
    for stranger in (W2, W3):
        with pytest.raises(NotFound):
            seen(world, draft, stranger)
    supporting.ask(world.chancery, W1, draft, "w2")
    supporting.ask(world.chancery, W1, draft, "w2")
    assert [one.drafter for one in behind(world, draft).asked] == ["w2"]
    assert behind(world, draft).others == (("w3", "Workshop w3"),)
    assert seen(world, draft).wishes[0].clause == "c2"
    with pytest.raises(NotFound):
        seen(world, draft, W3)
    with pytest.raises(NotFound):
        save(world, draft, "Mine now.", W2)
    with pytest.raises(NotFound):
        table(world, draft, W2)
    with pytest.raises(NotFound):
        supporting.ask(world.chancery, W2, draft, "w3")
    supporting.stop_asking(world.chancery, W1, draft, "w2")
    with pytest.raises(NotFound):
        seen(world, draft)


def test_who_declines_takes_the_support_back_and_can_be_asked_again(world):
    draft = begin(world)
    supporting.ask(world.chancery, W1, draft, "w2")
    agree(world, draft)
    supporting.decline(world.chancery, W2, draft)
    supporting.decline(world.chancery, W2, draft)
    assert behind(world, draft).asked == ()
    supporting.ask(world.chancery, W1, draft, "w2")
    assert seen(world, draft).answer is Answer.WAITING
    drafts.discard(world.chancery, W1, draft, check=any_tag)
    with world.store.reading() as session:
        assert supporting.proposed(session, W2) == ()


def test_nobody_asks_oneself_or_somebody_unknown(world):
    draft = begin(world)
    with pytest.raises(InputRefused, match="own draft"):
        supporting.ask(world.chancery, W1, draft, "w1")
    with pytest.raises(NotFound) as refusal:
        supporting.ask(world.chancery, W1, draft, "w9")
    assert refusal.value.code == "drafter.unknown"


# The deadline


def test_after_the_deadline_the_refusal_names_it_on_the_clocks_of_its_place(world):
    late = begin(world)
    until = world.time + timedelta(hours=1)
    local = (until + timedelta(hours=9)).replace(tzinfo=None)
    rules(world, 1, Deadline(local, "Asia/Tokyo"))
    assert not behind(world, late).is_over
    world.wait(hours=1, seconds=1)
    assert behind(world, late).is_over
    with pytest.raises(StateConflict) as refusal:
        table(world, late)
    assert refusal.value.code == "amendment.deadline"
    assert f"{local:%Y-%m-%d %H:%M} (Asia/Tokyo), which was {until:%Y-%m-%d %H:%M:%S} UTC" in str(refusal.value)
    rules(world)
    assert table(world, late).amendment


@pytest.mark.parametrize(
    ("local", "zone", "moment"),
    [
        ("2019-08-30T18:00", "Europe/Berlin", "2019-08-30T16:00"),
        ("2019-08-30T18:00", "America/St_Johns", "2019-08-30T20:30"),
        ("2019-10-27T02:30", "Europe/Berlin", "2019-10-27T01:30"),  # shown twice: the later one
        ("2019-08-30T18:00", "UTC", "2019-08-30T18:00"),
    ],
)
def test_a_deadline_is_a_time_on_the_clocks_of_a_place(local, zone, moment):
    assert deadline(local, zone).moment() == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "zone", "code"),
    [
        ("2019-03-31T02:30", "Europe/Berlin", "rules.time"),  # clocks are put forward
        ("2019-02-30T18:00", "Europe/Berlin", "rules.time"),
        ("9999-12-31T23:59", "America/New_York", "rules.time"),
        ("2019-08-30T18:00", "Europe/Atlantis", "rules.zone"),
        ("2019-08-30T18:00", "../../etc/passwd", "rules.zone"),
        ("2019-08-30T18:00", "Europe", "rules.zone"),
        ("2019-08-30T18:00", "", "rules.zone"),
    ],
)
def test_a_deadline_that_no_clock_shows_is_refused(world, local, zone, code):
    with pytest.raises(InputRefused) as refusal:
        rules(world, 1, ruling.deadline(local, zone))
    assert refusal.value.code == code


def test_the_same_rules_again_are_answered_with_the_entry_that_set_them(world):
    first = rules(world, 3, deadline("2030-01-01T12:00", "Europe/Berlin"))
    again = rules(world, 3, deadline("2030-01-01T12:00", "Europe/Berlin"))
    assert (again.index, again.repeated) == (first.index, True)
    moved = rules(world, 3, deadline("2030-01-01T11:00", "UTC"))  # the same moment, on other clocks
    assert not moved.repeated
    assert moved.entry.body["deadline"] == {"at": "2030-01-01T11:00:00Z", "zone": "UTC"}


# What is tabled


def test_support_names_what_was_read_and_a_revision_asks_again(world):
    amendment = sponsored(world)
    first = standing(world, amendment).content
    supporting.support(world.chancery, W3, amendment, first)
    assert supporting.support(world.chancery, W3, amendment, first).repeated
    draft = drafts.revise(world.chancery, W1, amendment).id
    save(world, draft, WORDS + " Always.")
    supporting.ask(world.chancery, W1, draft, "w2")
    agree(world, draft)
    table(world, draft)
    found = standing(world, amendment)
    assert found.content != first
    assert [one.support.drafter for one in found.present] == ["w2"]
    assert [(one.support.drafter, one.support.content) for one in found.former] == [("w3", first)]
    with pytest.raises(StateConflict) as refusal:
        supporting.support(world.chancery, W3, amendment, first)
    assert refusal.value.code == "support.content"
    supporting.support(world.chancery, W3, amendment, found.content)
    assert standing(world, amendment).former == ()
    assert standing(world, amendment).has("w3")


def test_a_carried_amendment_that_says_something_else_asks_again(world):
    draft = begin(world, words="We protect clean water and clean air.")
    amendment = table(world, draft).amendment
    supporting.support(world.chancery, W2, amendment, standing(world, amendment).content)
    before = standing(world, amendment)
    world.adopt(words=(world.replace("c3", "We learn from one another."),))  # leaves it alone
    assert standing(world, amendment).present == before.present
    world.adopt(words=(world.replace("c2", "We protect clean water and air."),))  # a part of it
    after = standing(world, amendment)
    assert after.content != before.content
    assert [one.support.drafter for one in after.former] == ["w2"]
    supporting.support(world.chancery, W2, amendment, after.content)
    assert [one.support.content for one in standing(world, amendment).present] == [after.content]


def test_support_is_taken_back_once(world):
    amendment = sponsored(world)
    done = supporting.stop_supporting(world.chancery, W2, amendment)
    assert supporting.stop_supporting(world.chancery, W2, amendment).index == done.index
    assert standing(world, amendment).present == standing(world, amendment).former == ()
    again = supporting.support(world.chancery, W2, amendment, standing(world, amendment).content)
    assert not again.repeated
    with pytest.raises(StateConflict) as refusal:
        supporting.stop_supporting(world.chancery, W3, amendment)
    assert refusal.value.code == "support.none"
    with pytest.raises(NotPermitted):
        supporting.support(world.chancery, W1, amendment, standing(world, amendment).content)


def test_mending_a_conflict_is_free_of_the_rules(world):
    draft = begin(world)
    amendment = table(world, draft).amendment
    world.adopt(words=(world.replace("c2", "Nothing of this remains here."),))
    rules(world, 3, deadline("2019-01-01T12:00", "Europe/Berlin"))
    mending = drafts.revise(world.chancery, W1, amendment).id
    save(world, mending, "Nothing of this remains, but silence.")
    found = behind(world, mending)
    assert (found.binding, found.needed, found.is_over, found.is_enough) == (False, 0, True, True)
    assert table(world, mending).amendment == amendment
    again = drafts.revise(world.chancery, W1, amendment).id
    save(world, again, "Nothing of this remains, but noise.")
    assert behind(world, again).binding
    with pytest.raises(StateConflict) as refusal:
        table(world, again)
    assert refusal.value.code == "amendment.deadline"


def test_a_file_of_acts_names_sponsors_and_putting_it_forward_again_changes_nothing(world):
    rules(world, 2)
    amendment = world.amendment("a9", "w1", world.insert("c9"))
    with pytest.raises(StateConflict) as refusal:
        negotiating.table(world.chancery, ID, amendment)
    assert refusal.value.code == "amendment.sponsors"
    first = negotiating.table(world.chancery, ID, amendment, sponsors=("w2",))
    world.wait(minutes=1)
    again = negotiating.table(world.chancery, ID, amendment, sponsors=("w2",))
    assert (again.index, again.repeated) == (first.index, True)
    assert [one.support.drafter for one in standing(world, "a9").present] == ["w2"]
    with pytest.raises(StateConflict):
        negotiating.table(world.chancery, ID, amendment, sponsors=("w2", "w3"))


def test_nothing_of_it_is_done_while_the_text_is_frozen(world):
    draft = begin(world)
    supporting.ask(world.chancery, W1, draft, "w2")
    content = seen(world, draft).content
    world.wait(minutes=1)
    for amendment in ("a1", "a2"):
        negotiating.reject(world.chancery, ID, amendment, reason="No.")
    world.freeze()
    before = world.rows()
    for act in (
        lambda: rules(world, 2),
        lambda: supporting.ask(world.chancery, W1, draft, "w3"),
        lambda: supporting.give(world.chancery, W2, draft, content),
        lambda: supporting.support(world.chancery, W2, "a1", content),
        lambda: supporting.stop_supporting(world.chancery, W2, "a1"),
        lambda: table(world, draft),
    ):
        with pytest.raises(StateConflict) as refusal:
            act()
        assert refusal.value.code == "declaration.frozen"
    assert world.rows() == before


@pytest.mark.parametrize("kin", ["amends", "alternative"])
def test_support_of_a_draft_covers_what_it_belongs_to(world, kin):
    set_rules(world.chancery, ID, sponsors=2, deadline=None)
    typed = Typed(texts={"c1": {"en": "We open our cities, wide and gladly, to all."}})
    draft = drafts.create(world.chancery, W1, typed, **{kin: "a1"}).id
    supporting.ask(world.chancery, W1, draft, "w2")
    agree(world, draft)
    assert behind(world, draft).is_enough
    tabled = table(world, draft).amendment
    stands = standing(world, tabled)
    assert [one.support.drafter for one in stands.present] == ["w2"]
    with world.store.reading() as session:
        assert getattr(queries.amendment(session, ID, tabled).amendment, kin) == "a1"
