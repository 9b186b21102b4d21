"""Wallet, budgets, catalog, checkout and what comes of it, for vlunaai 0.1.2 on both of its surfaces."""

import os
import sys

from check import Suite, control, equal
from vluna_shared import (
    AMOUNT, FEATURE, GRANT, PRICE, TRACE, authorize, context, feature, hints, refused, service, usage)
from vlunaai import BearerClientOptions, RequestContext, VlunaAIConfig, create_bearer_client

UNKNOWN = "ffffffff-ffff-4fff-8fff-ffffffffffff"
PAGES = {"success_url": "https://app.example.com/done", "cancel_url": "https://app.example.com/back"}
USER, ACCOUNT = os.environ["VLUNA_PRINCIPAL_ID"], os.environ["VLUNA_BILLING_ACCOUNT_ID"]

suite = Suite("vlunaai")
check, recorded = suite.check, suite.recorded
bearer = create_bearer_client(BearerClientOptions(
    config=VlunaAIConfig(base_url=os.environ["VLUNA_BEARER_BASE_URL"], realm_id=os.environ["VLUNA_REALM_ID"]),
    error_mode="raise"))


def user(key=None):
    """A context of a user with a platform token."""
    return RequestContext(
        access_token=os.environ["VLUNA_ACCESS_TOKEN"], idempotency_key=key or context().idempotency_key,
        request_id=TRACE)


def case(name, who):
    """The name of a fixture; those of the public surface begin with `bearer`."""
    return f"bearer{name[0].upper()}{name[1:]}" if who is user else name


async def wallet(principal):
    return (await service.get_credit_balance(context=context(principal))).data


async def pay(session, outcome="completed"):
    """Lets a checkout end as if a customer had been there."""
    return control("/vluna/checkouts", {"checkout_url": str(session.data.checkout_url), "outcome": outcome})


# Wallet


@check("the balance is that of the grants")
async def _():
    feature(FEATURE, price=PRICE)
    lease = await authorize("org_wallet")
    await service.gate_commit(body=usage(lease), context=context("org_wallet"))
    with recorded("oneGrant"):
        answer = await service.get_credit_balance(query={"refresh_grants": True}, context=context("org_wallet"))
    balance, left = answer.data, GRANT - int(AMOUNT)
    equal((balance.balances.xusd, balance.outstanding_balances.xusd), (str(left), str(left)))
    equal((balance.balances.usd, balance.conversion.usd_per_xusd), ("99.974", "0.000001"))
    equal([(grant.remaining.xusd, grant.consumed_xusd, grant.status.value) for grant in balance.grants],
          [(str(left), AMOUNT, "active")])


@check("an amount is taken once, and only if there is so much")
async def _():
    body = {"amount": "500000", "unit": "xusd", "subject": "report", "source_ref": "report-42"}
    with recorded("taken"):
        first = await service.wallet_consume(body=body, context=context("org_consume", "key-consume"))
    equal((first.data.balance, first.data.replay, first.data.unit.value), (str(GRANT - 500000), False, "xusd"))
    await service.wallet_consume(body={"amount": "1", "unit": "xusd"}, context=context("org_consume"))
    with recorded("replayed"):
        again = await service.wallet_consume(body=body, context=context("org_consume", "key-consume"))
    equal((again.data.balance, again.data.replay), (str(GRANT - 500001), True))
    with recorded("keyReused"):
        await refused(
            service.wallet_consume(body={**body, "amount": "5"}, context=context("org_consume", "key-consume")),
            409, "WRITE.INVALID_PAYLOAD")
    with recorded("insufficientBalance"):
        await refused(
            service.wallet_consume(body={"amount": str(GRANT), "unit": "xusd"}, context=context("org_consume")),
            402, "SERVER.CONFIG", "insufficient balance")
    with recorded("notPositive"):
        await refused(
            service.wallet_consume(body={"amount": "0", "unit": "xusd"}, context=context("org_consume")),
            422, "VALIDATION.INVALID_INPUT")
    equal((await wallet("org_consume")).balances.xusd, str(GRANT - 500001))


@check("an adjustment may take more than there is, and credit pays that first")
async def _():
    with recorded("taken"):
        taken = await service.wallet_adjust(
            body={"delta": str(-GRANT - 250000), "unit": "xusd", "kind": "debit"}, context=context("org_adjust"))
    equal(taken.data.balance, "-250000")
    with recorded("overdrawn"):
        answer = await service.get_credit_balance(context=context("org_adjust"))
    equal((answer.data.balances.xusd, answer.data.outstanding_balances.xusd), ("0", "-250000"))
    body = {
        "delta": "10000000", "unit": "xusd", "kind": "grant", "reason_code": "welcome", "note": "Welcome credit",
        "origin": {"kind": "promotion", "ref": "spring-2026", "labels": {"channel": "email"}},
        "request_id": "ticket-1007",
    }
    with recorded("added"):
        added = await service.wallet_adjust(body=body, context=context("org_adjust", "key-adjust"))
    equal(added.data.balance, "9750000")
    again = await service.wallet_adjust(body=body, context=context("org_adjust", "key-adjust"))
    equal(again.data.balance, "9750000")
    with recorded("zero"):
        await refused(
            service.wallet_adjust(body={"delta": "0", "unit": "xusd", "kind": "debit"}, context=context("org_adjust")),
            422, "VALIDATION.INVALID_INPUT")
    equal((await wallet("org_adjust")).balances.xusd, "9750000")


@check("the grants of the realm are listed, and shown one by one")
async def _():
    mine = [grant.grant_id for grant in (await wallet("org_adjust")).grants]
    with recorded("all"):
        answer = await service.list_grants(context=context(None))
    grants = {grant.grant_id: grant for grant in answer.data.items}
    known = [grants[grant] for grant in mine]
    equal(sorted((grant.kind.value, grant.amount_xusd, grant.remaining_xusd) for grant in known),
          [("nonexpiring", str(GRANT), "0"), ("promo", "10000000", "9750000")])
    for grant in known:
        equal(int(grant.amount_xusd), int(grant.posted_consumed_xusd) + int(grant.remaining_xusd))
    promo = next(grant for grant in known if grant.kind.value == "promo")
    with recorded("active"):
        one = await service.get_grant(promo.grant_id, context=context(None))
    equal(one.data, promo)
    equal((one.data.issuance_status.value, one.data.source_ref, one.data.on_ledger), ("active", "spring-2026", True))
    with recorded("unknownGrant"):
        await refused(service.get_grant("nothing", context=context(None)), 404, "RESOURCE.NOT_FOUND")


# Budgets


async def budgets_of(client, who, principal):
    """Creates, spends, lists and closes a budget."""
    body = {"name": "January", "limit_xusd": "30000", "metadata": {"team": "research"}}
    with recorded(case("created", who)):
        created = await client.create_budget(body=body, context=who("key-budget"))
    budget = created.data
    equal((budget.status.value, budget.consumed_xusd, budget.remaining_xusd), ("active", "0", "30000"))
    equal((await client.create_budget(body=body, context=who("key-budget"))).data.budget_id, budget.budget_id)

    lease = await authorize(principal, budget_id=budget.budget_id)
    committed = await service.gate_commit(body=usage(lease), context=context(principal))
    equal(hints(committed)["budget.low_headroom"].budget_id, budget.budget_id)
    with recorded(case("spent", who)):
        spent = await client.get_budget(budget.budget_id, context=who())
    equal((spent.data.consumed_xusd, spent.data.remaining_xusd), (AMOUNT, "4000"))

    other = (await client.create_budget(body={}, context=who())).data
    with recorded(case("firstPage", who)):
        first = await client.list_budgets(query={"limit": 1, "status": ["active", "closed"]}, context=who())
    equal([one.budget_id for one in first.data.items], [other.budget_id])
    with recorded(case("lastPage", who)):
        rest = await client.list_budgets(query={"limit": 1, "cursor": first.data.next_cursor}, context=who())
    equal([one.budget_id for one in rest.data.items], [budget.budget_id])
    equal(rest.data.next_cursor, None)

    with recorded(case("closed", who)):
        closed = await client.close_budget(budget.budget_id, body={"reason": "over"}, context=who())
    equal((closed.data.consumed_xusd, closed.data.remaining_xusd), (AMOUNT, "4000"))
    with recorded(case("closedBefore", who)):
        equal((await client.close_budget(budget.budget_id, context=who())).data, closed.data)
    await refused(
        service.gate_authorize(
            body={"feature_code": FEATURE, "budget_id": budget.budget_id}, context=context(principal)),
        422, "RESOURCE.NOT_FOUND")
    listed = await client.list_budgets(query={"status": ["closed"]}, context=who())
    equal([one.budget_id for one in listed.data.items], [budget.budget_id])


@check("a budget is made, spent by the gate, listed and closed by a service")
async def _():
    await budgets_of(service, lambda key=None: context("org_budgets", key), "org_budgets")


@check("a budget is made, spent by the gate, listed and closed by a user")
async def _():
    await budgets_of(bearer, user, USER)


@check("a budget is refused for a malformed or unknown id, and for a scope without its features")
async def _():
    with recorded("malformedID"):
        await refused(service.get_budget("no-uuid", context=context("org_budgets")), 422, "VALIDATION.INVALID_INPUT")
    with recorded("unknownBudget"):
        await refused(service.get_budget(UNKNOWN, context=context("org_budgets")), 404, "RESOURCE.NOT_FOUND")
    with recorded("unknownBudget"):
        await refused(service.close_budget(UNKNOWN, context=context("org_budgets")), 404, "RESOURCE.NOT_FOUND")
    with recorded("noFeatureSet"):
        await refused(
            service.create_budget(body={"scope_kind": "feature_set"}, context=context("org_budgets")),
            422, "VALIDATION.INVALID_INPUT")
    with recorded("featureSet"):
        created = await service.create_budget(
            body={"scope_kind": "feature_set", "scope_payload": {"feature_set": [FEATURE]}, "limit_xusd": "1000000"},
            context=context("org_budgets"))
    equal(created.data.scope_payload, {"feature_set": [FEATURE]})


# Catalog


async def catalog_of(client, who):
    with recorded(case("expanded", who)):
        products = await client.list_catalog_products(
            query={"kind": "all", "expand": ["feature_families", "prices", "subscription_state"]}, context=who())
    equal([product.name for product in products.data.root],
          ["pro_plan", "team_plan", "extra_seat", "credit_10", "credit_50"])
    pro = products.data.root[0]
    equal((pro.default_price.unit_amount, pro.default_price.recurring_interval.value), (2000, "month"))
    equal([family.feature_family_code for family in pro.feature_families.root], ["llm.standard", "llm.premium"])
    assert pro.subscription_state.action, pro
    with recorded(case("credit", who)):
        credit = await client.list_catalog_products(query={"kind": "credit", "limit": 1}, context=who())
    equal((credit.meta.has_more, len(credit.data.root)), (True, 1))
    rest = await client.list_catalog_products(
        query={"kind": "credit", "cursor": credit.meta.next_cursor}, context=who())
    equal([product.name for product in rest.data.root], ["credit_50"])

    with recorded(case("prices", who)):
        prices = await client.list_catalog_prices(
            query={"product_id": ["1", "4"], "currency": "USD", "expand": ["feature_families"]}, context=who())
    equal([price.catalog_price_id for price in prices.data.root], ["10", "40", "11"])
    equal((prices.data.root[0].metadata.billing_plan_code, prices.data.root[1].recurring_interval), ("pro", None))
    yearly = await client.list_catalog_prices(
        query={"product_id": ["1"], "recurring_interval": "year", "recurring_count": 1}, context=who())
    equal([price.catalog_price_id for price in yearly.data.root], ["11"])


@check("a service sees what the realm sells")
async def _():
    await catalog_of(service, lambda: context("org_catalog"))
    with recorded("noProduct"):
        await refused(
            service.list_catalog_prices(query={}, context=context("org_catalog")), 422, "VALIDATION.INVALID_INPUT")


@check("a user sees what the realm sells")
async def _():
    await catalog_of(bearer, user)


# Checkout, and what comes of it


async def purchases_of(client, who):
    """Buys credit and a plan; an account has none before."""
    with recorded(case("unknownCustomer", who)):
        await refused(
            client.create_portal_session(body={"return_url": PAGES["cancel_url"]}, context=who()),
            404, "RESOURCE.NOT_FOUND")
    before = (await client.get_credit_balance(context=who())).data
    with recorded(case("credit", who)):
        credit = await client.create_checkout_session(
            body={"items": [{"price_id": "price_40", "quantity": 3}], "metadata": {"campaign": "spring"}, **PAGES},
            context=who("key-credit"))
    equal((await client.create_checkout_session(
        body={"items": [{"price_id": "price_40", "quantity": 3}], "metadata": {"campaign": "spring"}, **PAGES},
        context=who("key-credit"))).data, credit.data)
    bought = await pay(credit)
    with recorded(case("balance", who)):
        after = (await client.get_credit_balance(query={"refresh_grants": False}, context=who())).data
    equal(int(after.balances.xusd) - int(before.balances.xusd), 30_000_000)

    with recorded(case("plan", who)):
        plan = await client.create_checkout_session(
            body={"items": [{"catalog_price_id": "10"}], "display_currency_code": "EUR",
                  "settlement_currency_code": "USD", **PAGES},
            context=who())
    subscribed = await pay(plan)
    with recorded(case("conflict", who)):
        again = await client.create_checkout_session(
            body={"items": [{"catalog_price_id": "20"}], **PAGES}, context=who())
    equal((again.meta["conflict"], again.meta["location"]), (True, str(again.data.checkout_url)))
    failed = await pay(await client.create_checkout_session(
        body={"items": [{"catalog_price_id": "50"}], **PAGES}, context=who()), "failed")
    with recorded(case("portal", who)):
        portal = await client.create_portal_session(body={"return_url": PAGES["cancel_url"]}, context=who())
    equal(str(portal.data.portal_url).split("/")[2], "billing.stripe.com")
    return bought, subscribed, failed


async def history_of(client, who, account, ids):
    """What a purchase of credit, one of a plan, and one that failed have left."""
    bought, subscribed, failed = ids
    query = {"billing_account_id": account}
    with recorded(case("firstPage", who)):
        first = await client.list_invoices(query={**query, "limit": 1}, context=who())
    equal([one.invoice_id for one in first.data.root], [subscribed["invoice_id"]])
    with recorded(case("lastPage", who)):
        rest = await client.list_invoices(
            query={**query, "limit": 1, "cursor": first.meta.next_cursor}, context=who())
    equal([one.invoice_id for one in rest.data.root], [bought["invoice_id"]])
    paid = rest.data.root[0]
    equal((paid.amount_due, paid.amount_paid, paid.status.value), (3000, 3000, "paid"))
    equal((rest.meta.next_cursor, rest.meta.has_more), (None, False))
    mine = await client.list_invoices(query={**query, "subscription_id": subscribed["subscription_id"]}, context=who())
    equal([one.invoice_id for one in mine.data.root], [subscribed["invoice_id"]])

    with recorded(case("expanded", who)):
        subscriptions = await client.list_subscriptions(
            query={**query, "status": "active", "expand": ["items.catalog_price"]}, context=who())
    equal([one.subscription_id for one in subscriptions.data.root], [subscribed["subscription_id"]])
    one = subscriptions.data.root[0]
    equal((one.display_currency_code.root, one.settlement_currency_code.root), ("EUR", "USD"))
    equal([(item.catalog_price_id, item.catalog_price.unit_amount) for item in one.items], [("10", 2000)])
    assert one.current_period_start < one.current_period_end, one

    with recorded(case("all", who)):
        payments = await client.list_payments(query=query, context=who())
    equal([(one.payment_id, one.status.value, one.amount) for one in payments.data.root],
          [(failed["payment_id"], "failed", 5000), (subscribed["payment_id"], "succeeded", 2000),
           (bought["payment_id"], "succeeded", 3000)])
    of_invoice = await client.list_payments(query={**query, "invoice_id": bought["invoice_id"]}, context=who())
    equal([one.payment_id for one in of_invoice.data.root], [bought["payment_id"]])

    # The client has no methods that show one of them.
    for kind, one in (("invoice", bought), ("subscription", subscribed), ("payment", bought)):
        name = f"{kind}_id"
        with recorded(case("shown", who)):
            shown = await client._http.request(
                operation=f"get_{kind}", path=f"/{kind}s/{one[name]}", query=query, context=who())
        equal(shown["data"][name], one[name])


@check("a service sends a customer to the checkout, and sees what came of it")
async def _():
    account = (await wallet("org_store")).billing_account_id

    def who(key=None):
        return context("org_store", key)

    ids = await purchases_of(service, who)
    await history_of(service, who, account, ids)
    control("/vluna/subscriptions", {"subscription_id": ids[1]["subscription_id"], "change": "past_due"})
    with recorded("pastDue"):
        late = await service.list_subscriptions(
            query={"billing_account_id": account, "status": "past_due"}, context=who())
    equal([one.subscription_id for one in late.data.root], [ids[1]["subscription_id"]])
    with recorded("open"):
        due = await service.list_invoices(query={"billing_account_id": account, "status": "open"}, context=who())
    equal([(one.amount_due, one.amount_paid, one.amount_remaining) for one in due.data.root], [(2000, 0, 2000)])


@check("a user goes to the checkout, and sees what came of it")
async def _():
    ids = await purchases_of(bearer, user)
    await history_of(bearer, user, ACCOUNT, ids)


@check("a checkout is refused for what is not sold")
async def _():
    with recorded("noPrice"):
        await refused(
            service.create_checkout_session(body={"items": [{"quantity": 1}], **PAGES}, context=context("org_store")),
            422, "VALIDATION.INVALID_INPUT")
    with recorded("unknownPrice"):
        await refused(
            service.create_checkout_session(
                body={"items": [{"catalog_price_id": "99"}], **PAGES}, context=context("org_store")),
            422, "VALIDATION.INVALID_INPUT")


@check("a user's token shows no other account, and lists need one")
async def _():
    other = {"billing_account_id": (await wallet("org_store")).billing_account_id}
    for name in ("invoices", "subscriptions", "payments"):
        listing = getattr(bearer, f"list_{name}")
        with recorded("bearerOtherAccount"):
            await refused(listing(query=other, context=user()), 403, "AUTH.INSUFFICIENT_SCOPE")
        with recorded("noAccount"):
            await refused(
                getattr(service, f"list_{name}")(query={}, context=context("org_store")),
                422, "VALIDATION.INVALID_INPUT")


suite.loop.run_until_complete(service.close())
suite.loop.run_until_complete(bearer.close())
sys.exit(suite.finish())
