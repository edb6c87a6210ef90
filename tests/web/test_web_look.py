"""What the public pages look like in a real browser: nothing overflows, bars anybody or comes from elsewhere.

With SCREENS=yes in the environment, pictures of every page lie in ``tests/web/screens/`` afterwards, for eyes.
"""

from types import SimpleNamespace

import pytest
from web_mayor import Hand, freeze
from web_phone import DESK, Phone, chromium
from web_server import serving
from web_sight import PICTURES, faults, faults_everywhere, picture
from web_summit import DECLARATION, TEXT

from declaration.drafting.text import Text
from declaration.services import opening
from declaration.web.app import create_app

DRAFTING = {
    "text": "?lang=en",
    "text-beside": "?lang=fr&beside=ar",
    "text-arabic": "?lang=ar",
    "version": "versions/1",
    "versions": "versions",
    "compare": "compare?from=1&to=2&lang=en",
    "compare-side": "compare?from=1&to=2&lang=en&view=side&all=yes",
    "clause": "clauses/city-1?lang=en",
    "amendments": "amendments",
    "amendment": "amendments/S3",
    "amendment-conflict": "amendments/S4?lang=en",
    "matrix": "matrix",
    "matrix-clauses": "matrix?by=clause",
    "reservations": "reservations",
    "matrix-cities": "matrix?by=city",
    "signatories-invited": "signatories",
    "wall-drafting": "wall",
    "refusal-unknown": "clauses/nothing",
    "refusal-malformed": "compare?from=zero",
}
SEALED = {
    "text-sealed": "?lang=fr",
    "signatories": "signatories",
    "signature": "signatures/haifa",
    "signature-declined": "signatures/seoul",
    "ledger": "ledger",
    "entry": "ledger/entries/0",
    "wall": "wall",
}


@pytest.fixture(scope="module")
def browser(typefaces):
    with chromium() as made:
        yield made


def reading(browser, service):
    """Serve it, and give a reader's browser, which notes what a page should not do."""
    with serving(create_app(service)) as origin:
        opened = Phone(browser, SimpleNamespace(origin=origin), size=PICTURES["desk"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def drafting(browser, half):
    yield from reading(browser, half)


@pytest.fixture(scope="module")
def sealed(browser, whole):
    yield from reading(browser, whole)


def look(reader, name, path, ready=None):
    found = faults_everywhere(reader.page, name, f"{reader.summit.origin}/{DECLARATION}/{path}", ready)
    refused = name.startswith("refusal")
    strange = [text for text in reader.complaints if not (refused and ("404" in text or "400" in text))]
    reader.complaints.clear()
    assert found + strange == []


def test_eyes_that_see_nothing_would_say_so(drafting):
    """The looking itself: what is bad is found, in its colour and at its width."""
    drafting.go("ledger?ui=en")
    drafting.page.evaluate("""() => {
      const bad = document.createElement("p");
      bad.append("Pale words in a box that is too wide");
      Object.assign(bad.style, { color: "#777", background: "#888", inlineSize: "800px" });
      document.querySelector("main").append(bad, document.createElement("button"));
    }""")
    found = " ".join(faults(drafting.page, "bad", "en"))
    assert "320 too wide: <p style=" in found.replace("320: ", "320 ")
    assert "1280: too wide" not in found
    for said in ("320: the page scrolls sideways", "en color-contrast", "dark, color-contrast", "button-name"):
        assert said in found, said


@pytest.mark.parametrize("name", DRAFTING)
def test_pages_of_a_summit_that_is_drafting(drafting, name):
    look(drafting, name, DRAFTING[name])


@pytest.mark.parametrize("name", SEALED)
def test_pages_of_a_summit_that_is_over(sealed, name):
    look(sealed, name, SEALED[name])


def test_the_page_that_verifies_with_a_file_and_with_a_spoilt_one(sealed):
    page = sealed.page
    edition = page.request.get(f"{sealed.summit.origin}/{DECLARATION}/signed.pdf").body()

    def judged(data, verdict):
        page.locator("html[data-ready=yes]").wait_for()
        page.set_input_files("#files", [{"name": "signed.pdf", "mimeType": "application/pdf", "buffer": data}])
        page.locator(f"#verdict[data-verdict={verdict}]").wait_for()

    look(sealed, "verify", "verify", lambda: judged(edition, "valid"))
    judged(edition[:9_000], "cannot-be-verified")
    assert faults(page, "verify-spoilt", "de") == []


def test_the_list_of_declarations(browser, summit):
    other = Text("other", TEXT.languages, TEXT.title, TEXT.sections)
    opening.open_declaration(summit.chancery, other, summit.host)
    with serving(summit.app) as origin:
        reader = Phone(browser, SimpleNamespace(origin=origin), size=DESK)
        assert faults_everywhere(reader.page, "front", f"{origin}/") == []
        assert reader.page.locator(".cards .card").count() == 2
        reader.close()


def test_typefaces_are_our_own_and_loaded_where_they_are_needed(drafting):
    page = drafting.page
    drafting.go("?lang=en")
    page.wait_for_function("document.fonts.status === 'loaded'")
    loaded = "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    assert page.evaluate(loaded) == ["Source Serif"]
    drafting.go("?lang=ar")
    page.wait_for_function("[...document.fonts].some(f => f.family === 'Amiri' && f.status === 'loaded')")


def test_a_time_says_in_its_title_what_the_readers_clock_showed(browser, drafting):
    context = browser.new_context(timezone_id="Europe/Berlin")
    page = context.new_page()
    page.goto(f"{drafting.summit.origin}/{DECLARATION}/versions?ui=de")
    page.locator("time[title]:not([title=''])").first.wait_for()
    shown = page.locator("time").first
    assert shown.inner_text().endswith(" UTC")
    assert "MEZ" in shown.get_attribute("title") or "MESZ" in shown.get_attribute("title")
    context.close()


def test_pages_are_printed_on_white_without_what_is_clicked(drafting):
    page = drafting.page
    drafting.go("?lang=en")
    page.emulate_media(media="print", color_scheme="dark")
    hidden = "['.tools', '.ways', '.choices'].map(s => getComputedStyle(document.querySelector(s)).display)"
    assert page.evaluate(hidden) == ["none", "none", "none"]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen", color_scheme="light")


def test_the_keyboard_reaches_the_content_first(drafting):
    drafting.go("matrix")
    drafting.page.keyboard.press("Tab")
    assert drafting.page.evaluate("document.activeElement.className") == "skip"
    assert drafting.page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")


def test_the_wall_shows_names_as_they_sign(browser, summit):
    """Live, by the stream of events; what the stream says never becomes markup."""
    mayors = {who: summit.come_in("signatory", who) for who in ("abidjan", "haifa")}
    freeze(summit)
    with serving(summit.app) as origin:
        reader = Phone(browser, SimpleNamespace(origin=origin), size=DESK)
        page = reader.page
        reader.go("wall?ui=en")
        assert page.locator(".count").inner_text() == "0 / 3"
        Hand(summit, mayors["abidjan"], "abidjan").whole()
        page.locator("#signed").filter(has_text="1").wait_for()
        assert page.locator("#names li").text_content() == "Abidjan Mayor of Abidjan"
        Hand(summit, mayors["haifa"], "haifa").whole()
        page.locator("#signed").filter(has_text="2").wait_for()
        assert page.locator("#colonnade .signed").count() == 2
        live = page.locator("#names .city").all_inner_texts()
        picture(page, "wall-live-en", "desk-light")
        reader.go("wall?ui=en")
        assert page.locator("#names .city").all_inner_texts() == live
        page.goto("about:blank")
        reader.close()
