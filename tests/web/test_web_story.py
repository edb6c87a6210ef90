"""The whole story through the pages, by people with a browser and a passkey each: nobody but they write anything.

Two drafters collide, the depositary settles it, mayors on phones take positions and confirm what changed, three sign in
the same moment, one declines, the edition is sealed, and a reader verifies the downloaded file without a network.
"""

import re

import pytest
from web_phone import DESK, Phone, chromium, living
from web_sight import picture
from web_summit import DECLARATION, PARTIES

from declaration.drafting.states import Phase
from declaration.signing.statement import Party
from declaration.store import queries

SEOUL = Party("seoul", "Mayor", "Mayor of Seoul", "Seoul", "서울", "KR")
SQUARES = "We open our squares to everybody."
PARKS = "We open our squares and our parks to everybody."
SETTLED = "We open our squares, and by day our parks, to everybody."
RESERVATION = "As far as the law of the land allows."
REASON = "The council has not decided yet."


@pytest.fixture(scope="module")
def browser(typefaces):
    with chromium() as opened:
        yield opened


@pytest.fixture
def summit(tmp_path, web_keys):
    with living(tmp_path, web_keys, parties=(*PARTIES, SEOUL)) as served:
        yield served


@pytest.fixture
def people(browser, summit):
    """Everybody's own browser, made when they first appear; none does what a page should not do."""
    made = {}

    def person(name, **more):
        if name not in made:
            made[name] = Phone(browser, summit, **more)
        return made[name]

    yield person
    for one in made.values():
        one.close()


def press(page, name, **more):
    page.get_by_role("button", name=name, **more).click()


def answer(page, name):
    """Answer the question that a desk asks before an act."""
    page.locator("dialog#ask").get_by_role("button", name=name).click()


def come_in(person, link, to):
    """Answer an invitation. All are here at one address, which may not ask as often as seven people would at once."""
    person.summit.clock.forward(minutes=1)
    person.page.goto(link)
    press(person.page, "Make a passkey")
    if to == "my":
        person.agree()
    person.page.wait_for_url(f"**/{to}")


def table(drafter, words):
    """Reword a clause in place, and table it after a last look, as is said there."""
    page = drafter.page
    drafter.go("drafting")
    press(page, "New draft")
    page.locator("#saved[data-state]").wait_for()
    page.locator('.place[data-clause="city-1"]').get_by_role("button", name="Reword").click()
    page.locator("#words-city-1-en").fill(words)
    page.locator('#saved[data-state="saved"]').wait_for()
    page.get_by_role("link", name="Look it over and table").click()
    page.get_by_role("heading", name="Last look before tabling").wait_for()
    said = page.locator("section[aria-labelledby=collides]").inner_text()
    press(page, "Table the amendment")
    page.get_by_text(re.compile(r"Amendment A0\d is tabled\.")).wait_for()
    return said


def settle(host):
    """Write how the passage shall read, preview it, adopt it."""
    page = host.page
    host.go("desk/amendments?lang=en")
    page.get_by_label("Write how it shall read").check()
    page.locator(".place textarea").fill(SETTLED)
    press(page, "Preview the new version")
    page.get_by_role("heading", name="Version 2, as it would read").wait_for()
    picture(page, "story-consolidation", "desk-light")
    press(page, "Adopt version 2")
    answer(page, "Adopt version 2")
    host.told("Version 2 is in force.")


def invited(host):
    """The links on the cards that the depositary prints, by their signatory, and those of the drafters."""
    page = host.page
    host.go("desk/people")
    press(page, "Cards for 4 without a passkey")
    page.locator(".invitation").nth(3).wait_for()
    links = [text.strip() for text in page.locator(".invitation .address").all_inner_texts()]
    return dict(zip([party.id for party in (*PARTIES, SEOUL)], links, strict=True))


def invited_drafter(host, drafter):
    page = host.page
    host.go("desk/people")
    page.locator(f"[data-role=drafter][data-subject={drafter}] .invite").click()
    return page.locator(".invitation .address").inner_text().strip()


def stance(mayor, clause, name, words=None):
    mayor.page.locator(f"#clause-{clause} label.stance.{name}").click()
    if words is not None:
        mayor.page.locator(f"#words-{clause}").fill(words)


def confirm(mayor, count):
    press(mayor.page, "Read over and confirm")
    mayor.agree()
    mayor.told(f"Confirmed and public: {count}")


def to_the_gesture(mayor):
    """Up to the question before the gesture, in which the last request will be held back."""
    mayor.page.locator("nav.ways").get_by_role("link", name="Sign").click()
    mayor.told("has been checked")
    press(mayor.page, "Sign without a drawing")
    mayor.page.locator("#review").wait_for()


def sign_at_once(mayors):
    """All authorise; what each sends to be recorded is held back until everybody's is on its way."""
    held = []

    def hold(route):
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    for mayor in mayors:
        mayor.page.route("**/my/signing", hold)
    for mayor in mayors:
        with mayor.page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/signing")):
            mayor.agree()
    while len(held) < len(mayors):
        mayors[0].page.evaluate("1")  # lets what the browser says come in
    for route in held:
        route.continue_()
    for mayor in mayors:
        mayor.page.wait_for_url("**/my/receipt")


def decline(mayor):
    page = mayor.page
    mayor.go("my/sign")
    mayor.told("has been checked")
    page.locator("details.declining summary").click()
    page.locator("#reason").fill(REASON)
    press(page, "Decline", exact=True)
    mayor.agree()
    page.wait_for_url("**/my/receipt")


def verify_offline(reader, folder):
    """Download the signed edition, switch the network off, let the page judge the file and a spoilt copy of it."""
    page = reader.page
    reader.go("signatories")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the signed edition").click()
    edition = folder / "signed.pdf"
    waiting.value.save_as(edition)
    page.get_by_role("link", name="Verify it").click()
    page.wait_for_url("**/verify")
    page.locator("html[data-ready=yes]").wait_for()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    reader.context.set_offline(True)
    page.set_input_files("#files", edition)
    page.locator("#verdict[data-verdict=valid]").wait_for()
    shown = [" ".join(line.split()) for line in page.locator("#signatories tr").all_inner_texts()]
    picture(page, "story-verified", "desk-light")
    spoilt = bytearray(edition.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    (folder / "spoilt.pdf").write_bytes(spoilt)
    page.set_input_files("#files", folder / "spoilt.pdf")
    page.locator("#verdict[data-verdict=altered], #verdict[data-verdict=cannot-be-verified]").wait_for()
    assert asked == []
    return shown


def compare_languages(host):
    """The ceremony's page says what prevents freezing; each language is read beside the first, then confirmed."""
    host.go("desk/ceremony")
    host.page.get_by_role("link", name="To the languages").click()
    for _ in ("en", "ar"):  # the page goes on with the next language that has something to do
        host.page.get_by_role("button", name="that are left").click()
        answer(host.page, "Confirm all")
        host.page.get_by_text("Confirmed. Passages left in this language: 0").wait_for()
    host.page.get_by_text("This language is in step.").wait_for()


def test_the_whole_story(people, summit, tmp_path):
    host = people("host", size=DESK)
    come_in(host, f"{summit.origin}/{DECLARATION}/welcome#{summit.invite('depositary', 'host')}", "desk")
    links = invited(host)
    mayors = {name: people(name) for name in links}
    for name, link in links.items():
        come_in(mayors[name], link, "my")
    stance(mayors["haifa"], "city-1", "accept")
    stance(mayors["haifa"], "city-2", "accept-with-reservation", RESERVATION)
    confirm(mayors["haifa"], 2)

    # two drafters collide; whoever comes second is told
    for name in ("workshop", "delegation"):
        come_in(people(name, size=DESK), invited_drafter(host, name), "drafting")
    assert "With no open amendment." in table(people("workshop"), SQUARES)
    assert "A01" in table(people("delegation"), PARKS)
    settle(host)
    people("workshop").go("drafting")
    assert "Adopted as modified" in people("workshop").page.locator("main").inner_text()

    # what changed is confirmed again, and nothing else has to be
    haifa = mayors["haifa"]
    haifa.go("my?show=changed&lang=en")
    assert haifa.page.locator("article.clause, li.clause, [id^=clause-]").count() == 1
    assert "parks" in haifa.page.locator("#clause-city-1 ins").all_inner_texts()[-1]
    host.go("desk/agreement")
    assert "1 city, on version 1" in host.page.locator("main").inner_text()
    stance(haifa, "city-1", "accept")
    confirm(haifa, 1)
    for name in ("abidjan", "reading"):
        mayors[name].go("my")
        press(mayors[name].page, "Accept the open ones")
        confirm(mayors[name], 3)

    compare_languages(host)
    host.go("desk/ceremony")
    assert "Every position stands on the present words." in host.page.locator("main").inner_text()
    press(host.page, "Freeze version 2")
    answer(host.page, "Freeze")
    host.page.get_by_text("Next in the order of protocol").wait_for()

    wall = people("reader", size=DESK)
    wall.go("wall")
    signing = [mayors[name] for name in ("abidjan", "haifa", "reading")]
    for mayor in signing:
        mayor.go("my")
        to_the_gesture(mayor)
    sign_at_once(signing)
    wall.page.locator("#signed").filter(has_text="3").wait_for()
    decline(mayors["seoul"])
    host.page.locator("#next").filter(has_text="Everybody has answered.").wait_for()
    assert host.page.locator("#signed, #declined, #missing").all_inner_texts() == ["3", "1", "0"]
    press(host.page, "Seal the signed edition")
    answer(host.page, "Seal")
    host.page.get_by_text("The edition is sealed.").wait_for()

    shown = verify_offline(wall, tmp_path)
    assert [line.split()[0] for line in shown] == ["Abidjan", "Haifa", "Reading", "Seoul"]
    assert "declined" in shown[3]
    with summit.chancery.store.reading() as session:
        assert queries.declaration(session, DECLARATION).phase is Phase.SEALED
        assert queries.current_version(session, DECLARATION).text.clause("city-1").texts["en"] == SETTLED
        taken = {(one.position.signatory, one.position.clause): one for one in queries.positions(session, DECLARATION)}
        assert {one.signatory for one in queries.signatures(session, DECLARATION)} == {"abidjan", "haifa", "reading"}
    assert taken["haifa", "city-1"].version == 2
    assert taken["haifa", "city-2"].position.reservation == RESERVATION
