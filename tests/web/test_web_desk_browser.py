"""The depositary's desk in a real browser: a conflict settled, a version undone, cards that scan, freezing, sealing."""

import re
import subprocess
import zipfile

import pytest
from web_desk import accept, air, device_of, sign, table, without_water
from web_phone import DESK as WIDE
from web_phone import Phone, chromium, living
from web_sight import faults_everywhere, snapshot
from web_summit import DECLARATION

from declaration.drafting.amendment import Amendment
from declaration.drafting.derive import derive_replace
from declaration.drafting.states import Phase
from declaration.render.values import Occasion
from declaration.services import freezing, negotiating, translating
from declaration.store import queries

GARDENS = "We open our gardens to everybody."
SQUARES = "We open our squares to everybody."
SETTLED = "We open our squares, and by day our gardens, to everybody."


@pytest.fixture(scope="module")
def browser(typefaces):
    with chromium() as made:
        yield made


@pytest.fixture
def world(tmp_path, web_keys):
    with living(tmp_path, web_keys) as summit:
        yield summit


@pytest.fixture
def desk(browser, world):
    phone = Phone(browser, world, size=WIDE)
    come_in(phone)
    yield phone
    phone.close()


def come_in(phone, role="depositary", subject="host"):
    phone.go(f"welcome#{phone.summit.invite(role, subject)}")
    phone.page.get_by_role("button", name="Make a passkey").click()
    phone.page.wait_for_url("**/desk")


def press(page, name, *, exact=True):
    page.get_by_role("button", name=name, exact=exact).click()


def screenshot(page, name):
    snapshot(page, f"desk-{name}")


def current(summit):
    return negotiating.current_version(summit.chancery, DECLARATION)


def test_a_conflict_is_settled_by_words_previewed_adopted_and_undone(desk, world):
    table(world, "A1", ("city-1", "en", SQUARES), rationale="Gardens are closed at night.")
    table(world, "A2", ("city-1", "en", GARDENS), by="delegation")
    table(world, "A3", ("city-2", "en", "We keep the rivers clean for those who will come after us."))
    table(world, "A4", ("city-2", "en", "We keep the water clean for those who come after us."), air)
    page = desk.page
    before = current(world)
    desk.go("desk/amendments?lang=en")
    page.get_by_label("Write how it shall read").check()
    words = page.locator(".place textarea")
    assert words.input_value() == "We open our squares and our gardens to everybody."
    words.fill(SETTLED)
    page.reload()
    assert page.locator(".place textarea").input_value() == SETTLED  # what was typed is kept
    press(page, "Choose all 2 that fit")
    press(page, "Preview the new version")
    page.get_by_role("heading", name="Version 2, as it would read").wait_for()
    assert page.locator("#preview .difference").count() == 3
    assert "words stand between" in page.locator("#preview .near").inner_text()
    screenshot(page, "amendments-preview-1280-light")
    assert current(world) == before
    press(page, "Adopt version 2")
    desk.told("Read every merged clause")
    page.get_by_label("I have read this clause as it is merged.").check()
    press(page, "Adopt version 2")
    page.locator("dialog#ask").get_by_role("button", name="Adopt version 2").click()
    desk.told("Version 2 is in force.")
    assert current(world).text.clause("city-1").texts["en"] == SETTLED
    assert page.locator(".place textarea").count() == 0
    press(page, "Undo version 2")
    assert "These stay decided: A1, A2, A3, A4" in page.locator("#ask-text").inner_text()
    page.locator("dialog#ask").get_by_role("button", name="Undo").click()
    desk.told("The words of version 1 are in force again, as version 3.")
    assert current(world).text == before.text


def test_an_alternative_is_kept_open_beside_what_is_adopted(desk, world):
    table(world, "A1", ("city-1", "en", SQUARES))
    first = current(world)
    change = derive_replace(first.text, "city-2", "en", "We keep the rivers clean for those who will come after us.")
    other = Amendment("A2", "delegation", first.digest, "Or rather this.", (change,), alternative="A1")
    negotiating.table(world.chancery, DECLARATION, other)
    page = desk.page
    desk.go("desk/amendments?lang=en")
    page.get_by_label("Adopt A1 as it is").check()
    press(page, "Preview the new version")
    fates = page.locator("#preview-fates")
    fates.get_by_text("Will no longer fit the text: A2").wait_for()
    fates.get_by_label("Keep A2 open").check()
    fates.get_by_text("Carried to the new version in their own words: A2").wait_for()
    fates.get_by_label("Keep A2 open").uncheck()
    fates.get_by_text("Will no longer fit the text: A2").wait_for()
    fates.get_by_label("Keep A2 open").check()
    fates.get_by_text("Carried to the new version in their own words: A2").wait_for()
    press(page, "Adopt version 2")
    page.locator("dialog#ask").get_by_role("button", name="Adopt version 2").click()
    desk.told("Version 2 is in force.")
    with world.chancery.store.reading() as session:
        (left,) = queries.open_amendments(session, DECLARATION)
    assert (left.amendment.id, left.conflict) == ("A2", ())


def test_words_of_one_s_own_and_a_rejection(desk, world):
    table(world, "A1", without_water)
    page = desk.page
    desk.go("desk/amendments?lang=fr")
    press(page, "Reject A1", exact=False)
    dialog = page.locator("dialog#ask")
    dialog.get_by_role("button", name="Reject").click()
    assert dialog.is_visible()  # a reason is needed
    page.get_by_label("Reason, for everybody to read").fill("Water is life.")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    press(page, "Reject A1", exact=False)
    page.get_by_label("Reason, for everybody to read").fill("Water is life.")
    dialog.get_by_role("button", name="Reject").click()
    page.get_by_text("No amendment is open.").wait_for()
    page.locator("#own > summary").click()
    page.get_by_label("Clause", exact=True).select_option("city-1")
    press(page, "Write")
    page.get_by_label("Clause 1.1, français").fill("Nous ouvrons nos places à toutes et à tous.")
    press(page, "Preview the new version")
    press(page, "Adopt version 2")
    page.locator("dialog#ask").get_by_role("button", name="Adopt version 2").click()
    desk.told("Version 2 is in force.")
    assert current(world).text.clause("city-1").texts["fr"] == "Nous ouvrons nos places à toutes et à tous."


def test_the_cards_say_who_and_how_and_their_codes_open_the_right_invitation(desk, world, tmp_path):
    page = desk.page
    desk.go("desk/people")
    press(page, "Cards for 3 without a passkey")
    page.get_by_role("heading", name="Cards to hand over").wait_for()
    cards = page.locator(".invitation")
    assert [card.get_attribute("lang") for card in cards.all()] == ["fr", "en", "en"]
    assert "Personal invitation" in cards.nth(1).inner_text()
    assert cards.first.locator(".eyebrow").inner_text() == "Invitation personnelle"
    screenshot(page, "people-cards-1280-light")
    links = [text.strip() for text in page.locator(".invitation .address").all_inner_texts()]
    page.emulate_media(media="print")
    for number, (card, link, party) in enumerate(zip(cards.all(), links, ("abidjan", "haifa", "reading"), strict=True)):
        shot = tmp_path / f"{number}.png"
        card.screenshot(path=shot)
        told = subprocess.run(["zbarimg", "-q", "--raw", str(shot)], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == link
        secret = re.fullmatch(rf"{re.escape(world.origin)}/{DECLARATION}/welcome#(.+)", link)[1]
        found = page.request.post(
            f"{world.origin}/api/v1/declarations/{DECLARATION}/invitation", data={"secret": secret}
        )
        assert found.json()["subject"] == party
    assert page.pdf(format="A4").startswith(b"%PDF-")
    page.emulate_media(media="screen")
    assert all(link not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})") for link in links)
    page.reload()
    assert page.locator(".invitation").count() == 0
    assert "#" not in page.url


def test_a_signatory_is_added_and_a_lost_device_replaced(desk, world):
    page = desk.page
    device_of(world, "haifa")
    desk.go("desk/people")
    page.locator("#add > summary").click()
    page.get_by_label("City", exact=True).fill("Düsseldorf")
    assert page.get_by_label("Short name in addresses").first.input_value() == "dusseldorf"
    page.get_by_label("Country").fill("de")
    press(page, "Invite this signatory")
    assert "Düsseldorf will stand on the roster." in page.locator("#ask-text").inner_text()
    page.locator("dialog#ask").get_by_role("button", name="Invite", exact=True).click()
    page.locator("#signatory-dusseldorf").wait_for()
    press(page.locator("#signatory-haifa"), "Lost device", exact=False)
    page.get_by_label("Reason, for everybody to read").fill("Left in a taxi.")
    press(page, "Revoke and invite anew")
    page.locator(".invitation").wait_for()
    assert "Haifa חיפה" in page.locator(".invitation").inner_text()
    with world.chancery.store.reading() as session:
        assert [line.reason for line in queries.credentials(session, DECLARATION, "haifa")] == ["Left in a taxi."]


def test_a_ceremony_from_freezing_to_the_evidence(desk, world, tmp_path):
    page = desk.page
    devices = [device_of(world, who) for who in ("abidjan", "haifa")]
    translating.confirm_all(world.chancery, DECLARATION)
    desk.go("desk/ceremony")
    screenshot(page, "freeze-1280-light")
    page.locator("#name-en").fill("Mayors’ Summit")
    press(page, "Freeze version 1")
    page.get_by_text("that 3 signatories are asked to sign").wait_for()
    page.locator("dialog#ask").get_by_role("button", name="Freeze").click()
    page.get_by_text("Next in the order of protocol").wait_for()
    assert page.locator("#next").inner_text() == "Abidjan"
    for device in devices:
        sign(world, device)
    page.locator("#next").filter(has_text="Reading").wait_for()  # the control sees answers come in
    assert page.locator("#signed").inner_text() == "2"
    screenshot(page, "control-1280-light")
    press(page, "Seal the signed edition")
    page.get_by_text("1 of 3 have not answered: Reading.").wait_for()
    page.locator("dialog#ask").get_by_role("button", name="Seal without 1").click()
    page.get_by_text("The edition is sealed.").wait_for()
    screenshot(page, "sealed-1280-light")
    with page.expect_download() as download:
        page.get_by_role("link", name="Take the evidence away (ZIP)").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert f"{DECLARATION}/signed.pdf" in archive.namelist()
    desk.go("desk/audit")
    press(page, "Run the audit")
    page.get_by_role("heading", name="Everything follows from the ledger").wait_for()
    screenshot(page, "audit-1280-light")
    with world.chancery.store.reading() as session:
        assert queries.declaration(session, DECLARATION).phase is Phase.SEALED


def test_the_languages_are_compared_confirmed_and_mended(desk, world):
    page = desk.page
    translating.confirm_all(world.chancery, DECLARATION)
    table(world, "A1", ("city-1", "fr", "Nous ouvrons nos places à toutes et à tous."))
    table(world, "A2", ("city-2", "fr", "Nous gardons les rivières propres."))
    negotiating.adopt(world.chancery, DECLARATION, negotiating.Decision(current(world).digest, adopted=("A1", "A2")))
    desk.go("desk/languages?of=en")
    screenshot(page, "languages-1280-light")
    card = page.locator("article.beside-each")
    assert card.count() == 2
    assert "et nos jardins" in card.first.locator("del").inner_text()
    card.last.get_by_label("Both say the same").check()
    press(page, "Confirm the one chosen")
    page.get_by_text("Confirmed. Passages left in this language: 1").wait_for()
    assert card.count() == 1
    before = current(world).text
    card.get_by_text("Mend these words").click()
    card.get_by_role("textbox").fill("We open our squares to every woman and every man.")
    press(page, "Mend one passage…")
    page.get_by_label("What is mended, for everybody to read").fill("“Every woman” was missing.")
    press(page, "Mend")
    page.get_by_text("Version 3 mends the translation.").wait_for()
    page.get_by_text("This language is in step.").wait_for()
    after = current(world).text
    assert after.clause("city-1").texts["en"] == "We open our squares to every woman and every man."
    assert after.clause("city-1").texts["fr"] == before.clause("city-1").texts["fr"]


def test_every_page_of_the_desk_in_every_size_and_language(browser, world):
    """Nothing overflows, nothing is complained of, axe finds nothing; while it is drafted, and while it is signed."""
    haifa = device_of(world, "haifa")
    accept(world, haifa, "city-1")
    accept(world, haifa, "city-2", "object", "Not without the rivers.")
    translating.confirm_all(world.chancery, DECLARATION)
    table(world, "A0", ("city-1", "fr", "Nous ouvrons nos places à toutes et à tous."))
    negotiating.adopt(world.chancery, DECLARATION, negotiating.Decision(current(world).digest, adopted=("A0",)))
    table(world, "A1", ("city-1", "en", SQUARES), rationale="Gardens are closed at night.")
    table(world, "A2", ("city-1", "en", GARDENS), by="delegation")
    table(world, "A3", ("city-2", "en", "We keep the rivers clean for those who will come after us."))
    table(world, "A4", ("city-2", "en", "We keep the water clean for those who come after us."), air)
    phone = Phone(browser, world, size=WIDE)
    come_in(phone)
    found = []

    def look(*places, kind=""):
        for place in places:
            name = f"desk-{place or 'overview'}{kind}"
            found.extend(faults_everywhere(phone.page, name, f"{world.origin}/{DECLARATION}/desk/{place}".rstrip("/")))

    look("", "people", "amendments", "languages", "agreement", "ceremony", "audit")
    translating.confirm_all(world.chancery, DECLARATION)
    freezing.freeze(world.chancery, DECLARATION, occasion=Occasion(), with_stale=True)
    sign(world, haifa)
    look("", "ceremony", kind="-frozen")
    print(*found, sep="\n")
    assert found == []
    phone.close()


def test_the_desk_can_be_read_without_script(browser, world):
    table(world, "A1", ("city-1", "en", SQUARES))
    table(world, "A2", ("city-1", "en", GARDENS), by="delegation")
    phone = Phone(browser, world, size=WIDE)
    come_in(phone)
    plain = browser.new_context(java_script_enabled=False, locale="en", storage_state=phone.context.storage_state())
    page = plain.new_page()
    told = {"": "2 amendments await", "/amendments": "change the same passage", "/ceremony": "Is it ready?"}
    for place, said in told.items():
        page.goto(f"{world.origin}/{DECLARATION}/desk{place}")
        assert said in page.locator("main").inner_text()
    plain.close()
    phone.close()
