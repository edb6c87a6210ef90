"""Takes the README's pictures of the pages, from a demo that is made for them: `.venv/bin/python docs/pictures.py`."""

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

HERE: Final = Path(__file__).parent
COLOURS: Final = 96
"""A palette is enough for type on paper, and keeps a picture below 150 kB."""
DESK: Final = (1200, 800)
PHONE: Final = (390, 844)
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
AUTHENTICATOR: Final = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """Serve a fresh demo on localhost; give the link of each role, by the name that the command prints."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "declaration", "serve", "--demo", folder, "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as served:
            try:
                yield _links(served)
            finally:
                served.terminate()


def _links(served: subprocess.Popen[str]) -> dict[str, str]:
    links: dict[str, str] = {}
    for line in served.stdout or ():
        if found := re.match(r"(.+?)\s+(http://\S+)$", line):
            links[found[1]] = found[2]
        if "startup complete" in line:
            return links
    raise SystemExit("The demo did not start.")


def person(browser: Browser, size: tuple[int, int], *, language: str = "en", scheme: str = "light") -> Page:
    """Open a browser of somebody's own, with a passkey that confirms by itself."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        device_scale_factor=1.5,
    )
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable", {"enableUI": False})
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def down_to(place: Locator) -> None:
    """Bring a place to the upper edge of the window."""
    place.evaluate("place => window.scrollTo(0, place.getBoundingClientRect().top + window.scrollY - 24)")


def keep(page: Page, name: str) -> None:
    """Write what is in sight as a small file."""
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / name, optimize=True)


def take(browser: Browser, links: dict[str, str]) -> None:
    """Take all four."""
    public = links["public"]
    page = person(browser, DESK)
    page.goto(f"{public}?lang=fr&beside=ar")
    keep(page, "web-text.png")
    page.goto(f"{public}matrix")
    page.locator("main table, main ol").first.scroll_into_view_if_needed()
    keep(page, "web-matrix.png")
    mayor = person(browser, PHONE)
    mayor.goto(next(link for name, link in links.items() if name.startswith("signatory")))
    mayor.get_by_role("button", name="Make a passkey").click()
    mayor.get_by_role("button", name="Confirm with the passkey").click()
    mayor.wait_for_url("**/my")
    first = mayor.locator("main article").first
    first.locator(".stance.accept").click()
    down_to(first)
    keep(mayor, "web-mayor.png")
    desk = person(browser, DESK)
    desk.goto(next(link for name, link in links.items() if name.startswith("depositary")))
    desk.get_by_role("button", name="Make a passkey").click()
    desk.wait_for_url("**/desk**")
    desk.goto(f"{public}desk/amendments")
    down_to(desk.get_by_role("heading", name="Clause").first)
    keep(desk, "web-desk.png")


def main() -> None:
    """Take the pictures."""
    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("chromium was not found: install the Debian package `chromium`.")
    with demo() as links, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        take(browser, links)
        browser.close()


if __name__ == "__main__":
    main()
