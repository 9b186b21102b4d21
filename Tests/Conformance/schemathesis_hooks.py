"""What schemathesis is told beside a document: who calls, and which of its reports are known (TOLLGATE_DOCUMENT)."""

import atexit
import base64
import collections
import hashlib
import hmac
import json
import os
import re
import threading
import time
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests.auth
import schemathesis
import yaml

DOCUMENT = os.environ["TOLLGATE_DOCUMENT"]
lock = threading.Lock()
SIGNED = ("Content-Digest", "Content-Type", "X-Realm-Id", "X-Billing-Account-Id", "X-Principal-Id", "Idempotency-Key")

# What stands in a document's example for something that depends on the bytes of the request.
DIGEST = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
STRIPE_SIGNATURE = re.compile(r"t=\d+,v1=[0-9a-f]{64}")


class Header(requests.auth.AuthBase):
    """A credential that is a header field."""

    def __init__(self, name, value):
        self.name, self.value = name, value

    def __call__(self, request):
        request.headers[self.name] = self.value
        return request


class ServerKey(Header):
    """One of the AI Kit's keys. Stripe's webhook has a signature besides, if the request has one at all."""

    def __call__(self, request):
        if STRIPE_SIGNATURE.fullmatch(text(request.headers.get("Stripe-Signature", ""))):
            seconds = str(int(time.time())).encode()
            signature = hmac.digest(
                os.environ["STRIPE_WEBHOOK_SECRET"].encode(), seconds + b"." + body_of(request), "sha256").hex()
            request.headers["Stripe-Signature"] = f"t={seconds.decode()},v1={signature}"
        return super().__call__(request)


class ServiceKey(requests.auth.AuthBase):
    """Signs as spec/vluna/openapi.yaml describes it. A digest that is wrong on purpose stays so."""

    def __init__(self, key_id, secret):
        self.key_id, self.secret = key_id, base64.b64decode(secret)

    def __call__(self, request):
        if text(request.headers.get("Content-Digest", "")) == DIGEST:
            digest = base64.b64encode(hashlib.sha256(body_of(request)).digest()).decode()
            request.headers["Content-Digest"] = f"sha-256=:{digest}:"
        moment, nonce = "2026-01-02T03:04:05.678901+00:00", os.urandom(16).hex()
        target = urlsplit(request.url)
        lines = [
            request.method, target.path + (f"?{target.query}" if target.query else ""), f"ts:{moment}",
            f"nonce:{nonce}", *(f"{name.lower()}:{text(request.headers.get(name, ''))}" for name in SIGNED),
        ]
        signature = base64.b64encode(hmac.digest(self.secret, "\n".join(lines).encode(), "sha256")).decode()
        request.headers["Authorization"] = (
            f"SVC-AUTH keyId={self.key_id},sig={signature},ts={moment},nonce={nonce},alg=HMAC-SHA256")
        return request


def body_of(request):
    body = request.body or b""
    return body.encode() if isinstance(body, str) else body


def text(value):
    """A header value as the server reads it: as UTF-8, without spaces around it."""
    return (value.encode("latin-1") if isinstance(value, str) else value).decode(errors="replace").strip(" \t")


def credential():
    def bearer(name):
        return Header("Authorization", f"Bearer {os.environ[name]}")

    return {
        "stoa/openapi.yaml": lambda: bearer("STOA_API_KEY"),
        "vluna/openapi.yaml": lambda: ServiceKey(
            os.environ["VLUNA_SERVICE_KEY_ID"], os.environ["VLUNA_SERVICE_KEY_SECRET"]),
        "vluna/bearer.yaml": lambda: bearer("VLUNA_ACCESS_TOKEN"),
        "togo/openapi.yaml": lambda: bearer("TOGO_API_KEY"),
        "aikit/openapi.yaml": lambda: ServerKey("X-API-Key", os.environ["AI_KIT_API_KEY"]),
        "stripe/openapi.yaml": lambda: bearer("STRIPE_SECRET_KEY"),
        "providers/openai.yaml": lambda: bearer("OPENAI_API_KEY"),
        "providers/anthropic.yaml": lambda: Header("x-api-key", os.environ["ANTHROPIC_API_KEY"]),
        "providers/openrouter.yaml": lambda: bearer("OPENROUTER_API_KEY"),
        "providers/elevenlabs.yaml": lambda: Header("xi-api-key", os.environ["ELEVENLABS_API_KEY"]),
        "providers/deepgram.yaml": lambda: Header("Authorization", f"Token {os.environ['DEEPGRAM_API_KEY']}"),
    }.get(DOCUMENT, lambda: None)()


if credential() is not None:
    schemathesis.auth.set_from_requests(credential())

# Whose data a valid call is about: of anybody else there is nothing.
OWN = {
    "X-Principal-Id": os.environ["VLUNA_PRINCIPAL_ID"], "X-Billing-Account-Id": os.environ["VLUNA_BILLING_ACCOUNT_ID"],
    "principal_id": os.environ["VLUNA_PRINCIPAL_ID"], "billing_account_id": os.environ["VLUNA_BILLING_ACCOUNT_ID"]}

# What says how long a lever waits for something to happen.
WAITS = {"GET /_tollgate/journal": ("query", "wait_seconds"), "POST /_tollgate/journal/wait": ("body", "seconds")}


def in_a_minute(seconds):
    return isinstance(seconds, (int, float)) and 0 < seconds <= 60


@schemathesis.hook
def map_case(context, case):
    parts = [part for part in (case.path_parameters, case.query, case.headers, case.body) if isinstance(part, Mapping)]
    # Nobody else talks to this server, so there is nothing to wait for. What is wrong on purpose stays so.
    place, name = WAITS.get(f"{case.method} {case.operation.path}", ("body", ""))
    members = getattr(case, place)
    if name and isinstance(members, Mapping) and (name not in members or in_a_minute(members[name])):
        members[name] = 0
    if case.meta and case.meta.generation.mode.is_positive:
        for members in parts:
            for name in OWN.keys() & members.keys():
                members[name] = OWN[name]
        if DOCUMENT == "stoa/openapi.yaml" and case.operation.path.endswith("/install:exchange"):
            case.body["token"] = install_token()
    return case


def install_token():
    """A token as Stoa gives it to somebody who installs the application."""
    request = urllib.request.Request(
        f"{os.environ['STOA_BASE_URL']}/_tollgate/stoa/install-token", method="POST",
        data=json.dumps({"external_id": None, "email": "grace@example.com"}).encode(),
        headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)["token"]


@schemathesis.hook
def before_call(context, case, kwargs):
    # The management surface wants a digest of everything; the document lists it where there is more to say of it.
    if DOCUMENT == "vluna/openapi.yaml" and "Content-Digest" not in {header.name for header in case.operation.headers}:
        case.headers["Content-Digest"] = DIGEST


counts = collections.Counter()


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        counts[f"{case.method} {case.operation.path} {response.status_code}"] += 1


@atexit.register
def write_counts():
    with open(os.environ["TOLLGATE_REPORT"] + ".counts", "w", encoding="utf-8") as file:
        json.dump(counts, file)


class Accepted:
    """An entry of schemathesis_accepted.yaml. What it does not say, it does not ask for."""

    def __init__(self, number, entry):
        self.number, self.entry = number, entry

    def fits(self, report):
        return all(
            re.fullmatch(str(self.entry[name]), report[name], re.DOTALL)
            for name in ("document", "check", "operation", "status", "invalid", "body") if name in self.entry)


with open(os.path.join(os.path.dirname(__file__), "schemathesis_accepted.yaml"), encoding="utf-8") as file:
    ACCEPTED = [Accepted(number, entry) for number, entry in enumerate(yaml.safe_load(file) or [])]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    meta = case.meta
    description = (meta and meta.phase.data and getattr(meta.phase.data, "description", None)) or ""
    place = meta and meta.phase.data and getattr(meta.phase.data, "parameter_location", None)
    parameter = meta and meta.phase.data and getattr(meta.phase.data, "parameter", None)
    report = {
        "document": DOCUMENT,
        "check": failure.code,
        "operation": f"{case.method} {case.operation.path}",
        "status": str(response.status_code),
        # What is wrong with the request, as schemathesis sees it.
        "invalid": f"{place.value if place else ''} {parameter or ''}: {description}",
        "body": response.content[:2000].decode(errors="replace"),
    }
    known = next((entry for entry in ACCEPTED if entry.fits(report)), None)
    report |= {
        "title": failure.title, "phase": meta.phase.name.value if meta else "", "message": failure.message,
        "accepted": known and known.number, "curl": case.as_curl_command()[:3000]}
    with lock, open(os.environ["TOLLGATE_REPORT"], "a", encoding="utf-8") as file:
        file.write(json.dumps(report) + "\n")
    return known is None
