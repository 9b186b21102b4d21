"""Stripe 16.1.0: meter events are reported, and signed events are read."""

import os
import sys
import time

import stripe
from check import Raises, Suite, control, equal, signed
from plain_http import call
from stripe import StripeClient

BASE, KEY, SECRET = (os.environ[f"STRIPE_{name}"] for name in ("BASE_URL", "SECRET_KEY", "WEBHOOK_SECRET"))

suite = Suite("stripe")
check, recorded = suite.check, suite.recorded


def client(key=KEY, **options):
    return StripeClient(key, base_addresses={"api": BASE}, **options)


service = client(max_network_retries=0)


def report(identifier, customer="cus_1", value="15", options=None, **more):
    return service.v1.billing.meter_events.create(
        {"event_name": "api_tokens", "payload": {"stripe_customer_id": customer, "value": value},
         "identifier": identifier, **more},
        options or {})


def total(customer, event_name="api_tokens"):
    return control("/stripe/sum", {"event_name": event_name, "customer": customer})["sum"]


@check("a meter event is taken and summed up")
def _():
    now = int(time.time())
    with recorded("taken"):
        event = report("sum-1", value="84200", timestamp=now - 60)
    equal((event.object, event.event_name, event.identifier), ("billing.meter_event", "api_tokens", "sum-1"))
    equal((event.payload["value"], event.timestamp, event.livemode), ("84200", now - 60, False))
    report("sum-2", value="0.5")
    equal(total("cus_1"), "84200.5")
    equal(total("cus_2"), "0")


@check("an identifier is made when none is given")
def _():
    events = [
        service.v1.billing.meter_events.create(
            {"event_name": "images", "payload": {"stripe_customer_id": "cus_1", "value": "1"}}) for _ in range(2)]
    assert events[0].identifier and events[0].identifier != events[1].identifier, events
    equal(total("cus_1", "images"), "2")


@check("an identifier counts once")
def _():
    first = report("once", customer="cus_once", value="10")
    again = report("once", customer="cus_once", value="10")
    equal((first.created, again.identifier), (again.created, "once"))
    equal(total("cus_once"), "10")


@check("a call that is repeated under its idempotency key is answered as before")
def _():
    options = {"idempotency_key": "flush-7"}
    event = {"event_name": "api_tokens", "payload": {"stripe_customer_id": "cus_key", "value": "3"}}
    first = service.v1.billing.meter_events.create(event, options)
    again = service.v1.billing.meter_events.create(event, options)
    equal(again.identifier, first.identifier)
    equal(again.last_response.headers["Idempotent-Replayed"], "true")
    equal(total("cus_key"), "3")
    with Raises(stripe.IdempotencyError) as caught:
        service.v1.billing.meter_events.create(event | {"event_name": "other"}, options)
    equal(caught.error.http_status, 400)


@check("a timestamp has to be within 35 days back and 5 minutes ahead")
def _():
    now = int(time.time())
    for timestamp in (now - 36 * 86400, now + 600):
        with Raises(stripe.InvalidRequestError) as caught:
            report(f"time-{timestamp}", timestamp=timestamp)
        equal((caught.error.http_status, caught.error.param), (400, "timestamp"))
    report("time-late", timestamp=now - 34 * 86400)


@check("what is wrong is said in Stripe's words")
def _():
    with Raises(stripe.InvalidRequestError) as caught:
        with recorded("missingName"):
            service.v1.billing.meter_events.create({"payload": {"stripe_customer_id": "cus_1", "value": "1"}})
    equal((caught.error.code, caught.error.param), ("parameter_missing", "event_name"))
    with Raises(stripe.InvalidRequestError) as caught:
        report("number", timestamp="soon")
    equal((caught.error.code, caught.error.param), ("parameter_invalid_integer", "timestamp"))
    with Raises(stripe.InvalidRequestError) as caught:
        report("unknown", colour="blue")
    equal((caught.error.code, caught.error.param), ("parameter_unknown", "colour"))
    assert caught.error.headers["Request-Id"].startswith("req_"), caught.error.headers


@check("an unknown key is refused, and never shown whole")
def _():
    with Raises(stripe.AuthenticationError) as caught:
        with recorded("wrongKey"):
            client("sk_test_4eC39HqLyjWDarjtT1zdp7dc", max_network_retries=0).v1.billing.meter_events.create(
                {"event_name": "api_tokens", "payload": {"stripe_customer_id": "cus_1", "value": "1"}})
    assert "4eC39HqLyjWDarjtT1zd" not in str(caught.error) and "p7dc" in str(caught.error), caught.error


@check("JSON is not the form of this call")
def _():
    refused = call("POST", f"{BASE}/v1/billing/meter_events", {"event_name": "x"}, {"Authorization": f"Bearer {KEY}"})
    equal((refused.status, refused.json["error"]["type"]), (415, "invalid_request_error"))


@check("events that Stripe sends are signed")
def _():
    for kind, kind_of_object in (
        ("customer.subscription.created", "subscription"), ("customer.subscription.deleted", "subscription"),
        ("invoice.paid", "invoice"), ("invoice.payment_failed", "invoice"),
    ):
        body, headers = signed("stripe", kind, customer="cus_hook")
        event = service.construct_event(body.encode(), headers["stripe-signature"], SECRET)
        equal((event.type, event.object, event.livemode), (kind, "event", False))
        equal((event.data.object.object, event.data.object.customer), (kind_of_object, "cus_hook"))
    equal((event.data.object.status, event.data.object.amount_remaining), ("open", 2000))


@check("a signature holds for one body and one secret")
def _():
    sent, headers = signed("stripe", "invoice.paid", customer="cus_hook")
    for body, secret in ((sent + " ", SECRET), (sent, "whsec_other")):
        with Raises(stripe.SignatureVerificationError):
            service.construct_event(body.encode(), headers["stripe-signature"], secret)


@check("what the client signs is accepted, unless it is older than five minutes")
def _():
    body, _ = signed("stripe", "invoice.paid", customer="cus_hook")

    def signature(seconds_ago):
        time_signed = int(time.time()) - seconds_ago
        code = stripe.WebhookSignature._compute_signature(f"{time_signed}.{body}", SECRET)
        return f"t={time_signed},v1={code}"

    def deliver(header):
        return call("POST", f"{BASE}/v1/webhooks/stripe", body.encode(), {"Stripe-Signature": header}).status

    equal(service.construct_event(body.encode(), signature(0), SECRET).type, "invoice.paid")
    with Raises(stripe.SignatureVerificationError):
        service.construct_event(body.encode(), signature(400), SECRET)
    equal((deliver(signature(0)), deliver(signature(400))), (200, 400))


@check("the events of one customer are about one subscription")
def _():
    def told(kind):
        body, headers = signed("stripe", kind, customer="cus_one")
        return service.construct_event(body.encode(), headers["stripe-signature"], SECRET).data.object

    created, paid, deleted = (told(kind) for kind in (
        "customer.subscription.created", "invoice.paid", "customer.subscription.deleted"))
    equal((created.id, paid.parent.subscription_details.subscription), (deleted.id, deleted.id))
    equal((created.status, deleted.status), ("active", "canceled"))
    assert created["items"].data[0].current_period_end > created["items"].data[0].current_period_start, created


sys.exit(suite.finish())
