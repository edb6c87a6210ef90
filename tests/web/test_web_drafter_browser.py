"""A drafter in a real browser: typing, losing the connection, going back, two windows, tabling; nothing is lost."""

from dataclasses import replace

import pytest
from web_desk import table
from web_mayor import adopt, freeze
from web_phone import DESK, PHONE, Phone, chromium, living
from web_sight import faults_everywhere, picture, snapshot
from web_summit import DECLARATION
from web_word import MEDIA, edited

from declaration.services import drafts
from declaration.services.actors import Actor, Role
from declaration.store import queries

KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('declaration-draft:'))"
"""What this device keeps of drafts."""
ACTOR = Actor(DECLARATION, Role.DRAFTER, "workshop", "Workshop on water")


@pytest.fixture(scope="module")
def browser(typefaces):
    with chromium() as opened:
        yield opened


@pytest.fixture
def summit(tmp_path, web_keys):
    with living(tmp_path, web_keys) as served:
        yield served


@pytest.fixture
def desk(browser, summit):
    yield from a_drafter(browser, summit, DESK)


@pytest.fixture
def phone(browser, summit):
    yield from a_drafter(browser, summit, PHONE)


def a_drafter(browser, summit, size, subject="workshop"):
    opened = Phone(browser, summit, size=size)
    opened.go(f"welcome#{summit.invite('drafter', subject)}")
    opened.page.get_by_role("button", name="Make a passkey").click()
    opened.page.wait_for_url("**/drafting")
    yield opened
    opened.close()


def begin(person):
    person.go("drafting")
    person.page.get_by_role("button", name="New draft").click()
    person.page.wait_for_url(lambda url: "/drafting/" in url)
    ready(person)
    return person.page.url.rpartition("/")[2].partition("?")[0]


def ready(person):
    person.page.locator("#saved[data-state]").wait_for()


def saved(person):
    person.page.locator('#saved[data-state="saved"]').wait_for()


def place(person, clause):
    return person.page.locator(f'.place[data-clause="{clause}"]')


def press(person, clause, name):
    place(person, clause).get_by_role("button", name=name).first.click()


def field(person, clause, language="en"):
    return person.page.locator(f"#words-{clause}-{language}")


def reword(person, clause, words, language="en"):
    press(person, clause, "Reword")
    if language != "en":
        place(person, clause).get_by_text("In the other languages").click()
    field(person, clause, language).fill(words)


def present(summit, draft):
    with summit.chancery.store.reading() as session:
        return drafts.find(session, ACTOR, draft)


def stored(summit, draft):
    return present(summit, draft).typed


def parts(person, selector):
    """The pieces of a difference that is shown, without what is only read out."""
    return person.page.locator(selector).first.evaluate(
        """(p) => [...p.childNodes].map((node) => {
            if (node.nodeType === 3) return ["equal", node.data];
            const copy = node.cloneNode(true);
            copy.querySelectorAll(".unseen").forEach((gone) => gone.remove());
            return [copy.localName === "ins" ? "insert" : "delete", copy.textContent];
        })"""
    )


def screens(person, name):
    """Pictures to look at: a phone in light, a desk in dark."""
    for kind in ("phone-light", "desk-dark"):
        picture(person.page, f"drafter-{name}", kind)


def test_what_is_typed_is_saved_and_the_difference_follows(summit, desk):
    draft = begin(desk)
    reword(desk, "city-1", "We open our squares and our parks to everybody.")
    shown = parts(desk, '.place[data-clause="city-1"] .live')
    assert ["delete", "gardens"] in shown
    assert ["insert", "parks"] in shown
    saved(desk)
    press(desk, "city-2", "Insert a clause after it")
    new = place(desk, "city-2").locator("xpath=following-sibling::article[1]")
    new.locator("textarea").first.fill("We keep the air clean.")
    press(desk, "preamble-1", "Delete")
    press(desk, "city-2", "Move")
    place(desk, "city-2").locator("select").select_option(label="first in this section")
    press(desk, "city-2", "Put it there")
    desk.page.locator("#rationale").fill("Parks are more than gardens.")
    saved(desk)
    typed = stored(summit, draft)
    assert typed.texts == {"city-1": {"en": "We open our squares and our parks to everybody."}}
    assert [dict(one.texts) for one in typed.inserted] == [{"en": "We keep the air clean."}]
    assert (typed.inserted[0].section, typed.inserted[0].after) == ("city", "city-2")
    assert typed.deleted == ("preamble-1",)
    assert typed.rationale == "Parks are more than gardens."
    screens(desk, "editor")


def test_nothing_is_lost_without_a_connection_nor_by_going_back(summit, phone):
    draft = begin(phone)
    phone.context.set_offline(True)
    reword(phone, "city-1", "Typed in a tunnel.")
    phone.page.locator('#saved[data-state="lost"]').wait_for()
    leave(phone)
    phone.context.set_offline(False)
    phone.page.go_back(wait_until="domcontentloaded")
    # made anew it finds them on the device; kept alive by the browser it saves them by itself
    place(phone, "city-1").get_by_text("tunnel").first.wait_for()
    until(phone, lambda: stored(summit, draft).texts == {"city-1": {"en": "Typed in a tunnel."}})
    until(phone, lambda: not phone.page.evaluate(KEPT))


def until(person, true):
    for _ in range(200):
        if true():
            return
        person.page.wait_for_timeout(100)
    pytest.fail("it never came true")


def leave(person):
    """Go somewhere else, as a swipe does, and wait until the page is gone."""
    person.page.goto("about:blank")
    person.complaints.clear()  # the browser itself says that it has no connection


def test_a_connection_that_comes_back_saves_by_itself(summit, phone):
    draft = begin(phone)
    phone.context.set_offline(True)
    reword(phone, "city-1", "Typed in a tunnel.")
    phone.page.locator('#saved[data-state="lost"]').wait_for()
    phone.complaints.clear()
    phone.context.set_offline(False)
    saved(phone)
    assert stored(summit, draft).texts == {"city-1": {"en": "Typed in a tunnel."}}
    phone.complaints.clear()


def test_what_was_put_back_can_be_left_for_what_was_saved(summit, phone):
    draft = begin(phone)
    reword(phone, "city-1", "Saved words.")
    saved(phone)
    phone.context.route("**/drafts/**", lambda route: route.abort())  # unlike a lost network, nothing is sent later
    field(phone, "city-1").fill("Unsaved words.")
    phone.page.locator('#saved[data-state="lost"]').wait_for()
    leave(phone)
    phone.context.unroute_all()
    phone.go(f"drafting/{draft}")
    offer = phone.page.locator("#offer:not([hidden])")
    offer.wait_for()
    assert "Unsaved words." in offer.inner_text()
    assert "Saved" in offer.inner_text()
    snapshot(phone.page, "drafter-offer")
    offer.get_by_role("button", name="Take the other state").click()
    saved(phone)
    assert stored(summit, draft).texts == {"city-1": {"en": "Saved words."}}


def test_words_kept_on_the_device_meet_words_that_were_saved_elsewhere(summit, phone, browser):
    draft = begin(phone)
    phone.context.set_offline(True)
    reword(phone, "city-1", "Typed in a tunnel.")
    phone.page.locator('#saved[data-state="lost"]').wait_for()
    leave(phone)
    before = present(summit, draft)
    typed = replace(before.typed, texts={"city-1": {"en": "Typed at home."}})
    drafts.save(summit.chancery, ACTOR, draft, typed, base=before.base.digest, check=print)
    phone.context.set_offline(False)
    phone.go(f"drafting/{draft}")
    offer = phone.page.locator("#offer:not([hidden])")
    offer.wait_for()
    assert "home" in offer.inner_text()
    assert "tunnel" in offer.inner_text()
    offer.get_by_role("button", name="Take the other state").click()
    saved(phone)
    assert stored(summit, draft).texts == {"city-1": {"en": "Typed in a tunnel."}}


def test_two_windows_show_both_texts_and_overwrite_nothing(summit, desk):
    draft = begin(desk)
    other = desk.context.new_page()
    other.goto(desk.page.url)
    other.locator("#saved[data-state]").wait_for()
    reword(desk, "city-1", "From the first window.")
    saved(desk)
    first, desk.page = desk.page, other
    reword(desk, "city-1", "From the second window.")
    other.locator("#offer:not([hidden])").wait_for()
    assert stored(summit, draft).texts == {"city-1": {"en": "From the first window."}}
    words = other.locator("#offer").inner_text()
    assert "From the second window." in words
    assert "first" in words
    snapshot(other, "drafter-two-windows")
    other.get_by_role("button", name="Keep what stands in the editor").click()
    saved(desk)
    assert stored(summit, draft).texts == {"city-1": {"en": "From the second window."}}
    desk.page = first
    desk.complaints.clear()  # the browser notes the answer 412


def test_the_last_look_shows_what_is_tabled_and_tabling_gives_a_number(summit, desk):
    begin(desk)
    reword(desk, "city-1", "We open our squares and our pa\u00adrks to everybody.\nAlways.")
    desk.page.get_by_role("link", name="Look it over and table").click()
    desk.page.wait_for_url("**/table")
    assert "1 soft hyphen" in desk.page.locator("main").inner_text()
    assert ["insert", "parks"] in parts(desk, ".difference .words")
    screens(desk, "table")
    desk.page.get_by_role("button", name="Table the amendment").click()
    desk.page.get_by_text("Amendment A01 is tabled.").wait_for()
    with summit.chancery.store.reading() as session:
        assert queries.amendment(session, DECLARATION, "A01").amendment.by == "workshop"
    desk.page.get_by_role("button", name="Withdraw A01").click()
    desk.page.get_by_role("button", name="Withdraw it").click()
    desk.page.get_by_text("Withdrawn").first.wait_for()


def test_a_conflict_is_shown_with_both_texts_and_taken_up_again(summit, desk):
    begin(desk)
    reword(desk, "city-1", "We open our squares to everybody.")
    saved(desk)
    desk.page.locator("#look").click()
    desk.page.get_by_role("button", name="Table the amendment").click()
    desk.page.get_by_text("Amendment A01 is tabled.").wait_for()
    begin(desk)
    reword(desk, "city-1", "We open our squares and our parks to all.")
    reword(desk, "city-2", "We keep the water and the air clean for those who will come after us.")
    saved(desk)
    desk.page.locator("#look").click()
    desk.page.get_by_text("Both change the same passage", exact=False).first.wait_for()
    adopt(summit, words="We open our wide streets to everybody.")
    desk.go("drafting")
    assert "no longer fits" in desk.page.locator("main").inner_text()
    screens(desk, "desk")
    desk.page.get_by_role("link", name="A draft was written against an earlier version").click()
    ready(desk)
    asides = desk.page.locator("#asides")
    assert "parks" in asides.inner_text()
    assert "wide streets" in asides.inner_text()
    screens(desk, "aside")
    asides.get_by_role("button", name="Take it up again").click()
    saved(desk)
    desk.go("drafting")
    desk.page.get_by_role("button", name="Take it up again").click()
    ready(desk)
    desk.page.locator("#asides").get_by_role("button", name="Leave it out").click()
    reword(desk, "city-1", "We open our wide streets and squares to everybody.")
    desk.page.locator("#look").click()
    desk.page.get_by_role("button", name="Replace the words of the amendment").click()
    desk.page.get_by_text("Amendment A01 is tabled.").wait_for()


def test_after_the_freeze_the_words_stay_on_the_device(summit, desk):
    begin(desk)
    freeze(summit)
    reword(desk, "city-1", "Too late.")
    desk.page.locator('#saved[data-state="closed"]').wait_for()
    assert "Too late." in desk.page.evaluate("Object.values(localStorage).join()")
    desk.complaints.clear()  # the browser notes the answer 409


PASSAGES = [
    ("نحن رؤساء بلديات مُدُن صغيرة", "نحن رؤساء بلديات مُدُنٍ صغيرة", "مُدُن", "مُدُنٍ"),
    ("আমরা ক্ষুদ্র নগর", "আমরা ক্ষুদ্রতম নগর", "ক্ষুদ্র", "ক্ষুদ্রতম"),
    ("เมืองน้ำ", "เมืองน้อยน้ำ", None, "น้อย"),
    ("l’ensemble des maires", "l’union des maires", "ensemble", "union"),
    ("👩\u200d👩\u200d👧 🇫🇷🇩🇪", "👩\u200d👩\u200d👧 🇫🇷🇮🇳", "🇩🇪", "🇮🇳"),
]


def test_no_grapheme_is_cut_in_any_script(desk):
    begin(desk)
    difference = """async ([module, passages]) => {
      const { difference } = await import(module);
      return Promise.all(passages.map(([one, other]) => difference(one, other)));
    }"""
    found = desk.page.evaluate(difference, [module(desk, "difference.js"), [list(each[:2]) for each in PASSAGES]])
    kinds = [{kind: passage for kind, passage in each if kind != "equal"} for each in found]
    assert [(each.get("delete"), each.get("insert")) for each in kinds] == [each[2:] for each in PASSAGES]


def module(person, name):
    source = person.page.locator("script[src*='/drafting/']").first.get_attribute("src")
    return source.rpartition("/")[0] + "/" + name


def test_the_keyboard_is_enough(summit, desk):
    draft = begin(desk)
    desk.tab_to('[data-clause="city-1"] .tools-line button')
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("Typed by keyboard alone.")
    saved(desk)
    desk.tab_to("#look")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/table")
    desk.tab_to("button[data-act='table']")
    desk.page.keyboard.press("Enter")
    desk.page.get_by_text("Amendment A01 is tabled.").wait_for()
    assert stored(summit, draft).texts == {"city-1": {"en": "Typed by keyboard alone."}}


def give(person, data):
    """Choose a document on the page for it."""
    person.page.locator("#document:enabled").set_input_files({"name": "edited.docx", "mimeType": MEDIA, "buffer": data})


def test_an_edited_word_document_is_shown_and_becomes_a_draft(summit, phone):
    text = summit.client().get(f"/{DECLARATION}/versions/1.en.docx").content
    phone.go("drafting")
    phone.page.get_by_role("link", name="From a Word document").click()
    give(phone, b"Dear all")
    phone.page.locator("#told.bad").get_by_text("This is no Word document").wait_for()
    phone.complaints.clear()  # the browser notes the answer 400
    give(phone, edited(text, ("our gardens", "our schools"), ("<w:t>The city</w:t>", "<w:t/>")))
    phone.page.locator("#found:not([hidden])").wait_for()
    assert phone.page.locator("#found .difference h3").all_inner_texts() == ["Reword clause 1.1"]
    assert "A title without words stays" in phone.page.locator("#found .left").inner_text()
    screens(phone, "word")
    phone.page.get_by_role("button", name="Make a draft of it").click()
    phone.page.wait_for_url(lambda url: not url.endswith("/word"))
    ready(phone)
    draft = phone.page.url.rpartition("/")[2].partition("?")[0]
    assert stored(summit, draft).texts == {"city-1": {"en": "We open our squares and our schools to everybody."}}


def test_every_page_is_accessible_and_fits_a_phone_in_three_languages(summit, desk):
    begin(desk)
    reword(desk, "city-1", "We open our squares to everybody.")
    desk.page.locator("#look").click()
    desk.page.get_by_role("button", name="Table the amendment").click()
    desk.page.get_by_text("Amendment A01 is tabled.").wait_for()
    draft = begin(desk)
    reword(desk, "city-1", "We open our squares and our parks to all.")
    desk.page.locator("#rationale").fill("Because.")
    saved(desk)
    adopt(summit, words="We open our wide streets to everybody.")
    found = []

    def open_places():
        ready(desk)
        place(desk, "city-2").get_by_role("button").first.click()

    text = summit.client().get(f"/{DECLARATION}/versions/2.en.docx").content
    changed = edited(text, ("keep the water", "keep our water"), ("<w:t>The city</w:t>", "<w:t/>"))

    def give_document():
        give(desk, changed)
        desk.page.locator("#found:not([hidden])").wait_for()

    for name, path, wait in (
        ("desk", "drafting?lang=ar", None),
        ("editor", f"drafting/{draft}?lang=ar", open_places),
        ("table", f"drafting/{draft}/table?lang=ar", None),
        ("word", "drafting/word?lang=ar", give_document),
    ):
        found += faults_everywhere(desk.page, f"drafter-{name}", f"{summit.origin}/{DECLARATION}/{path}", wait)
    assert found == []


def test_an_alternative_and_an_amendment_of_an_amendment_from_its_page(summit, desk):
    table(summit, "A1", ("city-1", "en", "We open our squares and our parks to everybody."))
    for name, words in (
        ("Write an alternative to it", "We open our museums to everybody."),
        ("Amend this amendment", "We open our squares and all our parks to everybody."),
    ):
        desk.go("amendments/A1")
        desk.page.get_by_role("button", name=name).click()
        desk.page.wait_for_url("**/drafting/*")
        ready(desk)
        reword(desk, "city-1", words)
        saved(desk)
        desk.go(f"{desk.page.url.partition(f'/{DECLARATION}/')[2].partition('?')[0]}/table")
        desk.page.get_by_role("button", name="Table the amendment").click()
        desk.page.wait_for_url("**/drafting?tabled=*")
    with summit.chancery.store.reading() as session:
        found = {one.amendment.id: one.amendment for one in queries.amendments(session, DECLARATION)}
    alternative, child = (one for name, one in found.items() if name != "A1")
    assert (alternative.alternative, alternative.amends) == ("A1", None)
    assert (child.alternative, child.amends) == (None, "A1")
    desk.go("amendments/A1")
    family = desk.page.locator("#family")
    assert family.get_by_role("link", name=alternative.id).count() == 1
    assert "museums" in family.inner_text()
    assert "all" in family.locator("ins").all_inner_texts()[-1]
    assert faults_everywhere(desk.page, "amendment-family", f"{summit.origin}/{DECLARATION}/amendments/A1") == []
