"""Exchanges of providers, each with the usage event that Stoa's official wrapper makes of it, kept as fixtures.

The wrapper and the providers' official clients talk to the mock through a `Tap`, which keeps what passes. The wrapper
posts an event for a plain answer. For a stream it posts none; its own extraction is asked then, with the object that the
provider's official client makes of the stream.

In an ordinary run the fixtures are compared, under `record` they are written.
"""

import base64
import http.client
import io
import json
import os
import re
import threading
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import coverage
from check import Suite
from operations import ROOT
from recorder import VOLATILE, pretty, write
from stoa.events import UsageEvent
from stoa.providers import get_adapter_for_function

FIXTURES = Path(os.environ.get("TOLLGATE_FIXTURES", ROOT / "Tests" / "Fixtures")) / "metering"
REQUEST_HEADERS = ["content-type"]
RESPONSE_HEADERS = [
    "content-type", "x-request-id", "request-id", "x-character-count", "dg-request-id", "dg-char-count", "dg-model-name",
]
HELLO = [{"role": "user", "content": "Hello there"}]
VOICE = "JBFqnCBsd6RMkjVDRZzb"


class Tap:
    """Stands before the mock: passes requests on, and keeps the last exchange and the events."""

    def __init__(self):
        self.mock = urlsplit(os.environ["STOA_BASE_URL"]).netloc
        self.exchange = None
        self.events = []
        # What the next request is answered with, in the mock's place: headers and body.
        self.canned = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, method, target, headers, body):
        if target.endswith("/v1/events"):
            self.events.append(json.loads(body))
        elif self.canned is not None:
            answer, self.canned = (200, *self.canned), None
            self.exchange = (method, target, headers, body, answer)
            return answer
        connection = http.client.HTTPConnection(self.mock)
        connection.request(method, target, body, {**headers, "host": self.mock})
        response = connection.getresponse()
        kept = {name: response.headers[name] for name in RESPONSE_HEADERS if response.headers[name] is not None}
        answer = (response.status, kept, response.read())
        connection.close()
        if not target.endswith(("/v1/events", "/v1/users:identify")):
            self.exchange = (method, target, headers, body, answer)
        return answer


def handler(tap):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            headers = {name.lower(): value for name, value in self.headers.items()}
            if headers.get("transfer-encoding") == "chunked":
                body = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            else:
                body = self.rfile.read(int(headers.get("content-length", 0)))
            passed = {name: value for name, value in headers.items()
                      if name not in ("connection", "transfer-encoding", "content-length", "accept-encoding")}
            status, answer_headers, answer = tap.answer(self.command, self.path, passed, body)
            self.send_response_only(status)
            for name, value in answer_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments):
            pass

    return Handler


class Wrapped:
    """The cases of one version of the wrapper."""

    def __init__(self):
        self.suite = Suite("onstoa")
        self.tap = Tap()
        self.wrapper = f"onstoa {version('onstoa')}"

    def case(self, wrapper, package, client, function, case, answer=None, final=None, posts=True, **arguments):
        """Makes a call through the wrapper, and keeps the exchange and the event.

        `function` is its name as the wrapper knows it; `answer` takes the mock's place; `final` makes of what the call
        returned the object that the wrapper's extraction is asked about, if it posts no event itself.
        """
        title = f"{function}, {case}"

        def run():
            self.tap.events.clear()
            self.tap.canned = answer
            method = client
            for name in function.split(".")[1:]:
                method = getattr(method, name)
            result = method(**arguments)
            whole = final(result) if final else None
            if hasattr(result, "__next__"):
                b"".join(result)
            if posts:
                assert len(self.tap.events) == 1, f"{len(self.tap.events)} events were posted"
                event = self.tap.events[0]
                if wrapper:
                    coverage.called("onstoa", f"Stoa.{wrapper}", "POST", "/v1/events")
            else:
                assert not self.tap.events, "the wrapper posts an event"
                event = self.extracted(function, whole, arguments)
            self.keep(package, function, case, answer is not None, posts, event)

        self.suite.check(title)(run)

    @staticmethod
    def extracted(function, whole, arguments):
        """The event that the wrapper's own extraction makes of an object; None if it makes none."""
        adapter = get_adapter_for_function(function)
        payload = whole and adapter.extract_usage(whole, arguments, function, 0)
        if payload is None:
            return None
        event = UsageEvent(user_id="user_123", event_type=adapter.get_event_type(function), payload=payload)
        return json.loads(event.to_json_bytes())

    def keep(self, package, function, case, is_canned, posts, event):
        method, target, headers, body, (status, answer_headers, answer) = self.tap.exchange
        url = urlsplit(target)
        content_type = headers.get("content-type", "")
        if boundary := re.search("boundary=(.+)", content_type):
            content_type = content_type.replace(boundary[1], "boundary-of-the-form")
            body = body.replace(boundary[1].encode(), b"boundary-of-the-form")
        if event is not None:
            event = {"event_type": event["event_type"], "payload": event["payload"]}
            event["payload"].pop("latency_ms", None)
        fixture = {
            "recorded": {
                "case": case, "client": f"{package} {version(package)}", "function": function,
                "server": "values of our own" if is_canned else "tollgate-mock", "wrapper": self.wrapper,
            },
            "request": {
                "method": method, "path": url.path, "query": url.query,
                "headers": {"content-type": content_type} if content_type else {},
                "body": content(body, headers.get("content-type", "")),
            },
            "response": {
                "status": status, "headers": answer_headers,
                "body": content(answer, answer_headers.get("content-type", "")),
            },
            "event": event,
            "event_is": "posted" if posts else "extracted",
        }
        path = FIXTURES / function / f"{case}.json"
        text = pretty(fixture) + "\n"
        if "TOLLGATE_RECORDER" in os.environ:
            with open(os.environ["TOLLGATE_RECORDED"], "a") as recorded:
                recorded.write(f"{path}\n")
            write(path, text)
        else:
            assert path.exists(), f"there is no fixture {path}"
            known, found = VOLATILE.sub("", path.read_text()), VOLATILE.sub("", text)
            assert known == found, f"{path} has another exchange or event: {first_difference(known, found)}"


def first_difference(known, found):
    pairs = zip(known.splitlines(), found.splitlines())
    return next((f"{left.strip()!r} there, {right.strip()!r} here" for left, right in pairs if left != right), "length")


def content(body, content_type):
    """A body as text, as base64, or, of audio that was answered, its length alone."""
    if content_type.startswith(("audio/", "application/octet-stream")):
        return {"length": len(body)}
    try:
        return None if not body else body.decode() if not content_type.startswith("multipart") else in_base64(body)
    except UnicodeDecodeError:
        return in_base64(body)


def in_base64(body):
    return {"base64": base64.b64encode(body).decode()}


def recording(seconds):
    """A recording in WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(4000)
        sound.writeframes(b"\x80" * int(4000 * seconds))
    return file.getvalue()


def in_json(value):
    """An answer of our own."""
    return {"content-type": "application/json", "x-request-id": "req_own"}, json.dumps(value).encode()


def in_events(*events, end="[DONE]", named=False):
    """A streamed answer of our own."""
    lines = [(f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event)}\n\n" for event in events]
    return (
        {"content-type": "text/event-stream; charset=utf-8", "x-request-id": "req_own"},
        ("".join(lines) + (f"data: {end}\n\n" if end else "")).encode())
