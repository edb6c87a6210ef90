"""A mayor in a real browser, with a passkey: coming in, positions, signing, declining; and a service that lies."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from web_mayor import adopt, freeze
from web_phone import DESK, Phone, chromium, living
from web_sight import faults, faults_everywhere
from web_summit import DECLARATION, PARTIES

from declaration.canonical import b64u, encode, unb64u
from declaration.signing import cms, p256
from declaration.signing.bundle import Bundle
from declaration.signing.drawing import WIDTH, Drawing
from declaration.store import queries


@pytest.fixture(scope="module")
def browser(typefaces):
    with chromium() as opened:
        yield opened


@pytest.fixture
def summit(tmp_path, web_keys):
    with living(tmp_path, web_keys) as served:
        yield served


@pytest.fixture
def phone(browser, summit):
    opened = Phone(browser, summit)
    yield opened
    opened.close()


def positions(summit):
    with summit.chancery.store.reading() as session:
        return {
            line.position.clause: (str(line.position.stance), line.position.reservation, line.version)
            for line in queries.positions(session, DECLARATION)
        }


def signed(summit):
    with summit.chancery.store.reading() as session:
        return [item.signatory for item in queries.signatures(session, DECLARATION)]


def choose(phone, clause, stance):
    phone.page.locator(f"#clause-{clause} label.stance.{stance}").click()


def confirm(phone):
    phone.page.get_by_role("button", name="Read over and confirm").click()
    phone.agree()
    phone.told("Confirmed and public")


def receipt(phone, folder, button="Download the receipt"):
    """Download the receipt and verify it with the command line, apart from the service."""
    with phone.page.expect_download() as waiting:
        phone.page.get_by_role("link", name=button).click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def verified(summit, folder, file):
    """What `declaration verify` says of a receipt beside the instrument."""
    trust = folder / "trust"
    trust.mkdir(exist_ok=True)
    origin = f"localhost/{DECLARATION}"
    for name, data in summit.chancery.keys.trust(origin, timestamp_root=None).files().items():
        (trust / name).write_bytes(data)
    with summit.chancery.store.reading() as session:
        frozen = queries.frozen_instrument(session, DECLARATION)
        (folder / "instrument.pdf").write_bytes(queries.blob(session, DECLARATION, frozen.instrument))
    command = [sys.executable, "-m", "declaration", "verify", str(file), str(folder / "instrument.pdf")]
    command += ["--trust", str(trust)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_whole_way_of_a_mayor_on_a_phone(browser, summit, phone, tmp_path):
    page = phone.page
    phone.go(f"welcome#{summit.invite('signatory', 'haifa')}")
    page.locator("#invited").wait_for()
    assert "#" not in page.url
    phone.screenshot("welcome-phone")
    page.get_by_role("button", name="Make a passkey").click()
    page.locator("#review").wait_for()
    phone.screenshot("welcome-review-phone")
    phone.agree()
    page.wait_for_url("**/my")
    phone.screenshot("clauses-phone")

    choose(phone, "city-1", "accept")
    choose(phone, "city-2", "accept-with-reservation")
    assert page.evaluate("document.activeElement.id") == "words-city-2"
    page.keyboard.type("Not in a drought.")
    page.locator("#clause-city-2 .saved").filter(has_text="Saved, not confirmed").wait_for()
    phone.screenshot("clauses-chosen-phone")
    page.reload()  # nothing is lost by a swipe back
    assert page.locator("#words-city-2").input_value() == "Not in a drought."
    page.get_by_role("button", name="Accept the open ones").click()
    page.get_by_role("button", name="Read over and confirm").click()
    page.locator("#review").wait_for()
    phone.screenshot("confirm-phone")
    assert positions(summit) == {}
    phone.agree()
    phone.told("Confirmed and public: 3")
    assert positions(summit)["city-2"] == ("accept-with-reservation", "Not in a drought.", 1)

    adopt(summit)
    page.goto(f"{summit.origin}/{DECLARATION}/my?lang=ar")
    assert page.locator("#clause-city-1 .reading").get_attribute("dir") == "rtl"
    phone.screenshot("clauses-arabic-phone")
    page.goto(f"{summit.origin}/{DECLARATION}/my?lang=en&show=changed")
    assert page.locator("#clause-city-1 del").inner_text().endswith("and our gardens ") or "gardens" in (
        page.locator("#clause-city-1 del").inner_text()
    )
    phone.screenshot("clauses-changed-phone")
    choose(phone, "city-1", "accept")
    confirm(phone)
    assert positions(summit)["city-1"] == ("accept", None, 2)

    freeze(summit)
    phone.go("my/sign")
    phone.told("has been checked")
    phone.screenshot("sign-phone")
    assert len(page.locator("#hash").inner_text()) == 64
    page.get_by_role("button", name="Sign without a drawing").click()
    page.locator("#review").wait_for()
    phone.screenshot("sign-review-phone")
    phone.agree()
    page.wait_for_url("**/my/receipt")
    phone.screenshot("receipt-phone")
    assert signed(summit) == ["haifa"]
    said = verified(summit, tmp_path, receipt(phone, tmp_path))
    assert said.returncode in {0, 3}, said.stdout + said.stderr
    phone.go("my/sign")
    assert page.get_by_text("You have answered.").is_visible()


def test_a_mayor_signs_with_a_drawing_at_a_desk_in_the_dark(browser, summit, tmp_path):
    desk = Phone(browser, summit, size=DESK, dark=True, language="de")
    desk.come_in_as("signatory", "abidjan", "Passkey anlegen", "Mit dem Passkey bestätigen")
    desk.screenshot("clauses-desk-dark-de")
    freeze(summit)
    desk.go("my/sign")
    desk.told("geprüft")
    desk.draw()
    desk.screenshot("sign-desk-dark-de")
    desk.page.get_by_role("button", name="Zeichnung wegwischen").click()
    assert desk.page.get_by_role("button", name="Ohne Zeichnung unterzeichnen").is_visible()
    desk.draw()
    shown = desk.page.locator("#pad path").get_attribute("d")
    desk.page.get_by_role("button", name="Mit der Zeichnung unterzeichnen").click()
    desk.page.get_by_role("button", name="Mit dem Passkey bestätigen").click()
    desk.page.wait_for_url("**/my/receipt")
    desk.page.locator("img.drawn").wait_for()
    assert desk.page.evaluate("document.querySelector('img.drawn').naturalWidth > 0")
    desk.screenshot("receipt-desk-dark-de")
    file = receipt(desk, tmp_path, "Beleg herunterladen")
    bundle = Bundle.parse(file.read_bytes())
    [stroke] = Drawing.parse(bundle.drawn).strokes
    across = [x for x, _ in stroke]
    assert max(across) - min(across) > WIDTH / 2
    assert shown == bundle.drawn.decode().partition(' d="')[2].partition('"')[0]
    said = verified(summit, tmp_path, file)
    assert said.returncode in {0, 3}, said.stdout + said.stderr
    desk.close()


def test_a_mayor_declines_with_a_reason_in_french(browser, summit):
    phone = Phone(browser, summit, language="fr")
    phone.come_in_as("signatory", "reading", "Créer une clé d’accès", "Confirmer avec la clé d’accès")
    freeze(summit)
    phone.go("my/sign")
    phone.told("a été vérifié")
    phone.page.locator("details.declining summary").click()
    phone.page.get_by_role("button", name="Décliner", exact=True).click()
    phone.told("Écrivez une raison")
    phone.page.locator("#reason").fill("  Le conseil n’a pas décidé.  ")
    phone.page.get_by_role("button", name="Décliner", exact=True).click()
    phone.page.locator("#review").wait_for()
    phone.screenshot("decline-review-phone-fr")
    phone.page.get_by_role("button", name="Confirmer avec la clé d’accès").click()
    phone.page.wait_for_url("**/my/receipt")
    phone.screenshot("receipt-declined-phone-fr")
    with summit.chancery.store.reading() as session:
        [found] = queries.declines(session, DECLARATION)
    assert (found.signatory, found.reason) == ("reading", "Le conseil n’a pas décidé.")
    phone.close()


def altered(**members):
    """A statement that says something else."""

    def lie(answer):
        statement = json.loads(answer["statement"])
        for name, value in members.items():
            if isinstance(value, dict):
                statement[name] |= value
            else:
                statement[name] = value
        return {"statement": encode(statement).decode()}

    return lie


OTHER = "0123456789abcdef" * 4
LIES = [
    (altered(instrument=OTHER), "another file than the one that this device downloaded"),
    (altered(document=OTHER), "another declaration.json"),
    (altered(version=OTHER), "another version of the text"),
    (altered(key=OTHER), "another key than the one that this device made"),
    (altered(drawn=OTHER), "another drawing"),
    (altered(signatory={"name": "Mayor of Nowhere"}), "names somebody else"),
    (altered(signatory={"id": "abidjan"}), "names somebody else"),
    (altered(ledger="localhost/other"), "another ledger"),
    (altered(declaration="other"), "another declaration"),
    (altered(credential=b64u(bytes(16))), "another passkey"),
    (altered(act="decline"), "another act"),
    (altered(more="and more"), "says more than it should"),
    (altered(nonce="AAAA"), "one-time number"),
    (altered(at="2001-01-01T00:00:00Z"), "another day"),
    (lambda answer: {"statement": answer["statement"] + " "}, "no statement"),
    (lambda answer: {"statement": answer["statement"].replace('{"act"', '{"act":"sign","act"')}, "no statement"),
]


def test_the_page_refuses_a_service_that_lies_about_the_statement(summit, phone):
    phone.come_in("signatory", "haifa")
    freeze(summit)
    phone.go("my/sign")
    phone.told("has been checked")
    for lie, sentence in LIES:
        summit.clock.forward(minutes=1)
        summit.liar.in_json("/my/signing/statement", lie)
        phone.page.get_by_role("button", name="Sign without a drawing").click()
        phone.told(sentence)
        assert phone.page.locator("#told").inner_text().count("Nothing was signed") == 1
        assert not phone.page.locator("#review").is_visible()
    phone.screenshot("lie-phone")
    assert phone.credential()["signCount"] == 2  # made and proven; no lie has woken it
    summit.liar.telling(None, None)
    phone.page.get_by_role("button", name="Sign without a drawing").click()
    phone.agree()
    phone.page.wait_for_url("**/my/receipt")
    assert signed(summit) == ["haifa"]


def certified(summit, *, key=None, name=None, instrument=None, other=False, late=False):
    """A certificate and attributes that are not this device's own."""

    def lie(answer):
        found = x509.load_der_x509_certificate(unb64u(answer["certificate"], what="certificate"))
        attributes = cms.read_attributes(unb64u(answer["attributes"], what="attributes"))
        party = next(item for item in PARTIES if item.id == (name or "haifa"))
        public = p256.spki(found.public_key()) if key is None else key
        now = summit.chancery.now()
        issued = summit.chancery.keys.issuing.issue(public, party, now)
        named = found if other else issued
        signed = cms.signed_attributes(
            digest=instrument or attributes.digest,
            certificate=named,
            signing_time=now + timedelta(hours=1 if late else 0),
        )
        return {"certificate": b64u(issued.public_bytes(Encoding.DER)), "attributes": b64u(signed)}

    return lie


def test_the_page_signs_nothing_that_is_not_its_own(summit, phone):
    phone.come_in("signatory", "haifa")
    freeze(summit)
    phone.go("my/sign")
    phone.told("has been checked")
    stranger = p256.spki(ec.generate_private_key(ec.SECP256R1()).public_key())
    lies = [
        (certified(summit, instrument=bytes(32)), "sign another file"),
        (certified(summit, key=stranger), "another key than the one that this device made"),
        (certified(summit, name="abidjan"), "not in the name of Mayor of Haifa"),
        (certified(summit, other=True), "with another certificate"),
        (certified(summit, late=True), "does not fit the certificate"),
        (lambda answer: answer | {"attributes": answer["attributes"][:-4]}, "sign cannot be read"),
        (
            lambda answer: answer | {"certificate": answer["certificate"][:-4]},
            "certificate of the service cannot be read",
        ),
    ]
    for lie, sentence in lies:
        summit.clock.forward(minutes=2)
        summit.liar.in_json("/my/signing/authorisation", lie)
        phone.page.get_by_role("button", name="Sign without a drawing").click()
        phone.agree()
        phone.told(sentence)
        assert signed(summit) == []


def test_the_page_refuses_an_instrument_that_does_not_fit(summit, phone):
    phone.come_in("signatory", "haifa")
    frozen = freeze(summit)
    document = json.loads(frozen.document)
    document["version"]["title"]["en"]["text"] = "Declaration of the large city"
    renamed = json.loads(frozen.document)
    renamed["roster"][1]["name"] = "Mayor of Nowhere"
    for at, file, sentence in (
        ("/instrument.pdf", b"%PDF-1.7 another one", "another file than the one that this device downloaded"),
        ("/declaration.json", encode(document), "is not the one that its digest names"),
        ("/declaration.json", encode(renamed), "does not name you as this device knows you"),
        ("/declaration.json", frozen.document + b" ", "cannot be read"),
    ):
        summit.liar.telling(at, lambda _, file=file: file)
        phone.go("my/sign")
        phone.told(sentence)
        assert not phone.page.locator("#answer").is_visible()
    summit.liar.telling(None, None)


def test_positions_that_were_not_chosen_are_not_confirmed(summit, phone):
    phone.come_in("signatory", "haifa")
    choose(phone, "city-1", "accept")

    def lie(answer):
        return {
            "statements": [text.replace('"stance":"accept"', '"stance":"abstain"') for text in answer["statements"]]
        }

    summit.liar.in_json("/my/positions/statements", lie)
    phone.page.get_by_role("button", name="Read over and confirm").click()
    phone.told("takes other positions than you chose")
    summit.liar.in_json("/my/positions/statements", lambda _: {"statements": []})
    phone.page.get_by_role("button", name="Read over and confirm").click()
    phone.told("takes other positions than you chose")
    assert positions(summit) == {}


def test_a_service_that_names_the_signatory_otherwise_than_at_the_enrolment_is_refused(summit, phone):
    phone.come_in("signatory", "haifa")
    freeze(summit)
    summit.liar.in_json("/my/signing", lambda said: said | {"ledger": "localhost/other"})
    phone.go("my/sign")
    phone.told("another ledger than before")
    summit.liar.in_json("/my/signing", lambda said: said | {"signatory": said["signatory"] | {"office": "Vice mayor"}})
    phone.go("my/sign")
    phone.told("names somebody else, or you otherwise than before")


def test_a_lost_connection_loses_nothing_and_signs_once(summit, phone):
    phone.come_in("signatory", "haifa")
    choose(phone, "city-1", "accept")
    phone.page.locator("#clause-city-1 .saved").filter(has_text="Saved").wait_for()
    freeze(summit)
    phone.go("my/sign")
    phone.told("has been checked")
    cut = []

    def drop(route):
        """Lose the answer of each address once, after the service has done what was asked."""
        if route.request.method == "POST" and route.request.url not in cut:
            cut.append(route.request.url)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    phone.page.route("**/my/signing**", drop)
    phone.page.get_by_role("button", name="Sign without a drawing").click()
    phone.agree()
    phone.page.wait_for_url("**/my/receipt")
    assert len(cut) == 3
    assert signed(summit) == ["haifa"]
    phone.complaints[:] = [text for text in phone.complaints if "ERR_FAILED" not in text]


def test_a_page_that_is_loaded_again_in_the_middle_begins_again(summit, phone):
    phone.come_in("signatory", "haifa")
    freeze(summit)
    phone.go("my/sign")
    phone.told("has been checked")
    phone.page.get_by_role("button", name="Sign without a drawing").click()
    phone.page.locator("#review").wait_for()
    phone.page.reload()
    phone.told("has been checked")
    assert not phone.page.locator("#review").is_visible()
    assert signed(summit) == []
    phone.page.get_by_role("button", name="Sign without a drawing").click()
    phone.page.get_by_role("button", name="Go back").click()
    phone.told("Nothing was done")
    phone.page.get_by_role("button", name="Sign without a drawing").click()
    phone.agree()
    phone.page.wait_for_url("**/my/receipt")
    assert signed(summit) == ["haifa"]


def test_a_text_that_changes_under_a_mayor_s_thumb_is_not_confirmed(summit, phone):
    phone.come_in("signatory", "haifa")
    choose(phone, "city-1", "accept")
    phone.page.locator("#clause-city-1 .saved").filter(has_text="Saved").wait_for()
    phone.page.get_by_role("button", name="Read over and confirm").click()
    phone.page.locator("#review").wait_for()
    adopt(summit)
    phone.agree()
    phone.told("Nothing was confirmed")
    assert positions(summit) == {}
    assert phone.page.locator("#clause-city-1 .saved").inner_text() == "What was prepared here was for other words."
    phone.complaints[:] = [text for text in phone.complaints if "409" not in text]


def test_a_delegate_prepares_and_the_mayor_confirms(browser, summit, phone):
    phone.come_in("signatory", "haifa")
    phone.go("my/delegates")
    phone.page.get_by_label("Name", exact=True).fill("Noa from the office")
    phone.page.get_by_role("button", name="Name and invite").click()
    phone.told("Noa from the office is invited")
    phone.screenshot("delegates-phone")
    link = phone.page.locator("#link").input_value()
    helper = Phone(browser, summit, size=DESK)
    helper.page.goto(link)
    helper.page.get_by_role("button", name="Make a passkey").click()
    helper.page.wait_for_url("**/my")
    choose(helper, "city-1", "object")
    helper.page.keyboard.press("Tab")
    helper.page.locator("#words-city-1").fill("Too far.")
    helper.page.locator("#clause-city-1 .saved").filter(has_text="Saved").wait_for()
    assert helper.page.get_by_role("button", name="Read over and confirm").count() == 0
    helper.screenshot("clauses-delegate-desk")
    helper.go("my/delegates")
    assert "role" in helper.page.content()
    helper.complaints[:] = [text for text in helper.complaints if "403" not in text]
    phone.go("my")
    assert phone.page.get_by_text("Prepared by Noa from the office, not confirmed").is_visible()
    confirm(phone)
    assert positions(summit) == {"city-1": ("object", "Too far.", 1)}
    phone.go("my/delegates")
    phone.page.get_by_role("button", name="End Noa from the office").click()
    phone.told("This delegation has ended")
    helper.go("my")
    helper.page.wait_for_url("**/enter?next=**")
    helper.close()


def test_a_mayor_logs_out_and_in_again_and_lands_where_they_wanted(summit, phone):
    phone.come_in("signatory", "haifa")
    phone.go("my/devices")
    phone.screenshot("devices-phone")
    phone.page.get_by_role("button", name="Log out on this device").click()
    phone.page.wait_for_url("**/enter")
    phone.screenshot("enter-phone")
    phone.go("my/sign?lang=ar")
    phone.page.get_by_role("button", name="Log in with a passkey").click()
    phone.page.wait_for_url("**/my/sign?lang=ar")
    phone.go("enter?next=https://evil.example/")
    assert phone.page.get_by_text("You are logged in.").is_visible()
    phone.page.get_by_role("button", name="Log in with a passkey").click()
    phone.page.wait_for_url(f"**/{DECLARATION}/my")
    phone.go("my/devices")
    phone.page.get_by_role("button", name="Log out on every device").click()
    phone.page.wait_for_url("**/enter")


def test_invitations_that_are_spent_or_cut_say_so(summit, phone):
    secret = summit.invite("signatory", "haifa")
    summit.invite("signatory", "haifa")
    phone.go(f"welcome#{secret}")
    phone.told("A newer invitation replaces this one")
    phone.go("welcome")
    phone.told("The link of the invitation is not complete")
    phone.go("welcome#nonsense")
    phone.told("This invitation does not exist")
    phone.complaints[:] = [text for text in phone.complaints if "409" not in text and "404" not in text]


def test_the_whole_way_by_keyboard_alone(summit, phone):
    press = phone.page.keyboard.press
    phone.go(f"welcome#{summit.invite('signatory', 'haifa')}")
    phone.page.locator("#create:focus").wait_for()
    press("Enter")
    phone.page.locator("#review .yes:focus").wait_for()
    press("Enter")
    phone.page.wait_for_url("**/my")
    phone.tab_to("#clause-city-1 input[value=accept]")
    press("Space")
    phone.tab_to("#clause-city-2 input[value=accept]")
    press("ArrowRight")  # to the next of its kind: with a reservation
    phone.page.locator("#words-city-2:focus").wait_for()
    phone.page.keyboard.type("Not in a drought.")
    phone.tab_to("#confirm")
    press("Enter")
    phone.page.locator("#review .yes:focus").wait_for()
    press("Escape")
    phone.told("Nothing was done")
    phone.tab_to("#confirm")
    press("Enter")
    phone.page.locator("#review .yes:focus").wait_for()
    press("Enter")
    phone.told("Confirmed and public: 2")
    freeze(summit)
    phone.go("my/sign")
    phone.told("has been checked")
    phone.tab_to("#reading")
    phone.tab_to("#sign")
    press("Enter")
    phone.page.locator("#review .yes:focus").wait_for()
    press("Enter")
    phone.page.wait_for_url("**/my/receipt")
    phone.tab_to("a[download]")
    assert signed(summit) == ["haifa"]
    assert set(positions(summit)) == {"city-1", "city-2"}


def test_what_the_gesture_takes_on_a_slow_phone(summit, phone, capsys):
    """The time after the gesture is printed, not judged: it depends on the machine."""
    phone.come_in("signatory", "haifa")
    freeze(summit)
    phone.go("my/sign")
    phone.told("has been checked")
    phone.devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    phone.page.evaluate(
        "() => { window.addEventListener('pagehide', () =>"
        " sessionStorage.setItem('took', document.querySelector('#told').dataset.milliseconds ?? '')) }"
    )
    phone.page.get_by_role("button", name="Sign without a drawing").click()
    phone.agree()
    phone.page.wait_for_url("**/my/receipt")
    took = float(phone.page.evaluate("sessionStorage.getItem('took')"))
    with capsys.disabled():
        print(f" {took:.0f} ms from the gesture to the recorded signature, processor slowed 4 times")
    assert took > 0


def test_everything_can_be_touched_with_a_thumb(summit, phone):
    phone.come_in("signatory", "haifa")
    choose(phone, "city-2", "object")
    phone.page.locator("#clause-city-2 .saved").filter(has_text="Saved").wait_for()
    small = """() => [...document.querySelectorAll('main button, main label.stance, main .tabs a, main textarea')]
        .filter(item => item.getClientRects().length > 0)
        .map(item => [item.textContent.trim(), item.getBoundingClientRect()])
        .filter(([, box]) => box.height < 44 || box.width < 44).map(([text]) => text)"""
    assert phone.page.evaluate(small) == []
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    freeze(summit)
    for path in ("my/sign", "my/receipt", "my/delegates", "my/devices", "enter"):
        phone.go(path)
        assert phone.page.evaluate(small) == [], path
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360, path


ROOMS = ("welcome", "enter", "my", "my?lang=ar&show=changed", "my/sign", "my/receipt", "my/delegates", "my/devices")


def test_no_page_bars_anybody(browser, summit):
    phone = Phone(browser, summit)
    phone.come_in("signatory", "haifa")
    choose(phone, "city-1", "accept")
    choose(phone, "city-2", "accept-with-reservation")
    phone.page.keyboard.type("Not in a drought.")
    confirm(phone)
    adopt(summit)
    choose(phone, "preamble-1", "object")
    found = []

    def look(name, path, ready=None):
        found.extend(faults_everywhere(phone.page, f"mayor-{name}", f"{summit.origin}/{DECLARATION}/{path}", ready))

    def opened():
        phone.page.locator("#file[href]").wait_for()
        phone.page.locator("details.declining summary").click()

    for path in ROOMS:
        look(path.replace("/", "-").partition("?")[0] + ("-arabic" if "lang=ar" in path else ""), path)
    freeze(summit, with_stale=True)
    look("frozen", "my")
    look("my-sign-open", "my/sign", opened)
    phone.go("my/sign?ui=en")
    phone.told("has been checked")
    phone.page.get_by_role("button", name="Sign without a drawing").click()
    phone.page.locator("#review").wait_for()
    found.extend(faults(phone.page, "mayor-review", "en"))
    phone.agree()
    phone.page.wait_for_url("**/my/receipt")
    look("receipt", "my/receipt")
    assert found == []
    phone.close()
