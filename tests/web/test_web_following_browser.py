"""Following and inviting by e-mail as people do it: in a browser, with the letters that arrive."""

import re

import pytest
from web_mail import Mailbox, receiving
from web_phone import DESK, Phone, chromium, living
from web_sight import barriers, faults_everywhere, picture
from web_summit import DECLARATION

from declaration.services import following, mailing

READER = "reader@example.org"


@pytest.fixture(scope="module")
def browser(typefaces):
    with chromium() as made:
        yield made


@pytest.fixture
def summit(tmp_path, web_keys):
    with living(tmp_path, web_keys) as made:
        yield made


@pytest.fixture
def letters(summit):
    """Returns the letters that have come since it was last called."""
    box = Mailbox()
    with receiving(box) as server:

        def come():
            following.gather(summit.chancery)
            mailing.deliver(summit.chancery, server)
            got, box.got[:] = [letter for _, _, letter in box.got], []
            return got

        yield come


def test_a_reader_follows_a_clause_and_stops(browser, summit, letters):
    phone = Phone(browser, summit)
    page = phone.page
    phone.go("clauses/city-1?ui=fr")
    page.get_by_text("Suivre", exact=True).click()
    page.get_by_label("Votre adresse de courriel").fill(f" {READER} ")
    page.get_by_role("button", name="Suivre par courriel").click()
    phone.told(READER)
    assert READER not in page.url
    [letter] = letters()
    link = re.search(r"http://localhost\S+", letter.get_content())[0]
    plain = link.partition("?")[0]
    assert faults_everywhere(page, "following-question", plain) == []
    page.goto(link)
    page.get_by_label("Sans attendre").check()
    page.get_by_role("button", name="Oui, m’écrire").click()
    phone.told("C’est fait.")
    assert faults_everywhere(page, "following-chosen", plain) == []
    assert faults_everywhere(page, "following-stop", f"{plain}/stop") == []
    page.goto(f"{plain}/stop?ui=fr")
    page.get_by_role("button", name="Oui, y mettre fin").click()
    page.get_by_role("heading", name="Plus aucun envoi").wait_for()
    page.goto(link)
    assert page.get_by_role("heading").count()
    assert [one for one in phone.complaints if "404" not in one] == []
    phone.complaints.clear()
    phone.close()


def test_without_script_nothing_is_sent_by_the_form_and_ending_works(browser, summit, letters):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{summit.origin}/{DECLARATION}/?ui=en")
    page.get_by_text("Follow", exact=True).click()
    assert not page.get_by_label("Your e-mail address").is_visible()
    assert page.locator("#follow noscript p").is_visible()
    assert page.get_by_role("link", name="Feed (Atom)").is_visible()
    following.ask(
        summit.chancery,
        DECLARATION,
        address=READER,
        topic=following.read_topic("text"),
        language="en",
        caller="a test",
    )
    [letter] = letters()
    page.goto(re.search(r"http://localhost\S+", letter.get_content())[0])
    page.get_by_role("button", name="No, delete my address").click()
    page.get_by_role("heading", name="No further letters").wait_for()
    context.close()


def test_the_depositary_invites_by_e_mail_and_the_link_lets_in_once(browser, summit, letters):
    desk = Phone(browser, summit, size=DESK)
    desk.go(f"welcome#{summit.invite('depositary', 'host')}")
    desk.page.get_by_role("button", name="Make a passkey").click()
    desk.page.wait_for_url("**/desk")
    desk.go("desk/people")
    desk.page.locator("[data-subject=abidjan] button.letter").click()
    assert desk.page.get_by_label("Language of the mail").input_value() == "fr"
    assert barriers(desk.page) == []
    picture(desk.page, "desk-letter", "desk-light")
    desk.page.get_by_label("E-mail address").fill("maire@abidjan.example")
    desk.page.get_by_role("button", name="Send the invitation").click()
    desk.told("maire@abidjan.example")
    assert "welcome" not in desk.page.content()
    [letter] = letters()
    assert letter["to"] == "maire@abidjan.example"
    assert letter["list-unsubscribe"] is None
    link = re.search(r"http://localhost\S+", letter.get_content())[0]
    mayor = Phone(browser, summit)
    mayor.page.goto(link)
    mayor.page.get_by_role("button", name="Make a passkey").click()
    mayor.page.get_by_role("button", name="Confirm with the passkey").click()
    mayor.page.wait_for_url("**/my")
    mayor.close()
    other = Phone(browser, summit)
    other.page.goto(link)
    other.told("used already")
    other.complaints.clear()
    other.close()
    desk.close()
