"""The reports of vlunaai 0.1.2, for a backend with its service key and for a user with a platform token."""

import os
import sys

from check import Suite, equal
from vluna_shared import (
    AMOUNT, FAMILY, FEATURE, PRICE, QUANTITY, TRACE, authorize, context, days, feature, refused, service, usage)
from vlunaai import BearerClientOptions, RequestContext, VlunaAIConfig, create_bearer_client

PRINCIPAL = "org_reports"
SMALL = "demo.small"

suite = Suite("vlunaai")
check, recorded = suite.check, suite.recorded
bearer = create_bearer_client(BearerClientOptions(
    config=VlunaAIConfig(base_url=os.environ["VLUNA_BEARER_BASE_URL"], realm_id=os.environ["VLUNA_REALM_ID"]),
    error_mode="raise"))


async def use(principal, code, quantity):
    lease = await authorize(principal, code)
    await service.gate_commit(body=usage(lease, quantity), context=context(principal))


def query(**changes):
    return {
        "time": days(), "group_by": ["bucket_start", "feature_code"],
        "metrics": ["quantity_minor", "amount_xusd", "cost_xusd", "margin_xusd", "commit_count", "line_count"],
        **changes,
    }


def settlements(**changes):
    return {
        "time": days(), "group_by": ["bucket_start", "funding_kind"],
        "metrics": ["allocated_amount_xusd", "applied_amount_xusd", "applied_cost_xusd", "settlement_count"], **changes,
    }


def own(principal=PRINCIPAL, **changes):
    return service.gate_query_usage_reports_by_account(body=query(**changes), context=context(principal))


def by_feature(report):
    return {row.feature_code: row for row in report.data.rows}


@check("two accounts use two features")
async def _():
    feature(FEATURE, price=PRICE)
    feature(SMALL, family="demo", price={**PRICE, "unit_price_xusd": "10", "unit_cost_xusd": "5"})
    await use(PRINCIPAL, FEATURE, QUANTITY)
    await use(PRINCIPAL, SMALL, "1000")
    await use("org_other", FEATURE, "1000")


@check("a usage report of one account")
async def _():
    with recorded("byFeature"):
        report = await own()
    rows = by_feature(report)
    equal(set(rows), {FEATURE, SMALL})
    row = rows[FEATURE]
    equal((row.quantity_minor, row.amount_xusd, row.cost_xusd, row.margin_xusd), (QUANTITY, AMOUNT, "19500", "6500"))
    equal((row.commit_count, row.line_count), (1, 1))
    equal(rows[SMALL].amount_xusd, "10")
    equal(report.data.totals["amount_xusd"], "26010")
    equal(report.meta.next_cursor, None)


@check("a usage report of the whole realm, and of the account that a call names")
async def _():
    # The client has no argument for X-Realm-Admin.
    with recorded("wholeRealm"):
        realm = await service._http.request(
            operation="gate_query_usage_reports", path="/reports/usage", method="POST",
            headers={"x-realm-admin": "true"}, context=context(None),
            body=query(metrics=["quantity_minor", "amount_xusd", "distinct_billing_account_count"]))
    rows = {row["feature_code"]: row for row in realm["data"]["rows"]}
    equal((rows[FEATURE]["quantity_minor"], rows[FEATURE]["distinct_billing_account_count"]), ("13345", 2))
    with recorded("ofOneAccount"):
        report = await service.gate_query_usage_reports(body=query(), context=context("org_other"))
    equal({code: row.quantity_minor for code, row in by_feature(report).items()}, {FEATURE: "1000"})


@check("a usage report is filtered by dimension and by sum")
async def _():
    with recorded("filtered"):
        report = await own(
            dim_filters=[{"field": "feature_family_code", "op": "in", "value": [FAMILY, "demo"]}],
            metric_filters=[{"field": "amount_xusd", "op": "gte", "value": "1000"}])
    equal(set(by_feature(report)), {FEATURE})


@check("a usage report comes page by page")
async def _():
    with recorded("firstPage"):
        first = await own(limit=1)
    assert first.meta.next_cursor and first.meta.has_more, first.meta
    with recorded("lastPage"):
        last = await own(limit=1, cursor=first.meta.next_cursor)
    equal((last.meta.next_cursor, last.meta.has_more), (None, False))
    equal({first.data.rows[0].feature_code, last.data.rows[0].feature_code}, {FEATURE, SMALL})


@check("a usage report of one sum is compared with the time before")
async def _():
    with recorded("compared"):
        report = await own(
            group_by=["bucket_start"], aggregate="total", compare="previous", metrics=["amount_xusd"])
    equal((report.data.totals, report.data.compare_totals), ({"amount_xusd": "26010"}, {"amount_xusd": "0"}))
    equal((report.data.delta, report.data.delta_pct), ({"amount_xusd": "26010"}, {"amount_xusd": None}))


@check("a usage report of the highest sums")
async def _():
    with recorded("topOne"):
        report = await own(top_k=1, order_by_metric="amount_xusd", order="desc")
    equal(set(by_feature(report)), {FEATURE})


@check("a usage report is refused when its parts do not go together, and without an account")
async def _():
    with recorded("invalid"):
        await refused(own(compare="previous"), 422, "VALIDATION.INVALID_INPUT")
    with recorded("invalid"):
        await refused(
            service.gate_query_usage_reports(
                body=query(top_k=1, group_by=["meter_code"]), context=context("org_other")),
            422, "VALIDATION.INVALID_INPUT")
    with recorded("notRealmAdmin"):
        await refused(
            service.gate_query_usage_reports(body=query(), context=context(None)), 403, "AUTH.INSUFFICIENT_SCOPE")
    with recorded("noAccount"):
        await refused(own(None), 401, "AUTH.MISSING_SERVICE_BINDINGS")


@check("a settlement report says what paid")
async def _():
    with recorded("byFunding"):
        report = await service.gate_query_settlement_reports_by_account(body=settlements(), context=context(PRINCIPAL))
    equal({row.funding_kind for row in report.data.rows}, {"grant"})
    equal(sum(int(row.applied_amount_xusd) for row in report.data.rows), 26010)
    with recorded("byFeature"):
        report = await service.gate_query_settlement_reports(
            body=settlements(group_by=["feature_code"], limit=100), context=context(PRINCIPAL))
    equal({row.feature_code: row.applied_amount_xusd for row in report.data.rows}, {FEATURE: AMOUNT, SMALL: "10"})


@check("a settlement report is refused for groups that do not go together, and without an account")
async def _():
    body = settlements(group_by=["bucket_start", "budget_id", "grant_id"])
    with recorded("invalid"):
        await refused(
            service.gate_query_settlement_reports_by_account(body=body, context=context(PRINCIPAL)),
            422, "VALIDATION.INVALID_INPUT")
    with recorded("notRealmAdmin"):
        await refused(
            service.gate_query_settlement_reports(body=settlements(), context=context(None)),
            403, "AUTH.INSUFFICIENT_SCOPE")


# The public surface


def user(token):
    return RequestContext(
        access_token=token, billing_account_id=os.environ["VLUNA_BILLING_ACCOUNT_ID"], idempotency_key="key-user",
        request_id=TRACE)


@check("a user's token shows the reports of its own account")
async def _():
    await use(os.environ["VLUNA_PRINCIPAL_ID"], SMALL, "3000")
    token = os.environ["VLUNA_ACCESS_TOKEN"]
    with recorded("bearerByFeature"):
        report = await bearer.gate_query_usage_reports_by_account(body=query(), context=user(token))
    equal({code: row.amount_xusd for code, row in by_feature(report).items()}, {SMALL: "30"})
    with recorded("bearerByFunding"):
        report = await bearer.gate_query_settlement_reports_by_account(body=settlements(), context=user(token))
    equal(sum(int(row.applied_amount_xusd) for row in report.data.rows), 30)


@check("an unknown token is refused")
async def _():
    with recorded("bearerInvalidToken"):
        await refused(
            bearer.gate_query_usage_reports_by_account(body=query(), context=user("no token")), 401, "invalid_token")


suite.loop.run_until_complete(service.close())
suite.loop.run_until_complete(bearer.close())
sys.exit(suite.finish())
