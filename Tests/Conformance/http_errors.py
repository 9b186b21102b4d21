"""togo billing and the AI Kit in trouble, over plain HTTP: they have no Python client."""

import http.client
import os
import sys
import urllib.error

from check import Raises, Suite, control, equal, signed
from plain_http import call
from trouble import fault, fresh, later, mend, tried

TOGO, TOGO_KEY = os.environ["TOGO_BASE_URL"], os.environ["TOGO_API_KEY"]
KIT, KIT_KEY = os.environ["AI_KIT_BASE_URL"], os.environ["AI_KIT_API_KEY"]
BROKEN = (http.client.HTTPException, ConnectionError, urllib.error.URLError)

suite = Suite("pip")
suite.client = "togo billing and AI Kit, plain HTTP"
check = suite.check


def togo(method="GET", path="/usage", body=None, key=TOGO_KEY):
    return call(method, f"{TOGO}/api/billing{path}", body, {"Authorization": f"Bearer {key}"})


def kit():
    return call("GET", f"{KIT}/v1/usage", headers={"X-API-Key": KIT_KEY})


def deliver(body, headers):
    return call("POST", f"{KIT}/v1/webhooks/stripe", body.encode(), headers)


@check("a rate limit says when to come back")
def _():
    fresh()
    for operation, ask in (("togo.getUsage", togo), ("aikit.getUsage", kit)):
        fault("rate_limit", operation, {"retry_after_seconds": 3})
        refused = ask()
        equal((refused.status, refused.headers["Retry-After"]), (429, "3"))
        equal(ask().status, 200)
        tried(operation, 2)


@check("a server goes down, breaks a connection, and comes back")
def _():
    fresh()
    for operation, ask in (("togo.getUsage", togo), ("aikit.getUsage", kit)):
        down = fault("status", operation, {"status": 503}, always=True)
        equal([ask().status, ask().status], [503, 503])
        mend(down)
        fault("reset", operation)
        with Raises(BROKEN):
            ask()
        equal(ask().status, 200)


@check("a key whose quota is used up has to wait for a greater one")
def _():
    fresh()
    key = control("/togo/keys", {"user_id": "u_1", "quota": 100})
    use = {"user_id": "u_1", "api_key_id": key["id"], "model": "gpt-4o", "input_tokens": 90, "output_tokens": 10}
    equal(control("/togo/usage", {**use, "id": "use-1"})["within_quota"], False)
    equal(control("/togo/usage", {**use, "id": "use-1"})["within_quota"], False)
    equal(control(f"/togo/keys/{key['id']}", {"quota": 200}, "PATCH")["used"], 100)
    equal(togo(key=key["key"]).json["total_tokens"], 100)


@check("a key that is revoked says nothing any more")
def _():
    fresh()
    key = control("/togo/keys", {"user_id": "u_2"})
    equal(togo(key=key["key"]).status, 200)
    assert control(f"/togo/keys/{key['id']}", None, "DELETE")["revoked_at"]
    equal(togo(key=key["key"]).status, 401)


@check("a key whose answer got lost was issued")
def _():
    fresh()
    fault("reset", "togo.createKey", {"moment": "after_applied"})
    with Raises(BROKEN):
        togo("POST", "/keys", {"name": "lost"})
    equal([key["name"] for key in togo(path="/keys").json], ["lost", "test"])


@check("a webhook that comes twice counts once, and one that is too old is refused")
def _():
    fresh()
    control("/aikit/keys", {"api_key": "key_paid", "customer": "cus_1", "usable": True})
    body, headers = signed("stripe", "invoice.payment_failed", customer="cus_1")
    equal([deliver(body, headers).status for _ in range(2)], [200, 200])
    equal(control("/aikit/keys", None, "GET")["warnings"], ["cus_1@example.com"])
    later(301)
    equal(deliver(body, headers).status, 400)


@check("webhooks that come out of order leave what the last one says")
def _():
    fresh()
    control("/aikit/keys", {"api_key": "key_order", "customer": "cus_2"})
    created = signed("stripe", "customer.subscription.created", customer="cus_2")
    deleted = signed("stripe", "customer.subscription.deleted", customer="cus_2")
    usable = []
    for sent in (created, deleted, created):
        equal(deliver(*sent).status, 200)
        usable.append(control("/aikit/keys", {"api_key": "key_order"})["usable"])
    equal(usable, [True, False, False])


sys.exit(suite.finish())
