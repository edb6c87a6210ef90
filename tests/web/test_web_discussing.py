"""The discussion on the web: for those alone who take part, with script and without, and never run as a page."""

import re

import pytest
from web_desk import table, version
from web_mail import Mailbox, receiving
from web_summit import API, DECLARATION, HOST, ORIGIN, TEXT, ok, refused

from declaration.drafting.discussion import read
from declaration.services import following, mailing, mentioning, negotiating, opening
from declaration.services.actors import Role
from declaration.services.negotiating import Decision
from declaration.store import followings, reception

PLACE = f"/{DECLARATION}/discussion"
TALK = f"{API}/discussion"
SCRIPT = "<script>alert(1)</script> <img src=x onerror=alert(1)> https://example.org @haifa"


@pytest.fixture
def drafter(summit):
    return summit.come_in(Role.DRAFTER, "workshop")


@pytest.fixture
def mayor(summit):
    return summit.come_in(Role.SIGNATORY, "haifa")


@pytest.fixture
def host(summit):
    return summit.come_in(Role.DEPOSITARY, "host")


def begin(client, text="Whom do we mean? @haifa", about="clause:city-1", **more):
    return ok(client.post(f"{TALK}/threads", json={"about": about, "text": text}, **more), 201)


def fields_of(page, act):
    """The hidden fields of the first form of a page that does this."""
    for form in re.findall(r"<form[^>]*>.*?</form>", page, re.DOTALL):
        found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        if found.get("act") == act:
            return found
    raise AssertionError(act)


def test_what_is_said_is_read_by_those_who_take_part_alone(summit, drafter, mayor):
    done = begin(drafter)
    thread = ok(mayor.get(f"{TALK}/threads/{done['thread']}"))
    assert thread["comments"][0] | {"written": ""} == {
        "comment": 1,
        "role": "drafter",
        "author": "workshop",
        "name": "Workshop on water",
        "written": "",
        "text": "Whom do we mean? @haifa",
        "revision": 1,
        "edited": None,
        "struck": None,
        "mine": False,
        "tag": "1.1",
    }
    nobody = summit.client()
    public = [f"/{DECLARATION}/clauses/city-1", f"/{DECLARATION}/", f"/{DECLARATION}/feed.atom", f"{API}/acts"]
    for address in public:
        assert "Whom do we mean" not in nobody.get(address).text
    for address in (PLACE, f"{PLACE}/clauses/city-1", f"{PLACE}/threads/1"):
        turned = nobody.get(address, follow_redirects=False)
        assert (turned.status_code, turned.headers["location"].partition("?")[0]) == (303, f"/{DECLARATION}/enter")
        assert mayor.get(address).headers["cache-control"] == "no-store"
        assert "Whom do we mean" in mayor.get(address).text
    other = type(TEXT)("other-summit", TEXT.languages, TEXT.title, TEXT.sections)
    opening.open_declaration(summit.chancery, other, HOST)
    there = API.replace(DECLARATION, "other-summit")
    assert mayor.get(f"{there}/discussion/threads").status_code == 403
    assert mayor.get("/other-summit/discussion", follow_redirects=False).status_code == 303


def test_threads_come_in_pages_by_view(drafter, mayor):
    numbers = [begin(drafter, f"Number {n} {'@haifa' if n % 2 else ''}")["thread"] for n in range(5)]
    ok(drafter.put(f"{TALK}/threads/{numbers[1]}/resolution"))
    found, after = [], ""
    while after is not None:
        page = ok(mayor.get(f"{TALK}/threads", params={"limit": 2, "after": after, "about": "clause:city-1"}))
        found += [item["thread"] for item in page["items"]]
        after = page["next"]
    assert found == numbers[::-1]

    def seen(show):
        return [item["thread"] for item in ok(mayor.get(f"{TALK}/threads", params={"show": show}))["items"]]

    assert seen("mentions") == [numbers[3], numbers[1]]
    assert seen("waiting") == [numbers[3]]
    assert seen("resolved") == [numbers[1]]
    state = mayor.get(TALK)
    assert (state.json()["unresolved"], state.json()["mentions"]) == ({"clause:city-1": 4}, 1)
    again = mayor.get(TALK, headers={"if-none-match": state.headers["etag"]})
    assert again.status_code == 304
    begin(drafter)
    assert mayor.get(TALK, headers={"if-none-match": state.headers["etag"]}).status_code == 200
    for wrong in ({"show": "everything"}, {"after": "-1"}, {"after": "x"}, {"about": "sentence:1"}, {"limit": "0"}):
        assert mayor.get(f"{TALK}/threads", params=wrong).status_code == 400


def test_two_tabs_overwrite_nothing_and_a_repeated_request_writes_once(drafter, mayor):
    key = {"idempotency-key": "the-same-comment-once"}
    done = begin(drafter, headers=key)
    assert begin(drafter, headers=key) == done
    other = drafter.post(f"{TALK}/threads", json={"about": "clause:city-1", "text": "Else"}, headers=key)
    assert other.json()["code"] == "idempotency.other"
    place = f"{TALK}/comments/{done['comment']}"
    ok(drafter.put(place, json={"text": "First tab"}, headers={"if-match": '"1.1"'}))
    late = drafter.put(place, json={"text": "Second tab"}, headers={"if-match": '"1.1"'})
    assert (late.status_code, late.json()["code"]) == (412, "http.outdated")
    assert mayor.put(place, json={"text": "Mine now"}).json()["code"] == "comment.author"
    assert mayor.delete(place).json()["code"] == "comment.author"
    assert [one["text"] for one in ok(mayor.get(f"{place}/wordings"))["items"]] == [
        "Whom do we mean? @haifa",
        "First tab",
    ]


def test_struck_words_are_not_kept_for_a_repeated_request(summit, drafter, host):
    done = begin(drafter, "A private matter.", headers={"idempotency-key": "to-be-struck-later"})
    ok(drafter.put(f"{TALK}/comments/1", json={"text": "A private thing."}, headers={"idempotency-key": "again-1234"}))
    ok(host.post(f"{TALK}/comments/{done['comment']}/removal", json={"reason": "On request."}))
    thread = ok(drafter.get(f"{TALK}/threads/1"))["comments"][0]
    assert (thread["text"], thread["struck"]["by"], thread["struck"]["reason"]) == (None, "depositary", "On request.")
    file = drafter.get(f"{TALK}/discussion.json")
    assert "attachment" in file.headers["content-disposition"]
    assert [str(act.kind) for act, _ in read(file.content).said] == ["written", "edited", "removed"]
    with summit.chancery.store.reading() as session:
        dumped = "".join(session.connection().connection.driver_connection.iterdump())
    assert "private" not in dumped


def test_a_flood_is_stopped_and_whoever_waits_goes_on(summit, drafter):
    found = [drafter.post(f"{TALK}/threads", json={"about": "clause:city-1", "text": f"@haifa {n}"}) for n in range(40)]
    assert {answer.status_code for answer in found[:30]} == {201}
    assert {answer.status_code for answer in found[31:]} == {429}
    summit.clock.forward(minutes=1)
    begin(drafter)


@pytest.mark.parametrize("address", [f"{PLACE}/threads/1", f"{PLACE}/clauses/city-1", f"{PLACE}?show=all"])
def test_words_stay_words(drafter, mayor, address):
    begin(drafter, SCRIPT)
    page = mayor.get(address).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="https://example.org' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<strong class="mention" title="Mayor of Haifa">@haifa</strong>' in page


def test_whoever_has_no_script_writes_answers_rewords_resolves_and_deletes(drafter, mayor, host):
    page = drafter.get(f"{PLACE}/clauses/city-1").text
    assert '<meta name="referrer" content="same-origin">' in page  # else a browser says Origin: null
    form = {**fields_of(page, "begin"), "text": "Without script.\r\nTwo lines."}
    done = drafter.post(PLACE, data=form, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"{PLACE}/clauses/city-1#comment-1")
    again = drafter.post(PLACE, data=form, follow_redirects=False)  # a page that is sent again
    assert again.headers["location"] == done.headers["location"]
    assert ok(drafter.get(TALK))["size"] == 1
    page = mayor.get(f"{PLACE}/threads/1").text
    with pytest.raises(AssertionError):
        fields_of(page, "edit")  # somebody else's
    form = {**fields_of(page, "answer"), "text": "An answer."}
    assert mayor.post(PLACE, data=form, follow_redirects=False).headers["location"] == f"{PLACE}/threads/1#comment-2"
    page = drafter.get(f"{PLACE}/threads/1").text
    form = {**fields_of(page, "edit"), "text": "Worded anew."}
    assert drafter.post(PLACE, data=form, follow_redirects=False).status_code == 303
    late = {**form, "text": "In another tab.", "key": "another-key"}
    refused = drafter.post(PLACE, data=late, follow_redirects=False)
    assert (refused.status_code, "In another tab." in refused.text) == (412, True)  # nothing that was typed is lost
    assert drafter.post(PLACE, data=fields_of(page, "resolve"), follow_redirects=False).status_code == 303
    form = {**fields_of(host.get(f"{PLACE}/threads/1").text, "remove"), "text": "It was asked for."}
    assert host.post(PLACE, data=form, follow_redirects=False).status_code == 303
    assert mayor.post(PLACE, data=fields_of(mayor.get(f"{PLACE}/threads/1").text, "delete")).status_code == 303
    thread = ok(drafter.get(f"{TALK}/threads/1"))
    assert [one["struck"]["by"] for one in thread["comments"]] == ["depositary", "author"]
    page = drafter.get(f"{PLACE}/threads/1").text
    assert "It was asked for." in page
    assert "Worded anew." not in page


def test_forms_of_other_websites_and_forms_that_are_none_do_nothing(summit, drafter):
    form = {"act": "begin", "about": "clause:city-1", "text": "From elsewhere."}
    for headers in (
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "same-site", "origin": ORIGIN},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ):
        assert drafter.post(PLACE, data=form, headers=headers, follow_redirects=False).status_code == 403
    assert summit.client().post(PLACE, data=form, follow_redirects=False).status_code == 303  # to the door
    for wrong in (
        {},
        {"act": "sign"},
        {"act": "begin", "about": "clause:city-1"},
        {**form, "more": "1"},
        {"act": "answer", "number": "-1", "text": "x"},
        {"act": "answer", "number": "9" * 40, "text": "x"},
        {**form, "about": "clause:../x"},
        {**form, "read": "x"},
        {**form, "key": "short"},
    ):
        assert drafter.post(PLACE, data=wrong, follow_redirects=False).status_code in {400, 409}
    for body in (b"\xff\xfe", b"act=begin&act=delete", b"act=begin&text=%FF&about=clause:city-1", b"&" * 200):
        found = drafter.post(PLACE, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
        assert found.status_code == 400
    assert drafter.post(PLACE, content=b"a" * 200_000).status_code == 413
    back = {**form, "back": "//evil.example/clauses/x"}
    assert drafter.post(PLACE, data=back, follow_redirects=False).headers["location"].startswith(f"{PLACE}/threads/")
    assert ok(drafter.get(TALK))["size"] == 1


def test_the_desk_of_a_drafter_names_what_is_open(drafter, mayor):
    begin(mayor, "A question. @workshop")
    page = drafter.get(f"/{DECLARATION}/drafting").text
    assert f'href="{PLACE}/clauses/city-1"' in page
    assert f'href="{PLACE}?show=waiting"' in page


def test_a_clause_that_was_rewritten_shows_what_changed_since(summit, drafter, host):
    begin(drafter, "About the old words.", about="clause:city-2")
    read_then = ok(drafter.get(f"{TALK}/threads/1"))["read"]
    table(summit, "w1", ("city-2", "en", "We keep the water clean for everybody."))
    negotiating.adopt(summit.chancery, DECLARATION, Decision(version(summit).digest, ("w1",)))
    thread = ok(drafter.get(f"{TALK}/threads/1"))
    assert (thread["stale"], thread["place"]) == (True, 1)
    page = host.get(f"{PLACE}/clauses/city-2?lang=en").text
    assert f"/{DECLARATION}/compare?from=1&amp;to=2#clause-city-2" in page
    assert "<ins" in page
    content = {"about": "clause:city-2", "text": "x"}
    late = drafter.post(f"{TALK}/threads", json={**content, "read": "0" * 64})
    assert (late.status_code, late.json()["code"]) == (409, "discussion.anchor")
    ok(drafter.post(f"{TALK}/threads", json={**content, "read": read_then}), 201)


# Mentions by letter

LINK = re.compile(rf"{ORIGIN}/{DECLARATION}/following/([A-Za-z0-9_-]{{43}})(/stop)?\?ui=(\w\w)")


@pytest.fixture
def letters(summit):
    """Gives a function that returns the letters of one round."""
    box = Mailbox()
    with receiving(box) as server:

        def round_():
            before = len(box.got)
            following.gather(summit.chancery)
            mentioning.gather(summit.chancery)
            mailing.deliver(summit.chancery, server)
            return [letter for _, _, letter in box.got[before:]]

        yield round_


def wants(client, letters, address="mayor@haifa.example", language="de"):
    """Ask to be told, and answer from the address; return the name in the letters' links."""
    ok(client.post(f"{TALK}/following", json={"address": address, "language": language}), 202)
    [letter] = letters()
    name = LINK.search(letter.get_content())[1]
    ok(client.put(f"{API}/following/{name}", json={"pace": "at-once", "language": language}))
    return name


def test_a_mention_is_told_without_a_word_of_what_was_written_and_ended_with_one_click(
    summit, drafter, mayor, letters, monkeypatch
):
    monkeypatch.setattr(mentioning, "MAX_TOLD", 3)
    begin(drafter, "Before I asked. @haifa")
    name = wants(mayor, letters)
    assert letters() == []  # what was before is not told
    begin(drafter, "A confidential matter for @haifa\nhttps://evil.example")
    ok(mayor.post(f"{TALK}/threads", json={"about": "clause:city-1", "text": "@haifa myself"}), 201)
    [letter] = letters()
    body = letter.get_content()
    assert str(letter["subject"]) == "Déclaration de la petite ville: Workshop on water hat Sie erwähnt"
    assert f"{ORIGIN}{PLACE}/threads/2?ui=de" in body
    assert "confidential" not in body
    assert "evil" not in body
    assert f"/following/{name}/stop" in letter["List-Unsubscribe"]
    assert letters() == []
    for n in range(6):  # a flood is one letter, after a rest
        begin(drafter, f"@haifa {n}")
    ok(drafter.put(f"{TALK}/comments/2", json={"text": "@haifa again"}))  # mentioned there before: not told again
    assert letters() == []
    summit.clock.forward(minutes=11)
    [letter] = letters()
    assert str(letter["subject"]).endswith(": 6 Erwähnungen")
    assert letter.get_content().count("/discussion/threads/") == 3
    begin(drafter, "@haifa again")
    ok(drafter.delete(f"{TALK}/comments/{ok(drafter.get(TALK))['size']}"))
    summit.clock.forward(minutes=11)
    assert letters() == []  # struck before it was told
    assert summit.client().get(f"/{DECLARATION}/following/{name}?ui=fr").status_code == 200
    summit.client().post(f"/{DECLARATION}/following/{name}/stop")
    begin(drafter, "@haifa once more")
    summit.clock.forward(minutes=11)
    assert letters() == []


def test_nobody_follows_the_mentions_of_somebody_else(summit, drafter, letters):
    content = {"address": "spy@example.org", "topic": "mentions:signatory.haifa", "language": "en"}
    for client in (summit.client(), drafter):
        refused(client.post(f"{API}/following", json=content), 400, "following.topic")
    refused(drafter.post(f"{TALK}/following", json={"address": "no address", "language": "en"}), 400, "mail.address")
    for topic in (
        "mentions",
        "mentions:haifa",
        "mentions:signatory.",
        "mentions:king.haifa",
        "mentions:signatory.../x",
    ):
        assert drafter.post(f"{API}/following", json={**content, "topic": topic}).status_code == 400
    assert letters() == []


def test_whoever_takes_part_no_more_is_told_no_more(summit, drafter, letters):
    with summit.chancery.store.transaction() as session:
        at = summit.chancery.now()
        reception.name_delegate(session, DECLARATION, reception.Delegate("aide", "haifa", "An aide", at, None))
    wants(summit.come_in(Role.DELEGATE, "aide"), letters, language="fr")
    begin(drafter, "@aide, @haifa")
    with summit.chancery.store.transaction() as session:
        reception.end_delegate(session, DECLARATION, "aide", at=summit.chancery.now())
    assert letters() == []
    with summit.chancery.store.reading() as session:
        assert followings.count(session) == 0
