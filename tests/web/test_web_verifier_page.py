"""The page on which anybody verifies, in a real browser: files dropped, network off, three languages, a phone."""

import random
import time
from datetime import UTC, datetime

import pytest
from web_phone import chromium
from web_server import serving

from declaration.canonical import encode
from declaration.signing.examination import examine_edition
from declaration.signing.keystore import generate_keys
from declaration.signing.trust import Trust
from declaration.web.app import create_app

D = "/small-summit"
SECONDS = 20
VERDICTS = {
    "en": ("Valid", "Altered", "Cannot be verified"),
    "fr": ("Valable", "Altéré", "Invérifiable"),
    "de": ("Gültig", "Verändert", "Nicht prüfbar"),
}


@pytest.fixture(scope="module")
def place(whole):
    with serving(create_app(whole)) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def published(place, browser):
    """What the service publishes, by name."""
    request = browser.new_context(base_url=place).request
    names = ("signed.pdf", "instrument.pdf", "declaration.json", "signatures/dhaka.json", "signatures/seoul.json")
    trust = ("trust/signing-root.pem", "trust/timestamp-root.pem", "trust/seal-root.pem", "trust/ledger.vkeys")
    found = {name: request.get(f"{D}/{name}") for name in names + trust}
    return {name: answer.body() for name, answer in found.items() if answer.ok}


class Reader:
    """Somebody with a browser on the page, who notes what the browser complains about and asks for."""

    def __init__(self, browser, place, language="en", *, width=1280, before=None):
        self.context = browser.new_context(viewport={"width": width, "height": 800}, locale=language)
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append((request.method, request.url)))
        if before is not None:
            self.page.add_init_script(before)
        self.page.goto(f"{place}{D}/verify?ui={language}")
        self.until("document.documentElement.dataset.ready === 'yes'")

    def until(self, condition):
        limit = time.monotonic() + SECONDS
        while not self.page.evaluate(condition):
            assert time.monotonic() < limit, (condition, self.complaints)
            time.sleep(0.03)

    def give(self, **files):
        payload = [{"name": name, "mimeType": "", "buffer": data} for name, data in files.items()]
        self.page.evaluate("document.getElementById('verdict').dataset.verdict = ''")
        self.page.set_input_files("#files", payload)
        self.until("document.getElementById('verdict').dataset.verdict && !document.getElementById('result').hidden")
        return self.page.evaluate("document.getElementById('verdict').dataset.verdict")

    def text(self, part):
        return self.page.locator(part).inner_text()

    def close(self):
        self.context.close()


@pytest.fixture
def reader(browser, place):
    opened = []

    def open_(*args, **named):
        opened.append(Reader(browser, place, *args, **named))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


def altered(data):
    """Flip a bit of the seal's signature-covered bytes: in the middle of the file."""
    return data[:60_000] + bytes([data[60_000] ^ 1]) + data[60_001:]


@pytest.mark.parametrize("language", VERDICTS)
def test_the_network_off_in_every_language(reader, place, published, language):
    someone = reader(language)
    asked = len(someone.requests)
    someone.context.set_offline(True)
    trust = Trust.from_files({name[6:]: data for name, data in published.items() if name.startswith("trust/")})
    expected = examine_edition(published["signed.pdf"], trust=trust)
    assert someone.give(**{"signed.pdf": published["signed.pdf"]}) == expected.verdict
    good, wrong, unreadable = VERDICTS[language]
    assert someone.text("#verdict h2").startswith(good)
    assert someone.text("#verdict p >> nth=0") == expected.say(language).says
    assert someone.page.locator("#signatories tr").count() == len(expected.signatories)
    assert someone.page.evaluate("document.activeElement.id") == "result"
    verdict = someone.give(**{"signed.pdf": altered(published["signed.pdf"])})
    assert verdict in {"altered", "cannot-be-verified"}
    assert someone.text("#verdict h2") == (wrong if verdict == "altered" else unreadable)
    assert someone.page.locator("#findings li").count() == 1
    assert someone.give(**{"signed.pdf": b"hello"}) == "cannot-be-verified"
    assert someone.text("#verdict h2") == unreadable
    # nothing was asked for, nothing was sent, nothing was complained about
    assert len(someone.requests) == asked
    assert all(method == "GET" and url.startswith(place) for method, url in someone.requests)
    assert someone.complaints == []


def test_bundles_with_their_instrument(reader, published):
    someone = reader()
    bundle = {"seoul.json": published["signatures/seoul.json"]}
    assert someone.give(**bundle, **{"instrument.pdf": published["instrument.pdf"]}) == "valid"
    assert someone.text("#verdict h2") == "Valid: what was given"
    assert someone.page.locator("#findings li.note").count() == 1
    assert someone.give(**bundle) == "cannot-be-verified"
    assert "instrument.pdf" in someone.text("#findings")
    assert "does not hold" not in someone.text("#result")


def test_trust_of_ones_own(reader, published):
    someone = reader()
    files = {name[6:]: data for name, data in published.items() if name.startswith("trust/")}
    trust = Trust.from_files(files)
    for fingerprint in trust.fingerprints().values():
        assert fingerprint in someone.text("#fingerprints")
    strangers = (
        generate_keys(at=datetime(2019, 9, 1, tzinfo=UTC), random=random.Random(5).randbytes)
        .trust(trust.ledger)
        .files()
    )
    someone.page.set_input_files(
        "#files", [{"name": name, "mimeType": "", "buffer": data} for name, data in strangers.items()]
    )
    someone.until("document.getElementById('status').textContent.startsWith('Your trust files')")
    assert someone.give(**{"signed.pdf": published["signed.pdf"]}) == "cannot-be-verified"
    assert "seal." in someone.text("#findings")
    someone.page.click("#forget")
    assert someone.give(**{"signed.pdf": published["signed.pdf"]}) in {"valid", "incomplete"}
    # part of a trust folder is none
    someone.page.set_input_files("#files", [{"name": "ledger.vkeys", "mimeType": "", "buffer": files["ledger.vkeys"]}])
    someone.until("document.getElementById('fingerprints').textContent.includes('No trust')")
    assert someone.give(**{"signed.pdf": published["signed.pdf"]}) == "cannot-be-verified"
    assert "trust.missing" in someone.text("#findings")


@pytest.mark.parametrize("width", [320, 360])
def test_on_a_phone_nothing_is_cut_off(reader, published, width):
    someone = reader("de", width=width)
    someone.give(**{"signed.pdf": published["signed.pdf"]})
    assert someone.page.evaluate("document.documentElement.scrollWidth") <= width
    assert someone.page.evaluate("document.getElementById('verdict').getBoundingClientRect().width") > width / 2


def test_by_keyboard_and_by_dropping(reader, published):
    someone = reader()
    someone.page.focus("#main")
    reached = False
    for _ in range(3):
        someone.page.keyboard.press("Tab")
        reached = reached or someone.page.evaluate("document.activeElement.id") == "files"
    assert reached
    assert someone.page.locator("#files").get_attribute("aria-describedby") == "what"
    assert someone.page.locator("[role=status][aria-live=polite]").count() >= 1
    dropped = """async ([place]) => {
      const data = await (await fetch(place)).arrayBuffer();
      const transfer = new DataTransfer();
      transfer.items.add(new File([data], "signed.pdf"));
      document.getElementById("drop").dispatchEvent(
        new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }"""
    someone.page.evaluate(dropped, [f"{D}/signed.pdf"])
    someone.until("document.getElementById('verdict').dataset.verdict")
    assert someone.page.evaluate("document.getElementById('verdict').dataset.verdict") in {"valid", "incomplete"}


def test_what_a_file_says_never_becomes_markup(reader, published):
    """A summit whose title and reasons hold markup, and files whose names do."""
    someone = reader()
    someone.give(**{"signed.pdf": published["signed.pdf"], "<img src=x onerror=alert(1)>.txt": b"x"})
    assert "<script>" in someone.text("#about")
    assert "<img src=x" in someone.text("#findings")
    assert someone.page.locator("#result img, #result script").count() == 0
    assert someone.complaints == []


def test_the_page_says_that_nothing_is_uploaded_also_without_script(browser, place):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{place}{D}/verify?ui=en")
    assert "nothing is uploaded" in page.locator("main").inner_text()
    assert "command line" in page.locator("main").inner_text()
    assert page.locator("#files").is_hidden()
    context.close()


def test_the_report_on_the_page_is_pythons(reader, published):
    someone = reader()
    trust = Trust.from_files({name[6:]: data for name, data in published.items() if name.startswith("trust/")})
    found = someone.page.evaluate(
        """async ([edition, base]) => {
          const script = document.querySelector('script[src$="verify-page.js"]').src;
          const { examineEdition } = await import(new URL("verify/examination.js", script));
          const { FILES, readTrust } = await import(new URL("verify/trust.js", script));
          const get = async (place) => new Uint8Array(await (await fetch(place)).arrayBuffer());
          const files = {};
          for (const name of FILES) { files[name] = await get(base + name); }
          const report = await examineEdition(await get(edition), await readTrust(files));
          return new TextDecoder().decode(report.encode());
        }""",
        [f"{D}/signed.pdf", f"{D}/trust/"],
    )
    assert found == encode(examine_edition(published["signed.pdf"], trust=trust).as_json()).decode()


def test_the_page_that_people_keep_verifies_from_their_disk(browser, place, published, tmp_path):
    context = browser.new_context(base_url=place)
    answer = context.request.get(f"{D}/verify.html?ui=en")
    assert answer.ok
    file = tmp_path / "verify.html"
    file.write_bytes(answer.body())
    context.set_offline(True)
    page = context.new_page()
    complaints, requests = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    kept = Reader.__new__(Reader)
    kept.page, kept.complaints = page, complaints
    kept.until("document.documentElement.dataset.ready === 'yes'")
    assert kept.give(**{"signed.pdf": published["signed.pdf"]}) == "cannot-be-verified"
    assert "trust.missing" in kept.text("#findings")
    trust = {name[6:]: data for name, data in published.items() if name.startswith("trust/")}
    assert kept.give(**trust, **{"signed.pdf": published["signed.pdf"]}) == "valid"
    assert kept.give(**{"signed.pdf": altered(published["signed.pdf"])}) != "valid"
    assert all(url.startswith(("file:", "data:", "blob:")) for url in requests)
    assert complaints == []
    # from the service's own address it does nothing: a script inside a page never runs there
    context.set_offline(False)
    page.goto(f"{place}{D}/verify.html")
    assert page.evaluate("document.documentElement.dataset.ready") is None
    context.close()
