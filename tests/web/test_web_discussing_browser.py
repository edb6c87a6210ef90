"""The discussion in a real browser: written on a phone, answered with a mention, and never lost when it is refused."""

import pytest
from web_desk import table, version
from web_phone import PHONE, Phone, chromium, living
from web_sight import faults_everywhere
from web_summit import DECLARATION

from declaration.drafting.discussion import MAX_LENGTH
from declaration.services import discussing, negotiating
from declaration.services.actors import Actor, Role
from declaration.services.negotiating import Decision
from declaration.services.topics import read_topic

MAYOR = Actor(DECLARATION, Role.SIGNATORY, "haifa", "Mayor of Haifa", "haifa")
CLAUSE = read_topic("clause:city-2")


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
    opened = Phone(browser, summit, size=PHONE)
    opened.go(f"welcome#{summit.invite('drafter', 'workshop')}")
    opened.page.get_by_role("button", name="Make a passkey").click()
    opened.page.wait_for_url("**/drafting")
    yield opened
    opened.close()


def test_a_drafter_discusses_a_clause_on_a_phone(phone, summit):
    done = discussing.begin(summit.chancery, MAYOR, CLAUSE, "Who are those after us, @workshop?\n\n<b>All?</b>")
    table(summit, "w1", ("city-2", "en", "We keep the water clean for everybody."))
    negotiating.adopt(summit.chancery, DECLARATION, Decision(version(summit).digest, ("w1",)))
    page = phone.page
    phone.go("clauses/city-2?lang=en")
    page.get_by_text("1 open thread").wait_for()
    page.get_by_role("link", name="Discuss it").click()
    page.get_by_text("written about earlier words").wait_for()
    assert page.get_by_text("<b>All?</b>").is_visible()
    page.get_by_text("Reply", exact=True).first.click()
    area = page.get_by_label("Your answer")
    area.fill("Our grandchildren.")
    page.get_by_label("Mention somebody…").select_option("haifa")
    assert area.input_value() == "Our grandchildren. @haifa "
    area.evaluate("(area, text) => { area.removeAttribute('maxlength'); area.value = text }", "x" * (MAX_LENGTH + 1))
    page.get_by_role("button", name="Reply").click()
    page.locator("#told").get_by_text("A comment has 4,000 characters").wait_for()
    area.fill("Our grandchildren.")
    page.reload()
    assert area.input_value() == "Our grandchildren."  # what was typed and not sent
    page.get_by_role("button", name="Reply").click()
    page.locator("#comment-2").wait_for()
    assert "Our grandchildren." in page.locator("#comment-2").inner_text()
    assert page.evaluate("sessionStorage.length") == 0
    discussing.answer(summit.chancery, MAYOR, done.thread, "And theirs.")
    phone.complaints[:] = [text for text in phone.complaints if "413" not in text]
    found = []
    for name in ("discussion", f"discussion/threads/{done.thread}", "discussion/clauses/city-2"):
        place = f"{summit.origin}/{DECLARATION}/{name}"
        found += faults_everywhere(page, name.replace("/", "-"), place)
    assert found + phone.complaints == []
