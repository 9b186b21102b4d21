"""What the owner of a realm sets up through vlunaai 0.1.2: features, meters, plans, and programs that grant credit."""

import sys
from datetime import timedelta, timezone

from check import Suite, equal
from vluna_shared import (
    FEBRUARY, JANUARY, UNKNOWN_ID, account_id, authorize, balance, codes, context, pages, refused, service)

PRINCIPAL = "org_registry"
FEATURE, FAMILY = "acme.answers", "acme.family"

suite = Suite("vlunaai")
check, recorded = suite.check, suite.recorded


def c(key=None):
    return context(PRINCIPAL, key)


# Features and meters


@check("a feature family is added, changed, shown and found")
async def _():
    body = {"feature_family_code": FAMILY, "name": "Acme", "description": "Ours", "metadata": {"team": "a"}}
    with recorded("added"):
        family = (await service.upsert_feature_family(body=body, context=c("key-family"))).data
    with recorded("replayed"):
        again = await service.upsert_feature_family(body=body, context=c("key-family"))
    equal(again.data, family)
    with recorded("keyReused"):
        await refused(
            service.upsert_feature_family(body={**body, "name": "B"}, context=c("key-family")),
            409, "idempotency_conflict")
    with recorded("clearedAndClosed"):
        changed = await service.update_feature_family(
            family.feature_family_id, body={"description": None, "entitlement_required": True}, context=c())
    equal((changed.data.name, changed.data.description, changed.data.entitlement_required), ("Acme", "", True))
    with recorded("shown"):
        shown = await service.get_feature_family(family.feature_family_id, context=c())
    equal(shown.data, changed.data)
    with recorded("unknown"):
        await refused(service.get_feature_family(UNKNOWN_ID, context=c()), 404, "RESOURCE.NOT_FOUND")
    with recorded("found"):
        found = await service.list_feature_families(query={"q": "ACME", "active": True}, context=c())
    equal(codes(found, "feature_family_code"), [FAMILY])
    with recorded("firstPage"):
        first = await service.list_feature_families(query={"limit": 1}, context=c())
    assert first.data.next_cursor, first


@check("a feature is added with its meter, changed, shown and found")
async def _():
    with recorded("added"):
        feature = (await service.upsert_feature(
            body={
                "feature_family_code": FAMILY, "feature_code": " Acme.ANSWERS ", "name": "Answers", "unit": "answer",
                "entitlement_required": False,
                "meters": [{"unit": "answer", "meter_prices": {"unit_price_xusd": "500", "effective_at": JANUARY}}]},
            context=c())).data
    equal((feature.feature_code, feature.feature_family_code, feature.missing_price_reason), (FEATURE, FAMILY, None))
    equal([meter.meter_code for meter in feature.meters], [FEATURE])
    with recorded("unknownFamily"):
        await refused(
            service.upsert_feature(
                body={"feature_family_code": "no.family", "feature_code": "acme.other"}, context=c()),
            422, "RESOURCE.NOT_FOUND")
    with recorded("shown"):
        equal((await service.get_feature(feature.feature_id, context=c())).data, feature)
    with recorded("unknown"):
        await refused(service.get_feature(UNKNOWN_ID, context=c()), 404, "RESOURCE.NOT_FOUND")
    with recorded("changed"):
        changed = await service.update_feature(
            feature.feature_id, body={"description": "What we answer", "active": True}, context=c())
    equal((changed.data.name, changed.data.description), ("Answers", "What we answer"))
    with recorded("found"):
        found = await service.list_features(query={"feature_family_code": FAMILY, "q": "answ"}, context=c())
    equal(codes(found, "feature_code"), [FEATURE])


@check("a meter is added, repriced, shown and found")
async def _():
    with recorded("added"):
        meter = (await service.upsert_meter(
            body={
                "meter_code": "acme.answers.long", "feature_code": FEATURE, "unit": "answer", "scale": 2,
                "rounding": "floor", "semantic_kind": "outcome", "metadata": {"residual_mode": "prepaid"},
                "meter_prices": {
                    "unit_price_base_xusd": "900", "unit_price_dynamic_xusd": "-100", "unit_quantity_minor": "2",
                    "rounding": "nearest", "unit_cost_xusd": "10", "cost_unit_quantity_minor": "1",
                    "cost_rounding": "ceil", "effective_at": JANUARY}},
            context=c())).data
    equal((meter.feature_code, meter.scale, meter.meter_prices.unit_price_base_xusd), (FEATURE, 2, "900"))
    with recorded("repriced"):
        changed = await service.update_meter(
            meter.meter_id, body={"meter_prices": {"unit_price_xusd": "700"}, "active": True}, context=c())
    equal((changed.data.meter_prices.unit_price_xusd, changed.data.meter_prices.unit_price_base_xusd), ("700", None))
    with recorded("codeTaken"):
        await refused(
            service.update_meter(meter.meter_id, body={"meter_code": FEATURE}, context=c()), 409, "CONFLICT")
    with recorded("shown"):
        equal((await service.get_meter(meter.meter_id, context=c())).data, changed.data)
    with recorded("unknown"):
        await refused(service.get_meter(UNKNOWN_ID, context=c()), 404, "RESOURCE.NOT_FOUND")
    with recorded("found"):
        found = await service.list_meters(
            query={"feature_code": FEATURE, "semantic_kind": "outcome", "unit": "answer"}, context=c())
    equal(codes(found, "meter_code"), ["acme.answers.long"])


# Plans


async def plan(code="acme-pro", **details):
    return (await service.upsert_billing_plan(
        body={"plan_code": code, "name": code, "kind": "base", **details}, context=c())).data


@check("a plan is added, changed, shown and found")
async def _():
    with recorded("added"):
        added = await plan(
            priority=10, feature_family_codes=[FAMILY],
            metadata={"gate_bundle_key": "pro", "grants": [{"program_code": "acme-monthly"}],
                      "billing_defaults": {"period": {"billing_mode": "prepaid", "issue_anchor": "binding_start"}}})
    equal((added.feature_codes, added.feature_family_codes), ([], [FAMILY]))
    await plan("acme-basic", priority=1)
    with recorded("changed"):
        changed = await service.update_billing_plan(
            added.plan_id, body={"name": "Pro", "feature_codes": [FEATURE]}, context=c())
    equal((changed.data.feature_codes, changed.data.feature_family_codes), ([FEATURE], [FAMILY]))
    with recorded("codeTaken"):
        await refused(
            service.update_billing_plan(added.plan_id, body={"plan_code": "acme-basic"}, context=c()), 409, "CONFLICT")
    with recorded("shown"):
        equal((await service.get_billing_plan(added.plan_id, context=c())).data, changed.data)
    with recorded("unknown"):
        await refused(service.get_billing_plan(UNKNOWN_ID, context=c()), 404, "RESOURCE.NOT_FOUND")
    with recorded("sorted"):
        listed = await service.list_billing_plans(
            query={"sort": "priority", "order": "desc", "kind": "base"}, context=c())
    equal(codes(listed, "plan_code"), ["acme-pro", "acme-basic"])
    first, last = await pages(c, service.list_billing_plans, sort="plan_code")
    equal((codes(first, "plan_code"), codes(last, "plan_code")), (["acme-basic"], ["acme-pro"]))
    with recorded("found"):
        found = await service.list_billing_plans(
            query={"feature_code": FEATURE, "gate_bundle_key": "pro", "grant_program_code": "acme-monthly",
                   "billing_mode": "prepaid", "issue_anchor": "binding_start"}, context=c())
    equal(codes(found, "plan_code"), ["acme-pro"])


@check("a plan's entitlements are replaced, extended and taken away")
async def _():
    pro = await plan()
    with recorded("replaced"):
        replaced = await service.upsert_billing_plan_entitlements(
            pro.plan_id,
            body={"mode": "replace", "items": [
                {"feature_family_code": FAMILY, "effect": "allow"}, {"feature_code": FEATURE, "effect": "deny"}]},
            context=c())
    equal([item.effect.value for item in replaced.data.items], ["allow", "deny"])
    with recorded("unknownFeature"):
        await refused(
            service.upsert_billing_plan_entitlements(
                pro.plan_id, body={"mode": "append", "items": [{"feature_code": "no.such", "effect": "allow"}]},
                context=c()),
            422, "RESOURCE.NOT_FOUND")
    denial = replaced.data.items[1].bpe_id
    with recorded("deleted"):
        deleted = await service.delete_billing_plan_entitlement(pro.plan_id, denial, context=c())
    equal((deleted.data.bpe_id, deleted.data.feature_code), (denial, FEATURE))
    with recorded("deletedBefore"):
        await refused(
            service.delete_billing_plan_entitlement(pro.plan_id, denial, context=c()), 404, "RESOURCE.NOT_FOUND")
    with recorded("listed"):
        listed = await service.list_billing_plan_entitlements(pro.plan_id, context=c())
    equal(codes(listed, "feature_family_code"), [FAMILY])


@check("an assignment gives an account what its plan allows, until it is paused")
async def _():
    pro = await plan()
    account = await account_id(PRINCIPAL)
    await refused(service.gate_authorize(body={"feature_code": FEATURE}, context=c()), 403, "ENTITLEMENT.REQUIRED")
    body = {"billing_account_id": account, "plan_id": pro.plan_id, "source_kind": "ops.manual", "source_ref": "t-1",
            "window_start": JANUARY, "metadata": {"campaign_id": "camp-1"}}
    with recorded("created"):
        assignment = (await service.create_billing_plan_assignment(body=body, context=c())).data
    equal((assignment.plan_code, assignment.status.value, assignment.window_end), ("acme-pro", "active", None))
    await authorize(PRINCIPAL, FEATURE)
    with recorded("unknownPlan"):
        await refused(
            service.create_billing_plan_assignment(body={**body, "plan_id": UNKNOWN_ID}, context=c()),
            422, "RESOURCE.NOT_FOUND")
    with recorded("paused"):
        paused = await service.update_billing_plan_assignment(
            assignment.assignment_id, body={"status": "paused", "window_end": "2036-01-01T00:00:00Z"}, context=c())
    assert paused.data.window_end is not None, paused
    await refused(service.gate_authorize(body={"feature_code": FEATURE}, context=c()), 403, "ENTITLEMENT.REQUIRED")
    with recorded("untilFurtherNotice"):
        again = await service.update_billing_plan_assignment(
            assignment.assignment_id, body={"status": "active", "window_end": None}, context=c())
    equal((again.data.status.value, again.data.window_end), ("active", None))
    await authorize(PRINCIPAL, FEATURE)
    with recorded("unknown"):
        await refused(
            service.update_billing_plan_assignment(UNKNOWN_ID, body={"status": "active"}, context=c()),
            404, "RESOURCE.NOT_FOUND")
    with recorded("found"):
        found = await service.list_billing_plan_assignments(
            query={"billing_account_id": account, "plan_code": "acme-pro", "status": "active", "campaign_id": "camp-1",
                   "source_kind": "ops.manual", "window_start": FEBRUARY}, context=c())
    equal(codes(found, "assignment_id"), [assignment.assignment_id])


# Grants


PROGRAM = {"program_code": "acme-welcome", "name": "Welcome", "cadence": "once", "issue_anchor": "binding_start",
           "amount_xusd": "5000000", "window_kind": "relative_duration", "window_default_seconds": 2592000,
           "issuance_mode": "eager", "priority": 5, "metadata": {"campaign_id": "camp-1"}}


@check("a grant program is created once, changed, shown and found")
async def _():
    with recorded("created"):
        program = (await service.create_grant_program(body=PROGRAM, context=c())).data
    with recorded("sameContent"):
        equal((await service.create_grant_program(body=PROGRAM, context=c())).data, program)
    with recorded("otherContent"):
        await refused(
            service.create_grant_program(body={**PROGRAM, "amount_xusd": "1"}, context=c()), 409, "CONFLICT")
    with recorded("negativeAmount"):
        await refused(
            service.create_grant_program(
                body={**PROGRAM, "program_code": "acme-debt", "amount_xusd": "-1"}, context=c()),
            422, "VALIDATION.INVALID_INPUT")
    with recorded("changed"):
        changed = await service.update_grant_program(program.program_id, body={"priority": 1}, context=c())
    equal((changed.data.priority, changed.data.amount_xusd), (1, "5000000"))
    with recorded("shown"):
        equal((await service.get_grant_program(program.program_id, context=c())).data, changed.data)
    with recorded("unknown"):
        await refused(service.get_grant_program("404", context=c()), 404, "RESOURCE.NOT_FOUND")
    await service.create_grant_program(
        body={**PROGRAM, "program_code": "acme-monthly", "cadence": "monthly", "window_kind": "period",
              "issuance_mode": "lazy", "metadata": {}},
        context=c())
    with recorded("found"):
        found = await service.list_grant_programs(
            query={"campaign_id": "camp-1", "cadence": "once", "issuance_mode": "eager", "active": True}, context=c())
    equal(codes(found, "program_code"), ["acme-welcome"])
    first, last = await pages(c, service.list_grant_programs)
    equal((codes(first, "program_code"), codes(last, "program_code")), (["acme-monthly"], ["acme-welcome"]))


@check("a grant assignment brings its grant at once, and only one")
async def _():
    account = await account_id("org_granted")
    before = await balance("org_granted")
    program = (await service.list_grant_programs(query={"program_code": "acme-welcome"}, context=c())).data.items[0]
    body = {"billing_account_id": account, "program_id": program.program_id, "source_kind": "ops.manual",
            "source_ref": "ticket-1", "window_start": JANUARY, "metadata": {"note": "hello"}}
    with recorded("created"):
        assignment = (await service.create_grant_assignment(body=body, context=c())).data
    equal((assignment.grant_program_code, assignment.status.value), ("acme-welcome", "active"))
    with recorded("sameSource"):
        equal((await service.create_grant_assignment(body=body, context=c())).data, assignment)
    with recorded("unknownProgram"):
        await refused(
            service.create_grant_assignment(body={**body, "program_id": "404"}, context=c()), 422, "RESOURCE.NOT_FOUND")
    equal(await balance("org_granted"), before)  # January's 30 days are over.
    now = assignment.created_at.astimezone(timezone.utc)
    with recorded("fromNowOn"):
        second = (await service.create_grant_assignment(
            body={**body, "source_ref": "ticket-2", "window_start": f"{now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"},
            context=c())).data
    equal(await balance("org_granted"), before + 5_000_000)
    with recorded("shown"):
        equal((await service.get_grant_assignment(second.assignment_id, context=c())).data, second)
    with recorded("unknown"):
        await refused(service.get_grant_assignment("404", context=c()), 404, "RESOURCE.NOT_FOUND")
    with recorded("canceled"):
        canceled = await service.update_grant_assignment(
            second.assignment_id, body={"status": "canceled", "window_end": "2036-01-01T00:00:00Z"}, context=c())
    equal(canceled.data.status.value, "canceled")
    equal(await balance("org_granted"), before + 5_000_000)  # What was issued stays.
    with recorded("found"):
        found = await service.list_grant_assignments(
            query={"billing_account_id": account, "status": ["canceled", "paused"], "source_kind": "ops.manual",
                   "grant_program_code": "acme-welcome", "window_end_after": FEBRUARY}, context=c())
    equal(codes(found, "assignment_id"), [second.assignment_id])


suite.loop.run_until_complete(service.close())
sys.exit(suite.finish())
