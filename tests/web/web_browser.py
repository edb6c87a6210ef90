"""A Chromium spoken to over two pipes (Chrome DevTools Protocol): what it fetched, what it refused, what it shows."""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field

import pytest

SECONDS = 20
"""Longest wait for one answer of the browser."""
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *("--disable-extensions", "--disable-default-apps", "--mute-audio", "--remote-debugging-pipe"),
)


@dataclass
class Seen:
    """What happened while a page was shown."""

    requests: list = field(default_factory=list)
    complaints: list = field(default_factory=list)


class Browser:
    """One headless browser with a profile of its own; `stop` ends it and everything it started."""

    def __init__(self, profile):
        program = shutil.which("chromium")
        if program is None:
            pytest.fail("chromium was not found: install the Debian package `chromium`.", pytrace=False)
        to_browser, self.writing = os.pipe()
        self.reading, from_browser = os.pipe()
        self.process = subprocess.Popen(
            # the browser reads its commands from descriptor 3 and answers on 4
            ["bash", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "-"]  # noqa: RUF005 - two commands
            + [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(to_browser, from_browser),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.number = 0
        self.buffer = b""
        self.seen = Seen()
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if getattr(self, "session", None):
            message["sessionId"] = self.session
        os.write(self.writing, json.dumps(message).encode() + b"\0")
        wanted = self.number
        return self.until(lambda message: message.get("id") == wanted, method)["result"]

    def until(self, found, what):
        """Read what the browser says until something is found, noting requests and complaints on the way."""
        deadline = time.monotonic() + SECONDS
        while True:
            while b"\0" in self.buffer:
                line, self.buffer = self.buffer.split(b"\0", 1)
                message = json.loads(line)
                assert "error" not in message, (what, message["error"])
                self.note(message.get("method"), message.get("params", {}))
                if found(message):
                    return message
            ready, _, _ = select.select([self.reading], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                pytest.fail(f"chromium did not answer {what} within {SECONDS} seconds")
            piece = os.read(self.reading, 1 << 20)
            if not piece:
                pytest.fail(f"chromium ended at {what}, with status {self.process.wait(SECONDS)}")
            self.buffer += piece

    def note(self, method, parameters):
        if method == "Network.requestWillBeSent":
            self.seen.requests.append(parameters["request"]["url"])
        elif method == "Log.entryAdded":
            self.seen.complaints.append(parameters["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.seen.complaints.append(parameters["exceptionDetails"]["text"])
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in {"error", "warning", "assert"}:
            self.seen.complaints.append(str(parameters["args"]))

    def show(self, url, *, width, height=900, dark=False):
        """Open a page at this width (CSS pixels) and return what happened until it was loaded."""
        self.seen = Seen()
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[feature])
        self.ask("Page.navigate", url=url)
        self.until(lambda message: message.get("method") == "Page.loadEventFired", f"loading {url}")
        return self.seen

    def evaluate(self, expression):
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"]["value"]

    def screenshot(self, file, *, whole=False):
        answer = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(answer["data"]))

    def stop(self):
        os.close(self.writing)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # the group that this process began, and nobody else's
            self.process.wait(5)
        os.close(self.reading)
