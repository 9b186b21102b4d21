"""The gate's half of vlunaai 0.1.2's quickstart: authorize, work, commit; and how the gate says no."""

import base64
import sys

from check import Suite, control, equal
from vluna_shared import (
    AMOUNT, FAMILY, FEATURE, GRANT, KEY_SECRET, ONE_COMMIT, PRICE, QUANTITY, UNKNOWN_LEASE, account, authorize, balance,
    client, context, feature, hints, refused, service, usage)

BUDGET = "0f6f1a52-8f4f-4c38-9a34-5f3fd9a0b7c1"

suite = Suite("vlunaai")
check, recorded = suite.check, suite.recorded


@check("the realm has its features")
def _():
    feature(FEATURE, price=PRICE)
    feature("demo.quota", price=PRICE, quota={"limit_minor": "1000", "window_seconds": 86400})
    feature("demo.rate", price=PRICE, rate={"limit_minor": "5", "window_seconds": 86400})
    feature("demo.entitled", price=PRICE, requires_entitlement=True)
    feature("demo.inactive", active=False)


# Authorize and commit


@check("the quickstart: authorize, work, commit")
async def _():
    quickstart = client(error_mode="result")
    with recorded("granted"):
        authorized = await quickstart.gate_authorize(
            body={"feature_code": FEATURE, "feature_family_code": FAMILY}, context=context("org_quickstart"))
    lease = authorized.data
    equal((lease.feature_code, lease.feature_family_code), (FEATURE, FAMILY))
    assert lease.lease_token.startswith("lease.") and lease.window_start < lease.window_end, lease

    with recorded("charged"):
        committed = await quickstart.gate_commit(
            body={"lease_token": lease.lease_token, "feature_code": FEATURE, "quantity_minor": QUANTITY},
            context=context("org_quickstart"))
    equal((committed.data.amount_xusd, committed.data.cost_xusd), (AMOUNT, "19500"))
    equal([(line.meter_code, line.quantity_minor, line.amount_xusd) for line in committed.data.lines],
          [(FEATURE, QUANTITY, AMOUNT)])
    equal(hints(committed), {})
    equal(await account("org_quickstart"), ONE_COMMIT)
    await quickstart.close()


@check("a commit is replayed with the same key: one charge")
async def _():
    lease = await authorize("org_replay")
    first = await service.gate_commit(body=usage(lease), context=context("org_replay", "key-replay"))
    with recorded("replayed"):
        again = await service.gate_commit(body=usage(lease), context=context("org_replay", "key-replay"))
    equal(again, first)
    equal(await account("org_replay"), ONE_COMMIT)


@check("the same key with another body is 409, and charges nothing")
async def _():
    lease = await authorize("org_conflict")
    await service.gate_commit(body=usage(lease), context=context("org_conflict", "key-conflict"))
    with recorded("keyReused"):
        await refused(
            service.gate_commit(body=usage(lease, "12346"), context=context("org_conflict", "key-conflict")),
            409, "WRITE.INVALID_PAYLOAD")
    equal(await account("org_conflict"), ONE_COMMIT)


@check("authorize with the same key gives the same lease")
async def _():
    body = {"feature_code": FEATURE}
    first = await service.gate_authorize(body=body, context=context("org_lease", "key-lease"))
    with recorded("replayed"):
        again = await service.gate_authorize(body=body, context=context("org_lease", "key-lease"))
    equal(again.data.lease_token, first.data.lease_token)
    other = await service.gate_authorize(body=body, context=context("org_lease"))
    assert other.data.lease_token != first.data.lease_token


@check("a key of one principal is none of another's")
async def _():
    body = {"feature_code": FEATURE}
    one = await service.gate_authorize(body=body, context=context("org_one", "key-shared"))
    other = await service.gate_authorize(body=body, context=context("org_other", "key-shared"))
    assert one.data.lease_token != other.data.lease_token


@check("a commit on a closed lease is 200 with a hint, and not charged")
async def _():
    lease = await authorize("org_closed")
    await service.gate_commit(body=usage(lease), context=context("org_closed"))
    with recorded("leaseClosed"):
        late = await service.gate_commit(body=usage(lease), context=context("org_closed"))
    equal(hints(late)["lease.closed_at_commit"].state, "closed")
    assert int(late.data.amount_xusd) > 0, late.data
    equal(await account("org_closed"), ONE_COMMIT)


@check("a lease is cancelled, once")
async def _():
    lease = await authorize("org_cancel")
    with recorded("cancelled"):
        cancelled = await service.gate_cancel(body={"lease_token": lease.lease_token}, context=context("org_cancel"))
    equal((cancelled.data.cancelled, cancelled.data.released_cap), (True, "0"))
    with recorded("notActive"):
        again = await service.gate_cancel(body={"lease_token": lease.lease_token}, context=context("org_cancel"))
    equal(again.data.cancelled, False)


@check("a commit on a cancelled lease is 200 with a hint, and not charged")
async def _():
    lease = await authorize("org_cancelled")
    await service.gate_cancel(body={"lease_token": lease.lease_token}, context=context("org_cancelled"))
    with recorded("leaseCanceled"):
        late = await service.gate_commit(body=usage(lease), context=context("org_cancelled"))
    equal(hints(late)["lease.closed_at_commit"].state, "canceled")
    after = await account("org_cancelled")
    equal((after.quantity, after.amount, after.used, after.balance), (0, 0, 0, GRANT))


@check("an unknown feature registers itself, without a price: recorded and not charged")
async def _():
    with recorded("registered"):
        authorized = await service.gate_authorize(
            body={"feature_code": " Demo.NEW ", "feature_family_code": "demo"}, context=context("org_new"))
    equal((authorized.data.feature_code, authorized.data.feature_family_code), ("demo.new", "demo"))
    with recorded("noPrice"):
        committed = await service.gate_commit(body=usage(authorized.data), context=context("org_new"))
    equal((committed.data.amount_xusd, set(hints(committed))), ("0", {"pricing.not_configured"}))
    equal((await account("org_new", "demo.new")).used, 0)


@check("a commit says what it knows: meters, a price, labels")
async def _():
    lease = await authorize("org_detail", labels={"team": "research"}, estimated_quantity_minor="20000")
    with recorded("everything"):
        committed = await service.gate_commit(
            body=usage(
                lease, "1", labels={"team": "research"}, as_of="2026-01-02T03:04:05.678Z",
                meters=[{
                    "meter_code": FEATURE, "quantity_minor": QUANTITY, "unit": "token",
                    "client_pricing_etag": "pf_old", "client_unit_price_xusd": "1999"}]),
            context=context("org_detail"))
    equal((committed.data.amount_xusd, set(hints(committed))), (AMOUNT, {"pricing.changed"}))
    after = await account("org_detail")
    equal((after.used, after.balance), (1, GRANT - int(AMOUNT)))


@check("a meter of another feature is recorded and not charged")
async def _():
    lease = await authorize("org_meter")
    with recorded("meterNotAllowed"):
        committed = await service.gate_commit(
            body=usage(lease, meters=[{"meter_code": "demo.quota", "quantity_minor": "1"}]),
            context=context("org_meter"))
    assert "feature.meter_not_allowed" in hints(committed), committed
    equal(await balance("org_meter"), GRANT)


@check("a commit is refused for no quantity, no such lease, another feature")
async def _():
    lease = await authorize("org_wrong")

    def commit(**changes):
        return service.gate_commit(body={**usage(lease), **changes}, context=context("org_wrong"))

    with recorded("invalidQuantity"):
        await refused(commit(quantity_minor="0"), 422, "VALIDATION.INVALID_INPUT")
    with recorded("malformedToken"):
        await refused(commit(lease_token="no lease"), 422, "VALIDATION.INVALID_INPUT")
    with recorded("unknownLease"):
        await refused(commit(lease_token=UNKNOWN_LEASE), 422, "RESOURCE.NOT_FOUND")
    with recorded("otherFeature"):
        await refused(commit(feature_code="demo.quota"), 422, "WRITE.INVALID_PAYLOAD")
    committed = await commit()
    equal((committed.data.amount_xusd, hints(committed)), (AMOUNT, {}))


@check("a cancel is refused for no such lease, and for a key that has cancelled another")
async def _():
    def cancel(token, key=None):
        return service.gate_cancel(body={"lease_token": token}, context=context("org_cancel_wrong", key))

    with recorded("malformedToken"):
        await refused(cancel("no lease"), 422, "VALIDATION.INVALID_INPUT")
    with recorded("unknownLease"):
        await refused(cancel(UNKNOWN_LEASE), 422, "RESOURCE.NOT_FOUND")
    one, other = await authorize("org_cancel_wrong"), await authorize("org_cancel_wrong")
    await cancel(one.lease_token, "key-cancel")
    with recorded("keyReused"):
        await refused(cancel(other.lease_token, "key-cancel"), 409, "WRITE.INVALID_PAYLOAD")


# What the gate refuses


@check("authorize is refused for a malformed or inactive feature, an unknown budget, a reused key")
async def _():
    def ask(key=None, **body):
        return service.gate_authorize(body={"feature_code": FEATURE, **body}, context=context("org_refused", key))

    with recorded("invalidFeatureCode"):
        await refused(ask(feature_code="no feature!"), 422, "VALIDATION.INVALID_INPUT")
    with recorded("inactiveFeature"):
        await refused(ask(feature_code="demo.inactive"), 422, None)
    with recorded("unknownBudget"):
        await refused(ask(budget_id="ffffffff-ffff-4fff-8fff-ffffffffffff"), 422, "RESOURCE.NOT_FOUND")
    await ask("key-refused")
    with recorded("keyReused"):
        await refused(ask("key-refused", labels={"team": "research"}), 409, "WRITE.INVALID_PAYLOAD")


@check("a balance that is used up is 402")
async def _():
    await service.gate_ingest(
        body={"feature_code": FEATURE, "quantity_minor": "60000000"}, context=context("org_broke"))
    with recorded("balanceUsedUp"):
        await refused(
            service.gate_authorize(body={"feature_code": FEATURE}, context=context("org_broke")),
            402, "SERVER.CONFIG", "grant balance exhausted")


@check("a quota may be overdrawn by one commit, and is 402 then")
async def _():
    lease = await authorize("org_quota", "demo.quota")
    with recorded("overQuota"):
        committed = await service.gate_commit(body=usage(lease, "1001"), context=context("org_quota"))
    assert "quota.remaining" in hints(committed), committed
    equal((await account("org_quota", "demo.quota")).used, 1000)
    with recorded("quotaUsedUp"):
        await refused(
            service.gate_authorize(body={"feature_code": "demo.quota"}, context=context("org_quota")),
            402, "SERVER.CONFIG", "quota limit exhausted")


@check("a budget warns, and is 402 once it is used up")
async def _():
    control("/vluna/budgets", {"principal_id": "org_budget", "budget_id": BUDGET, "limit_xusd": "27000"})
    lease = await authorize("org_budget", budget_id=BUDGET)
    equal(lease.budget_id, BUDGET)
    with recorded("budgetLow"):
        committed = await service.gate_commit(body=usage(lease), context=context("org_budget"))
    equal((committed.data.amount_xusd, set(hints(committed))), (AMOUNT, {"budget.low_headroom"}))

    with recorded("shortfall"):
        warned = await service.gate_authorize(
            body={"feature_code": FEATURE, "budget_id": BUDGET, "estimated_quantity_minor": "90000000"},
            context=context("org_budget"))
    equal(set(hints(warned)), {"budget.shortfall", "funding.xusd_shortfall"})
    await service.gate_commit(body=usage(warned.data), context=context("org_budget"))

    with recorded("budgetUsedUp"):
        body = await refused(
            service.gate_authorize(body={"feature_code": FEATURE, "budget_id": BUDGET}, context=context("org_budget")),
            402, "BUDGET.EXHAUSTED")
    equal((body["hints"][0]["type"], body["hints"][0]["budget_id"]), ("budget.shortfall", BUDGET))


@check("a rate window warns, and is 429 then")
async def _():
    def ask():
        return service.gate_authorize(body={"feature_code": "demo.rate"}, context=context("org_rate"))

    for _ in range(4):
        await ask()
    with recorded("nearlyAtTheRateLimit"):
        last = await ask()
    assert "rate.limit" in hints(last), last
    with recorded("rateExceeded"):
        body = await refused(ask(), 429, "LIMIT.RATE_EXCEEDED")
    equal((body["hints"][0]["type"], body["hints"][0]["remaining"]), ("rate.limit", 0))


@check("a feature that needs an entitlement is 403 without one")
async def _():
    with recorded("entitlementRequired"):
        await refused(
            service.gate_authorize(body={"feature_code": "demo.entitled"}, context=context("org_acme")),
            403, "ENTITLEMENT.REQUIRED")


# Who may call


@check("a forged signature is refused")
async def _():
    forger = client(secret=base64.b64encode(bytes(32)).decode())
    with recorded("forgedSignature"):
        await refused(
            forger.gate_authorize(body={"feature_code": FEATURE}, context=context("org_forged")),
            401, "AUTH.INVALID_SERVICE_SIGNATURE")
    await forger.close()


@check("a body that was changed after signing is refused")
async def _():
    changed = client()
    sign = changed._http._service_key_auth.sign
    changed._http._service_key_auth.sign = lambda **request: sign(**{**request, "body": '{"feature_code": "other"}'})
    await refused(
        changed.gate_authorize(body={"feature_code": FEATURE}, context=context("org_forged")),
        401, "AUTH.INVALID_SERVICE_SIGNATURE")
    await changed.close()


@check("a signature holds for queries and for names beyond ASCII")
async def _():
    await authorize("org_query", labels={"équipe": "Forschung & Ünal 🚀"})
    limits = await service.gate_list_feature_limits(
        query={"feature_code": [FEATURE, "a b&c=d/é"], "as_of": "2026-01-02T03:04:05Z"}, context=context("org_query"))
    equal([limit.feature_code for limit in limits.data], [FEATURE])


@check("an unknown service key, an unknown realm and a missing one are refused")
async def _():
    body = {"feature_code": FEATURE}
    stranger = client("pk-AAAAAAAAAAAAAAAA", KEY_SECRET)
    elsewhere, nowhere = client(realm="realm_404"), client(realm="")
    with recorded("unknownKey"):
        await refused(stranger.gate_authorize(body=body, context=context()), 401, "AUTH.SERVICE_KEY_NOT_FOUND")
    with recorded("unknownRealm"):
        await refused(elsewhere.gate_authorize(body=body, context=context()), 404, "AUTH.UNKNOWN_REALM")
    with recorded("missingRealm"):
        await refused(nowhere.gate_authorize(body=body, context=context()), 400, "AUTH.MISSING_REALM")
    for other in (stranger, elsewhere, nowhere):
        await other.close()


@check("a call about no account is refused")
async def _():
    with recorded("noAccount"):
        await refused(
            service.gate_authorize(body={"feature_code": FEATURE}, context=context(principal=None)),
            401, "AUTH.MISSING_SERVICE_BINDINGS")


suite.loop.run_until_complete(service.close())
sys.exit(suite.finish())
