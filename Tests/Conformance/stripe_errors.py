"""Stripe 16.1.0 in trouble: it repeats a call under one key where it was told to, and reads a webhook that comes twice."""

import os
import sys

import stripe
from check import Raises, Suite, control, equal, signed
from stripe import StripeClient
from trouble import DAY, fault, fresh, later, mend, tried

BASE, KEY, SECRET = (os.environ[f"STRIPE_{name}"] for name in ("BASE_URL", "SECRET_KEY", "WEBHOOK_SECRET"))
METER = "stripe.createMeterEvent"

suite = Suite("stripe")
check = suite.check


def report(identifier="flush-1", retries=2):
    service = StripeClient(KEY, base_addresses={"api": BASE}, max_network_retries=retries)
    return service.v1.billing.meter_events.create(
        {"event_name": "api_tokens", "payload": {"stripe_customer_id": "cus_1", "value": "15"},
         "identifier": identifier})


def total():
    return control("/stripe/sum", {"event_name": "api_tokens", "customer": "cus_1"})["sum"]


@check("a rate limit is RateLimitError, and not tried again")
def _():
    fresh()
    fault("rate_limit", METER, {"retry_after_seconds": 2})
    with Raises(stripe.RateLimitError) as caught:
        report()
    equal((caught.error.http_status, caught.error.headers["Retry-After"]), (429, "2"))
    tried(METER, 1)
    equal(total(), "0")


@check("a server that is down is APIError after all tries, and works again when it is back")
def _():
    fresh()
    down = fault("status", METER, {"status": 503}, always=True)
    with Raises(stripe.APIError) as caught:
        report(retries=1)
    equal(caught.error.http_status, 503)
    tried(METER, 2)
    mend(down)
    report()
    equal(total(), "15")


@check("a connection that breaks is tried again")
def _():
    fresh()
    fault("reset", METER)
    report()
    tried(METER, 2)
    equal(total(), "15")


@check("a connection that always breaks is APIConnectionError")
def _():
    fresh()
    fault("reset", METER, always=True)
    with Raises(stripe.APIConnectionError):
        report(retries=1)
    tried(METER, 2)


@check("an event whose answer got lost is counted once")
def _():
    fresh()
    fault("reset", METER, {"moment": "after_applied"})
    report()
    tried(METER, 2)
    equal(total(), "15")
    report()
    equal(total(), "15")
    later(DAY)
    report()
    equal(total(), "30")


@check("a webhook that comes twice is one event, and is too old after five minutes")
def _():
    fresh()
    body, headers = signed("stripe", "invoice.paid", customer="cus_1")
    first, again = (
        stripe.Webhook.construct_event(body, headers["stripe-signature"], SECRET) for _ in range(2))
    equal((first.id, first.type), (again.id, "invoice.paid"))
    other, _headers = signed("stripe", "invoice.paid", customer="cus_1")
    assert first.id not in other, other
    control("/clock", {"time": "2026-01-02T03:04:05Z"}, "PATCH")
    old, headers = signed("stripe", "invoice.paid", customer="cus_1")
    with Raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(old, headers["stripe-signature"], SECRET)


sys.exit(suite.finish())
