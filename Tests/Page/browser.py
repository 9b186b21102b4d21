"""Headless Chromium with an eye on what must not happen, and the checks' one line each."""

import os
import traceback
from urllib.parse import urlsplit

from playwright.sync_api import expect

WIDE, NARROW = {"width": 1360, "height": 820}, {"width": 360, "height": 740}
expect.set_options(timeout=8_000)


class Browser:
    """Pages of one origin. What they must not do is collected: errors, warnings, dialogs, requests to other places."""

    def __init__(self, chromium, origin, folder):
        self.chromium = chromium
        self.origin = origin
        self.folder = folder
        self.complaints = []
        # A refusal or a server that is gone is an error in the console, whatever a page does.
        self.expects_failures = False

    def open(self, view="journal", scheme="light", size=WIDE):
        context = self.chromium.new_context(
            viewport=size, color_scheme=scheme, permissions=["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", self._asked)
        page.on("request", self._requested)
        page.goto(f"{self.origin}/_tollgate/ui#/{view}")
        expect(page.locator("#link")).to_have_attribute("data-state", "live")
        return page

    def shot(self, page, name):
        page.screenshot(path=os.path.join(self.folder, f"{name}.png"))

    def _heard(self, message):
        if message.type not in ("error", "warning"):
            return
        if not (self.expects_failures and message.text.startswith("Failed to load resource")):
            self.complaints.append(f"console: {message.text}")

    def _asked(self, dialog):
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _requested(self, request):
        parts = urlsplit(request.url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.complaints.append(f"request to {request.url}")


class Checks:
    """Checks, each a function of assertions that runs where it is defined."""

    def __init__(self, browser):
        self.browser = browser
        self.passed = 0
        self.failed = 0

    def __call__(self, title):
        def run(function):
            try:
                function()
                assert not self.browser.complaints, "; ".join(self.browser.complaints)
                self.passed += 1
                print(f"ok    {title}", flush=True)
            except Exception as error:
                self.failed += 1
                text = str(error).replace("\n", "\n      ")[:600]
                print(f"FAIL  {title}\n      {type(error).__name__}: {text}", flush=True)
                frames = traceback.extract_tb(error.__traceback__)
                lines = [frame for frame in frames if frame.filename == function.__code__.co_filename]
                for frame in lines[-1:]:
                    print(f"      {os.path.basename(frame.filename)}:{frame.lineno}: {frame.line}", flush=True)
            self.browser.complaints.clear()
            self.browser.expects_failures = False

        return run


def equal(actual, wanted):
    assert actual == wanted, f"expected {wanted!r}, got {actual!r}"
