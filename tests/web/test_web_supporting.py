"""Rules and support by the interface: who may do what, said in problems that people can act upon."""

import pytest
from test_web_drafting import AT, begin, in_ledger, replacing, save, table
from web_mayor import adopt, freeze
from web_summit import API, DECLARATION, ok, refused

from declaration.services import negotiating
from declaration.store.audit import audit

WORDS = "We open our squares to everybody at any hour."
RULES = f"{API}/desk/rules"
LATE = {"sponsors": 1, "deadline": {"local": "2019-08-30T18:00", "zone": "Europe/Berlin"}}
TWO = {"sponsors": 2, "deadline": None}


@pytest.fixture
def drafter(summit):
    return summit.come_in("drafter", "workshop")


@pytest.fixture
def other(summit):
    return summit.come_in("drafter", "delegation")


@pytest.fixture
def desk(summit):
    return summit.come_in("depositary", "host")


def ask(client, draft, who="delegation"):
    return ok(client.put(f"{AT}/drafts/{draft['draft']}/sponsors/{who}"))


def asked(client):
    return ok(client.get(f"{AT}/requests"))["items"]


def give(client, proposed, **headers):
    sent = {"content": proposed["content"]}
    return client.put(f"{AT}/requests/{proposed['draft']}", json=sent, headers=headers)


def shown(client, amendment="A01"):
    return ok(client.get(f"{API}/amendments/{amendment}"))


def support(client, content, amendment="A01", **headers):
    return client.put(f"{AT}/amendments/{amendment}/support", json={"content": content}, headers=headers)


def test_too_few_sponsors_is_a_problem_that_says_what_is_missing(summit, drafter, other, desk):
    ok(desk.put(RULES, json=TWO))
    assert ok(summit.client().get(API))["rules"]["sponsors"] == 2
    draft = begin(drafter, **replacing(WORDS))
    found = refused(table(drafter, draft), 409, "amendment.sponsors")
    assert "2 sponsors, its author among them; these words have 1" in found["detail"]
    assert "Ask other drafters" in found["hint"]
    waiting = ask(drafter, draft)
    assert (waiting["needed"], waiting["missing"], waiting["enough"]) == (1, 1, False)
    assert [(one["name"], one["answer"]) for one in waiting["asked"]] == [("Delegation of Reading", "waiting")]
    (proposed,) = asked(other)
    assert (proposed["name"], proposed["answer"]) == ("Workshop on water", "waiting")
    assert proposed["wishes"][0]["clause"] == "city-1"
    assert ok(give(other, proposed))["answer"] == "given"
    assert ok(drafter.get(f"{AT}/drafts/{draft['draft']}/sponsors"))["enough"]
    entry = in_ledger(summit, ok(table(drafter, draft))["entry"]["index"])
    assert [one["drafter"] for one in entry.body["sponsors"]] == ["delegation"]
    (named,) = shown(summit.client())["supports"]
    assert (named["drafter"], named["content"], named["counts"]) == ("delegation", proposed["content"], True)
    assert asked(other) == []
    audit(summit.chancery.store, DECLARATION)


def test_after_the_deadline_the_problem_names_it_in_its_zone(summit, drafter, desk):
    ok(desk.put(RULES, json=LATE))
    assert ok(drafter.get(API))["rules"]["deadline"] == {"at": "2019-08-30T16:00:00Z", "zone": "Europe/Berlin"}
    draft = begin(drafter, **replacing(WORDS))
    found = refused(table(drafter, draft), 409, "amendment.deadline")
    assert "2019-08-30 18:00 (Europe/Berlin), which was 2019-08-30 16:00:00 UTC" in found["detail"]
    assert "depositary" in found["hint"]
    assert not ok(drafter.get(f"{AT}/drafts/{draft['draft']}/preview"))["ready"]


def test_a_sponsor_reads_a_draft_and_does_not_edit_it(drafter, other):
    draft = begin(drafter, **replacing(WORDS))
    ask(drafter, draft)
    assert ok(other.get(f"{AT}/requests/{draft['draft']}"))["author"] == "workshop"
    at = f"{AT}/drafts/{draft['draft']}"
    refused(other.get(at), 404, "draft.unknown")
    refused(save(other, draft, **replacing("Mine now.")), 404, "draft.unknown")
    refused(other.post(f"{at}/table", headers={"if-match": draft["etag"]}), 404, "draft.unknown")
    refused(other.delete(at, headers={"if-match": draft["etag"]}), 404, "draft.unknown")
    refused(other.get(f"{at}/sponsors"), 404, "draft.unknown")
    refused(other.put(f"{at}/sponsors/workshop"), 404, "draft.unknown")
    assert other.delete(f"{at}/sponsors/delegation").status_code == 404
    assert len(asked(other)) == 1


def test_a_draft_that_changes_under_a_sponsor_asks_again(drafter, other):
    draft = begin(drafter, **replacing(WORDS))
    ask(drafter, draft)
    (proposed,) = asked(other)
    again = ok(save(drafter, draft, **replacing(WORDS + " Always.")))
    refused(give(other, proposed), 409, "support.content")
    ok(give(other, asked(other)[0]))
    ok(save(drafter, {**draft, **again}, **replacing(WORDS)))
    assert asked(other)[0]["answer"] == "former"
    assert ok(drafter.get(f"{AT}/drafts/{draft['draft']}/sponsors"))["given"] == 0
    assert other.delete(f"{AT}/requests/{draft['draft']}").status_code == 204
    assert asked(other) == []
    ask(drafter, draft)
    assert drafter.delete(f"{AT}/drafts/{draft['draft']}/sponsors/delegation").status_code == 204
    refused(other.get(f"{AT}/requests/{draft['draft']}"), 404, "support.not-asked")


def test_support_names_the_content_and_a_revision_asks_again(summit, drafter, other):
    ok(table(drafter, begin(drafter, **replacing(WORDS))))
    first = shown(other)["content"]
    ok(support(other, first))
    revising = ok(drafter.post(f"{AT}/amendments/A01/draft"), 201)
    ok(save(drafter, revising, **replacing(WORDS + " Always.")))
    ok(table(drafter, revising))
    now = shown(other)
    assert now["content"] != first
    assert [(one["content"], one["counts"]) for one in now["supports"]] == [(first, False)]
    assert now["supports"][0]["stale"] == now["revised"]
    refused(support(other, first), 409, "support.content")
    ok(support(other, now["content"]))
    assert [one["counts"] for one in shown(other)["supports"]] == [True]
    audit(summit.chancery.store, DECLARATION)


def test_an_adoption_that_makes_a_part_of_the_words_asks_again(summit, drafter, other):
    ok(table(drafter, begin(drafter, **replacing("We open our streets and our parks to everybody."))))
    first = shown(other)["content"]
    ok(support(other, first))
    adopt(summit, "city-2", "We keep the water clean.")
    assert shown(other)["supports"][0]["counts"]
    adopt(summit, words="We open our streets and our gardens to everybody.")
    now = shown(other)
    assert now["content"] != first
    assert not now["supports"][0]["counts"]
    ok(support(other, now["content"]))


def test_a_replay_and_a_second_tap_give_support_once(drafter, other):
    ok(table(drafter, begin(drafter, **replacing(WORDS))))
    content = shown(other)["content"]
    key = {"idempotency-key": "one-tap-of-a-thumb"}
    first = ok(support(other, content, **key))
    assert ok(support(other, content, **key)) == first
    assert ok(support(other, content))["repeated"]
    taken = ok(other.delete(f"{AT}/amendments/A01/support", headers={"idempotency-key": "and-away-again"}))
    assert ok(other.delete(f"{AT}/amendments/A01/support"))["index"] == taken["index"]
    assert ok(support(other, content, **key)) == first  # a request that arrives late gives nothing anew
    assert not shown(other)["supports"][0]["counts"]


def test_an_author_a_stranger_and_another_role_do_not_support(summit, drafter, desk):
    ok(table(drafter, begin(drafter, **replacing(WORDS))))
    content = shown(drafter)["content"]
    refused(support(drafter, content), 403, "support.own")
    refused(support(summit.client(), content), 401, "caller.unknown")
    for client in (desk, summit.come_in("signatory", "haifa")):
        refused(support(client, content), 403, "caller.role")
    refused(drafter.put(RULES, json=TWO), 403, "caller.role")
    refused(summit.client().put(RULES, json=TWO), 401, "caller.unknown")
    assert shown(drafter)["supports"] == []


IMPOSSIBLE = (
    ({"sponsors": 0, "deadline": None}, "http.content"),
    ({"sponsors": 100_000, "deadline": None}, "http.content"),
    ({"sponsors": 1}, "http.content"),
    ({"sponsors": 1, "deadline": {"local": "tomorrow", "zone": "UTC"}}, "http.content"),
    ({"sponsors": 1, "deadline": {"local": "2019-02-30T18:00", "zone": "UTC"}}, "rules.time"),
    ({"sponsors": 1, "deadline": {"local": "2019-03-31T02:30", "zone": "Europe/Berlin"}}, "rules.time"),
    ({"sponsors": 1, "deadline": {"local": "2019-08-30T18:00", "zone": "Mars/Olympus"}}, "rules.zone"),
)


def test_rules_that_cannot_be_are_refused(desk):
    for sent, code in IMPOSSIBLE:
        refused(desk.put(RULES, json=sent), 400, code)
    assert ok(desk.get(API))["rules"] == {"sponsors": 1, "deadline": None, "entry": None}


def test_after_the_freeze_everything_is_refused(summit, drafter, other, desk):
    ok(table(drafter, begin(drafter, **replacing(WORDS))))
    draft = begin(drafter, **replacing("We keep the rivers clean.", "city-2"))
    ask(drafter, draft)
    (proposed,) = asked(other)
    content = shown(other)["content"]
    negotiating.reject(summit.chancery, DECLARATION, "A01", reason="No.")
    freeze(summit)
    for answer in (
        desk.put(RULES, json=TWO),
        drafter.put(f"{AT}/drafts/{draft['draft']}/sponsors/delegation"),
        give(other, proposed),
        support(other, content),
        other.delete(f"{AT}/amendments/A01/support"),
    ):
        refused(answer, 409, "declaration.frozen")
    assert [one["draft"] for one in asked(other)] == [draft["draft"]]  # readable all the same
