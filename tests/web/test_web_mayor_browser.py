"""A mayor in a real browser, with a passkey: coming in, positions, signing, declining; and a service that lies."""

import subprocess
import sys

import pytest
from web_mayor import adopt, freeze
from web_phone import Phone, chromium, living
from web_summit import DECLARATION

from declaration.store import queries


@pytest.fixture(scope="module")
def browser():
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


def receipt(phone, folder):
    """Download the receipt and verify it with the command line, apart from the service."""
    with phone.page.expect_download() as waiting:
        phone.page.get_by_role("link", name="Download the receipt").click()
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
