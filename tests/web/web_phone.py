"""A person's own browser: a phone or a desktop with a virtual passkey, which notes whatever a page should not do."""

import contextlib
import json
import shutil
import socket
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright
from web_server import serving
from web_sight import snapshot
from web_summit import DECLARATION, Summit

from declaration.services.chancery import Site

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
NEEDLESS = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AimEnabled", "LensOverlay", "MediaRouter", "OptimizationHints"),
    *("PreconnectToSearch", "NetworkTimeServiceQuerying", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable"),
    *("PaintHolding", "ThirdPartyStoragePartitioning", "DestroyProfileOnBrowserClose"),
)
"""What of Chromium nobody sees here. For the list under an address bar it runs two pages of its own in each context:
half of what a short test takes. The rest is what Playwright leaves out, said again because the last list counts."""
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    f"--disable-features={','.join(NEEDLESS)}",
)
SECONDS = 40_000
"""Longest wait, in milliseconds."""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextlib.contextmanager
def chromium():
    """Give a headless browser."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium was not found: install the Debian package `chromium`.", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


class Liar:
    """Middleware (ASGI) that changes what the service answers at one address, when it is told to."""

    def __init__(self, app):
        self._app = app
        self.at = None
        self.lie = None

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or self.at is None or not scope["path"].endswith(self.at):
            await self._app(scope, receive, send)
            return
        held = []
        asked = [(name, value) for name, value in scope["headers"] if name != b"if-none-match"]

        async def kept(message):
            held.append(message)

        await self._app({**scope, "headers": asked}, receive, kept)
        body = b"".join(part.get("body", b"") for part in held[1:])
        if held[0]["status"] == 200:
            body = self.lie(body)
        headers = [(n, v) for n, v in held[0]["headers"] if n.lower() != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**held[0], "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def telling(self, at, lie):
        self.at, self.lie = at, lie

    def in_json(self, at, change):
        """Change a value of JSON."""
        self.telling(at, lambda body: json.dumps(change(json.loads(body))).encode())


@contextlib.contextmanager
def living(folder, keys, **more):
    """Serve a fresh small summit on localhost; give it, with its address and a liar in front of it."""
    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"http://localhost:{listening.getsockname()[1]}"
    summit = Summit(f"sqlite:///{folder / 'summit.db'}", keys, site=Site("localhost", (origin,), "localhost"), **more)
    summit.liar = Liar(summit.app)
    try:
        with serving(summit.liar, listening) as address:
            assert address == origin
            summit.origin = origin
            yield summit
    finally:
        summit.close()


class Phone:
    """One person's browser."""

    def __init__(self, browser, summit, *, size=PHONE, dark=False, language="en"):
        self.summit = summit
        self.context = browser.new_context(
            viewport=size,
            locale=language,
            color_scheme="dark" if dark else "light",
            has_touch=size["width"] < 600,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(SECONDS)
        self.complaints, self.outside = [], []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)
        self.devtools = self.context.new_cdp_session(self.page)
        self.devtools.send("WebAuthn.enable", {"enableUI": False})
        self.authenticator = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})[
            "authenticatorId"
        ]

    def _hear(self, said):
        # Chromium would have every site take RSA keys, too; ours takes ES256 alone (docs/spec/ledger.md)
        if "pubKeyCredParams" not in said.text and said.type != "log":
            self.complaints.append(said.text)

    def _note(self, request):
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.summit.origin:
            self.outside.append(request.url)

    def go(self, path):
        # typefaces are made when they are first asked for, which takes a busy machine its time
        self.page.goto(f"{self.summit.origin}/{DECLARATION}/{path}", wait_until="domcontentloaded")

    def come_in(self, role, subject):
        """Answer an invitation, as the person does."""
        self.come_in_as(role, subject, "Make a passkey", "Confirm with the passkey")

    def come_in_as(self, role, subject, create, confirm):
        """Likewise, where the buttons say this."""
        self.go(f"welcome#{self.summit.invite(role, subject)}")
        self.page.get_by_role("button", name=create).click()
        if role == "signatory":
            self.page.get_by_role("button", name=confirm).click()
        self.page.wait_for_url("**/my")

    def credential(self):
        """The passkey that the authenticator holds."""
        found = self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return found["credentials"][0]

    def told(self, text):
        """Wait until the page says something."""
        self.page.locator("#told").filter(has_text=text).wait_for()

    def agree(self):
        self.page.get_by_role("button", name="Confirm with the passkey").click()

    def screenshot(self, name):
        snapshot(self.page, f"mayor-{name}")

    def draw(self):
        """Draw something with the mouse."""
        self.page.locator("#pad").scroll_into_view_if_needed()
        box = self.page.locator("#pad").bounding_box()
        mouse = self.page.mouse
        mouse.move(box["x"] + 40, box["y"] + 70)
        mouse.down()
        for step in range(1, 30):
            x = box["x"] + 40 + step * (box["width"] - 80) / 30
            mouse.move(x, box["y"] + 50 + (30 if step % 4 < 2 else -20))
        mouse.up()

    def tab_to(self, selector, *, most=200):
        """Press the tabulator until something has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
                return
        pytest.fail(f"the keyboard does not reach {selector}")

    def close(self):
        """Close it; nothing that a page should not do was done."""
        assert self.outside == [], self.outside
        assert self.complaints == [], self.complaints
        self.context.close()
