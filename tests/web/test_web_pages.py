"""The public pages: every address, what it answers to whom, and that nobody's words become markup."""

import html.parser
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from web_summit import HOST, TEXT

from declaration.canonical import digest
from declaration.drafting.amendment import Amendment
from declaration.drafting.derive import derive_replace
from declaration.services import negotiating, opening
from declaration.store import queries
from declaration.store.session import open_store
from declaration.web.app import create_app
from declaration.web.assets import Assets
from declaration.web.pages.look import Look
from declaration.web.pages.public import PAGES as PUBLIC
from declaration.web.pages.shelf import LAG, Shelf

D = "/small-summit"
PAGES = (
    "/",
    "/?lang=en",
    "/?lang=ar&beside=fr",
    "/?lang=xx&beside=yy",
    "/versions",
    "/versions/1",
    "/versions/2?lang=ar",
    "/compare",
    "/compare?from=1&to=2&lang=en",
    "/compare?from=2&to=1&lang=en&view=side&all=yes",
    "/compare?from=2&to=2&view=side",
    "/clauses/city-1?lang=en",
    "/clauses/city-3?lang=ar",
    "/clauses/city-air",
    "/clauses/preamble-1",
    "/amendments",
    "/amendments?state=adopted&page=1",
    "/amendments?state=nonsense&page=7",
    "/amendments/S1?lang=en",
    "/amendments/S2?lang=ar",
    "/amendments/S3",
    "/amendments/S4?lang=en",
    "/amendments/S5",
    "/amendments/S6",
    "/matrix",
    "/reservations",
    "/matrix?by=clause&lang=ar",
    "/matrix?by=city",
    "/matrix?by=city&page=9",
    "/signatories",
    "/signatures/seoul",
    "/signatures/script",
    "/ledger",
    "/ledger?before=3",
    "/ledger/entries/0",
    "/ledger/entries/12",
    "/wall",
    "/verify",
)
LANGUAGES = ("en", "fr", "de")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def drafting(half):
    with TestClient(create_app(half)) as client:
        yield client


@pytest.fixture(scope="module")
def sealed(whole):
    with TestClient(create_app(whole)) as client:
        yield client


@pytest.fixture(params=["drafting", "sealed"])
def client(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(autouse=True)
def _nobody_remembers(drafting, sealed):
    """A language that one test chooses is no other test's."""
    yield
    drafting.cookies.clear()
    sealed.cookies.clear()


VOID = {"meta", "link", "input", "br", "wbr", "img", "hr"}


class Reader(html.parser.HTMLParser):
    """Reads a page strictly: every element is closed, no id twice, nothing inline, and collects what it finds."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.words, self.tags = [], [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        assert len(given) == len(attributes), (tag, attributes)
        assert not any(name.startswith("on") or name == "style" for name in given), (tag, given)
        assert tag != "style"
        assert tag != "script" or given.get("src", "").startswith("/static/")
        self.tags.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        self.links += [given[name] for name in ("href", "src", "action") if name in given]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open, tag
            assert self.open.pop() == tag, (tag, self.open, self.getpos())

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def read(response):
    assert response.status_code == 200, response.text[:400]
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Reader(response.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_in_every_language(client, path, language):
    response = client.get(D + path, headers={"Accept-Language": language})
    page = read(response)
    assert response.headers["content-language"] == language
    assert response.text.startswith("<!doctype html>\n<html lang=")
    assert f'<html lang="{language}"' in response.text
    assert len(page.ids) == len(set(page.ids)), sorted(page.ids)
    assert page.tags.count("h1") == 1
    assert page.tags.count("main") == 1
    assert "%(" not in page.text
    assert "{{" not in page.text


@pytest.mark.parametrize("path", PAGES)
def test_headers_of_every_page(client, path):
    response = client.get(D + path)
    assert re.fullmatch(r'"[0-9a-f]{64}"', response.headers["etag"])
    assert response.headers["cache-control"] == "public, no-cache"
    assert {"Accept-Language", "Cookie"} <= set(response.headers["vary"].split(", "))
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["strict-transport-security"].startswith("max-age=")
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("path", PAGES)
def test_whoever_has_a_page_is_not_sent_it_again(client, path):
    first = client.get(D + path)
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(D + path, headers={"If-None-Match": given})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["vary"] == first.headers["vary"]
        assert "content-security-policy" not in again.headers
    assert client.get(D + path, headers={"If-None-Match": '"other"'}).status_code == 200
    german = client.get(D + path, headers={"If-None-Match": tag, "Accept-Language": "de"})
    assert german.status_code == 200
    assert german.headers["etag"] != tag


def test_a_tag_means_the_same_bytes(half):
    """What is kept in memory is what another process of the same program makes."""
    with TestClient(create_app(half)) as one, TestClient(create_app(half)) as other:
        for path in PAGES:
            first, second = one.get(D + path), other.get(D + path)
            assert first.headers["etag"] == second.headers["etag"]
            assert first.content == second.content == one.get(D + path).content


def test_pages_differ_by_what_they_understand_and_not_by_what_they_do_not(client):
    plain = client.get(D + "/?lang=en")
    assert client.get(D + "/?lang=en&utm_source=x").headers["etag"] == plain.headers["etag"]
    assert client.get(D + "/?lang=fr").headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize("path", ["/", "/matrix", "/feed.atom", "/ledger/entries/0"])
def test_head_answers_as_get_without_a_body(client, path):
    got, headed = client.get(D + path), client.head(D + path)
    assert headed.status_code == 200
    assert {**headed.headers} == {**got.headers}


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_is_written_through_a_page(client, method):
    answer = getattr(client, method)(D + "/amendments", headers=BROWSER)
    assert answer.status_code == 405


def test_every_link_leads_somewhere_and_finds_its_place(client):
    pages = {path: read(client.get(D + path, headers={"Accept-Language": "en"})) for path in PAGES}
    links = {link for page in pages.values() for link in page.links if not link.startswith(("data:", "#"))}
    assert all(link.startswith("/") for link in links)
    targets = {}
    for link in sorted(links):
        target, _, place = link.partition("#")
        if target == D + "/enter" or target.endswith(".woff2"):
            continue  # where people come in is another group's page; typefaces are tested by themselves
        if target not in targets:
            answer = client.get(target, follow_redirects=True)
            assert answer.status_code == 200, (target, answer.text[:300])
            targets[target] = answer.text if place else ""
        if place:
            targets[target] = targets[target] or client.get(target).text
            assert f'id="{place}"' in targets[target], link
    for path, page in pages.items():
        assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids), path


@pytest.mark.parametrize("path", [*PAGES, "/feed.atom"])
def test_what_people_wrote_never_becomes_markup(client, path):
    text = client.get(D + path, headers={"Accept-Language": "fr"}).text
    for number in range(1, 6):
        assert f"<script>alert({number})" not in text
    assert "<img src=x" not in text
    assert "<b>propre" not in text
    assert "<i>law" not in text


def test_what_people_wrote_is_shown_as_they_wrote_it(drafting):
    fr = {"Accept-Language": "fr"}
    assert "Déclaration <script>alert(1)</script> de la ville" in read(drafting.get(D + "/", headers=fr)).text
    assert "Workshop <script>alert(2)</script> on squares" in read(drafting.get(D + "/amendments/S2")).text
    assert "<img src=x onerror=alert(3)> Name the rivers." in read(drafting.get(D + "/amendments/S2")).text
    assert "Ville <script>alert(4)</script>" in read(drafting.get(D + "/signatories")).text


HOSTILE = (
    ("/compare?from=0", 400),
    ("/compare?from=-1&to=2", 400),
    ("/compare?from=1e3", 400),
    ("/compare?from=9999999999999999999999", 400),
    ("/compare?from=9", 404),
    ("/compare?to=99", 404),
    ("/versions/0", 400),
    ("/versions/99", 404),
    ("/versions/01", 404),
    ("/versions/999999999999999999999999", 404),
    ("/versions/" + "9" * 5000, 404),
    ("/versions/٣", 404),
    ("/clauses/nothing", 404),
    ("/clauses/%00", 400),
    ("/clauses/<script>", 400),
    ("/clauses/%F0%9F%98%80", 400),
    ("/clauses/%ff%fe", 400),
    ("/clauses/" + "a" * 3000, 400),
    ("/clauses/a/b", 404),
    ("/clauses/", 404),
    ("/amendments/nothing", 404),
    ("/amendments/'; DROP TABLE amendments; --", 400),
    ("/amendments?page=0", 400),
    ("/amendments?page=x", 400),
    ("/matrix?page=" + "9" * 300, 400),
    ("/signatures/nobody", 404),
    ("/signatures/%2e%2e%2fetc%2fpasswd", 404),
    ("/signatures/seoul/", 404),
    ("/ledger?before=0", 400),
    ("/ledger?before=x", 400),
    ("/ledger/entries/99999", 404),
    ("/ledger/entries/-1", 404),
    ("/ledger/entries/1.5", 404),
    ("/ledger/entries/" + "1" * 400, 404),
    ("/nothing", 404),
    ("/../../etc/passwd", 404),
)


@pytest.mark.parametrize(("path", "status"), HOSTILE)
def test_hostile_addresses_are_refused_in_words(client, path, status):
    for headers in ({}, BROWSER):
        answer = client.get(D + path, headers=headers)
        assert answer.status_code == status, answer.text[:300]
        assert answer.headers["cache-control"] == "no-store"
        if headers:
            page = Reader(answer.text)
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert str(status) in page.text
        else:
            assert answer.headers["content-type"] == "application/problem+json"
            assert {"code", "detail", "hint", "status"} <= answer.json().keys()


@pytest.mark.parametrize(
    "query", ["lang=%00", "lang=" + "x" * 9000, "lang=%ff", "lang[]=1&lang=2", "=&&&;", "ui=%0d%0aX: y"]
)
@pytest.mark.parametrize("path", ["/", "/matrix", "/ledger", "/amendments"])
def test_hostile_queries_are_passed_over(client, path, query):
    answer = client.get(f"{D}{path}?{query}")
    assert answer.status_code == 200
    assert "x: y" not in str(answer.headers).lower()


@pytest.mark.parametrize("name", ["nothing", "%3Cscript%3E", "a" * 200, "%00", "%2e", "%F0%9F%98%80"])
def test_unknown_declarations(client, name):
    for path in ("/", "/matrix", "/ledger"):
        answer = client.get(f"/{name}{path}", headers=BROWSER)
        assert 400 <= answer.status_code < 500
        Reader(answer.text)


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        ("text/html", True),
        (BROWSER["Accept"], True),
        ("application/json", False),
        ("*/*", False),
        ("application/problem+json, text/html", False),
        ("text/html, application/json", True),
        ("", False),
    ],
)
def test_programs_are_refused_in_json_and_people_in_a_page(client, accept, is_page):
    answer = client.get("/nothing/", headers={"Accept": accept, "Accept-Language": "de"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html" if is_page else "application/problem+json")
    if is_page:
        assert "Unter dieser Adresse steht nichts" in answer.text
        assert "declaration.unknown" in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_the_interface_for_programs_never_answers_with_a_page(client):
    answer = client.get("/api/v1/nothing", headers=BROWSER)
    assert answer.headers["content-type"] == "application/problem+json"


def test_one_declaration_alone_is_shown_at_once(client):
    answer = client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "small-summit/")


def test_several_declarations_are_listed(summit):
    other = replace(TEXT, id="another", title={"fr": "Une autre <script>", "en": "Another", "ar": "آخر"})
    opening.open_declaration(summit.chancery, other, HOST)
    with TestClient(create_app(summit.chancery)) as client:
        first = client.get("/", headers={"Accept-Language": "fr"}, follow_redirects=False)
        assert {"/another/", "/small-summit/"} <= set(read(first).links)
        assert "Une autre &lt;script&gt;" in first.text
        again = client.get("/", headers={"Accept-Language": "fr", "If-None-Match": first.headers["etag"]})
        assert again.status_code == 304


def test_the_language_of_the_interface_is_remembered(drafting):
    chosen = drafting.get(D + "/versions?ui=de", headers={"Accept-Language": "fr"})
    assert chosen.headers["content-language"] == "de"
    assert chosen.headers["cache-control"] == "private, no-cache"
    cookie = chosen.headers["set-cookie"]
    assert cookie.startswith("ui=de; Path=/; Max-Age=")
    assert {"SameSite=Lax", "HttpOnly"} <= set(cookie.split("; "))
    kept = drafting.get(D + "/versions", headers={"Accept-Language": "fr"})
    assert kept.headers["content-language"] == "de"
    drafting.cookies.clear()
    assert drafting.get(D + "/versions?ui=tlh").headers["content-language"] == "fr"
    assert drafting.get(D + "/versions", headers={"Cookie": "ui=<script>"}).headers["content-language"] == "fr"


# What the pages say


def test_the_text_says_what_is_open(drafting):
    page = read(drafting.get(D + "/?lang=en", headers={"Accept-Language": "en"}))
    assert "Being drafted · Version 2, adopted" in page.text
    assert "We open our squares to everybody. 1 amendment" in page.text
    assert "The shared city" in page.text


def test_columns_stand_clause_by_clause(drafting):
    text = drafting.get(D + "/?lang=en&beside=ar").text
    row = text[text.index('id="clause-city-air"') :].split("</div>")[0]
    assert re.search(r'lang="en" dir="ltr">We keep the air clean\.', row)
    assert re.search(r'lang="ar" dir="rtl">نحافظ على نقاء الهواء', row)


def test_a_former_version_says_so(drafting):
    page = read(drafting.get(D + "/versions/1?lang=en", headers={"Accept-Language": "en"}))
    assert "This is not the version in force." in page.text
    assert "We open our squares and our gardens to everybody." in page.text
    assert f"{D}/compare?from=1&to=2&lang=en" in page.links


def test_a_comparison_says_what_became_of_each_clause(drafting):
    page = read(drafting.get(D + "/compare?from=1&to=2&lang=en", headers={"Accept-Language": "en"}))
    assert "1 clause reworded, 1 clause inserted, and 1 clause moved." in page.text
    assert "moved within its section: 1.3 has become 1.2" in page.text
    assert "We open our squares [deleted: and our gardens ] to everybody." in page.text
    back = read(drafting.get(D + "/compare?from=2&to=1&lang=en", headers={"Accept-Language": "en"}))
    assert "1 clause deleted" in back.text
    same = read(drafting.get(D + "/compare?from=2&to=2", headers={"Accept-Language": "en"}))
    assert "do not differ in a single word" in same.text


def test_a_clause_shows_its_life(drafting):
    page = read(drafting.get(D + "/clauses/city-1?lang=en", headers={"Accept-Language": "en"}))
    assert "Version 2 : reworded in English" in page.text
    assert "Version 1 : introduced as 1.1" in page.text
    assert "said of former words" in page.text
    assert f"{D}/compare?from=1&to=2&lang=en#clause-city-1" in page.links


def test_an_amendment_in_conflict_shows_both_texts(drafting):
    page = read(drafting.get(D + "/amendments/S4?lang=en", headers={"Accept-Language": "en"}))
    assert "Open, in conflict" in page.text
    assert "We open our squares and our [deleted: gardens ] [inserted: parks ] to everybody" in page.text
    assert "What has become of this clause since version 1" in page.text
    assert "Another text was adopted, which collides with the amendment." in page.text


def test_a_conflict_is_explained_in_the_readers_language(drafting):
    said = {
        "en": "The adopted text and this amendment change the same passage of clause city-1. (English)",
        "fr": "Le texte adopté et cet amendement changent le même passage de la clause city-1. (English)",
        "de": "Der angenommene Text und dieser Antrag ändern dieselbe Stelle von Klausel city-1. (English)",
    }
    for language, sentence in said.items():
        answer = drafting.get(D + "/amendments/S4?lang=en", headers={"Accept-Language": language})
        page = read(answer)
        assert sentence in page.text, page.text
        assert '<q lang="en" dir="ltr">' in answer.text


def test_amendments_tell_their_end(drafting):
    en = {"Accept-Language": "en"}
    assert "Adopted as it was." in read(drafting.get(D + "/amendments/S1", headers=en)).text
    assert "carried to it with its own words" in read(drafting.get(D + "/amendments/S2", headers=en)).text
    assert "A declaration needs an end." in read(drafting.get(D + "/amendments/S5", headers=en)).text
    assert "Withdrawn" in read(drafting.get(D + "/amendments/S6", headers=en)).text
    listed = read(drafting.get(D + "/amendments?state=rejected", headers=en))
    assert f"{D}/amendments/S5" in listed.links
    assert f"{D}/amendments/S1" not in listed.links


def test_positions_say_what_is_stale_and_who_reserves(drafting):
    en = {"Accept-Language": "en"}
    by_clause = read(drafting.get(D + "/matrix?by=clause", headers=en))
    assert "5 to be confirmed again" in by_clause.text
    assert "As far as the <i>law</i> allows." in by_clause.text
    assert "1 objects" in by_clause.text
    by_city = read(drafting.get(D + "/matrix?by=city", headers=en))
    assert "accepts, said of former words" in by_city.text
    table = drafting.get(D + "/matrix", headers=en).text
    assert table.count('<th scope="row">') == 5
    assert table.count('<th scope="col"') == 1 + 6


def test_signatures_tell_how_to_verify(sealed):
    en = {"Accept-Language": "en"}
    people = read(sealed.get(D + "/signatories", headers=en))
    assert "have signed 4 has declined 1 without an answer yet 0 invited 5" in people.text
    page = sealed.get(D + "/signatures/haifa", headers=en)
    assert "declaration verify haifa.json instrument.pdf --trust trust/" in page.text
    bundle = sealed.get(D + "/signatures/haifa.json")
    assert bundle.json()["act"] == "sign"
    declined = read(sealed.get(D + "/signatures/seoul", headers=en))
    assert "The council <script>alert(5)</script> has not decided." in declined.text


def test_the_bundle_has_the_digest_that_its_page_prints(sealed):
    page = read(sealed.get(D + "/signatures/haifa"))
    printed = "".join(page.words).replace("\n", "")
    assert digest(sealed.get(D + "/signatures/haifa.json").content) in printed


def test_the_ledger_is_read_to_its_beginning(drafting, half):
    seen, address = [], D + "/ledger"
    while address:
        page = read(drafting.get(address))
        seen += [int(link.rpartition("/")[2]) for link in page.links if "/ledger/entries/" in link]
        older = [link for link in page.links if "/ledger?before=" in link and int(link.rpartition("=")[2]) == seen[-1]]
        address = older[0] if older else None
    with half.store.reading() as session:
        size = queries.declaration(session, "small-summit").size
    assert seen == list(range(size))[::-1]


def test_an_entry_is_shown_as_it_stands(drafting, half):
    with half.store.reading() as session:
        stored = queries.entry(session, "small-summit", 0)
    page = drafting.get(D + "/ledger/entries/0")
    assert "declaration-entry/1" in page.text
    assert stored.leaf_hash.hex() in read(page).text.replace(" ", "")


ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_is_atom(client, language):
    answer = client.get(D + "/feed.atom", headers={"Accept-Language": language})
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)
    assert feed.tag == ATOM + "feed"
    for element in (feed, *feed.findall(ATOM + "entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1, (element.tag, name)
        assert element.find(ATOM + "title").text.strip()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", element.find(ATOM + "updated").text)
    entries = feed.findall(ATOM + "entry")
    ids = [entry.find(ATOM + "id").text for entry in entries]
    assert len(ids) == len(set(ids)) > 10
    assert all(identity.startswith("https://declaration.example/small-summit/") for identity in ids)
    moments = [entry.find(ATOM + "updated").text for entry in entries]
    assert feed.find(ATOM + "updated").text == max(moments)  # thirty-five hands write seconds, not in ledger order


def test_the_wall_shows_the_present_state_without_script(sealed):
    page = read(sealed.get(D + "/wall", headers={"Accept-Language": "en"}))
    assert "4 / 5 have signed. The declaration is sealed." in page.text


def test_a_page_follows_the_record_at_once(summit):
    """What this process records is shown by its next answer; nobody waits for a clock."""
    chancery, declaration = summit.chancery, TEXT.id
    version = negotiating.current_version(chancery, declaration)
    change = derive_replace(version.text, "preamble-1", "en", "We, the mayors,")
    with chancery.store.reading() as session:
        drafter = queries.drafters(session, declaration)[0].id
    with TestClient(create_app(chancery)) as client:
        before = client.get(f"/{declaration}/amendments")
        assert "Shorter." not in before.text
        negotiating.table(chancery, declaration, Amendment("A1", drafter, version.digest, "Shorter.", (change,)))
        after = client.get(f"/{declaration}/amendments", headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200
        assert "Shorter." in after.text


def test_a_page_follows_what_another_process_records(summit):
    """A page may lag, and no longer than it says."""
    chancery, now = summit.chancery, [0.0]
    shelf = Shelf(chancery, Look(Assets()), tick=lambda: now[0])
    page = next(page for page in PUBLIC if page.path == "/ledger")
    app = Starlette(routes=[shelf.route(page)])
    elsewhere = open_store(chancery.store.address)
    with TestClient(app) as client:
        before = client.get(f"/{TEXT.id}/ledger")
        opening.admit_drafter(replace(chancery, store=elsewhere), TEXT.id, "late", "Somebody late")
        assert client.get(f"/{TEXT.id}/ledger").headers["etag"] == before.headers["etag"]
        now[0] += LAG
        assert "Somebody late" in client.get(f"/{TEXT.id}/ledger").text
    elsewhere.dispose()


def test_the_shelf_keeps_no_more_than_its_limit(half):
    shelf = Shelf(half, Look(Assets()), tick=lambda: 0.0, limit=150_000)
    app = Starlette(routes=[shelf.route(page) for page in PUBLIC])
    with TestClient(app) as client:
        for path in PAGES:
            assert client.get(D + path).status_code == 200
    assert 0 < sum(map(len, shelf._kept.values())) <= 150_000
    assert shelf._size == sum(map(len, shelf._kept.values()))
