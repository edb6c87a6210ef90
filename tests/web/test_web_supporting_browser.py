"""Rules and support in a real browser: set at the desk, asked for, given with one tap, asked for again by new words."""

import pytest
from web_phone import DESK, PHONE, Phone, chromium, living
from web_sight import faults, faults_everywhere
from web_summit import API, DECLARATION, ok

from declaration.services import drafts, supporting, tabling
from declaration.services.actors import Actor, Role
from declaration.services.ruling import deadline, set_rules
from declaration.services.typed import Typed
from declaration.store import queries
from declaration.store import supporting as kept

WORKSHOP = Actor(DECLARATION, Role.DRAFTER, "workshop", "Workshop on water")
DELEGATION = Actor(DECLARATION, Role.DRAFTER, "delegation", "Delegation of Reading")
WORDS = "We open our squares to everybody at any hour."


@pytest.fixture(scope="module")
def browser(typefaces):
    with chromium() as opened:
        yield opened


@pytest.fixture
def summit(tmp_path, web_keys):
    with living(tmp_path, web_keys) as served:
        yield served


def person(browser, summit, role, subject, size):
    opened = Phone(browser, summit, size=size)
    opened.go(f"welcome#{summit.invite(role, subject)}")
    opened.page.get_by_role("button", name="Make a passkey").click()
    opened.page.wait_for_url("**/desk" if role == "depositary" else "**/drafting")
    return opened


def a_draft(summit, words=WORDS, clause="city-1"):
    return drafts.create(summit.chancery, WORKSHOP, Typed(texts={clause: {"en": words}}, rationale="For the night.")).id


def give(summit, draft):
    with summit.chancery.store.reading() as session:
        content = supporting.look(session, DELEGATION, draft).content
    supporting.give(summit.chancery, DELEGATION, draft, content)


def table(summit, draft):
    return tabling.table(summit.chancery, WORKSHOP, draft, check=lambda _: None).amendment


def revise(summit, amendment, words):
    """Put other words forward under the same number."""
    draft = drafts.revise(summit.chancery, WORKSHOP, amendment)
    typed = Typed(texts={"city-1": {"en": words}}, rationale="For the night.")
    drafts.save(summit.chancery, WORKSHOP, draft.id, typed, base=draft.base.digest, check=lambda _: None)
    table(summit, draft.id)


def supports(summit):
    with summit.chancery.store.reading() as session:
        return kept.supports(session, DECLARATION)


def told(person, words):
    person.page.locator("#support-told").filter(has_text=words).wait_for()


def plain(browser, summit, opened, path):
    """What a page says to somebody whose browser runs no script."""
    context = browser.new_context(
        java_script_enabled=False, locale="en", storage_state=opened and opened.context.storage_state()
    )
    page = context.new_page()
    page.goto(f"{summit.origin}/{DECLARATION}/{path}")
    said = page.locator("main").inner_text()
    context.close()
    return said


def test_rules_are_set_at_the_desk_with_their_zone(browser, summit):
    host = person(browser, summit, "depositary", "host", DESK)
    host.go("desk/rules")
    page = host.page
    assert not page.get_by_label("Day and time, included").is_visible()
    page.get_by_label("How many stand behind an amendment").fill("2")
    page.get_by_label("until a day and a time").check()
    page.get_by_label("Day and time, included").fill("2030-08-30T18:00")
    page.get_by_label("On the clocks of").select_option("Europe/Berlin")
    page.get_by_role("button", name="Set these rules").click()
    asked = page.locator("dialog#ask")
    assert "2030-08-30 18:00 (Europe/Berlin)" in asked.inner_text()
    asked.get_by_role("button", name="Set them").click()
    host.told("These rules are in force.")
    with summit.chancery.store.reading() as session:
        rules = kept.rules(session, DECLARATION)
    assert (rules.sponsors, rules.zone) == (2, "Europe/Berlin")
    assert f"{rules.deadline:%Y-%m-%dT%H:%MZ}" == "2030-08-30T16:00Z"
    assert page.get_by_label("Day and time, included").input_value() == "2030-08-30T18:00"
    page.get_by_label("Day and time, included").fill("2031-03-30T02:30")
    page.get_by_role("button", name="Set these rules").click()
    page.locator("dialog#ask").get_by_role("button", name="Set them").click()
    host.told("Clocks of that place do not show this time on that day")
    host.complaints.clear()  # the browser notes the answer 400
    said = plain(browser, summit, host, "desk/rules")
    assert "2 sponsors, the author among them" in said
    assert "30 August 2030" in said
    assert "Europe/Berlin" in said
    assert faults_everywhere(page, "desk-rules", f"{summit.origin}/{DECLARATION}/desk/rules") == []
    host.close()


def test_sponsors_are_asked_and_answer_before_a_draft_is_tabled(browser, summit):
    set_rules(summit.chancery, DECLARATION, sponsors=2, deadline=deadline("2030-08-30T18:00", "Europe/Berlin"))
    draft = a_draft(summit)
    author = person(browser, summit, "drafter", "workshop", DESK)
    other = person(browser, summit, "drafter", "delegation", PHONE)
    author.go(f"drafting/{draft}/table")
    author.page.get_by_text("1 sponsor is missing").wait_for()
    assert author.page.get_by_role("button", name="Table the amendment").count() == 0
    author.page.get_by_label("Ask for support").select_option(label="Delegation of Reading")
    author.page.get_by_role("button", name="Ask", exact=True).click()
    author.page.get_by_text("has not answered").wait_for()
    other.go("drafting")
    other.page.get_by_role("button", name="Support these words").click()
    other.page.get_by_text("you support these words").wait_for()
    author.page.reload()
    author.page.get_by_text("enough sponsors").wait_for()
    a_second = a_draft(summit, "We keep the rivers clean.", "city-2")
    supporting.ask(summit.chancery, WORKSHOP, a_second, "delegation")
    said = plain(browser, summit, author, f"drafting/{draft}/table")
    assert "supports these words" in said
    assert "30 August 2030" in said
    assert "Your support is asked for" in plain(browser, summit, other, "drafting")
    author.go(f"drafting/{draft}/table?ui=de")
    assert faults(author.page, "drafter-sponsors", "de") == []
    other.go("drafting?ui=fr")
    assert faults(other.page, "drafter-asked", "fr") == []
    author.go(f"drafting/{a_second}?ui=en")
    author.page.get_by_role("link", name="Ask for support").wait_for()
    author.go(f"drafting/{draft}/table")
    author.page.get_by_role("button", name="Table the amendment").click()
    author.page.get_by_text("Amendment A01 is tabled.").wait_for()
    assert [(one.drafter, one.counts) for one in supports(summit)] == [("delegation", True)]
    other.go("drafting?ui=en")
    other.page.get_by_role("button", name="Not for me").click()
    other.page.get_by_text("Your support is asked for").wait_for(state="detached")
    author.close()
    other.close()


def test_one_tap_supports_an_amendment_and_new_words_ask_again(browser, summit):
    amendment = table(summit, a_draft(summit))
    stranger = Phone(browser, summit, size=PHONE)
    stranger.go(f"amendments/{amendment}")
    stranger.page.get_by_role("link", name="log in", exact=True).wait_for()
    assert stranger.page.get_by_role("button", name="Support these words").count() == 0
    other = person(browser, summit, "drafter", "delegation", PHONE)
    other.go(f"amendments/{amendment}")
    other.page.get_by_role("button", name="Support these words").click()
    told(other, "You support exactly these words.")
    assert [one.counts for one in supports(summit)] == [True]
    revise(summit, amendment, WORDS + " Always.")
    other.go("drafting")
    other.page.get_by_role("link", name="says something else than what you supported").click()
    other.page.get_by_text("It says something else than what you agreed to.").wait_for()
    assert "asked again" in plain(browser, summit, None, f"amendments/{amendment}")
    at = f"{summit.origin}/{DECLARATION}/amendments"
    assert faults_everywhere(other.page, "amendment-support", f"{at}/{amendment}") == []
    other.go(f"amendments/{amendment}?ui=en")
    other.page.get_by_role("button", name="Support these words").click()
    told(other, "You support exactly these words.")
    with summit.chancery.store.reading() as session:
        now = queries.amendment(session, DECLARATION, amendment).amendment.content
    assert [(one.content, one.counts) for one in supports(summit)] == [(now, True)]
    other.page.get_by_role("button", name="Take my support back").click()
    told(other, "Your support is taken back.")
    assert ok(summit.client().get(f"{API}/amendments/{amendment}"))["supports"][0]["withdrawn"] is not None
    author = person(browser, summit, "drafter", "workshop", PHONE)
    author.go(f"amendments/{amendment}")
    author.page.locator("#support-door").wait_for(state="hidden")
    assert not author.page.get_by_role("button", name="Support these words").is_visible()
    for one in (stranger, other, author):
        one.close()
