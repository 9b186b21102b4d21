"""The quickstart of onstoa 0.2.12: profiles, tracked events, payments, and metered calls with context."""

import sys
from datetime import datetime, timezone
from decimal import Decimal

import provider
from check import Raises, Suite, equal
from stoa import Stoa
from stoa.events import UsageEvent
from stoa.exceptions import StoaAPIError, StoaAuthenticationError, StoaBadRequestError, StoaNotFoundError
from stoa_shared import event_id, refusal, usd

USED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)

suite = Suite("onstoa")
check, recorded = suite.check, suite.recorded
stoa = Stoa()
stranger = Stoa(api_key="stoa_app_wrong")


def event(number, user, event_type, dry_run=False, app_metadata=None, **payload):
    return UsageEvent(
        event_id=event_id(number), user_id=user, event_type=event_type, timestamp=USED_AT,
        payload=payload, app_metadata=app_metadata, dry_run=dry_run)


# Profiles


@check("a user is identified, then brought up to date")
def _():
    with recorded("created"):
        profile = stoa.identify(
            user_id="user_123", email="ada@example.com", metadata={"plan": "enterprise", "seats": 12, "beta": True})
    equal((profile["user_id"], profile["email"], profile["created"]), ("user_123", "ada@example.com", True))
    with recorded("updated"):
        profile = stoa.identify(user_id="user_123", email="ada@example.org", metadata={"plan": "pro", "share": 0.25})
    equal((profile["email"], profile["created"]), ("ada@example.org", False))
    equal(profile["metadata"], {"plan": "pro", "seats": 12, "beta": True, "share": 0.25})


@check("a user is identified without metadata")
def _():
    with recorded("withoutMetadata"):
        profile = stoa.identify(user_id="user_plain", email="plain@example.com")
    equal((profile["created"], profile["metadata"]), (True, {}))


@check("a profile is refused without an address and with an unknown key")
def _():
    with recorded("invalid"), Raises(StoaBadRequestError) as caught:
        stoa.identify(user_id="user_invalid", email="no address")
    equal(refusal(caught.error, 400, "invalid_request"), {"/email"})
    with recorded("unknownKey"), Raises(StoaAuthenticationError) as caught:
        stranger.identify(user_id="user_123", email="ada@example.com")
    refusal(caught.error, 401, "invalid_api_key")


# Events


@check("a business event is tracked")
def _():
    with recorded("tracked"):
        receipt = stoa.track("report.exported", user_id="user_123", metadata={"format": "csv", "rows": 1200})
    equal((receipt["status"], receipt["dry_run"]), ("accepted", False))


@check("a tracked event inherits context")
def _():
    with stoa.context(feature="summary_export", product="docs"), stoa.context(product="notes"):
        with recorded("trackedInContext"):
            receipt = stoa.track("summary_export.completed", user_id="user_123", metadata={"format": "pdf"})
    equal(receipt["status"], "accepted")


@check("an event of an unknown user is not found")
def _():
    with recorded("trackedForUnknownUser"), Raises(StoaNotFoundError) as caught:
        stoa.track("report.exported", user_id="user_404")
    refusal(caught.error, 404, "user_not_found")


@check("the quickstart: a metered call of a native client")
def _():
    openai = stoa.openai(provider.OpenAI(), user_id="user_123", metadata={"feature": "chat"})
    with stoa.context(product="assistant"):
        answer = openai.responses.create(model="gpt-4.1-mini", input="Write a release note")
    equal(answer.output_text, "Re: Write a release note")


@check("the event types that are new in this version are recorded")
def _():
    with recorded("response"):
        receipt = stoa._http.ingest_event(event(
            1, "user_123", "openai.response", model="gpt-4.1-mini", input_tokens=12, output_tokens=7, cached_tokens=4,
            reasoning_tokens=2, request_id="resp_1", latency_ms=321,
            app_metadata={"feature": "chat", "attempt": 2, "share": 0.5, "beta": False}))
    equal(receipt["status"], "accepted")
    with recorded("cacheTTL"):
        receipt = stoa._http.ingest_event(event(
            2, "user_123", "anthropic.messages", model="claude-sonnet-4-5", input_tokens=25, output_tokens=13,
            cache_creation_input_tokens=7, cache_ttl="1h"))
    equal(receipt["status"], "accepted")


@check("a trial event is priced and takes nothing")
def _():
    stoa.identify(user_id="user_trial", email="trial@example.com")
    usage = {"model": "gpt-4o", "input_tokens": 1000, "output_tokens": 500}
    with recorded("dryRun"):
        trial = stoa._http.ingest_event(event(3, "user_trial", "openai.response", dry_run=True, **usage))
    equal((trial["status"], trial["dry_run"]), ("accepted", True))
    assert usd(trial["charged"]) > 0, trial
    charged = stoa._http.ingest_event(event(3, "user_trial", "openai.response", **usage))
    equal((charged["status"], usd(charged["charged"])), ("accepted", usd(trial["charged"])))
    equal(usd(charged["balance"]), Decimal(5) - usd(charged["charged"]))


@check("an event that the balance does not cover is status 402")
def _():
    with recorded("uncovered"), Raises(StoaAPIError) as caught:
        stoa._http.ingest_event(event(
            4, "user_trial", "openai.response", model="gpt-4o", input_tokens=9_000_000, output_tokens=0))
    refusal(caught.error, 402, "insufficient_balance")
    assert caught.error.body["topup_url"].startswith("http"), caught.error.body


# Payments


@check("a payment is started")
def _():
    with recorded("started"):
        payment = stoa.create_payment(
            user_id="user_123", email="ada@example.com", return_url="https://app.example.com/billing/return",
            name="Ada Lovelace", metadata={"order": "1042"})
    assert payment.payment_id and payment.checkout_url.startswith("http"), payment
    equal(payment.dry_run, False)


@check("every payment is one of its own")
def _():
    arguments = {"user_id": "user_123", "email": "ada@example.com", "return_url": "https://app.example.com/return"}
    assert stoa.create_payment(**arguments).payment_id != stoa.create_payment(**arguments).payment_id


@check("a trial payment says so")
def _():
    with recorded("dryRun"):
        payment = stoa.create_payment(
            user_id="user_payer", email="payer@example.com", return_url="https://app.example.com/return", dry_run=True)
    equal(payment.dry_run, True)


@check("a payment makes its user known")
def _():
    stoa.create_payment(
        user_id="user_new_payer", email="new@example.com", return_url="https://app.example.com/return")
    equal(stoa.track("paid", user_id="user_new_payer")["status"], "accepted")


@check("a payment is refused with a wrong address and with an unknown key")
def _():
    arguments = {"user_id": "user_123", "email": "ada@example.com"}
    with recorded("invalid"), Raises(StoaBadRequestError) as caught:
        stoa.create_payment(**arguments, return_url="app.example.com")
    equal(refusal(caught.error, 400, "invalid_request"), {"/return_url"})
    with recorded("unknownKey"), Raises(StoaAuthenticationError):
        stranger.create_payment(**arguments, return_url="https://app.example.com/return")


sys.exit(suite.finish())
