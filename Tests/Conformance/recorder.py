#!/usr/bin/env python3
"""Passes requests on to tollgate-mock, and keeps those exchanges as fixtures that a script has named.

It takes the mock's place: the same arguments, the same lines on standard output. The mock itself is TOLLGATE_MOCK, the
fixtures go to the folder TOLLGATE_FIXTURES, and the paths of those recorded are added to the file TOLLGATE_RECORDED.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from operations import find, operations

REQUEST_HEADERS = [
    "anthropic-version", "authorization", "content-digest", "content-type", "idempotency-key", "x-billing-account-id", "x-principal-id",
    "stripe-signature", "x-realm-admin", "x-realm-id", "x-request-id",
]
RESPONSE_HEADERS = ["content-type", "retry-after", "x-request-id"]
SECRETS = {"access_token", "nonce", "signature", "token"}
REDACTED = "<redacted>"
KEY = re.compile(r"\btogo_[0-9A-Za-z_-]{16,}")

# What differs from one recording to the next without meaning anything.
VOLATILE = re.compile(
    r"""\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)
    | "(?:timestamp|delta_ms|seconds|created|created_at)\\?":\ ?\d+
    | "(?:next_)?cursor":\ "[^"]*"
    | \b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b
    | \b[0-9a-f]{16,}\b                                         # parts of lease tokens, trace ids
    | \b(?:call|cancel|chatcmpl|cs_test|gen|key|mem|mevt|msg|pay|req|resp|rs|si|sub|test|toolu|tu)[-_][0-9A-Za-z]+
    | sha-256=:[^:]+:
    | -----BEGIN\ PUBLIC\ KEY-----[^-]+""",
    re.VERBOSE)


class Number(str):
    """A number as it was written, so that no digit of it is lost."""


class Recorder:
    """Knows the case that is being recorded, and writes its fixtures."""

    def __init__(self, origin):
        self.origin = origin
        self.case = None
        self.kept = []
        self.operations = operations()

    def control(self, body):
        """Begins a case, or ends it when its name is null."""
        kept = [str(path) for path in self.kept]
        self.case, self.kept = (body if body["case"] else None), []
        return {"kept": kept}

    def keep(self, method, target, headers, body, response, response_body):
        url = urlsplit(target)
        if self.case is None or url.path.startswith("/_tollgate/"):
            return
        operation = find(self.operations, method, url.path).key
        service, name = operation.split(".")
        path = Path(os.environ["TOLLGATE_FIXTURES"], service, name, f"{self.case['case']}.json")
        fixture = {
            "recorded": {
                "client": self.case["client"], "server": "tollgate-mock", "operation": operation,
                "case": self.case["case"],
            },
            "request": {
                "method": method, "path": url.path, "query": parse_qs(url.query, keep_blank_values=True),
                "headers": chosen(headers, REQUEST_HEADERS), "body": self.content(body, headers),
            },
            "response": {
                "status": response.status, "headers": chosen(response.headers, RESPONSE_HEADERS),
                "body": self.content(response_body, response.headers),
            },
        }
        # A client that tries again sends the same request; the last answer is kept.
        if path not in self.kept:
            self.note(path)
        write(path, pretty(fixture) + "\n")

    def note(self, path):
        with open(os.environ["TOLLGATE_RECORDED"], "a+") as recorded:
            recorded.seek(0)
            if f"{path}\n" in recorded:
                raise ValueError(f"{path} is recorded twice")
            recorded.write(f"{path}\n")
        self.kept.append(path)

    def content(self, body, headers):
        """A body, without secrets and with an address for the mock that does not change. JSON stays JSON."""
        if not body:
            return None
        try:
            text = body.decode().replace(self.origin, "http://127.0.0.1:4010")
        except UnicodeDecodeError:
            return f"<{len(body)} bytes>"
        if "json" not in (headers["Content-Type"] or ""):
            return redacted(text)
        try:
            return redacted(json.loads(text, parse_int=Number, parse_float=Number))
        except ValueError:
            return text


def chosen(headers, names):
    values = {name: headers[name] for name in names if headers[name] is not None}
    if "authorization" in values:
        values["authorization"] = f"{values['authorization'].split(' ')[0]} {REDACTED}"
    if "stripe-signature" in values:
        values["stripe-signature"] = REDACTED
    return values


def redacted(value):
    if isinstance(value, dict):
        return {key: REDACTED if key in SECRETS and item else redacted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted(item) for item in value]
    if isinstance(value, str) and not isinstance(value, Number):
        return KEY.sub(REDACTED, value)
    return value


def pretty(value, indent=""):
    """JSON with sorted keys, one member a line, numbers as they were."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        members = [f"{inner}{json.dumps(key)}: {pretty(value[key], inner)}" for key in sorted(value)]
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(inner + pretty(item, inner) for item in value) + f"\n{indent}]"
    return str(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


def write(path, text):
    """Writes a fixture, unless what is there means the same."""
    if path.exists() and VOLATILE.sub("", path.read_text()) == VOLATILE.sub("", text):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def handler(recorder):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_request(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            try:
                if self.path == "/_recorder":
                    answer = json.dumps(recorder.control(json.loads(body))).encode()
                    self.reply(200, {"Content-Type": "application/json"}, answer)
                else:
                    self.forward(body)
            except Exception as error:
                self.reply(501, {"Content-Type": "text/plain"}, f"{type(error).__name__}: {error}".encode())

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request

        def forward(self, body):
            connection = http.client.HTTPConnection(urlsplit(recorder.origin).netloc)
            try:
                headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
                connection.request(self.command, self.path, body, headers)
                response = connection.getresponse()
                answer = response.read()
            finally:
                connection.close()
            recorder.keep(self.command, self.path, self.headers, body, response, answer)
            self.reply(response.status, dict(response.getheaders()), answer)

        def reply(self, status, headers, body):
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    return Handler


def main():
    mock = subprocess.Popen([os.environ["TOLLGATE_MOCK"], *sys.argv[1:]], stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        lines = []
        for line in mock.stdout:
            if line == "READY\n":
                break
            lines.append(line)
        else:
            sys.exit("the mock ended before it was ready")
        addresses = re.findall(r"^\w+_BASE_URL=(https?://[^/\s]+)", "".join(lines), re.MULTILINE)
        recorder = Recorder(addresses[0])
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler(recorder))
        server.daemon_threads = True
        own = f"http://127.0.0.1:{server.server_port}"
        print("".join(lines).replace(recorder.origin, own), end="")
        print(f"TOLLGATE_RECORDER={own}/_recorder\nREADY", flush=True)
        server.serve_forever()
    finally:
        mock.terminate()
        mock.wait()


if __name__ == "__main__":
    main()
