"""Following by e-mail: asked, answered, told, stopped; to whoever asks for somebody else nothing is told."""

import re
import threading
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from web_desk import NIGHT, WATER, table, version
from web_mail import Mailbox, receiving
from web_server import serving
from web_summit import API, DECLARATION, ORIGIN, Summit, ok, refused

from declaration.services import following, letter_words, mailing, negotiating, topics
from declaration.services.following import MAX_OF_ONE, Pace
from declaration.services.topics import About, Topic, entries_about, latest_about, read_topic
from declaration.store import followings, heads
from declaration.store import letters as queue
from declaration.web.app import create_app

READER = "reader@example.org"
LINK = re.compile(rf"{ORIGIN}/{DECLARATION}/following/([A-Za-z0-9_-]{{43}})(/stop)?\?ui=(\w\w)")


class Post:
    """Gathers and delivers to a mailbox, as the service does by itself."""

    def __init__(self, summit, server, box):
        self.summit, self.server, self.box = summit, server, box

    def round(self):
        """The letters of one round."""
        before = len(self.box.got)
        following.gather(self.summit.chancery)
        mailing.deliver(self.summit.chancery, self.server)
        return [letter for _, _, letter in self.box.got[before:]]

    def ask(self, address=READER, topic="text", language="en", client=None):
        content = {"address": address, "topic": topic, "language": language}
        ok((client or self.summit.client()).post(f"{API}/following", json=content), 202)
        return self.round()

    def follow(self, address=READER, topic="text", language="en", pace="at-once"):
        """Ask and answer; return the name in the link."""
        [letter] = self.ask(address, topic, language)
        name = LINK.search(letter.get_content())[1]
        ok(self.summit.client().put(f"{API}/following/{name}", json={"pace": pace, "language": language}))
        return name


@pytest.fixture
def post(summit):
    box = Mailbox()
    with receiving(box) as server:
        yield Post(summit, server, box)


def kept(summit):
    with summit.chancery.store.reading() as session:
        return followings.count(session), queue.count(session)


def size(summit):
    with summit.chancery.store.reading() as session:
        return heads.head(session, DECLARATION).size


def test_an_address_is_asked_and_told_nothing_else_until_it_answers(summit, post):
    [letter] = post.ask()
    assert letter["to"] == READER
    assert letter["list-unsubscribe"] is None
    name, _, language = LINK.search(letter.get_content()).groups()
    assert language == "en"
    table(summit, "A1", ("city-1", "en", NIGHT))
    assert post.round() == []
    found = ok(summit.client().put(f"{API}/following/{name}", json={"pace": "at-once", "language": "de"}))
    assert found == {"topic": "text", "pace": "at-once", "language": "de"}
    assert post.round() == [], "what was before is not told"
    table(summit, "A2", ("city-2", "en", "We keep the water."))
    [news] = post.round()
    assert "Workshop on water hat den Änderungsantrag A2 eingebracht." in news["subject"]
    assert "A1" not in news.get_content()
    assert f"{ORIGIN}/{DECLARATION}/amendments/A2?ui=de" in news.get_content()


def test_one_click_of_a_mail_program_stops_it_and_leaves_nothing(summit, post):
    name = post.follow()
    table(summit, "A1", ("city-1", "en", NIGHT))
    [news] = post.round()
    url = news["list-unsubscribe"].strip("<>")
    assert url == f"{ORIGIN}/{DECLARATION}/following/{name}/stop"
    assert news["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    program = summit.client()  # of the mailbox: no cookie, no origin, no page of ours
    for header in ("origin", "sec-fetch-site"):
        del program.headers[header]
    assert program.get(url).status_code == 200
    assert kept(summit) == (1, 0), "opening a link stops nothing: programs look at links"
    answer = program.post(
        url, content=b"List-Unsubscribe=One-Click", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 200, "no redirection (RFC 8058, section 3.1)"
    assert kept(summit) == (0, 0)
    table(summit, "A2", ("city-2", "en", "We keep the water."))
    assert post.round() == []
    for method in ("post", "get"):
        assert getattr(program, method)(url).status_code == 200
    refused(program.put(f"{API}/following/{name}", json={"pace": "daily", "language": "en"}), 404, "following.unknown")


def test_a_letter_that_waits_is_not_sent_to_whoever_stopped_meanwhile(summit, post):
    name = post.follow()
    table(summit, "A1", ("city-1", "en", NIGHT))
    assert following.gather(summit.chancery) == 1
    assert kept(summit) == (1, 1)
    assert summit.client().delete(f"{API}/following/{name}").status_code == 204
    assert summit.client().delete(f"{API}/following/{name}").status_code == 204
    assert post.round() == []
    assert kept(summit) == (0, 0)


def test_whoever_asks_for_an_address_learns_nothing_about_it(summit, post):
    post.follow("known@example.org")
    answers = []
    for address in ("known@example.org", "new@example.org"):
        answer = summit.client().post(f"{API}/following", json={"address": address})
        answers.append((answer.status_code, answer.content, sorted(answer.headers)))
    assert answers[0] == answers[1]
    told = {letter["to"]: letter["subject"] for letter in post.round()}
    assert set(told) == {"known@example.org", "new@example.org"}
    assert "already" in told["known@example.org"]


def test_a_mailbox_is_not_flooded_with_questions_and_nobody_is_told(summit, post):
    counts = []
    for number in range(30):
        summit.clock.forward(minutes=2)  # other callers, or a patient one
        counts.append(len(post.ask(f"Vic.tim+{number}@example.org")))
    assert sum(counts) == 5
    assert counts == [1] * 5 + [0] * 25
    assert len(post.ask("other@example.org")) == 1
    summit.clock.forward(hours=5)
    assert len(post.ask("vic.tim@example.org")) == 1


def test_one_caller_asks_for_few_addresses(summit, post):
    for number in range(following.ASKED.burst):
        ok(summit.client().post(f"{API}/following", json={"address": f"reader-{number}@example.org"}), 202)
    assert len(post.round()) == following.ASKED.burst
    answer = summit.client().post(f"{API}/following", json={"address": "one-more@example.org"})
    refused(answer, 429, "traffic.too-often")


def test_another_website_asks_for_nobody(summit):
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        client = summit.client(**headers)
        client.cookies.set("declaration", "x")
        refused(client.post(f"{API}/following", json={"address": READER}), 403, "caller.origin")


def test_whoever_does_not_answer_is_forgotten(summit, post):
    [letter] = post.ask()
    name = LINK.search(letter.get_content())[1]
    summit.clock.forward(days=2, seconds=5)
    answer = summit.client().put(f"{API}/following/{name}", json={"pace": "daily", "language": "en"})
    refused(answer, 404, "following.unknown")
    post.ask("again@example.org")
    assert kept(summit)[0] == 1
    summit.clock.forward(days=3)
    post.round()
    assert kept(summit) == (0, 0)


def test_letters_of_the_day_come_in_the_morning_with_what_was_before_it(summit, post):
    post.follow(pace="daily")
    morning = following.next_morning(summit.chancery.now())
    table(summit, "A1", ("city-1", "en", NIGHT))
    table(summit, "A2", ("city-2", "en", "We keep the water."))
    assert post.round() == []
    summit.clock.forward(seconds=(morning - summit.chancery.now()).total_seconds() + 3_600)
    table(summit, "A3", ("preamble-1", "en", "We, the mayors,"))
    [news] = post.round()
    assert "2 pieces of news" in news["subject"]
    assert "A1" in news.get_content()
    assert "A2" in news.get_content()
    assert "A3" not in news.get_content()
    assert post.round() == []
    summit.clock.forward(days=1)
    [news] = post.round()
    assert "A3" in news.get_content()
    summit.clock.forward(days=1)
    assert post.round() == []


def test_whoever_hears_at_once_is_not_written_to_every_minute(summit, post):
    post.follow()
    table(summit, "A1", ("city-1", "en", NIGHT))
    assert len(post.round()) == 1
    for number in range(2, 6):
        table(summit, f"A{number}", ("city-2", "en", f"We keep the water {number}."))
        summit.clock.forward(minutes=1)
        assert post.round() == []
    summit.clock.forward(minutes=7)
    [news] = post.round()
    assert [f"A{number}" in news.get_content() for number in range(1, 6)] == [False, True, True, True, True]


def test_what_is_not_about_it_is_not_told(summit, post):
    post.follow("clause@example.org", "clause:city-1")
    table(summit, "A1", ("city-1", "en", NIGHT))
    assert [letter["to"] for letter in post.round()] == ["clause@example.org"]
    post.follow("amendment@example.org", "amendment:A1", language="fr")
    table(summit, "A2", ("city-2", "en", "We keep the water."))
    summit.clock.forward(minutes=11)
    assert post.round() == []
    negotiating.withdraw(summit.chancery, DECLARATION, "A1", by="workshop")
    letters = {letter["to"]: letter.get_content() for letter in post.round()}
    assert set(letters) == {"clause@example.org", "amendment@example.org"}
    assert "a retiré l’amendement A1" in letters["amendment@example.org"]
    assert "You follow clause 1.1." in letters["clause@example.org"]


@pytest.mark.parametrize(
    ("topic", "status", "code"),
    [
        ("clause:nothing", 404, "clause.unknown"),
        ("amendment:A9", 404, "amendment.unknown"),
        ("text:x", 400, "following.topic"),
        ("clause", 400, "following.topic"),
        ("ledger", 400, "following.topic"),
    ],
)
def test_what_is_not_there_cannot_be_followed(summit, topic, status, code):
    refused(summit.client().post(f"{API}/following", json={"address": READER, "topic": topic}), status, code)


def test_an_address_that_refuses_for_good_is_not_written_to_for_ever(summit, post):
    post.follow()
    post.box.recipients = ["550 5.1.1 gone"] * 3
    for number in range(3):
        assert kept(summit)[0] == 1
        table(summit, f"A{number}", ("city-1", "en", f"{NIGHT} {number}"))
        summit.clock.forward(minutes=11)
        assert post.round() == []
    assert kept(summit) == (0, 0)


def test_an_address_that_does_not_exist_is_forgotten_with_the_question(summit, post):
    post.box.recipients = ["550 5.1.1 no such user"]
    assert post.ask() == []
    assert kept(summit) == (0, 0)


def test_no_letter_to_the_public_holds_a_secret(summit, post):
    """Whatever is told, a letter's only secret is the name of its own following, which ends it and nothing else."""
    invited = summit.invite("signatory", "haifa")
    name = post.follow()
    summit.come_in("drafter", "workshop")
    for number, words in enumerate((NIGHT, WATER)):
        table(summit, f"A{number}", ("city-1", "en", words))
    [news] = post.round()
    said = news.get_content() + news["list-unsubscribe"]
    assert set(re.findall(r"[A-Za-z0-9_-]{20,}", said)) == {name}
    assert invited not in news.as_string()
    assert "#" not in news.get_content()
    client = summit.client()
    for path in ("/session", "/my/signing", "/desk/people"):
        assert client.get(f"{API}{path}", headers={"authorization": f"Bearer {name}"}).status_code == 401
    refused(client.post(f"{API}/invitation", json={"secret": name}), 404, "invitation.unknown")


def test_another_secret_of_the_service_writes_to_nobody(summit, post):
    post.follow()
    table(summit, "A1", ("city-1", "en", NIGHT))
    object.__setattr__(summit.chancery, "secret", b"another secret, just as long as that one")
    assert post.round() == []
    assert kept(summit) == (0, 0)


def test_an_address_follows_a_bounded_number_of_things(summit, post, monkeypatch):
    monkeypatch.setattr(following, "MAX_OF_ONE", 1)
    assert MAX_OF_ONE > 1
    post.follow()
    assert post.ask(topic="clause:city-1") == []
    assert kept(summit)[0] == 1
    monkeypatch.setattr(following, "MAX_FOLLOWINGS", 1)
    refused(summit.client().post(f"{API}/following", json={"address": "b@example.org"}), 400, "following.many")


def test_two_processes_write_and_send_each_letter_once(postgres_url, web_keys):
    summit, other = Summit(postgres_url, web_keys), Summit(postgres_url, web_keys)
    box = Mailbox()
    with receiving(box) as server:
        for number in range(40):
            following.ask(
                summit.chancery,
                DECLARATION,
                address=f"r{number}@example.org",
                topic=read_topic("text"),
                language="en",
                caller=str(number),
            )
        mailing.deliver(summit.chancery, server)
        for text in box.texts():
            name = LINK.search(text)[1]
            following.confirm(summit.chancery, DECLARATION, name, pace=Pace.ONCE, language="fr")
        box.got.clear()
        table(summit, "A1", ("city-1", "en", NIGHT))

        def work(one):
            following.gather(one.chancery)
            mailing.deliver(one.chancery, server)

        threads = [threading.Thread(target=work, args=(one,)) for one in (summit, other, summit, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        work(summit)
    assert sorted(recipients[0] for _, recipients, _ in box.got) == sorted(
        f"r{number}@example.org" for number in range(40)
    )
    summit.close()
    other.close()


def test_a_process_that_died_while_writing_is_followed_by_another(summit, post, monkeypatch):
    for number in range(3):
        post.follow(f"r{number}@example.org")
    table(summit, "A1", ("city-1", "en", NIGHT))
    post_one, written = following.letters.post, []

    def die(*args, **more):
        if written:
            raise KeyboardInterrupt
        written.append(post_one(*args, **more))

    with monkeypatch.context() as patched:
        patched.setattr(following.letters, "post", die)
        with pytest.raises(KeyboardInterrupt):
            following.gather(summit.chancery)
    assert kept(summit) == (3, 0)
    assert sorted(letter["to"] for letter in post.round()) == ["r0@example.org", "r1@example.org", "r2@example.org"]
    assert post.round() == []


def test_many_acts_are_one_letter_of_bounded_length(summit, post):
    post.follow()
    for number in range(55):
        table(summit, f"A{number}", ("city-1", "en", f"{NIGHT} {number}"))
    [news] = post.round()
    assert "55 pieces of news" in news["subject"]
    assert news.get_content().count("tabled amendment") == 50
    assert "Further acts, to be read in the ledger: 5" in news.get_content()
    assert f"{ORIGIN}/{DECLARATION}/ledger?ui=en" in news.get_content()


def test_a_long_reason_is_begun_and_the_links_of_letters_lead_somewhere(summit, post):
    post.follow()
    table(summit, "A1", ("city-1", "en", NIGHT))
    negotiating.reject(summit.chancery, DECLARATION, "A1", reason="Because. " * 400 + "So.")
    [news] = post.round()
    text = news.get_content()
    assert "Reason: Because. Because." in text
    assert len(text) < 3_000
    for link in re.findall(rf"{ORIGIN}(\S+)", text):
        assert summit.client().get(link).status_code == 200, link


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_the_pages_of_a_following_say_where_it_stands(summit, post, language):
    [letter] = post.ask(topic="clause:city-2", language=language)
    link = LINK.search(letter.get_content())
    assert link[3] == language
    client = summit.client()
    page = client.get(f"/{DECLARATION}/following/{link[1]}?ui={language}")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert f'lang="{language}"' in page.text
    assert READER not in page.text
    assert client.get(f"/{DECLARATION}/following/{'x' * 43}").status_code == 404


def test_the_ledger_knows_nothing_of_it(summit, post):
    before = size(summit)
    post.follow()
    assert size(summit) == before


def test_the_running_service_writes_by_itself(summit, monkeypatch):
    monkeypatch.setattr("declaration.web.postman.ROUND", 0.05)
    box = Mailbox()
    with receiving(box) as server, serving(create_app(summit.chancery, carrier=server)):
        client = summit.client()
        ok(client.post(f"{API}/following", json={"address": READER}), 202)
        wait_for(box, 1)
        name = LINK.search(box.texts()[0])[1]
        ok(client.put(f"{API}/following/{name}", json={"pace": "at-once", "language": "en"}))
        table(summit, "A1", ("city-1", "en", NIGHT))
        wait_for(box, 2)
    assert "tabled amendment A1" in box.texts()[1]


def wait_for(box, count):
    waiting = threading.Event()
    for _ in range(400):
        if len(box.got) >= count:
            return
        waiting.wait(0.025)
    pytest.fail(f"{len(box.got)} letters of {count}")


def test_feeds_and_letters_find_the_same_acts(summit):
    table(summit, "A1", ("city-1", "en", NIGHT))
    table(summit, "A2", ("city-2", "en", "We keep the water."))
    end = size(summit)
    with summit.chancery.store.reading() as session:
        for topic in (Topic(About.TEXT), Topic(About.CLAUSE, "city-1"), Topic(About.AMENDMENT, "A2")):
            everything = entries_about(session, DECLARATION, topic, 0, end)
            assert everything
            assert latest_about(session, DECLARATION, topic, end, 50) == everything
            assert latest_about(session, DECLARATION, topic, end, 1) == everything[-1:]
            parts = [entries_about(session, DECLARATION, topic, place, place + 1) for place in range(end)]
            assert tuple(index for part in parts for index in part) == everything
    assert version(summit).number == 1


ATOM = "{http://www.w3.org/2005/Atom}"


def entries(feed):
    return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]


def test_feeds_of_the_text_a_clause_and_an_amendment_hold_what_is_about_it(summit):
    table(summit, "A1", ("city-1", "en", NIGHT))
    table(summit, "A2", ("city-2", "en", "We keep the water."))
    negotiating.withdraw(summit.chancery, DECLARATION, "A2", by="workshop")
    client = summit.client(**{"accept-language": "en"})
    tabled = [f"Workshop on water tabled amendment A{number}." for number in (1, 2)]
    withdrawn = "Workshop on water withdrew amendment A2."
    found = {}
    for path in ("text.atom", "clauses/city-1/feed.atom", "clauses/city-2/feed.atom", "amendments/A2/feed.atom"):
        answer = client.get(f"/{DECLARATION}/{path}")
        assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
        feed = ET.fromstring(answer.content)
        found[path] = entries(feed)
        assert feed.findtext(f"{ATOM}id") == f"{ORIGIN}/{DECLARATION}/{path}"
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links["self"] == f"{ORIGIN}/{DECLARATION}/{path}"
        assert client.get(links["alternate"]).status_code == 200
        assert client.get(links["self"], headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert found["amendments/A2/feed.atom"] == [withdrawn, tabled[1]]
    assert found["clauses/city-1/feed.atom"][:1] == [tabled[0]]
    assert found["clauses/city-2/feed.atom"][:2] == [withdrawn, tabled[1]]
    assert found["text.atom"][:3] == [withdrawn, tabled[1], tabled[0]]
    assert found["text.atom"][-1].endswith("adopted version 1.")
    for path in ("clauses/nothing/feed.atom", "amendments/nothing/feed.atom"):
        assert client.get(f"/{DECLARATION}/{path}").status_code == 404


def test_a_page_names_its_feed(summit):
    table(summit, "A1", ("city-1", "en", NIGHT))
    for page, feed in (("", "text.atom"), ("clauses/city-1", "clauses/city-1/feed.atom"), ("amendments/A1",) * 2):
        text = summit.client().get(f"/{DECLARATION}/{page}").text
        wanted = feed if feed.endswith("atom") else f"{feed}/feed.atom"
        assert '<link rel="alternate" type="application/atom+xml" title="' in text
        assert text.count(f'href="/{DECLARATION}/{wanted}"') == 2


def test_an_invitation_by_e_mail_is_shown_to_nobody_else_and_leaves_no_address(summit, post):
    desk = summit.come_in("depositary", "host")
    old = summit.invite("signatory", "haifa")
    wish = {"role": "signatory", "subject": "haifa", "address": "Mayor@Haifa.example", "language": "de"}
    answer = desk.post(f"{API}/desk/invitations/letter", json=wish, headers={"idempotency-key": "12345678"})
    found = ok(answer, 202)
    assert set(found) == {"role", "subject", "name", "expires"}
    stored = summit.chancery.store.address.removeprefix("sqlite:///")
    waiting = b"".join(file.read_bytes() for file in Path(stored).parent.glob("summit.db*"))
    assert b"haifa.example" not in waiting.lower(), "not to be read while it waits"
    [letter] = post.round()
    assert letter["to"] == "Mayor@haifa.example"
    assert letter["subject"].startswith("Persönliche Einladung: ")
    assert letter["list-unsubscribe"] is None
    secret = re.search(rf"{ORIGIN}/{DECLARATION}/welcome#([A-Za-z0-9_-]{{43}})\s", letter.get_content())[1]
    assert kept(summit) == (0, 0)
    client = summit.client()
    assert ok(client.post(f"{API}/invitation", json={"secret": secret}))["subject"] == "haifa"
    refused(client.post(f"{API}/invitation", json={"secret": old}), 409, "invitation.recalled")
    for address, code in (("nobody", "mail.address"), ("a@b.example\r\nBcc: c@d.example", "mail.address")):
        refused(desk.post(f"{API}/desk/invitations/letter", json=wish | {"address": address}), 400, code)
    refused(
        desk.post(f"{API}/desk/invitations/letter", json=wish | {"role": "delegate", "subject": "x"}),
        403,
        "invitation.role",
    )
    assert ok(client.post(f"{API}/invitation", json={"secret": secret}))["subject"] == "haifa", "a refusal ends nothing"


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "451 later"])
def test_an_invitation_that_nobody_takes_is_recalled_and_a_newer_one_is_not(summit, post, answer):
    desk = summit.come_in("depositary", "host")
    wish = {"role": "signatory", "address": "mayor@haifa.example", "language": "en"}
    for subject in ("haifa", "reading"):
        ok(desk.post(f"{API}/desk/invitations/letter", json=wish | {"subject": subject}), 202)
    newer = summit.invite("signatory", "reading")
    post.box.recipients = [answer] * 100
    for _ in range(3):
        assert post.round() == []
        summit.clock.forward(days=1, minutes=1)
    assert kept(summit) == (0, 0)
    summit.sign_in("depositary", "host", client=desk)
    people = {line["id"]: line["access"] for line in ok(desk.get(f"{API}/desk/people"))["items"]}
    assert (people["haifa"], people["reading"]) == ("none", "invited")
    assert ok(summit.client().post(f"{API}/invitation", json={"secret": newer}))["subject"] == "reading"


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_letters_say_everything_in_every_language(language):
    keys = set(letter_words._WORDS["en"])
    words = letter_words._WORDS[language]
    assert set(words) == keys
    told = {f"{kind}" for kind in topics._TEXT | topics._AMENDMENT | {"positions.taken"} | topics.NAMED}
    assert told <= keys
    for key in keys:
        assert sorted(re.findall(r"\{(\w+)\}", words[key])) == sorted(
            re.findall(r"\{(\w+)\}", letter_words._WORDS["en"][key])
        )
        assert "'" not in words[key]
        assert language != "fr" or not re.search(r" [;:?!»]|« ", words[key]), key
    assert letter_words.speaks(f"{language}-XX") == language
    assert letter_words.speaks("ar") == "en"
