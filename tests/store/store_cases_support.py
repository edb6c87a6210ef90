"""Refusals of rules, sponsors and support."""

from store_cases import attempt, case
from store_scene import HOST

from declaration.errors import InputRefused, NotFound, NotPermitted, StateConflict

RULES = {"sponsors": 2, "deadline": None}


def two(scene):
    scene.ready()
    scene.admit("w2")


@case(NotPermitted, "depositary.only")
def set_by_a_drafter(scene):
    two(scene)
    return attempt(scene, "rules.set", RULES, by="w1")


@case(StateConflict, "declaration.frozen")
def set_when_frozen(scene):
    scene.ready("abidjan")
    scene.freeze()
    return attempt(scene, "rules.set", RULES)


@case(StateConflict, "amendment.sponsors")
def tabled_alone(scene):
    two(scene)
    scene.rules(2)
    return lambda: scene.table("a1", scene.insert("c9"))


@case(StateConflict, "amendment.sponsors")
def tabled_alone_by_the_depositary(scene):
    two(scene)
    scene.rules(2)
    return lambda: scene.table("a1", scene.insert("c9"), by=HOST)


@case(StateConflict, "amendment.sponsors")
def reworded_alone(scene):
    two(scene)
    scene.rules(2)
    scene.table("a1", scene.insert("c9"), sponsors=["w2"])
    return lambda: scene.put("amendment.revised", scene.amendment("a1", [scene.insert("c10")]))


@case(StateConflict, "amendment.deadline")
def tabled_a_second_late(scene):
    two(scene)
    late = scene.entry("rules.set", RULES).at
    scene.act("rules.set", {"sponsors": 1, "deadline": {"at": f"{late:%Y-%m-%dT%H:%M:%SZ}", "zone": "Asia/Tokyo"}})
    return lambda: scene.table("a1", scene.insert("c9"))


@case(StateConflict, "amendment.deadline")
def reworded_late(scene):
    two(scene)
    scene.table("a1", scene.insert("c9"))
    scene.rules(1, 0)
    return lambda: scene.put("amendment.revised", scene.amendment("a1", [scene.insert("c10")]))


def sponsored(scene, drafter="w2", **changed):
    two(scene)
    amendment = scene.amendment("a1", [scene.insert("c9")])
    body, blobs = scene.put_body(amendment)
    body["sponsors"] = [scene.sponsor(drafter, amendment, **changed)]
    return attempt(scene, "amendment.tabled", body, by="w1", blobs=blobs)


@case(InputRefused, "sponsor.author")
def sponsored_by_its_author(scene):
    return sponsored(scene, "w1")


@case(NotPermitted, "sponsor.drafter")
def sponsored_by_a_stranger(scene):
    return sponsored(scene, "w3")


@case(NotPermitted, "sponsor.drafter")
def sponsored_by_the_depositary(scene):
    return sponsored(scene, HOST)


@case(InputRefused, "sponsor.content")
def sponsored_in_other_words(scene):
    return sponsored(scene, content="0" * 64)


@case(InputRefused, "sponsor.later")
def sponsored_tomorrow(scene):
    return sponsored(scene, at="2019-08-31T09:00:00Z")


def tabled(scene):
    two(scene)
    scene.table("a1", scene.insert("c9"))


@case(NotFound, "amendment.unknown")
def supported_what_is_not_there(scene):
    two(scene)
    return lambda: scene.support("a1", content="0" * 64)


@case(StateConflict, "amendment.state")
def supported_what_is_withdrawn(scene):
    tabled(scene)
    scene.act("amendment.withdrawn", {"amendment": "a1"}, by="w1")
    return lambda: scene.support("a1")


@case(StateConflict, "declaration.frozen")
def supported_when_frozen(scene):
    scene.ready("abidjan")
    scene.admit("w2")
    scene.table("a1", scene.insert("c9"))
    scene.freeze()
    return lambda: scene.support("a1")


@case(NotPermitted, "support.own")
def supported_by_its_author(scene):
    tabled(scene)
    return lambda: scene.support("a1", by="w1")


@case(NotPermitted, "sponsor.drafter")
def supported_by_the_depositary(scene):
    tabled(scene)
    return lambda: scene.support("a1", by=HOST)


@case(StateConflict, "support.content")
def supported_the_words_before(scene):
    tabled(scene)
    before = scene.content("a1")
    scene.put("amendment.revised", scene.amendment("a1", [scene.insert("c10")]))
    return lambda: scene.support("a1", content=before)


@case(StateConflict, "support.given")
def supported_twice(scene):
    tabled(scene)
    scene.support("a1")
    return lambda: scene.support("a1")


@case(StateConflict, "support.none")
def took_back_what_was_not_given(scene):
    tabled(scene)
    return lambda: scene.unsupport("a1")


@case(StateConflict, "support.none")
def took_back_what_is_stale(scene):
    tabled(scene)
    scene.support("a1")
    scene.put("amendment.revised", scene.amendment("a1", [scene.insert("c10")]))
    return lambda: scene.unsupport("a1")
