"""What the public pages look like in a real browser: nothing overflows or complains or comes from elsewhere.

Screenshots of every page lie in ``tests/web/screens/`` afterwards, for eyes.
"""

import time
from pathlib import Path

import pytest
from web_browser import Browser
from web_mayor import Hand, freeze
from web_server import serving

from declaration.web.app import create_app

SCREENS = Path(__file__).parent / "screens"
D = "/small-summit"
WIDTHS = (360, 768, 1280)
DRAFTING = {
    "text": "/?lang=en&ui=en",
    "text-beside": "/?lang=fr&beside=ar&ui=fr",
    "text-arabic": "/?lang=ar&ui=de",
    "version": "/versions/1?ui=fr",
    "versions": "/versions?ui=de",
    "compare": "/compare?from=1&to=2&lang=en&ui=en",
    "compare-side": "/compare?from=1&to=2&lang=en&view=side&all=yes&ui=de",
    "clause": "/clauses/city-1?lang=en&ui=fr",
    "amendments": "/amendments?ui=de",
    "amendment": "/amendments/S3?ui=fr",
    "amendment-conflict": "/amendments/S4?lang=en&ui=en",
    "matrix": "/matrix?ui=fr",
    "matrix-clauses": "/matrix?by=clause&ui=de",
    "matrix-cities": "/matrix?by=city&ui=en",
    "signatories-invited": "/signatories?ui=de",
    "wall-drafting": "/wall?ui=fr",
    "refusal": "/clauses/nothing?ui=de",
}
SEALED = {
    "text-sealed": "/?lang=fr&ui=fr",
    "signatories": "/signatories?ui=fr",
    "signature": "/signatures/haifa?ui=de",
    "signature-declined": "/signatures/seoul?ui=en",
    "ledger": "/ledger?ui=fr",
    "entry": "/ledger/entries/0?ui=de",
    "wall": "/wall?ui=en",
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    made = Browser(tmp_path_factory.mktemp("profile"))
    SCREENS.mkdir(exist_ok=True)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def drafting(half):
    with serving(create_app(half)) as address:
        yield address


@pytest.fixture(scope="module")
def sealed(whole):
    with serving(create_app(whole)) as address:
        yield address


# a place that can be scrolled may be as wide as it needs; everything else stays inside the window
WIDER = """[...document.body.querySelectorAll("*")].filter(e => {
  const r = e.getBoundingClientRect();
  return (r.right > innerWidth + 1 || r.left < -1) && r.width && !e.closest(".scroll, .unseen, .skip")
    && getComputedStyle(e).position !== "absolute";
}).slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
SMALL = """[...document.querySelectorAll("main a, main button, main select, header a")].filter(e => {
  const r = e.getBoundingClientRect();
  return r.width && r.height < 16;
}).map(e => e.outerHTML.slice(0, 100))"""


def look(browser, base, name, path, width, dark):
    seen = browser.show(base + D + path, width=width, dark=dark)
    browser.screenshot(SCREENS / f"{name}-{width}-{'dark' if dark else 'light'}.png", whole=True)
    strange = [url for url in seen.requests if not url.startswith((base, "data:"))]
    complaints = [one for one in seen.complaints if name != "refusal" or "404" not in one]
    assert not strange
    assert not complaints
    assert browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert browser.evaluate(WIDER) == []
    assert browser.evaluate(SMALL) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", DRAFTING)
def test_pages_of_a_summit_that_is_drafting(browser, drafting, name, width, dark):
    look(browser, drafting, name, DRAFTING[name], width, dark)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SEALED)
def test_pages_of_a_summit_that_is_over(browser, sealed, name, width, dark):
    look(browser, sealed, name, SEALED[name], width, dark)


def test_typefaces_are_our_own_and_loaded_where_they_are_needed(browser, drafting):
    browser.show(drafting + D + "/?lang=en", width=800)
    wait(browser, "document.fonts.status === 'loaded'")
    loaded = "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    assert browser.evaluate(loaded) == ["Source Serif"]
    browser.show(drafting + D + "/?lang=ar", width=800)
    wait(browser, "[...document.fonts].some(f => f.family === 'Amiri' && f.status === 'loaded')")


def wait(browser, condition):
    limit = time.monotonic() + 60
    while not browser.evaluate(condition):
        assert time.monotonic() < limit, condition
        time.sleep(0.05)


def test_a_time_says_in_its_title_what_the_readers_clock_showed(browser, drafting):
    browser.ask("Emulation.setTimezoneOverride", timezoneId="Europe/Berlin")
    browser.show(drafting + D + "/versions?ui=de", width=800)
    wait(browser, "document.querySelector('time').title !== ''")
    shown = browser.evaluate("[document.querySelector('time').textContent, document.querySelector('time').title]")
    browser.ask("Emulation.setTimezoneOverride", timezoneId="")
    assert shown[0].endswith(" UTC")
    assert "MEZ" in shown[1] or "MESZ" in shown[1]


def test_pages_are_printed_on_white_without_what_is_clicked(browser, drafting):
    browser.show(drafting + D + "/?lang=en", width=800, dark=True)
    browser.ask("Emulation.setEmulatedMedia", media="print")
    hidden = "['.tools', '.ways', '.choices'].map(s => getComputedStyle(document.querySelector(s)).display)"
    assert browser.evaluate(hidden) == ["none", "none", "none"]
    assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    browser.ask("Emulation.setEmulatedMedia", media="")


def test_the_keyboard_reaches_the_content_first(browser, drafting):
    browser.show(drafting + D + "/matrix", width=800)
    for kind in ("keyDown", "keyUp"):
        browser.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert browser.evaluate("document.activeElement.className") == "skip"
    assert browser.evaluate("document.activeElement.getBoundingClientRect().top >= 0")


def test_the_wall_shows_names_as_they_sign(browser, summit):
    """Live, by the stream of events; what the stream says never becomes markup."""
    mayors = {who: summit.come_in("signatory", who) for who in ("abidjan", "haifa")}
    freeze(summit)
    with serving(summit.app) as base:
        seen = browser.show(f"{base}/small-summit/wall?ui=en", width=1280)
        assert browser.evaluate("document.querySelector('.count').textContent") == "0 / 3"
        Hand(summit, mayors["abidjan"], "abidjan").whole()
        wait(browser, "document.getElementById('signed').textContent === '1'")
        assert browser.evaluate("document.querySelector('#names li').textContent") == "Abidjan Mayor of Abidjan"
        Hand(summit, mayors["haifa"], "haifa").whole()
        wait(browser, "document.getElementById('signed').textContent === '2'")
        assert browser.evaluate("document.querySelectorAll('#colonnade .signed').length") == 2
        again = "[...document.querySelectorAll('#names .city')].map(e => e.textContent)"
        live = browser.evaluate(again)
        browser.screenshot(SCREENS / "wall-live-1280-light.png")
        assert not seen.complaints
        browser.show(f"{base}/small-summit/wall?ui=en", width=1280)
        assert browser.evaluate(again) == live
        browser.show("about:blank", width=1280)
