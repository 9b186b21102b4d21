"""The page of tollgate-mock as a person uses it: python check.py MOCK CHROMIUM FOLDER, where the screenshots go."""

import http.server
import os
import re
import subprocess
import sys
import threading

from browser import NARROW, Browser, Checks, equal
from mock import Mock
from playwright.sync_api import expect, sync_playwright

program, chromium, folder = sys.argv[1:]
EVIL = "</script><img src=x onerror=alert(1)><b>bold</b>"

mock = Mock(program)
playwright = sync_playwright().start()
# Chromium has no sandbox for root, and it opens nothing but the mock's own page.
browser = Browser(
    playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]), mock.origin, folder)
check = Checks(browser)


def rows(page):
    return page.locator("#rows [role=option]")


def chosen(page):
    return page.locator("#rows [aria-selected=true]")


def number(row):
    return int(row.get_attribute("id")[1:])


def live_data():
    """What some work of three clients leaves behind."""
    for user in ("user_123", "user_456"):
        equal(mock.identify(user)[0], 200)
    for index in range(8):
        mock.event("user_123", 20_000 * (index + 1))
    equal(mock.authorize("org_acme")[0], 200)
    equal(mock.authorize("org_acme", "openai.gpt5.2")[0], 200)
    mock.stoa("GET", "/v1/nothing?a=1&b=2")
    mock.send("POST", "/v1/events", {}, {"Authorization": "Bearer wrong"})


# The journal

page = browser.open()


@check("an empty journal says how to fill it, and there is nothing in the journal of the page's own")
def _():
    expect(page.locator("#rows-empty")).to_contain_text(mock.origin)
    expect(rows(page)).to_have_count(0)
    equal(mock.control("GET", "/journal")["entries"], [])
    browser.shot(page, "empty")


@check("a request appears while one looks")
def _():
    equal(mock.identify("user_123")[0], 200)
    expect(rows(page)).to_have_count(1)
    expect(rows(page).first).to_contain_text("/v1/users:identify")
    expect(rows(page).first).to_contain_text("stoa.identifyUser")
    expect(rows(page).first).to_contain_text("200")
    expect(page.locator("#rows-empty")).to_be_hidden()


@check("many requests appear in their order, and the list follows them")
def _():
    live_data()
    entries = mock.control("GET", "/journal")["entries"]
    expect(rows(page)).to_have_count(len(entries))
    equal([number(row) for row in rows(page).all()], [entry["number"] for entry in entries])
    expect(rows(page).last).to_be_in_viewport()


@check("arrow keys walk the journal, Enter goes into an exchange, Escape comes back")
def _():
    page.locator("#rows").focus()
    page.keyboard.press("End")
    last = number(chosen(page))
    equal(last, number(rows(page).last))
    page.keyboard.press("ArrowUp")
    equal(number(chosen(page)), last - 1)
    page.keyboard.press("k")
    equal(number(chosen(page)), last - 2)
    page.keyboard.press("j")
    equal(number(chosen(page)), last - 1)
    page.keyboard.press("Home")
    equal(number(chosen(page)), 1)
    equal(page.locator("#rows").get_attribute("aria-activedescendant"), "x1")
    expect(page.locator("#detail h2")).to_have_text("POST /v1/users:identify")
    page.keyboard.press("Enter")
    expect(page.locator("#detail")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#rows")).to_be_focused()


@check("an exchange shows headers and bodies, with the credential masked")
def _():
    rows(page).nth(3).click()
    entry = mock.control("GET", "/journal")["entries"][3]
    detail = page.locator("#detail")
    expect(detail).to_contain_text(str(entry["status"]))
    request = detail.locator("section[aria-label=Request]")
    expect(request).to_contain_text("[masked]")
    expect(request.locator(".key").first).to_have_text('"event_id"')
    expect(request.locator("pre")).to_contain_text('  "payload": {\n    "model": "gpt-4o",\n    "input_tokens": 20000')
    expect(detail.locator("section[aria-label=Answer] pre")).to_contain_text('"event_id"')
    assert mock.values["STOA_API_KEY"] not in page.content(), "the page shows a key"


@check("the curl line is right: a shell that runs it gets the same answer")
def _():
    rows(page).nth(1).click()
    expect(page.locator("#detail h2")).to_have_text("POST /v1/users:identify")
    page.locator("#rows").focus()
    page.keyboard.press("c")
    expect(page.locator("#copy-curl")).to_have_text("Copied")
    line = page.evaluate("navigator.clipboard.readText()")
    equal(line, page.locator("#curl").text_content())
    assert '-H "Authorization: Bearer $STOA_API_KEY"' in line, line
    before = mock.control("GET", "/journal")["last"]
    answer = subprocess.run(
        ["bash", "-c", f"{line} --silent --output /dev/null --write-out '%{{http_code}}'"], capture_output=True,
        text=True, env={**os.environ, **mock.values}, timeout=30)
    equal(answer.stdout, "200")
    first, again = (mock.control("GET", f"/journal?after={after}&limit=1")["entries"][0] for after in (1, before))
    equal(again["request"]["body"], first["request"]["body"])
    equal(again["target"], first["target"])


@check("what looks like HTML is shown as text, in paths, headers, queries and bodies")
def _():
    mock.send("POST", "/%3Cb%3E'$(id)`?q=<script>alert(2)</script>", {"note": EVIL, "quote": "it's"}, {"X-Note": EVIL})
    expect(rows(page).last).to_contain_text("<script>alert(2)</script>")
    rows(page).last.click()
    expect(page.locator("#detail pre").nth(1)).to_contain_text(EVIL)
    expect(page.locator("#detail section[aria-label=Request] dl")).to_contain_text(EVIL)
    equal(page.locator("main img, main b, main script, #detail script").count(), 0)
    line = page.locator("#curl").text_content()
    # The shell takes it for words, too: nothing is run, and the quote is kept.
    words = subprocess.run(
        ["bash", "-c", f"curl() {{ printf '%s\\0' \"$@\"; }}; {line}"], capture_output=True, text=True, timeout=30,
        check=True).stdout.split("\0")
    assert any(EVIL in word and "it's" in word for word in words), words
    assert f"{mock.origin}/%3Cb%3E'$(id)`?q=<script>alert(2)</script>" in words, words


@check("filters by text, operation and status")
def _():
    everything = rows(page).count()
    page.keyboard.press("/")
    expect(page.locator("#filter-text")).to_be_focused()
    page.keyboard.type("user_456")
    expect(page.locator("#tally")).to_have_text(f"1 of {everything} exchanges")
    page.locator("#filter-text").fill("")
    page.locator("#filter-operation").fill("vluna.")
    expect(rows(page)).to_have_count(2)
    page.locator("#filter-operation").fill("")
    page.locator("#filter-status").select_option("4")
    expect(page.locator("#tally")).not_to_have_text(f"{everything} exchanges")
    for row in rows(page).all():
        expect(row.locator("span").nth(5)).to_contain_text(re.compile("^4"))
    page.locator("#filter-text").fill("nothing passes this")
    expect(page.locator("#rows-empty")).to_have_text("No exchange passes the filters.")
    page.locator("#filter-text").fill("")
    page.locator("#filter-status").select_option("")
    expect(page.locator("#tally")).to_have_text(f"{everything} exchanges")


@check("pauses and goes on without missing anything")
def _():
    before = rows(page).count()
    page.locator("#rows").focus()
    page.keyboard.press("p")
    expect(page.locator("#link")).to_have_attribute("data-state", "paused")
    mock.event("user_123")
    mock.event("user_123")
    expect(rows(page)).to_have_count(before)
    page.keyboard.press("p")
    expect(rows(page)).to_have_count(before + 2)


@check("whoever reads further up is not moved, and is told what is new")
def _():
    before = rows(page).count()
    for _ in range(40):
        mock.event("user_456", 10)
    expect(rows(page)).to_have_count(before + 40)
    page.locator("#rows").focus()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    expect(rows(page).first).to_be_in_viewport()
    mock.event("user_456", 10)
    expect(page.locator("#newer")).to_have_text("1 newer one ↓")
    expect(rows(page).first).to_be_in_viewport()
    page.locator("#newer").click()
    expect(rows(page).last).to_be_in_viewport()
    expect(page.locator("#newer")).to_be_hidden()
    browser.shot(page, "journal-light")


# Faults, clock, state


@check("a fault that the page injects meets the next request, and is gone")
def _():
    page.locator("#rows").focus()
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.locator("#view-faults")).to_be_visible()
    page.locator("#fault-kind").select_option("status")
    page.locator("[data-pointer='/fault/status']").fill("418")
    page.locator("[data-pointer='/fault/body']").fill('{"tea": true}')
    page.locator("#fault-target-value").fill("stoa.createEvent")
    page.keyboard.press("Enter")
    expect(page.locator("#fault-list tbody tr")).to_have_count(1)
    expect(page.locator("#fault-count")).to_have_text("1")
    expect(page.locator("#fault-list")).to_contain_text("stoa.createEvent")
    browser.shot(page, "faults-light")
    equal(mock.event("user_123"), (418, {"tea": True}))
    expect(page.locator("#fault-list")).to_contain_text("No fault waits")
    expect(page.locator("#fault-count")).to_be_hidden()
    equal(mock.event("user_456", 10)[0] < 300, True)
    page.goto(f"{mock.origin}/_tollgate/ui#/journal")
    met = page.locator("#rows .row:has(.tag)").last
    expect(met).to_contain_text("418")
    met.click()
    expect(page.locator("#detail .crumbs")).to_contain_text("status")


@check("every kind of fault can be injected with what the form begins with, and removed")
def _():
    page.goto(f"{mock.origin}/_tollgate/ui#/faults")
    kinds = page.locator("#fault-kind option").evaluate_all("all => all.map(one => one.value)")
    assert len(kinds) == 15, kinds
    page.locator("#fault-target").select_option("path")
    page.locator("#fault-target-value").fill("/nowhere/*")
    for index, kind in enumerate(kinds):
        page.locator("#fault-kind").select_option(kind)
        page.locator("#fault-schedule").select_option(["next", "every", "probability", "always"][index % 4])
        page.locator("#fault-form .primary").click()
        expect(page.locator("#fault-list tbody tr")).to_have_count(index + 1)
        equal(mock.control("GET", "/faults")["faults"][-1]["fault"]["kind"], kind)
    browser.shot(page, "faults-many")
    page.get_by_role("button", name="Remove fault", exact=False).first.click()
    expect(page.locator("#fault-list tbody tr")).to_have_count(14)
    page.locator("#faults-clear").click()
    expect(page.locator("#fault-list")).to_contain_text("No fault waits")
    equal(mock.control("GET", "/faults")["faults"], [])


@check("what the server refuses is shown, and the field is marked")
def _():
    browser.expects_failures = True
    page.locator("#fault-kind").select_option("status")
    page.locator("[data-pointer='/fault/status']").fill("1000")
    page.locator("#fault-target").select_option("operation")
    page.locator("#fault-target-value").fill("stoa.createEvent")
    page.locator("#fault-form .primary").click()
    expect(page.locator("#fault-form .error")).to_contain_text("/fault/status")
    expect(page.locator("[data-pointer='/fault/status']")).to_have_attribute("aria-invalid", "true")
    browser.shot(page, "faults-refused")
    page.locator("[data-pointer='/fault/status']").fill("500")
    page.locator("#fault-target-value").fill("stoa.noSuchOperation")
    page.locator("#fault-form .primary").click()
    expect(page.locator("#fault-target-value")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#fault-form .error")).to_be_visible()


@check("the clock is set, advanced, stopped and let go")
def _():
    page.locator("#clock-value").fill("2026-12-31 23:59:30")
    page.keyboard.press("Enter")
    expect(page.locator("#clock-time")).to_have_text("2026-12-31 23:59:30")
    expect(page.locator("#clock-state")).to_have_text("frozen")
    equal(mock.control("GET", "/clock"), {"time": mock.control("GET", "/clock")["time"], "frozen": True})
    page.get_by_role("button", name="+1 min").click()
    expect(page.locator("#clock-time")).to_have_text("2027-01-01 00:00:30")
    page.locator("#content").focus()
    page.keyboard.press("2")
    expect(page.locator("#clock-time")).to_have_text("2027-01-01 01:00:30")
    page.keyboard.press("3")
    expect(page.locator("#clock-time")).to_have_text("2027-01-02 01:00:30")
    assert mock.control("GET", "/clock")["time"].startswith("2027-01-02T01:00:30"), mock.control("GET", "/clock")
    page.keyboard.press("f")
    expect(page.locator("#clock-state")).to_have_text("running")
    expect(page.locator("#clock-time")).not_to_have_text("2027-01-02 01:00:30")
    equal(mock.control("GET", "/clock")["frozen"], False)
    page.locator("#clock-value").fill("soon")
    page.keyboard.press("Enter")
    expect(page.locator("#clock-error")).to_contain_text("2026-01-02 03:04:05")
    mock.control("POST", "/state/reset", {})


@check("the state shows what the clients did: balances as lines and bars, all else as tables")
def _():
    live_data()
    page.goto(f"{mock.origin}/_tollgate/ui#/state")
    page.reload()
    gauge = page.locator(".gauge").filter(has_text="user_123").first
    for _ in range(3):
        before = gauge.locator(".value").inner_text()
        equal(mock.event("user_123", 30_000)[0] < 300, True)
        expect(gauge.locator(".value")).not_to_have_text(before)
    points = gauge.locator("polyline").get_attribute("points")
    assert len(points.split()) >= 4, points
    expect(page.locator("#state-stoa table").first).to_contain_text("user_456@example.com")
    expect(page.locator("#state-vluna")).to_contain_text("org_acme")
    expect(page.locator("#state-vluna")).to_contain_text("Leases (2)")
    browser.shot(page, "state-light")


@check("a scenario runs from the page")
def _():
    page.goto(f"{mock.origin}/_tollgate/ui#/scenarios")
    names = [one["name"] for one in mock.control("GET", "/scenarios")["scenarios"]]
    expect(page.locator(".scenario")).to_have_count(len(names))
    equal(page.locator("#scenario-list .scenario h2").all_inner_texts(), names)
    page.get_by_role("button", name="Run low-balance").click()
    expect(page.locator(".scenario", has_text="low-balance").locator("[role=status]").first).to_contain_text("Done:")
    browser.shot(page, "scenarios-light")


# Webhooks


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes webhooks, and keeps what came."""

    got = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Receiver.got.append((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@check("webhooks are sent now and held, and their deliveries are listed")
def _():
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    try:
        page.goto(f"{mock.origin}/_tollgate/ui#/webhooks")
        expect(page.locator("#delivery-list")).to_contain_text("Nothing was sent")
        page.locator("#hook-url").fill(f"http://127.0.0.1:{receiver.server_port}/hook")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".delivery")).to_have_count(1)
        expect(page.locator(".delivery .tag").first).to_have_text("delivered")
        assert b"balance.low" in Receiver.got[0][1], Receiver.got
        page.locator("#hook-hold").check()
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".delivery")).to_have_count(2)
        expect(page.locator(".delivery .tag").first).to_have_text("held")
        equal(len(Receiver.got), 1)
        page.get_by_role("button", name="Send delivery 2").click()
        expect(page.locator(".delivery .tag").first).to_have_text("delivered")
        equal(len(Receiver.got), 2)
        page.locator(".delivery summary").first.click()
        expect(page.locator(".delivery pre").first).to_contain_text('"balance.low"')
        browser.shot(page, "webhooks-light")
    finally:
        receiver.shutdown()
        receiver.server_close()


@check("data that is no JSON is not sent")
def _():
    page.locator("#hook-data").fill("{")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#webhook-form .error")).to_contain_text("not JSON")
    expect(page.locator("#hook-data")).to_be_focused()
    expect(page.locator(".delivery")).to_have_count(2)


# Keyboard, themes, sizes


@check("the keyboard is enough: a skip link first, all controls in order, shortcuts under ?")
def _():
    page.goto(f"{mock.origin}/_tollgate/ui#/journal")
    page.reload()
    expect(rows(page).first).to_be_attached()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    order = []
    while "rows" not in order and len(order) < 40:
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none", f"no focus is to be seen on {order[-1]}"
    for wanted in ("Journal", "Webhooks", "theme", "clock-freeze", "clock-value", "filter-text", "pause", "rows"):
        assert wanted in order, (wanted, order)
    assert order.index("clock-value") < order.index("filter-text"), order
    page.locator("#rows").focus()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    browser.shot(page, "help")
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


@check("dark and light: as the system says, or as one likes")
def _():
    def background(one):
        return one.evaluate("getComputedStyle(document.body).backgroundColor")

    dark = browser.open(scheme="dark")
    equal(background(page), "rgb(255, 255, 255)")
    equal(background(dark), "rgb(20, 23, 27)")
    dark.locator("#theme").click()
    equal(background(dark), "rgb(255, 255, 255)")
    dark.locator("#rows").focus()
    dark.keyboard.press("t")
    equal(background(dark), "rgb(20, 23, 27)")
    dark.reload()
    expect(dark.locator("#theme")).to_have_text("Dark")
    expect(rows(dark).first).to_be_attached()
    dark.locator("#rows").focus()
    dark.keyboard.press("End")
    dark.keyboard.press("ArrowUp")
    browser.shot(dark, "journal-dark")
    for view in ("state", "faults", "scenarios", "webhooks"):
        dark.goto(f"{mock.origin}/_tollgate/ui#/{view}")
        expect(dark.locator(f"#view-{view}")).to_be_visible()
        if view == "state":
            expect(dark.locator(".gauge").first).to_be_visible(timeout=1_000)
        dark.wait_for_timeout(500)
        browser.shot(dark, f"{view}-dark")
    dark.context.close()


@check("fits a telephone: nothing is wider than the screen, and an exchange takes the place of the list")
def _():
    narrow = browser.open(size=NARROW)
    expect(rows(narrow).first).to_be_attached()
    browser.shot(narrow, "journal-narrow")
    rows(narrow).last.click()
    expect(narrow.locator("#detail")).to_be_visible()
    expect(narrow.locator("#rows")).to_be_hidden()
    browser.shot(narrow, "exchange-narrow")
    narrow.get_by_role("button", name="← Journal").click()
    expect(narrow.locator("#rows")).to_be_visible()
    for view in ("journal", "state", "faults", "scenarios", "webhooks"):
        narrow.goto(f"{mock.origin}/_tollgate/ui#/{view}")
        narrow.wait_for_timeout(400)
        width = narrow.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, f"{view} is {width} wide"
        browser.shot(narrow, f"{view}-narrow")
    narrow.context.close()


# Reset, and a server that goes away


@check("reset asks, and makes all as new")
def _():
    page.goto(f"{mock.origin}/_tollgate/ui#/journal")
    page.locator("#reset-open").click()
    expect(page.locator("#reset")).to_be_visible()
    browser.shot(page, "reset")
    page.locator("#reset").get_by_role("button", name="Reset", exact=True).click()
    expect(page.locator("#reset")).to_be_hidden()
    expect(rows(page)).to_have_count(0)
    equal(mock.control("GET", "/journal")["entries"], [])
    mock.identify("user_new")
    expect(rows(page)).to_have_count(1)


@check("a journal that somebody else clears is cleared here, too")
def _():
    mock.identify("user_more")
    expect(rows(page)).to_have_count(2)
    mock.control("DELETE", "/journal")
    expect(rows(page)).to_have_count(0)
    mock.identify("user_more")
    expect(rows(page)).to_have_count(1)


@check("a server that stops is missed, and another one at the same port is found")
def _():
    global mock
    browser.expects_failures = True
    port = int(mock.origin.rsplit(":", 1)[1])
    mock.stop()
    expect(page.locator("#link")).to_have_attribute("data-state", "lost")
    expect(page.locator("#offline")).to_contain_text("does not answer")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="+1 min").click()
    expect(page.locator("#clock-error")).to_contain_text("does not answer")
    browser.shot(page, "offline")
    mock = Mock(program, port)
    expect(page.locator("#link")).to_have_attribute("data-state", "live", timeout=15_000)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#clock-error")).to_be_hidden()
    expect(rows(page)).to_have_count(0)
    mock.identify("user_back")
    expect(rows(page)).to_have_count(1)


browser.chromium.close()
playwright.stop()
mock.stop()
print(f"{check.passed} passed, {check.failed} failed")
sys.exit(1 if check.failed or check.passed == 0 else 0)
