"""onstoa in trouble, 0.2.1 and 0.2.12 alike: it tries errors again, and gives up on what cannot get better.

The client waits between two tries as STOA_RETRY_WAIT_MULTIPLIER says, whatever the service's Retry-After.
"""

import logging
import sys
from datetime import datetime, timezone
from importlib.metadata import version

import httpx
from check import Raises, Suite, control, equal
from stoa import Stoa
from stoa.events import UsageEvent
from stoa.exceptions import StoaAPIError, StoaInternalServerError, StoaRateLimitError
from stoa_shared import event_id, usd
from trouble import fault, fresh, later, mend, stoa_balance, stoa_events, tried

USED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
OLD = version("onstoa") == "0.2.1"
# The client tells of every try that failed.
logging.getLogger("stoa.http").setLevel(logging.ERROR)

suite = Suite("onstoa")
check = suite.check
stoa = Stoa()


def send(number, balance=5):
    """Sends an event of a user who has so much."""
    stoa_balance("user_1", balance)
    return stoa._http.ingest_event(UsageEvent(
        event_id=event_id(number), user_id="user_1", event_type="openai.chat_completion", timestamp=USED_AT,
        payload={"model": "gpt-4o", "input_tokens": 1000, "output_tokens": 500}))


@check("a rate limit is waited for")
def _():
    fresh()
    fault("rate_limit", "stoa.createEvent", {"retry_after_seconds": 1}, next=2)
    equal(send(1)["status"], "accepted")
    tried("stoa.createEvent", 3)
    equal(len(stoa_events("user_1")), 1)


@check("a rate limit that stays is StoaRateLimitError after four tries")
def _():
    fresh()
    fault("rate_limit", "stoa.createEvent", {"retry_after_seconds": 7}, always=True)
    with Raises(StoaRateLimitError) as caught:
        send(1)
    equal((caught.error.response.status_code, caught.error.response.headers["Retry-After"]), (429, "7"))
    equal(caught.error.body["error"]["code"], "rate_limited")
    tried("stoa.createEvent", 4)
    equal(stoa_events("user_1"), [])


@check("an empty balance is said once, and credit helps")
def _():
    fresh()
    if OLD:
        from stoa import InsufficientBalanceError
        with Raises(InsufficientBalanceError) as caught:
            send(1, balance=0)
        equal((usd(caught.error.balance), usd(caught.error.required)), (usd(0), usd("0.0075")))
        assert caught.error.topup_url.startswith("https://pay.onstoa.com/"), caught.error.topup_url
    else:
        with Raises(StoaAPIError) as caught:
            send(1, balance=0)
        equal((caught.error.response.status_code, caught.error.body["error"]["code"]), (402, "insufficient_balance"))
    tried("stoa.createEvent", 1)
    equal(send(1, balance=0.0075)["balance"], 0)


@check("a server that is down is StoaInternalServerError, and works again when it is back")
def _():
    fresh()
    down = fault("status", "stoa.createEvent", {"status": 503}, always=True)
    with Raises(StoaInternalServerError) as caught:
        send(1)
    equal(caught.error.response.status_code, 503)
    tried("stoa.createEvent", 4)
    mend(down)
    equal(send(1)["status"], "accepted")


@check("a connection that breaks is an error of httpx, and is not tried again")
def _():
    fresh()
    fault("reset", "stoa.createEvent")
    with Raises(httpx.TransportError):
        send(1)
    tried("stoa.createEvent", 1)
    equal(send(1)["status"], "accepted")


@check("an event whose answer got lost is a duplicate the second time, and is charged once")
def _():
    fresh()
    fault("reset", "stoa.createEvent", {"moment": "after_applied"})
    with Raises(httpx.TransportError):
        send(1)
    again = send(1)
    equal((again["status"], again["charged"]), ("duplicate", 0))
    equal(len(stoa_events("user_1")), 1)


@check("an event is new again when 30 days have passed")
def _():
    fresh()
    equal([send(1)["status"], send(1)["status"]], ["accepted", "duplicate"])
    later(30 * 86400)
    equal(send(1)["status"], "accepted")


@check("an answer that is no JSON is an error")
def _():
    fresh()
    fault("malformed_json", "stoa.createEvent")
    with Raises(ValueError):
        send(1)


if OLD:

    @check("an install token expires, and the client says so")
    def _():
        fresh()
        token = control("/stoa/install-token", {"email": "grace@example.com", "expires_in": 60})["token"]
        later(61)
        with Raises(StoaAPIError) as caught:
            stoa.exchange_install_token(token=token, user_id="user_late")
        equal((caught.error.response.status_code, caught.error.body["error"]["code"]), (422, "install_token_expired"))

else:

    @check("a page of payment expires, fails and is paid")
    def _():
        fresh()

        def start():
            return stoa.create_payment(
                user_id="user_pay", email="pay@example.com", return_url="https://app.example.com").payment_id

        def status(payment, change=None):
            if change:
                return control(f"/stoa/payments/{payment}/{change}", {} if change == "complete" else None)["status"]
            found = control("/stoa/payments", None, "GET")["payments"]
            return next(one["status"] for one in found if one["payment_id"] == payment)

        first, second = start(), start()
        equal((status(first), status(first, "fail"), status(first, "complete")), ("open", "failed", "completed"))
        later(86400)
        equal(status(second), "expired")
        with Raises(RuntimeError) as caught:
            status(second, "complete")
        assert "409" in str(caught.error), caught.error


sys.exit(suite.finish())
