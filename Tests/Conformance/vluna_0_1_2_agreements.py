"""What vlunaai 0.1.2 agrees on with one customer, and what is reported of it: contracts, policies, events, accounts."""

import os
import sys

from check import Suite, control, equal
from vluna_shared import (
    FEBRUARY, JANUARY, UNKNOWN_ID, account_id, authorize, codes, context, pages, refused, service, usage)
from vlunaai import BearerClientOptions, RequestContext, VlunaAIConfig, create_bearer_client

PRINCIPAL = "org_agreed"
FEATURE = "acme.agreed"
RULES = {"rules": [{"event_type": "outcome.job_succeeded", "amount_xusd": "250000"}]}
RULES_HASH = "x58OcklM3Q6MgarhFtnBJXGwXvZx3ie7QPJoTE0PTBc"

suite = Suite("vlunaai")
check, recorded = suite.check, suite.recorded


def c(key=None):
    return context(PRINCIPAL, key)


@check("an account has a plan, and a feature a price")
async def _():
    await service.upsert_feature_family(body={"feature_family_code": "acme"}, context=c())
    await service.upsert_feature(
        body={"feature_family_code": "acme", "feature_code": FEATURE,
              "meters": [{"meter_prices": {"unit_price_xusd": "500", "effective_at": JANUARY}}]},
        context=c())
    plan = await service.upsert_billing_plan(
        body={"plan_code": "agreed", "name": "Agreed", "kind": "base", "metadata": {"gate_bundle_key": "agreed"}},
        context=c())
    await service.create_billing_plan_assignment(
        body={"billing_account_id": await account_id(PRINCIPAL), "plan_id": plan.data.plan_id,
              "source_kind": "signup.default", "source_ref": "signup", "window_start": JANUARY},
        context=c())


# Contracts


@check("a contract is written, changed, shown and found, for its account only")
async def _():
    with recorded("created"):
        contract = (await service.upsert_billing_contract(
            body={"effective_at": JANUARY, "name": "Acme 2026", "metadata": {"signed_by": "Ada"}}, context=c())).data
    with recorded("sameTime"):
        same = await service.upsert_billing_contract(body={"effective_at": JANUARY}, context=c())
    equal((same.data.contract_id, same.data.name, same.data.metadata),
          (contract.contract_id, None, contract.metadata))
    contract_id = str(contract.contract_id)
    with recorded("renamed"):
        renamed = await service.update_billing_contract(contract_id, body={"name": "Acme"}, context=c())
    equal((renamed.data.name, renamed.data.status.value), ("Acme", "active"))
    with recorded("shown"):
        equal((await service.get_billing_contract(contract_id, context=c())).data, renamed.data)
    with recorded("ofAnother"):
        await refused(
            service.get_billing_contract(contract_id, context=context("org_other")), 404, "RESOURCE.NOT_FOUND")
    await service.upsert_billing_contract(body={"effective_at": FEBRUARY, "status": "disabled"}, context=c())
    with recorded("found"):
        found = await service.list_billing_contracts(query={"status": ["active"]}, context=c())
    equal(codes(found, "contract_id"), [contract.contract_id])
    with recorded("noAccount"):
        await refused(
            service.list_billing_contracts(context=context(None)), 401, "AUTH.MISSING_SERVICE_BINDINGS")


@check("a contract's price is what its account pays")
async def _():
    contract = (await service.list_billing_contracts(query={"status": "active"}, context=c())).data.items[0]
    contract_id = str(contract.contract_id)
    lease = await authorize(PRINCIPAL, FEATURE)
    common = await service.gate_commit(body=usage(lease, "10"), context=c())
    body = {"kind": "pricing", "term_key": " ACME.Agreed ", "effective_at": JANUARY,
            "value_json": {"unit_price_xusd": "450", "unit_quantity_minor": "1"}}
    with recorded("created"):
        term = await service.upsert_contract_term(contract_id, body=body, context=c())
    equal(term.data.term_key, FEATURE)
    with recorded("sameValue"):
        equal((await service.upsert_contract_term(contract_id, body=body, context=c())).data, term.data)
    with recorded("otherValue"):
        await refused(
            service.upsert_contract_term(contract_id, body={**body, "value_json": None}, context=c()), 409, "CONFLICT")
    lease = await authorize(PRINCIPAL, FEATURE)
    special = await service.gate_commit(body=usage(lease, "10"), context=c())
    equal((common.data.amount_xusd, special.data.amount_xusd), ("5000", "4500"))
    await service.upsert_contract_term(
        contract_id, body={"kind": "e2r_param", "term_key": "job.price", "effective_at": JANUARY, "value_json": "1"},
        context=c())
    with recorded("latest"):
        terms = await service.list_contract_terms(contract_id, query={"latest": True}, context=c())
    equal(codes(terms, "term_key"), ["job.price", FEATURE])
    with recorded("found"):
        terms = await service.list_contract_terms(
            contract_id, query={"kind": "pricing", "term_key": [FEATURE], "as_of": FEBRUARY}, context=c())
    equal(codes(terms, "term_key"), [FEATURE])
    with recorded("unknownContract"):
        await refused(service.list_contract_terms(UNKNOWN_ID, context=c()), 404, "RESOURCE.NOT_FOUND")


# Rating policies


@check("a rating policy is written, changed, shown and listed")
async def _():
    with recorded("created"):
        policy = (await service.upsert_event_rating_policy(
            body={"policy_id": "jobs", "name": "Jobs"}, context=c())).data
    equal((policy.status.value, policy.active_version), ("active", None))
    with recorded("changed"):
        changed = await service.update_event_rating_policy("jobs", body={"name": "All jobs"}, context=c())
    equal(changed.data.name, "All jobs")
    with recorded("shown"):
        equal((await service.get_event_rating_policy("jobs", context=c())).data, changed.data)
    with recorded("unknown"):
        await refused(service.get_event_rating_policy("none", context=c()), 404, "RESOURCE.NOT_FOUND")
    await service.upsert_event_rating_policy(
        body={"policy_id": "pages", "name": "Pages", "status": "disabled"}, context=c())
    with recorded("firstPage"):
        first = await service.list_event_rating_policies(query={"limit": 1}, context=c())
    equal(codes(first, "policy_id"), ["pages"])
    last = await service.list_event_rating_policies(query={"cursor": first.data.next_cursor}, context=c())
    equal(codes(last, "policy_id"), ["jobs"])


@check("a rating policy has versions, of which only drafts change")
async def _():
    def version(name, policy="jobs", **details):
        return service.create_event_rating_policy_version(
            policy, body={"policy_version": name, "effective_at": JANUARY, "dsl_json": RULES, **details}, context=c())

    with recorded("created"):
        created = (await version("v1")).data
    equal((created.status.value, created.dsl_hash), ("active", RULES_HASH))
    equal((await service.get_event_rating_policy("jobs", context=c())).data.active_version, "v1")
    with recorded("same"):
        equal((await version("v1")).data, created)
    with recorded("notDraft"):
        await refused(version("v1", effective_at=FEBRUARY), 409, "CONFLICT")
    with recorded("draft"):
        await version("v2", status="draft", effective_at=FEBRUARY)
    with recorded("draftReplaced"):
        replaced = await version("v2", status="draft", effective_at=FEBRUARY, dsl_json={"rules": []})
    equal(replaced.data.dsl_json, {"rules": []})
    with recorded("invalidRules"):
        await refused(version("v3", dsl_json={"rules": [{"event_type": "x"}]}), 422, "VALIDATION.INVALID_INPUT")
    with recorded("policyDisabled"):
        await refused(version("v1", "pages"), 422, "VALIDATION.INVALID_INPUT")
    with recorded("shown"):
        shown = await service.get_event_rating_policy_version("jobs", "v1", context=c())
    equal(shown.data, created)
    with recorded("unknown"):
        await refused(service.get_event_rating_policy_version("jobs", "v9", context=c()), 404, "RESOURCE.NOT_FOUND")
    first, last = await pages(c, service.list_event_rating_policy_versions, "jobs")
    equal((codes(first, "policy_version"), codes(last, "policy_version")), (["v2"], ["v1"]))
    with recorded("listed"):
        await service.list_event_rating_policy_versions("jobs", context=c())


@check("rules are validated without being stored")
async def _():
    with recorded("valid"):
        valid = (await service.validate_event_rating_policy_version(body={"dsl_json": RULES}, context=c())).data
    equal((valid.valid, valid.computed_dsl_hash, valid.errors), (True, RULES_HASH, []))
    with recorded("invalid"):
        invalid = (await service.validate_event_rating_policy_version(
            body={"dsl_json": {"rules": [{"event_type": "outcome.job_succeeded"}]}}, context=c())).data
    equal((invalid.valid, [error.code for error in invalid.errors]), (False, ["dsl_invalid"]))
    with recorded("noRules"):
        await refused(
            service.validate_event_rating_policy_version(body={}, context=c()), 422, "VALIDATION.INVALID_INPUT")


# Events, tokens, accounts


EVENT = {"semantic_kind": "outcome", "event_type": "outcome.job_succeeded", "occurred_at": "2026-01-02T03:04:05.678Z",
         "subject_ref": "job-42", "payload": {"pages": 12},
         "labels": {"team": "research", "attempt": 1, "trial": False}}


@check("an event is recorded once, whatever its labels")
async def _():
    with recorded("recorded"):
        event = (await service.record_billing_event(body=EVENT, context=c())).data
    with recorded("duplicate"):
        again = await service.record_billing_event(body={**EVENT, "labels": {"team": "other"}}, context=c())
    equal(again.data, event)
    other = await service.record_billing_event(body=EVENT, context=context("org_other"))
    assert other.data.event_id != event.event_id, other
    with recorded("invalid"):
        await refused(
            service.record_billing_event(body={**EVENT, "event_type": "x" * 129}, context=c()),
            422, "VALIDATION.INVALID_INPUT")
    with recorded("noAccount"):
        await refused(
            service.record_billing_event(body=EVENT, context=context(None)), 401, "AUTH.MISSING_SERVICE_BINDINGS")


@check("a batch says what became of each event")
async def _():
    new = {"semantic_kind": "activity", "event_type": "report.opened", "occurred_at": "2026-01-02T03:04:05Z"}
    with recorded("mixed"):
        batch = (await service.record_billing_event_batch(
            body={"events": [EVENT, new, new, {**new, "event_type": " "}]}, context=c())).data
    equal([item.status.value for item in batch.results], ["duplicate", "accepted", "duplicate", "invalid"])
    equal((batch.accepted_count, batch.failed_count, batch.results[3].error.code), (3, 1, "VALIDATION.INVALID_INPUT"))
    with recorded("malformed"):
        await refused(
            service.record_billing_event_batch(body={"events": [new, {}]}, context=c()),
            422, "VALIDATION.INVALID_INPUT")


@check("a platform token opens the public surface, for its account")
async def _():
    with recorded("issued"):
        token = (await service.issue_platform_token(
            body={"principal_id": PRINCIPAL, "user_id": "u_1", "scopes": ["portal"], "session_ttl_sec": 60,
                  "traits": {"name": "Ada"}, "nonce": "n-1"},
            context=c())).data
    equal((token.token_type.value, token.expires_in), ("Bearer", 60))
    with recorded("noPrincipal"):
        await refused(service.issue_platform_token(body={"user_id": "u_1"}, context=c()), 422, "missing_principal")
    with recorded("noUser"):
        await refused(
            service.issue_platform_token(body={"principal_id": PRINCIPAL}, context=c()), 422, "missing_user_id")
    bearer = create_bearer_client(BearerClientOptions(
        config=VlunaAIConfig(base_url=os.environ["VLUNA_BEARER_BASE_URL"], realm_id=os.environ["VLUNA_REALM_ID"]),
        error_mode="raise"))
    wallet = await bearer.get_credit_balance(context=RequestContext(access_token=token.access_token))
    equal(wallet.data.billing_account_id, token.billing_account_id)
    await bearer.close()


@check("billing details are kept, masked, cleared and shown with their account")
async def _():
    account = await account_id(PRINCIPAL)
    with recorded("company"):
        details = (await service.update_billing_account_billing_details(
            account,
            body={"billing_email": "billing@acme.example", "legal_name": "Acme Ltd", "entity_type": "company",
                  "default_address": {"line1": "1 High Street", "city": "London", "country_code": "GB"},
                  "tax_ids": [{"type": "gb_vat", "value": "GB123456789", "country_code": "GB"}],
                  "metadata": {"cost_center": "4711"}},
            context=c())).data
    equal([tax.value_masked for tax in details.tax_ids], ["GB*****6789"])
    with recorded("cleared"):
        cleared = await service.update_billing_account_billing_details(account, body={"tax_ids": None}, context=c())
    equal((cleared.data.tax_ids, cleared.data.legal_name), (None, "Acme Ltd"))
    with recorded("unknownAccount"):
        await refused(
            service.update_billing_account_billing_details(UNKNOWN_ID, body={}, context=c()), 404, "RESOURCE.NOT_FOUND")
    with recorded("expanded"):
        found = await service.list_billing_accounts(
            query={"q": "acme ltd", "expand": ["billing_details"], "billing_account_id": [account, UNKNOWN_ID]},
            context=c())
    equal([item.billing_details.legal_name for item in found.data.items], ["Acme Ltd"])
    with recorded("plain"):
        plain = await service.list_billing_accounts(
            query={"billing_principal_id": PRINCIPAL, "current_bundle_id": "agreed", "sort_by": "billing_account_id",
                   "sort_order": "asc", "created_after": JANUARY}, context=c())
    equal([str(item.billing_account_id) for item in plain.data.items], [account])
    equal((plain.data.items[0].billing_details, plain.data.items[0].current_bundle_id), (None, "agreed"))


@check("reconciliations are those of one account")
async def _():
    for kind, status in [("usage_mismatch", "resolved"), ("invoice_total_mismatch", "pending")]:
        control("/vluna/reconciliations", {
            "principal_id": PRINCIPAL, "kind": kind, "status": status, "diff": {"expected": 1900, "actual": 1800}})
    account = await account_id(PRINCIPAL)
    with recorded("pending"):
        found = await service.list_reconciliations(
            query={"billing_account_id": account, "status": "pending", "kind": "invoice_total_mismatch",
                   "from": JANUARY}, context=c())
    equal([(item.kind.value, item.diff["actual"]) for item in found.data], [("invoice_total_mismatch", 1800)])
    with recorded("firstPage"):
        first = await service.list_reconciliations(query={"billing_account_id": account, "limit": 1}, context=c())
    equal(first.data[0].kind.value, "invoice_total_mismatch")
    assert first.meta.next_cursor and first.meta.has_more, first.meta
    with recorded("noAccount"):
        await refused(service.list_reconciliations(query={}, context=c()), 422, "VALIDATION.INVALID_INPUT")


suite.loop.run_until_complete(service.close())
sys.exit(suite.finish())
