"""The rest of vlunaai 0.1.2's gate: usage without a lease and in batches, what is left, and seats."""

import sys
from datetime import datetime, timezone

from check import Suite, equal
from vluna_shared import (
    AMOUNT, FAMILY, FEATURE, GRANT, PRICE, QUANTITY, UNKNOWN_LEASE, account, authorize, balance, context, feature,
    hints, refused, service, usage)

suite = Suite("vlunaai")
check, recorded = suite.check, suite.recorded


@check("the realm has its features")
def _():
    feature(FEATURE, price=PRICE)
    feature("demo.quota", price=PRICE, quota={"limit_minor": "1000", "window_seconds": 86400})
    feature("demo.rate", price=PRICE, rate={"limit_minor": "5", "window_seconds": 86400})
    feature("demo.seats", price=PRICE, seats={"limit": 1})
    feature("demo.entitled", price=PRICE, requires_entitlement=True)


# Ingest


@check("usage is ingested without a lease, once a key")
async def _():
    body = {"feature_code": FEATURE, "quantity_minor": QUANTITY}
    with recorded("charged"):
        first = await service.gate_ingest(body=body, context=context("org_ingest", "key-ingest"))
    equal((first.data.amount_xusd, hints(first)), (AMOUNT, {}))
    with recorded("replayed"):
        again = await service.gate_ingest(body=body, context=context("org_ingest", "key-ingest"))
    equal(again, first)
    after = await account("org_ingest")
    equal((after.commits, after.quantity, after.amount, after.balance),
          (1, int(QUANTITY), int(AMOUNT), GRANT - int(AMOUNT)))


@check("usage is ingested by meter, with everything about it")
async def _():
    with recorded("everything"):
        answer = await service.gate_ingest(
            body={
                "feature_code": FEATURE, "occurred_at": datetime.now(timezone.utc).isoformat(),
                "meters": [{"meter_code": FEATURE, "quantity_minor": QUANTITY, "unit": "token"}],
                "budget_id": "0f6f1a52-8f4f-4c38-9a34-5f3fd9a0b7c1", "labels": {"team": "research"},
                "metadata": {"job": "nightly", "attempt": 1, "parts": [1, 2.5, None, True, {"name": "é"}]},
            },
            context=context("org_ingest_meters"))
    equal(answer.data.amount_xusd, AMOUNT)
    equal(await balance("org_ingest_meters"), GRANT - int(AMOUNT))


@check("usage without a price is ingested with a hint")
async def _():
    with recorded("noPrice"):
        answer = await service.gate_ingest(
            body={"feature_code": "demo.unpriced", "quantity_minor": "1"}, context=context("org_unpriced"))
    equal((answer.data.amount_xusd, set(hints(answer))), ("0", {"pricing.not_configured"}))


@check("an ingest is refused for nothing used, a wrong meter or budget, no entitlement, a reused key")
async def _():
    def ingest(key=None, **body):
        return service.gate_ingest(body={"feature_code": FEATURE, **body}, context=context("org_ingest_wrong", key))

    with recorded("nothingUsed"):
        await refused(ingest(), 422, "VALIDATION.INVALID_INPUT")
    with recorded("meterNotAllowed"):
        await refused(
            ingest(meters=[{"meter_code": "demo.quota", "quantity_minor": "1"}]), 422, "VALIDATION.INVALID_INPUT")
    with recorded("invalidBudget"):
        await refused(ingest(quantity_minor="1", budget_id="mine"), 422, "VALIDATION.INVALID_INPUT")
    with recorded("entitlementRequired"):
        await refused(ingest(feature_code="demo.entitled", quantity_minor="1"), 403, "ENTITLEMENT.REQUIRED")
    await ingest("key-ingest-wrong", quantity_minor="1")
    with recorded("keyReused"):
        await refused(ingest("key-ingest-wrong", quantity_minor="2"), 409, "WRITE.INVALID_PAYLOAD")


# Batch


@check("a batch commits what it can, each item once")
async def _():
    one, other = await authorize("org_batch"), await authorize("org_batch")
    items = [
        {**usage(one), "idempotency_key": "job-1"},
        {**usage(other), "idempotency_key": "job-2", "labels": {"team": "research"}},
        {**usage(one), "lease_token": UNKNOWN_LEASE, "idempotency_key": "job-3"},
        {**usage(one), "idempotency_key": "job-1"},
    ]
    with recorded("mixed"):
        batch = await service.gate_commit_batch(
            body={"items": items, "merge_advice": "none"}, context=context("org_batch", "key-batch"))
    equal([(item.index, item.status.value) for item in batch.data.items],
          [(0, "committed"), (1, "committed"), (2, "invalid"), (3, "committed")])
    equal((batch.data.committed_count, batch.data.failed_count), (3, 1))
    equal(batch.data.items[0].commit.amount_xusd, AMOUNT)
    equal(batch.data.items[3].commit, batch.data.items[0].commit)
    equal(batch.data.items[2].error.type, "RESOURCE.NOT_FOUND")

    after = await account("org_batch")
    equal((after.commits, after.quantity), (2, 2 * int(QUANTITY)))
    with recorded("replayed"):
        again = await service.gate_commit_batch(
            body={"items": items, "merge_advice": "none"}, context=context("org_batch", "key-batch"))
    equal(again, batch)
    equal(await account("org_batch"), after)


@check("items of one batch may share a lease, which is closed after the last")
async def _():
    lease = await authorize("org_batch_shared")
    batch = await service.gate_commit_batch(
        body={"items": [{**usage(lease), "idempotency_key": key} for key in ("job-1", "job-2")]},
        context=context("org_batch_shared"))
    equal(batch.data.committed_count, 2)
    equal((await account("org_batch_shared")).quantity, 2 * int(QUANTITY))
    late = await service.gate_commit(body=usage(lease), context=context("org_batch_shared"))
    equal(hints(late)["lease.closed_at_commit"].state, "closed")


@check("a batch of none is answered, one of more than 100 and one under a reused key are refused")
async def _():
    lease = await authorize("org_batch_wrong")
    with recorded("empty"):
        batch = await service.gate_commit_batch(body={"items": []}, context=context("org_batch_wrong", "key-empty"))
    equal((batch.data.items, batch.data.committed_count, batch.data.failed_count), ([], 0, 0))
    items = [{**usage(lease, "1"), "idempotency_key": f"job-{number}"} for number in range(101)]
    await refused(
        service.gate_commit_batch(body={"items": items}, context=context("org_batch_wrong")),
        422, "VALIDATION.INVALID_INPUT")
    with recorded("keyReused"):
        await refused(
            service.gate_commit_batch(body={"items": items[:1]}, context=context("org_batch_wrong", "key-empty")),
            409, "WRITE.INVALID_PAYLOAD")


# Limits and meters


@check("limits show features, quotas and rates")
async def _():
    await authorize("org_limits", "demo.rate")
    lease = await authorize("org_limits", "demo.quota")
    await service.gate_commit(body=usage(lease, "400"), context=context("org_limits"))
    with recorded("expanded"):
        limits = await service.gate_list_feature_limits(
            query={"feature_code": ["demo.rate", "demo.quota", FEATURE], "expand": ["quotas", "rates"]},
            context=context("org_limits"))
    quota, rate, free = limits.data
    equal([limit.feature_code for limit in limits.data], ["demo.quota", "demo.rate", FEATURE])
    equal((quota.quotas[0].limit_minor, quota.quotas[0].used_minor), ("1000", "400"))
    equal((rate.rates[0].limit_minor, rate.rates[0].used_minor), ("5", "1"))
    equal((free.feature_family_code, free.meters), (FAMILY, [FEATURE]))
    equal((free.quotas[0].limit_minor, free.quotas[0].used_minor), ("-1", "0"))


@check("limits leave out what is not asked for and what the account may not use")
async def _():
    with recorded("plain"):
        limits = await service.gate_list_feature_limits(
            query={"feature_family_code": [FAMILY]}, context=context("org_limits"))
    codes = [limit.feature_code for limit in limits.data]
    assert "demo.entitled" not in codes and FEATURE in codes, codes
    assert not any(limit.quotas or limit.rates for limit in limits.data), limits.data


@check("meters show prices, windows and what the balance would cover")
async def _():
    with recorded("expanded"):
        answer = await service.gate_list_meter_limits(
            query={
                "meter_code": [FEATURE], "include_quotas": "true", "include_rates": "true",
                "expand": ["limits", "pricing", "coverage"], "coverage.basis": "xusd",
                "coverage.profile": "conservative",
            },
            context=context("org_meters"))
    [meter] = answer.data
    equal((meter.meter_code, meter.features, meter.feature_family_codes), (FEATURE, [FEATURE], [FAMILY]))
    equal((meter.pricing.unit_price_xusd, meter.pricing.unit_quantity_minor), ("2000", "1000"))
    equal(meter.pricing.rounding.value, "ceil")
    equal((meter.coverage.balance_xusd, meter.coverage.max_quantity_minor_estimated), (str(GRANT), "50000000"))
    equal(meter.quotas[0].limit_minor, "-1")


@check("coverage by a budget needs one")
async def _():
    def meters(**query):
        return service.gate_list_meter_limits(
            query={"expand": ["coverage"], "coverage.basis": "budget", **query}, context=context("org_meters"))

    with recorded("noBudget"):
        await refused(meters(), 422, "VALIDATION.INVALID_INPUT")
    with recorded("unknownBudget"):
        await refused(
            meters(**{"coverage.budget_id": "0f6f1a52-8f4f-4c38-9a34-5f3fd9a0b7c1"}), 404, "RESOURCE.NOT_FOUND")


# Seats


def seat(name, code="demo.seats"):
    return {"feature_code": code, "seat_id": name}


async def seats(principal, code):
    """The active seats. The client's own method cannot say of which feature, as the service requires."""
    return (await service._http.request(
        operation="gate_list_seats", path="/seats", query={"feature_code": code}, context=context(principal)))["data"]


@check("a seat is taken by authorize, revoked and restored")
async def _():
    lease = await authorize("org_seats", "demo.seats", seat_id="ada@example.com")
    with recorded("one"):
        listed = await seats("org_seats", "demo.seats")
    equal([(one["seat_id"], one["state"]) for one in listed["seats"]], [("ada@example.com", "active")])

    with recorded("seatLimitExceeded"):
        await refused(
            service.gate_authorize(body=seat("grace@example.com"), context=context("org_seats")),
            403, "SEAT.LIMIT_EXCEEDED")
    with recorded("otherSeat"):
        await refused(
            service.gate_commit(body=usage(lease, seat_id="grace@example.com"), context=context("org_seats")),
            409, "WRITE.INVALID_PAYLOAD")

    with recorded("revoked"):
        revoked = await service.gate_revoke_seat(body=seat("ada@example.com"), context=context("org_seats"))
    equal(revoked.data.state.value, "revoked")
    assert revoked.data.revoked_at is not None
    again = await service.gate_revoke_seat(body=seat("ada@example.com"), context=context("org_seats"))
    equal(again.data, revoked.data)
    with recorded("none"):
        equal((await seats("org_seats", "demo.seats"))["seats"], [])
    with recorded("seatRevoked"):
        await refused(
            service.gate_authorize(body=seat("ada@example.com"), context=context("org_seats")), 403, "SEAT.REVOKED")

    with recorded("restored"):
        restored = await service.gate_restore_seat(body=seat("ada@example.com"), context=context("org_seats"))
    equal((restored.data.state.value, restored.data.revoked_at), ("active", None))
    await authorize("org_seats", "demo.seats", seat_id="ada@example.com")


@check("a seat is not restored where there is no place")
async def _():
    await authorize("org_seats_full", "demo.seats", seat_id="ada@example.com")
    await service.gate_revoke_seat(body=seat("ada@example.com"), context=context("org_seats_full"))
    await authorize("org_seats_full", "demo.seats", seat_id="grace@example.com")
    with recorded("seatLimitExceeded"):
        await refused(
            service.gate_restore_seat(body=seat("ada@example.com"), context=context("org_seats_full")),
            403, "SEAT.LIMIT_EXCEEDED")


@check("seats are refused when unknown, without a policy, without a feature")
async def _():
    with recorded("unknownSeat"):
        await refused(
            service.gate_revoke_seat(body=seat("nobody"), context=context("org_unseated")), 404, "RESOURCE.NOT_FOUND")
    with recorded("unknownSeat"):
        await refused(
            service.gate_restore_seat(body=seat("nobody"), context=context("org_unseated")), 404, "RESOURCE.NOT_FOUND")
    await authorize("org_unseated", "demo.seats", seat_id="ada@example.com")
    feature("demo.seats", price=PRICE)
    with recorded("noPolicy"):
        await refused(
            service.gate_restore_seat(body=seat("ada@example.com"), context=context("org_unseated")),
            422, "SEAT.POLICY_MISSING")
    with recorded("noFeatureCode"):
        await refused(
            service.gate_revoke_seat(body=seat("ada@example.com", ""), context=context("org_seats")),
            422, "VALIDATION.INVALID_INPUT")


@check("the client's own call, which cannot name a feature, lists the seats of all")
async def _():
    with recorded("ofAllFeatures"):
        listed = await service.gate_list_seats(context=context("org_seats"))
    equal({one.feature_code for one in listed.data.seats}, {"demo.seats"})


suite.loop.run_until_complete(service.close())
sys.exit(suite.finish())
