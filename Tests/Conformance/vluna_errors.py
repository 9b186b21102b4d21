"""vlunaai 0.1.2 in trouble: it tries 429 and 5xx two times more, 250 ms apart, whatever Retry-After says."""

import os
import sys

import httpx
from check import Raises, Suite, control, equal
from trouble import fault, fresh, later, mend, tried, vluna_account, vluna_balance
from vluna_shared import (
    AMOUNT, FEATURE, GRANT, PRICE, TRACE, authorize, context, feature, hints, refused, service, usage)
from vlunaai import BearerClientOptions, RequestContext, VlunaAIConfig, VlunaAIError, create_bearer_client

suite = Suite("vlunaai")
check = suite.check


def ready():
    fresh()
    feature(FEATURE, price=PRICE)


@check("a rate limit is tried again, and passes")
async def _():
    ready()
    fault("rate_limit", "vluna.authorize", {"retry_after_seconds": 1}, next=2)
    equal((await authorize("org_rate")).feature_code, FEATURE)
    tried("vluna.authorize", 3)


@check("a rate limit that stays is VlunaAIError 429 after three tries")
async def _():
    ready()
    fault("rate_limit", "vluna.authorize", {"retry_after_seconds": 9}, always=True)
    with Raises(VlunaAIError) as caught:
        await authorize("org_rate")
    equal(caught.error.status, 429)
    tried("vluna.authorize", 3)


@check("a rate of the realm's own ends with its window")
async def _():
    ready()
    control("/clock", {"time": "2026-01-02T03:04:05Z"}, "PATCH")
    control("/vluna/limits", {"feature_code": FEATURE, "rate": {"limit_minor": "1", "window_seconds": 60}}, "PATCH")
    await authorize("org_window")
    body = await refused(
        service.gate_authorize(body={"feature_code": FEATURE}, context=context("org_window")), 429,
        "LIMIT.RATE_EXCEEDED")
    equal(body["hints"][0]["type"], "rate.limit")
    later(60)
    await authorize("org_window")


@check("an empty wallet is 402, and credit helps")
async def _():
    ready()
    vluna_balance("org_empty", 0)
    await refused(service.gate_authorize(body={"feature_code": FEATURE}, context=context("org_empty")), 402, None)
    tried("vluna.authorize", 1)
    control("/vluna/grants", {"principal_id": "org_empty", "amount_xusd": AMOUNT})
    lease = await authorize("org_empty")
    await service.gate_commit(body=usage(lease), context=context("org_empty"))
    equal(vluna_account("org_empty")["balance_xusd"], "0")


@check("a lease expires: a commit within the grace is charged, and later it is not")
async def _():
    ready()
    early, late = await authorize("org_lease"), await authorize("org_lease")
    later(12 * 3600 + 30)
    answer = await service.gate_commit(body=usage(early), context=context("org_lease"))
    equal(hints(answer)["lease.expired"].exceeded_grace, False)
    equal(vluna_account("org_lease")["balance_xusd"], str(GRANT - int(AMOUNT)))
    later(31)
    answer = await service.gate_commit(body=usage(late), context=context("org_lease"))
    equal(hints(answer)["lease.expired"].exceeded_grace, True)
    equal(vluna_account("org_lease")["balance_xusd"], str(GRANT - int(AMOUNT)))


@check("a platform token expires, and is not tried again")
async def _():
    ready()
    token = control("/vluna/platform-token", {"principal_id": "org_token", "expires_in": 60})["access_token"]
    bearer = create_bearer_client(BearerClientOptions(
        config=VlunaAIConfig(base_url=os.environ["VLUNA_BEARER_BASE_URL"], realm_id=os.environ["VLUNA_REALM_ID"]),
        error_mode="raise"))
    user = RequestContext(access_token=token, request_id=TRACE)
    equal((await bearer.get_credit_balance(context=user)).data.balances.xusd, str(GRANT))
    later(61)
    await refused(bearer.get_credit_balance(context=user), 401, "invalid_token")
    tried("vluna.getWalletBalance", 2)
    await bearer.close()


@check("a service key is disabled, and enabled again")
async def _():
    ready()
    path = f"/vluna/service-keys/{os.environ['VLUNA_SERVICE_KEY_ID']}"
    control(path, {"enabled": False}, "PATCH")
    with Raises(VlunaAIError) as caught:
        await authorize("org_key")
    equal((caught.error.status, caught.error.details["body"]["code"]), (403, "AUTH.SERVICE_KEY_DISABLED"))
    control(path, {"enabled": True}, "PATCH")
    await authorize("org_key")


@check("a server that is down is VlunaAIError 503, and works again when it is back")
async def _():
    ready()
    down = fault("status", "vluna.authorize", {"status": 503}, always=True)
    with Raises(VlunaAIError) as caught:
        await authorize("org_down")
    equal(caught.error.status, 503)
    tried("vluna.authorize", 3)
    mend(down)
    await authorize("org_down")


@check("a connection that breaks is an error of httpx, and is not tried again")
async def _():
    ready()
    fault("reset", "vluna.authorize")
    with Raises(httpx.TransportError):
        await authorize("org_reset")
    tried("vluna.authorize", 1)
    await authorize("org_reset")


@check("a commit whose answer got lost is answered as before under its key, and charged once")
async def _():
    ready()
    lease = await authorize("org_twice")
    fault("reset", "vluna.commit", {"moment": "after_applied"})
    key = "commit-once"
    with Raises(httpx.TransportError):
        await service.gate_commit(body=usage(lease), context=context("org_twice", key))
    again = await service.gate_commit(body=usage(lease), context=context("org_twice", key))
    more = await service.gate_commit(body=usage(lease), context=context("org_twice", key))
    equal(again.data.commit_id, more.data.commit_id)
    equal(vluna_account("org_twice")["balance_xusd"], str(GRANT - int(AMOUNT)))


@check("a commit that failed at the server is repeated under one key, and charged once")
async def _():
    ready()
    lease = await authorize("org_retry")
    fault("status", "vluna.commit", {"status": 500}, next=2)
    await service.gate_commit(body=usage(lease), context=context("org_retry"))
    tried("vluna.commit", 3)
    equal(vluna_account("org_retry")["balance_xusd"], str(GRANT - int(AMOUNT)))


suite.loop.run_until_complete(service.close())
sys.exit(suite.finish())
