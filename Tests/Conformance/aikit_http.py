"""The AI Kit over plain HTTP: usage, and the events that Stripe sends. It has no client of its own."""

import calendar
import hashlib
import hmac
import os
import sys
import time
from datetime import datetime, timedelta, timezone

from check import Suite, control, equal, signed
from plain_http import call

BASE, KEY = os.environ["AI_KIT_BASE_URL"], os.environ["AI_KIT_API_KEY"]
SECRET = os.environ["STRIPE_WEBHOOK_SECRET"]

suite = Suite("pip")
suite.client = "AI Kit, plain HTTP"
check, recorded = suite.check, suite.recorded


def usage(query="", key=KEY):
    return call("GET", f"{BASE}/v1/usage{query}", headers={"X-API-Key": key} if key else {})


def webhook(body, signature):
    return call(
        "POST", f"{BASE}/v1/webhooks/stripe", body.encode(), {"Stripe-Signature": signature} if signature else {})


def happens(kind, customer, **details):
    body, headers = signed("stripe", kind, customer=customer, **details)
    return body, headers["stripe-signature"]


def state(key, customer=None):
    return control("/aikit/keys", {"api_key": key} | ({"customer": customer} if customer else {}))


@check("usage is what was recorded, in the month and in other times")
def _():
    empty = usage().json
    equal((empty["tokens_used"], empty["requests"]), (0, 0))
    for tokens in (100, 250):
        control("/aikit/usage", {"tokens": tokens})
    now = datetime.now(timezone.utc)
    last = calendar.monthrange(now.year, now.month)[1]
    with recorded("ofTheMonth"):
        month = usage().json
    equal((month["tokens_used"], month["requests"]), (350, 2))
    equal((month["period_start"], month["period_end"]),
          (f"{now:%Y-%m}-01T00:00:00Z", f"{now:%Y-%m}-{last}T23:59:59Z"))
    equal(usage("?period=current_month").json, month)
    equal((month["rate_limit_remaining"]["per_minute"], empty["rate_limit_remaining"]["per_minute"]), (58, 60))
    equal(usage("?period=last_30_days").json["tokens_used"], 350)
    today, before = now.date(), now.date() - timedelta(days=1)
    with recorded("ofDays"):
        days = usage(f"?start={today}&end={today}").json
    equal((days["tokens_used"], days["period_start"], days["period_end"]),
          (350, f"{today}T00:00:00Z", f"{today}T23:59:59Z"))
    equal(usage(f"?start={before}&end={before}").json["tokens_used"], 0)


@check("a question about usage has one time and a key")
def _():
    with recorded("withoutKey"):
        equal(usage(key=None).json, {"detail": "Invalid API key"})
    equal(usage(key="wrong").status, 401)
    for query in ("?period=week", "?start=2024-11-31&end=2024-12-01"):
        refused = usage(query)
        equal((refused.status, refused.json["detail"][0]["loc"]), (422, ["query", query[1:].split("=")[0]]))
    for query in ("?start=2024-11-01", "?start=2024-11-02&end=2024-11-01",
                  "?period=current_month&start=2024-11-01&end=2024-11-02"):
        refused = usage(query)
        equal((refused.status, type(refused.json["detail"])), (422, str))


@check("a subscription switches a customer's keys on and off")
def _():
    equal(state("key_sub", "cus_sub")["usable"], False)
    equal(webhook(*happens("customer.subscription.created", "cus_sub", status="incomplete")).json, {"received": True})
    equal(state("key_sub")["usable"], False)
    equal(webhook(*happens("customer.subscription.created", "cus_sub")).status, 200)
    equal(state("key_sub")["usable"], True)
    equal(webhook(*happens("customer.subscription.deleted", "cus_sub")).status, 200)
    equal(state("key_sub")["usable"], False)
    equal(usage(key="key_sub").status, 200)


@check("a paid month starts the counters anew, once for each event")
def _():
    state("key_paid", "cus_paid")
    control("/aikit/usage", {"tokens": 40, "api_key": "key_paid"})
    webhook(*happens("invoice.paid", "cus_paid", billing_reason="subscription_create"))
    equal(usage(key="key_paid").json["tokens_used"], 40)
    event = happens("invoice.paid", "cus_paid")
    webhook(*event)
    equal(usage(key="key_paid").json["tokens_used"], 0)
    control("/aikit/usage", {"tokens": 7, "api_key": "key_paid"})
    equal(webhook(*event).json, {"received": True})
    equal(usage(key="key_paid").json["tokens_used"], 7)
    equal(usage("?period=last_30_days", key="key_paid").json["tokens_used"], 47)


@check("an unpaid invoice is told to the customer, once for each event")
def _():
    event = happens("invoice.payment_failed", "cus_unpaid")
    for _ in range(2):
        webhook(*event)
    equal(state("key_sub")["warnings"], ["cus_unpaid@example.com"])


@check("other events are acknowledged")
def _():
    with recorded("acknowledged"):
        equal(webhook(*happens("customer.updated", "cus_sub")).json, {"received": True})


@check("a signature of the secret is accepted, and no other")
def _():
    body, signature = happens("invoice.paid", "cus_paid")
    seconds = int(time.time())

    def header(seconds, secret=SECRET):
        code = hmac.new(secret.encode(), f"{seconds}.{body}".encode(), hashlib.sha256).hexdigest()
        return f"t={seconds},v1={code}"

    equal(webhook(body, header(seconds)).status, 200)
    equal(webhook(body, f"{header(seconds, 'whsec_old')},v1={header(seconds).split('v1=')[1]}").status, 200)
    for wrong in (header(seconds - 400), header(seconds, "whsec_other"), "t=1,v1=00", None):
        refused = webhook(body, wrong)
        equal((refused.status, refused.json), (400, {"detail": "Invalid signature"}))
    equal(webhook(body + " ", signature).status, 400)


sys.exit(suite.finish())
